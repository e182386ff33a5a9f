// Small helpers shared by the modules.
let texts;

/** A text the page brought along (Frame.texts), with %(name)s filled. */
export function say(key, values = {}) {
  texts ??= JSON.parse(document.getElementById("ui-texts")?.textContent || "{}");
  return (texts[key] || "").replace(/%\((\w+)\)s/g, (_, name) => values[name] ?? "");
}

/** Listen on the document for events inside elements that match. */
export function on(type, selector, act, options) {
  document.addEventListener(type, (event) => {
    const found = event.target instanceof Element && event.target.closest(selector);
    if (found) act(event, found);
  }, options);
}

/** Run for every match now and in whatever HTMX brings. */
export function each(selector, act) {
  const run = (root) => {
    if (root.matches?.(selector)) act(root);
    root.querySelectorAll?.(selector).forEach(act);
  };
  run(document);
  document.addEventListener("htmx:load", (event) => run(event.target));
}

export const typing = (element) => element.matches?.("input:not([type=checkbox],[type=radio]), textarea, select, [contenteditable=true]");

/** An element made of text only. */
export function make(tag, classes, text = "", attributes = {}) {
  const element = document.createElement(tag);
  element.className = classes;
  element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
