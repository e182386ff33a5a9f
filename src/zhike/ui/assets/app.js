// What the pages do in the browser. Everything hangs on data attributes (docs/reference/ui.md, "Hooks"), works on
// parts that HTMX brings later, and needs neither inline script nor inline style.
import Alpine from "@alpinejs/csp";
import { start as busy } from "./js/busy.js";
import { start as charts } from "./js/chart-loader.js";
import { start as dialogs } from "./js/dialogs.js";
import { start as files } from "./js/files.js";
import { start as keys } from "./js/keys.js";
import { start as popovers } from "./js/popovers.js";
import { start as search } from "./js/search.js";
import { start as tables } from "./js/tables.js";
import { start as theme } from "./js/theme.js";
import { start as toasts } from "./js/toasts.js";

for (const begin of [theme, toasts, dialogs, popovers, search, tables, keys, files, charts, busy]) begin();

window.Alpine = Alpine;
Alpine.start();
