// The design tokens as colours a chart can use, resolved for the theme in force.
const TONES = ["jade", "red", "amber", "blue", "violet", "green", "grey", "tier-a", "tier-b", "tier-c", "tier-d"];
const NAMES = ["paper", "card", "sunken", "hair", "line", "ink", "ink-2", "ink-3", "jade-pale", "jade-soft", "jade-line", "jade-ink", "on-jade", ...TONES];

export function palette() {
  const probe = document.createElement("i");
  probe.style.transitionProperty = "none"; // where motion is reduced everything has a transition, and it would be read at its start
  document.body.append(probe);
  const colours = {};
  for (const name of NAMES) {
    probe.style.color = `var(--${name})`;
    colours[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  colours.mint = colours["jade-soft"];
  return colours;
}

const parts = (colour) => colour.match(/[\d.]+/g).slice(0, 3).map(Number);

/** Between two colours; `share` 0…1. */
export function blend(from, to, share) {
  const a = parts(from);
  const b = parts(to);
  return `rgb(${a.map((v, i) => Math.round(v + (b[i] - v) * share)).join(",")})`;
}

export const fade = (colour, alpha) => `rgba(${parts(colour).join(",")},${alpha})`;

const light = (v) => { const c = v / 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
const luminance = (colour) => { const [r, g, b] = parts(colour).map(light); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };

/** Of two text colours the one that reads better on `ground`. */
export function readable(ground, one, other) {
  const gap = (text) => { const [a, b] = [luminance(ground), luminance(text)].sort((x, y) => y - x); return (a + 0.05) / (b + 0.05); };
  return gap(one) >= gap(other) ? one : other;
}
