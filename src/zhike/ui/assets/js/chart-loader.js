// Fetches the chart bundle only on pages that have a chart; the table is there without it.
import { each, on } from "./dom.js";

let loading;

function bundle() {
  loading ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = document.documentElement.dataset.charts;
    script.onload = () => done(window.zhikeCharts);
    script.onerror = failed;
    document.head.append(script);
  });
  return loading;
}

export function start() {
  each("[data-chart]", (place) => bundle().then(
    (charts) => charts.draw(place, JSON.parse(document.getElementById(place.dataset.chart).textContent)),
    () => place.closest("[data-chart-card]")?.classList.add("no-chart"),
  ));
  on("click", "[data-chart-toggle]", (_, button) => {
    const table = button.closest("[data-chart-card]").classList.toggle("as-table");
    button.setAttribute("aria-pressed", String(table));
  });
}
