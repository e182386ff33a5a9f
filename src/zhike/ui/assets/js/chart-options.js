// From a specification (zhike.ui.charts) to an ECharts option. Tooltips are drawn in the SVG: no HTML, no inline style.
import { blend, fade, readable } from "./palette.js";

const lang = document.documentElement.lang || "zh-hans";
const zh = lang.startsWith("zh");
const FONT = getComputedStyle(document.body).fontFamily;
const grouped = (value, digits = 0) => value.toLocaleString(lang, { maximumFractionDigits: digits });
const short = (value) => {
  const size = Math.abs(value);
  const steps = zh ? [[1e8, " 亿"], [1e4, " 万"]] : [[1e9, "bn"], [1e6, "M"], [1e3, "k"]];
  const step = steps.find(([from]) => size >= from);
  return step ? `${Number((value / step[0]).toPrecision(3)).toLocaleString(lang)}${step[1]}` : grouped(value);
};

const writers = {
  int: (v) => grouped(v),
  number: (v) => grouped(v, 2),
  percent: (v) => `${grouped(v * 100, 1)}%`,
  money: (v) => `¥${grouped(v)}`,
  wan: (v) => (zh ? `${short(v)}${Math.abs(v) >= 1e4 ? "元" : " 元"}` : `¥${short(v)}`),
};
export const write = (value, format) => (typeof value === "number" && writers[format] ? writers[format](value) : String(value ?? "–"));

function common(colours) {
  return {
    animationDuration: 350,
    textStyle: { fontFamily: FONT, fontSize: 12, color: colours["ink-2"] },
    grid: { left: 4, right: 14, top: 14, bottom: 4, containLabel: true },
    tooltip: {
      renderMode: "richText", confine: true, transitionDuration: 0, backgroundColor: colours.card, borderColor: colours.line,
      padding: [7, 10], textStyle: { color: colours.ink, fontSize: 12.5, fontFamily: FONT },
    },
  };
}

function axis(colours, spec, extra = {}) {
  return {
    axisLine: { lineStyle: { color: colours.line } }, axisTick: { show: false },
    axisLabel: { color: colours["ink-2"], fontSize: 12, formatter: spec ? (v) => write(v, spec.format) : undefined, hideOverlap: true },
    splitLine: { lineStyle: { color: colours.hair } },
    min: spec?.min ?? undefined, max: spec?.max ?? undefined,
    ...extra,
  };
}

const named = (colours, spec, extra = {}) => axis(colours, spec, { name: spec.name, nameLocation: "middle", nameGap: 28, nameTextStyle: { color: colours["ink-2"] }, ...extra });
const values = (colours, spec, extra = {}) => axis(colours, spec, { type: "value", axisLine: { show: false }, ...extra });

function legend(colours, series) {
  return series.length > 1
    ? { legend: { top: 0, right: 0, itemWidth: 9, itemHeight: 9, itemGap: 14, icon: "circle", textStyle: { color: colours["ink-2"], fontSize: 12 } }, grid: { left: 4, right: 14, top: 34, bottom: 4, containLabel: true } }
    : {};
}

function lines(spec, colours) {
  const area = spec.kind === "area";
  const soft = (s) => (area && s.stack ? blend(colours[s.tone], colours.card, 0.22) : colours[s.tone]);
  return {
    ...common(colours), ...legend(colours, spec.series),
    tooltip: { ...common(colours).tooltip, trigger: "axis", axisPointer: { lineStyle: { color: colours.line } }, valueFormatter: (v) => write(v, spec.y.format) },
    xAxis: axis(colours, null, { type: "category", data: spec.labels, boundaryGap: false, splitLine: { show: false } }),
    yAxis: values(colours, spec.y),
    series: spec.series.map((s) => ({
      type: "line", name: s.name, data: s.values, stack: s.stack || undefined, smooth: area ? 0.35 : 0.2, symbol: "none",
      lineStyle: { width: area && s.stack ? 0 : 2, type: s.dashed ? "dashed" : "solid", color: colours[s.tone] },
      itemStyle: { color: soft(s) }, areaStyle: area ? { color: soft(s), opacity: s.stack ? 1 : 0.1 } : undefined,
    })),
  };
}

function bars(spec, colours) {
  const category = axis(colours, null, { type: "category", data: spec.labels, splitLine: { show: false }, inverse: spec.horizontal });
  const amount = values(colours, spec.y);
  return {
    ...common(colours), ...legend(colours, spec.series),
    tooltip: { ...common(colours).tooltip, trigger: "axis", axisPointer: { type: "shadow", shadowStyle: { color: fade(colours.ink, 0.05) } }, valueFormatter: (v) => write(v, spec.y.format) },
    xAxis: spec.horizontal ? amount : category, yAxis: spec.horizontal ? category : amount,
    series: spec.series.map((s) => ({
      type: "bar", name: s.name, data: s.values, stack: s.stack || undefined, barMaxWidth: 26,
      itemStyle: { color: colours[s.tone], borderRadius: s.stack ? 0 : spec.horizontal ? [0, 3, 3, 0] : [3, 3, 0, 0] },
    })),
  };
}

function marked(spec, colours) {
  return spec.marks.map((m) => ({
    type: "scatter", data: [[m.x, m.y]], symbolSize: 9, z: 5, itemStyle: { color: colours[m.tone] }, tooltip: { show: false },
    label: { show: true, position: "right", formatter: m.label, color: colours.ink, fontWeight: 600, fontSize: 12, distance: 7 },
  }));
}

function curve(spec, colours) {
  return {
    ...common(colours), grid: { ...common(colours).grid, bottom: spec.x.name ? 26 : 4 },
    tooltip: { ...common(colours).tooltip, trigger: "item", formatter: ({ seriesName, value }) => `${seriesName}\n${write(value[0], spec.x.format)} → ${write(value[1], spec.y.format)}` },
    xAxis: named(colours, spec.x, { type: "value" }), yAxis: values(colours, spec.y),
    series: [
      ...spec.curves.map((c) => ({
        type: "line", name: c.name, data: c.points, showSymbol: false, symbolSize: 7, smooth: false,
        lineStyle: { width: c.dashed ? 1.5 : 2.5, type: c.dashed ? "dashed" : "solid", color: colours[c.tone] },
        itemStyle: { color: colours[c.tone] }, areaStyle: c.dashed ? undefined : { color: colours[c.tone], opacity: 0.08 },
      })),
      ...marked(spec, colours),
    ],
  };
}

function scatter(spec, colours) {
  const reach = Math.max(...spec.points.flat(), 1e-9);
  const line = { silent: true, symbol: "none", lineStyle: { type: "dashed", color: colours.mint, width: 2 }, data: [[{ coord: [0, 0] }, { coord: [reach, reach] }]] };
  return {
    ...common(colours), grid: { ...common(colours).grid, bottom: spec.x.name ? 26 : 4 },
    tooltip: { ...common(colours).tooltip, formatter: ({ value }) => `${spec.x.name} ${write(value[0], spec.x.format)}\n${spec.y.name} ${write(value[1], spec.y.format)}` },
    xAxis: named(colours, spec.x, { type: "value" }), yAxis: values(colours, spec.y),
    series: [{ type: "scatter", data: spec.points, symbolSize: 10, itemStyle: { color: colours[spec.tone], opacity: 0.85 }, markLine: spec.diagonal ? line : undefined }],
  };
}

function heatmap(spec, colours) {
  const cell = (c) => {
    const ground = blend(colours["jade-pale"], colours.jade, Math.max(0, Math.min(1, c.weight)));
    return {
      value: [c.x, c.y, c.value], url: c.url, note: c.note, itemStyle: { color: ground, borderColor: colours.card, borderWidth: 3, borderRadius: 6 },
      label: { color: readable(ground, colours.ink, colours["on-jade"]) }, cursor: c.url ? "pointer" : "default",
    };
  };
  const plain = { axisLine: { show: false }, splitLine: { show: false } };
  return {
    ...common(colours), grid: { left: 0, right: 2, top: 2, bottom: 2, containLabel: true },
    tooltip: { ...common(colours).tooltip, formatter: ({ data }) => [`${spec.lines[data.value[1]]} · ${spec.columns[data.value[0]]}`, write(data.value[2], spec.format), data.note].filter(Boolean).join("\n") },
    xAxis: axis(colours, null, { type: "category", data: spec.columns, ...plain }),
    yAxis: axis(colours, null, { type: "category", data: spec.lines, inverse: true, ...plain }),
    series: [{ type: "heatmap", data: spec.cells.map(cell), label: { show: true, fontSize: 12, formatter: ({ value }) => write(value[2], spec.format) }, emphasis: { itemStyle: { borderColor: colours.ink } } }],
  };
}

function sankey(spec, colours) {
  const tones = Object.fromEntries(spec.nodes.map((n) => [n.key, colours[n.tone]]));
  const names = Object.fromEntries(spec.nodes.map((n) => [n.key, n.label]));
  return {
    ...common(colours), animation: false,
    tooltip: { ...common(colours).tooltip, formatter: ({ dataType, data, value, name }) => (dataType === "edge" ? `${names[data.source]} → ${names[data.target]}\n${write(data.value, spec.format)}` : `${names[name]}\n${write(value, spec.format)}`) },
    series: [{
      type: "sankey", left: 2, right: 30, top: 6, bottom: 6, nodeWidth: 10, nodeGap: 12, draggable: false, layoutIterations: 0,
      data: spec.nodes.map((n) => ({ name: n.key, depth: n.depth, itemStyle: { color: tones[n.key], borderWidth: 0 } })),
      links: spec.links.map((l) => ({ ...l, lineStyle: { color: tones[l.source], opacity: 0.24 } })),
      label: { color: colours.ink, fontWeight: 600, fontSize: 12, formatter: ({ name }) => names[name] }, emphasis: { focus: "adjacency" },
    }],
  };
}

function pyramid(spec, colours, width) {
  const labels = spec.bands.map((b) => b.label);
  const side = (key, sign) => ({
    type: "bar", stack: "all", name: spec.heads[key === "people" ? 1 : 2], barWidth: "58%",
    data: spec.bands.map((b) => ({ value: sign * b[key], url: b.url, note: b.note, itemStyle: { color: blend(colours[b.tone], colours.card, key === "people" ? 0.5 : 0.08), borderRadius: sign < 0 ? [3, 0, 0, 3] : [0, 3, 3, 0] } })),
    label: { show: true, position: sign < 0 ? "left" : "right", color: colours.ink, fontSize: 12, formatter: ({ value }) => write(Math.abs(value), "percent") },
  });
  const reach = Math.max(...spec.bands.flatMap((b) => [b.people, b.value])) * (width < 360 ? 1.5 : 1.28);
  return {
    ...common(colours), grid: { left: 34, right: 34, top: 26, bottom: 0 },
    legend: { top: 0, left: "center", itemGap: 26, itemWidth: 0, itemHeight: 0, selectedMode: false, textStyle: { color: colours["ink-2"], fontSize: 12 } },
    tooltip: { ...common(colours).tooltip, formatter: ({ name, seriesName, value, data }) => [`${name} · ${seriesName}`, write(Math.abs(value), "percent"), data.note].filter(Boolean).join("\n") },
    xAxis: { type: "value", min: -reach, max: reach, show: false }, yAxis: axis(colours, null, { type: "category", data: labels, inverse: true, axisLine: { show: false }, axisLabel: { color: colours.ink, fontWeight: 600, fontSize: 13 } }),
    series: [side("people", -1), side("value", 1)],
  };
}

/** The accent is a ground for white text; drawn as a line or point it is a little lighter in the dark. */
const drawn = (colours) => ({ ...colours, jade: colours["jade-line"] });
const kinds = { line: lines, area: lines, bar: bars, curve, scatter, heatmap, sankey, pyramid };
export const option = (spec, colours, width) => kinds[spec.kind](spec, spec.kind === "heatmap" ? colours : drawn(colours), width);
