// A thin line on top while HTMX waits for longer than a moment.
import { make } from "./dom.js";

export function start() {
  const line = make("div", "busy-line", "", { "aria-hidden": "true" });
  document.body.append(line);
  let waiting = 0;
  let timer;
  const quiet = (event) => event.target.closest?.("[data-search], .progress-job, [data-quiet]");
  document.addEventListener("htmx:beforeSend", (event) => {
    if (quiet(event)) return;
    waiting += 1;
    timer ??= setTimeout(() => line.classList.add("on"), 180);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (quiet(event)) return;
    waiting = Math.max(0, waiting - 1);
    if (waiting) return;
    clearTimeout(timer);
    timer = undefined;
    line.classList.remove("on");
  });
}
