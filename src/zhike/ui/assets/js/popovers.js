// Native popovers stand beside the button that opened them.
const GAP = 6;
const EDGE = 8;

function place(popover, button) {
  const from = button.getBoundingClientRect();
  const box = popover.getBoundingClientRect();
  const above = button.dataset.place === "top" || (from.bottom + box.height + GAP > innerHeight && from.top > box.height);
  const top = above ? from.top - box.height - GAP : from.bottom + GAP;
  const left = from.left + box.width > innerWidth - EDGE ? from.right - box.width : from.left;
  popover.style.top = `${Math.max(EDGE, Math.min(top, innerHeight - box.height - EDGE))}px`;
  popover.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - box.width - EDGE))}px`;
}

const buttonOf = (popover) => document.querySelector(`[popovertarget="${CSS.escape(popover.id)}"]`);

export function start() {
  document.addEventListener("toggle", (event) => {
    const popover = event.target;
    if (!popover.matches?.(".popover")) return;
    const button = buttonOf(popover);
    button?.setAttribute("aria-expanded", String(event.newState === "open"));
    if (event.newState === "open" && button) place(popover, button);
  }, true);
  const again = () => document.querySelectorAll(".popover:popover-open").forEach((popover) => {
    const button = buttonOf(popover);
    if (button) place(popover, button);
  });
  addEventListener("resize", again);
  addEventListener("scroll", again, { passive: true, capture: true });
}
