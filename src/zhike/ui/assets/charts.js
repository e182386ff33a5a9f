// Draws the specifications of zhike.ui.charts. Loaded only on pages with a chart (js/chart-loader.js).
import { BarChart, CustomChart, HeatmapChart, LineChart, SankeyChart, ScatterChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { option } from "./js/chart-options.js";
import { palette } from "./js/palette.js";

use([BarChart, CustomChart, HeatmapChart, LineChart, SankeyChart, ScatterChart, AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, VisualMapComponent, SVGRenderer]);

const drawn = new Map();

function paint(place, spec) {
  const chart = drawn.get(place).chart;
  chart.setOption(option(spec, palette(), place.clientWidth), true);
}

/** Draw `spec` into `place`; drawn again when theme or width change. */
function draw(place, spec) {
  if (drawn.has(place)) return;
  const chart = init(place, null, { renderer: "svg" });
  drawn.set(place, { chart, spec });
  paint(place, spec);
  chart.on("click", ({ data }) => { if (data?.url) location.assign(data.url); });
  let width = place.clientWidth;
  new ResizeObserver(() => {
    if (!place.isConnected || !place.clientWidth || place.clientWidth === width) return;
    width = place.clientWidth;
    chart.resize();
    paint(place, spec);
  }).observe(place);
}

document.addEventListener("ui:theme", () => drawn.forEach(({ spec }, place) => { if (place.isConnected) paint(place, spec); }));
document.addEventListener("htmx:beforeCleanupElement", ({ target }) => {
  if (!drawn.has(target)) return;
  drawn.get(target).chart.dispose();
  drawn.delete(target);
});

window.zhikeCharts = { draw };
