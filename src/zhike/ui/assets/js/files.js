// The drop zone: shows what was chosen, and refuses what is too large before it travels.
import { each, on, say } from "./dom.js";

const size = (bytes) => (bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1e3))} KB`);

function chosen(zone) {
  const input = zone.querySelector("input[type=file]");
  const shown = zone.querySelector("[data-dropzone-file]");
  const limit = Number(zone.dataset.maxMb || 0);
  const large = [...input.files].find((file) => limit && file.size > limit * 1048576);
  const text = large
    ? say("too_big", { name: large.name, size: (large.size / 1048576).toFixed(1), max: limit })
    : [...input.files].map((file) => `${file.name} · ${size(file.size)}`).join(", ");
  shown.textContent = text;
  shown.classList.toggle("bad", Boolean(large));
  input.setCustomValidity(large ? text : "");
}

export function start() {
  on("change", "[data-dropzone] input[type=file]", (_, input) => chosen(input.closest("[data-dropzone]")));
  each("[data-dropzone]", (zone) => {
    zone.addEventListener("dragover", () => zone.classList.add("over"));
    for (const end of ["dragleave", "drop"]) zone.addEventListener(end, () => zone.classList.remove("over"));
  });
}
