// The one search box: live results below it, arrows choose, Enter opens, Escape closes.
import { on } from "./dom.js";

const box = () => document.getElementById("search-q");
const list = () => document.getElementById("search-results");
const hits = () => [...list().querySelectorAll("a[role=option]")];

function show(open) {
  list().hidden = !open;
  box().setAttribute("aria-expanded", String(open));
  if (!open) box().removeAttribute("aria-activedescendant");
}

function choose(index) {
  const all = hits();
  all.forEach((hit, i) => {
    hit.id = `hit-${i}`;
    hit.setAttribute("aria-selected", String(i === index));
  });
  if (!all[index]) return;
  all[index].scrollIntoView({ block: "nearest" });
  box().setAttribute("aria-activedescendant", all[index].id);
}

function step(event) {
  const all = hits();
  const now = all.findIndex((hit) => hit.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (list().hidden && all.length) show(true);
    choose((now + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length);
  } else if (event.key === "Enter" && now >= 0 && !list().hidden) {
    event.preventDefault();
    all[now].click();
  } else if (event.key === "Escape") {
    if (list().hidden) box().blur();
    show(false);
  }
}

export function start() {
  if (!box()) return;
  box().addEventListener("keydown", step);
  box().addEventListener("focus", () => { if (list().childElementCount && box().value.trim()) show(true); });
  box().addEventListener("input", () => { if (!box().value.trim()) { list().replaceChildren(); show(false); } });
  document.addEventListener("htmx:beforeRequest", (event) => { if (event.target === box() && !box().value.trim()) event.preventDefault(); });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target !== list()) return;
    const live = document.activeElement === box() && Boolean(box().value.trim());
    show(live && list().childElementCount > 0);
    if (hits().length) choose(0);
  });
  document.addEventListener("click", (event) => { if (!event.target.closest?.("[data-search]")) show(false); });
  on("focusout", "[data-search]", (event, form) => { if (event.relatedTarget && !form.contains(event.relatedTarget)) show(false); });
}
