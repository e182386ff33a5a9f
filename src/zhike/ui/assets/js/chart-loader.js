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
    // By the time the bundle is here the part of the page may have been swapped for another.
    (charts) => place.isConnected && charts.draw(place, JSON.parse(place.dataset.chart)),
    () => place.closest("[data-chart-card]")?.classList.add("no-chart"),
  ));
  on("click", "[data-chart-toggle]", (_, button) => {
    const table = button.closest("[data-chart-card]").classList.toggle("as-table");
    button.setAttribute("aria-pressed", String(table));
  });
}
