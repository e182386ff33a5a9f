// Messages after a write, with Undo: header HX-Trigger {"toast": {text, tone, undo}}, or already on the page.
import { make, on, say } from "./dom.js";

const STAY = 7000;
const STAY_WITH_UNDO = 14000;

const host = () => document.getElementById("toasts");

/** Show over everything, an open dialog included (the top layer). */
function raise(element) {
  if (!element.showPopover) return;
  element.popover = "manual";
  if (element.matches(":popover-open")) element.hidePopover();
  element.showPopover();
}

function arm(toast, long) {
  let left = setTimeout(() => close(toast), long ? STAY_WITH_UNDO : STAY);
  const hold = () => clearTimeout(left);
  const release = () => { left = setTimeout(() => close(toast), STAY); };
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("pointerleave", release);
  toast.addEventListener("focusout", release);
}

function close(toast) {
  toast.remove();
  const place = host();
  if (place && !place.childElementCount && place.popover && place.matches(":popover-open")) place.hidePopover();
}

async function undo(url, toast) {
  close(toast);
  let told = false;
  const listen = (event) => {
    const answer = event.detail.xhr;
    told = answer.status >= 400 || Boolean(answer.getResponseHeader("HX-Trigger") || answer.getResponseHeader("HX-Refresh") || answer.getResponseHeader("HX-Redirect"));
  };
  document.body.addEventListener("htmx:afterRequest", listen, { once: true });
  await window.htmx.ajax("POST", url, { swap: "none" });
  if (!told) location.reload();
}

export function toast(text, { tone = "ok", undo: url = "" } = {}) {
  const place = host();
  if (!place || !text) return;
  const box = make("div", `toast toast-${tone}`, "", { "data-toast": "" });
  box.append(make("span", "", text));
  if (url) {
    const button = make("button", "toast-undo", say("undo"), { type: "button" });
    button.addEventListener("click", () => undo(url, box));
    box.append(button);
  }
  const cross = make("button", "toast-close", "✕", { type: "button", "data-toast-close": "", "aria-label": say("close") });
  box.append(cross);
  while (place.childElementCount > 2) place.firstElementChild.remove();
  place.append(box);
  raise(place);
  arm(box, Boolean(url) || tone === "error");
}

const BY_STATUS = { 0: "offline", 403: "forbidden", 404: "missing", 409: "conflict", 412: "conflict", 429: "busy", 503: "busy" };

export function start() {
  on("click", "[data-toast-close]", (_, button) => close(button.closest("[data-toast]")));
  document.addEventListener("toast", ({ detail }) => toast(detail.text, detail));
  const waiting = document.querySelectorAll("#toasts [data-toast]");
  if (waiting.length) raise(host());
  waiting.forEach((element) => arm(element, true));
  document.addEventListener("htmx:sendError", () => toast(say("offline"), { tone: "error" }));
  document.addEventListener("htmx:responseError", ({ detail }) => {
    const answer = detail.xhr;
    const plain = (answer.getResponseHeader("Content-Type") || "").startsWith("text/html") && !answer.responseText.includes("<!doctype");
    const own = plain ? new DOMParser().parseFromString(answer.responseText, "text/html").body.textContent.trim() : "";
    toast(own.slice(0, 400) || say(BY_STATUS[answer.status] || "failed"), { tone: "error" });
  });
}
