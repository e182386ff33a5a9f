// One letter, no modifier, never while somebody types.
import { typing } from "./dom.js";
import { cursor, move, toggle } from "./tables.js";

const commands = {
  "/": () => press(document.getElementById("search-q"), "focus"),
  "w": () => press(document.querySelector(".write, .bottom-bar [data-dialog]")),
  "?": () => { document.getElementById("shortcuts")?.showModal(); return true; },
  "j": () => move(1),
  "k": () => move(-1),
  "x": () => { toggle(cursor()); return Boolean(cursor()); },
  "e": () => press(cursor()?.querySelector("[data-edit]") || document.querySelector("[data-edit-page]")),
  "Enter": () => press(document.activeElement === cursor() ? cursor()?.querySelector("[data-open-row], a[href]") : null),
};

function press(element, how = "click") {
  if (!element) return false;
  element[how]();
  if (how === "focus") element.select?.();
  return true;
}

export function start() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const row = cursor()?.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (row ? press(row) : commands[event.key]?.()) event.preventDefault();
  });
}
