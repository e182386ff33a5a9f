// Bundles the page assets: node tools/assets.mjs SOURCES OUT
//
// Every .js and .css file at the top of SOURCES becomes one file of the same name in OUT, with everything it
// imports; the icons that SOURCES/icons.txt names become one sprite, icons.svg.
import { build } from "esbuild";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const [sources, out] = process.argv.slice(2);
const icons = join(dirname(fileURLToPath(import.meta.url)), "..", "node_modules", "@tabler", "icons", "icons");

// The oldest browsers that know light-dark(), so that it is kept: lowering it would break the dark theme.
const target = ["chrome123", "firefox120", "safari17.5"];

function sprite(list) {
  const names = readFileSync(list, "utf8").split("\n").map((line) => line.replace(/#.*/, "").trim()).filter(Boolean);
  const symbols = [...new Set(names)].map((name) => symbol(icons, name, list));
  return `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`;
}

function symbol(folder, name, list) {
  const outline = join(folder, "outline", `${name}.svg`);
  const filled = join(folder, "filled", `${name.replace(/-filled$/, "")}.svg`);
  const file = existsSync(outline) ? outline : filled;
  if (!existsSync(file) || (file === filled && !name.endsWith("-filled"))) {
    throw new Error(`${list}: there is no icon named "${name}"`);
  }
  const paint = file === filled ? 'fill="currentColor"' : 'fill="none" stroke="currentColor"';
  const style = `${paint} stroke-linecap="round" stroke-linejoin="round"`;
  const inside = readFileSync(file, "utf8").replace(/^[\s\S]*?<svg[^>]*>|<\/svg>\s*$|\s*<path stroke="none"[^>]*\/>/g, "");
  return `<symbol id="${name}" viewBox="0 0 24 24" ${style}>${inside.replace(/\s*\n\s*/g, "")}</symbol>`;
}

try {
  const entries = readdirSync(sources).filter((name) => /\.(js|css)$/.test(name)).map((name) => join(sources, name));
  mkdirSync(out, { recursive: true });
  await build({
    entryPoints: entries,
    outdir: out,
    bundle: true,
    minify: true,
    sourcemap: false,
    legalComments: "linked",
    format: "iife",
    target,
    loader: { ".woff2": "file", ".woff": "file", ".ttf": "file", ".svg": "file", ".png": "file" },
    assetNames: "[name]-[hash]",
    logLevel: "warning",
  });
  const list = join(sources, "icons.txt");
  if (existsSync(list)) writeFileSync(join(out, "icons.svg"), sprite(list));
} catch (error) {
  if (!error.errors) console.error(error.message); // esbuild has printed its own
  process.exit(1);
}
