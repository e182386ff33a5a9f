// Rows: a cursor for the keyboard, selection with shift for a range, the bulk bar that counts.
import { each, on, say } from "./dom.js";

const ROW = "[data-row]";
const boxOf = (row) => row.querySelector("[data-select]");
const rowsOf = (list) => [...list.querySelectorAll(ROW)];
const listOf = (element) => element.closest("[data-rows]");
let last = null;

/** The list the keyboard moves in: the one with the cursor, or the first on the page. */
export const current = () => document.querySelector("[data-rows]:has(.cursor)") || document.querySelector("[data-rows]");
export const cursor = () => document.querySelector(`${ROW}.cursor`);

export function move(by) {
  const list = current();
  if (!list) return false;
  const rows = rowsOf(list);
  const now = rows.findIndex((row) => row.classList.contains("cursor"));
  const next = rows[Math.max(0, Math.min(rows.length - 1, now + by))];
  if (!next) return false;
  point(next);
  next.scrollIntoView({ block: "nearest" });
  next.setAttribute("tabindex", "-1");
  next.focus({ preventScroll: true });
  return true;
}

function point(row) {
  document.querySelectorAll(`${ROW}.cursor`).forEach((other) => other.classList.remove("cursor"));
  row.classList.add("cursor");
}

export function toggle(row) {
  const box = row && boxOf(row);
  if (!box) return;
  box.checked = !box.checked;
  refresh(listOf(row));
}

function refresh(list) {
  if (!list) return;
  const rows = rowsOf(list);
  const chosen = rows.filter((row) => boxOf(row)?.checked);
  rows.forEach((row) => row.classList.toggle("selected", Boolean(boxOf(row)?.checked)));
  const all = list.querySelector("[data-select-all]");
  if (all) {
    all.checked = chosen.length > 0 && chosen.length === rows.length;
    all.indeterminate = chosen.length > 0 && chosen.length < rows.length;
  }
  document.querySelectorAll(`[data-bulk="${CSS.escape(list.id)}"]`).forEach((bar) => {
    bar.hidden = !chosen.length;
    bar.querySelector("[data-bulk-count]").textContent = say("selected", { n: chosen.length });
  });
}

function range(list, from, to) {
  const rows = rowsOf(list);
  const [a, b] = [rows.indexOf(from), rows.indexOf(to)].sort((x, y) => x - y);
  const state = boxOf(to).checked;
  if (a >= 0) rows.slice(a, b + 1).forEach((row) => { if (boxOf(row)) boxOf(row).checked = state; });
}

/** The header stays in sight only where the whole table does: a box cannot do both, scroll sideways and let go. */
function watch(wrap) {
  const look = () => wrap.classList.toggle("fits", wrap.firstElementChild.scrollWidth <= wrap.clientWidth + 1);
  new ResizeObserver(look).observe(wrap);
  look();
}

/** Selected keys of list `id`, as HTMX sends them: hx-include="#id [data-select]:checked". */
export function start() {
  on("click", "[data-select]", (event, box) => {
    const row = box.closest(ROW);
    const list = listOf(row);
    if (event.shiftKey && last && listOf(last) === list) range(list, last, row);
    last = row;
    point(row);
    refresh(list);
  });
  on("change", "[data-select-all]", (_, all) => {
    const list = listOf(all);
    rowsOf(list).forEach((row) => { if (boxOf(row)) boxOf(row).checked = all.checked; });
    refresh(list);
  });
  on("click", "[data-bulk-clear]", (_, button) => {
    const list = document.getElementById(button.closest("[data-bulk]").dataset.bulk);
    list.querySelectorAll("[data-select]").forEach((box) => { box.checked = false; });
    refresh(list);
  });
  on("click", "[data-href]", (event, row) => {
    if (event.target.closest("a, button, input, label, select, textarea, summary, [popover]") || String(getSelection())) return;
    if (event.ctrlKey || event.metaKey) window.open(row.dataset.href, "_blank", "noopener");
    else location.assign(row.dataset.href);
  });
  each("[data-rows]", refresh);
  each(".table-wrap.sticky", watch);
  document.addEventListener("htmx:afterSettle", () => document.querySelectorAll("[data-rows]").forEach(refresh));
  on("change", "[data-submit]", (_, element) => element.form?.requestSubmit());
}
