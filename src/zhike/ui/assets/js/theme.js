// Light, dark or the system's: kept in a cookie, so that the server draws the next page without a flash.
import { on } from "./dom.js";

export function start() {
  on("click", "[data-theme-value]", (_, button) => {
    const value = button.dataset.themeValue;
    document.documentElement.dataset.theme = value;
    document.cookie = `zhike_theme=${value}; path=/; max-age=31536000; samesite=lax`;
    document.querySelectorAll("[data-theme-value]").forEach((other) => {
      other.setAttribute("aria-pressed", String(other.dataset.themeValue === value));
    });
    document.dispatchEvent(new CustomEvent("ui:theme"));
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => document.dispatchEvent(new CustomEvent("ui:theme")));
}
