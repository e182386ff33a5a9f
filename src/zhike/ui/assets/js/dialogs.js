// Native dialogs: data-open="id" opens one on the page, data-dialog="url" loads one, data-close closes.
import { each, on } from "./dom.js";

const HOST = "#dialog-host";

function open(dialog) {
  if (!dialog || dialog.open) return;
  document.querySelectorAll("[popover]:popover-open:not(#toasts)").forEach((other) => other.hidePopover());
  dialog.showModal();
  const wanted = dialog.querySelector("[autofocus], [aria-invalid=true], .dialog-body :is(input:not([type=hidden]), select, textarea)");
  wanted?.focus();
}

const dirty = (dialog) => dialog.dataset.dirty === "1";

export function start() {
  on("click", "[data-open]", (event, trigger) => {
    event.preventDefault();
    const current = trigger.closest("dialog");
    if (current?.classList.contains("sheet")) current.close();
    open(document.getElementById(trigger.dataset.open));
  });
  on("click", "[data-dialog]", (event, trigger) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    trigger.closest("dialog.sheet")?.close();
    window.htmx.ajax("GET", trigger.dataset.dialog, { source: trigger, target: HOST, swap: "innerHTML" });
  });
  on("click", "[data-close]", (_, trigger) => trigger.closest("dialog")?.close());
  on("input", "dialog[data-loaded]", (_, dialog) => { dialog.dataset.dirty = "1"; });
  document.addEventListener("click", (event) => {
    // A click on the veil; a form with entries stays, so that a slip loses nothing.
    if (event.target instanceof HTMLDialogElement && !dirty(event.target) && outside(event)) event.target.close();
  });
  each("dialog[data-loaded]", open);
  document.addEventListener("dialog:close", () => document.querySelectorAll(`${HOST} dialog[open], dialog[data-loaded][open]`).forEach((dialog) => dialog.close()));
  document.addEventListener("close", (event) => { if (event.target.matches?.("dialog[data-loaded]")) event.target.remove(); }, true);
  on("click", "[data-reload]", (event) => { event.preventDefault(); location.reload(); });
  each("[data-focus]", (element) => element.focus());
}

function outside(event) {
  const box = event.target.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}
