// The little script of the console: the menu on narrow screens, closing of drop-downs, and calm refreshing.

const side = document.getElementById("side"), menu = document.getElementById("menu");
if (menu) {
  menu.addEventListener("click", () => {
    const shown = side.classList.toggle("shown");
    menu.setAttribute("aria-expanded", String(shown));
  });
}

document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.drop[open]")) if (!open.contains(event.target)) open.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") for (const open of document.querySelectorAll("details.drop[open]")) open.open = false;
});

// A part of a page refreshes itself only while nobody is at work in it: no open form, no half-written note, no
// selected text. Rows never jump under a hand.
function busy(part) {
  if (document.visibilityState !== "visible" || part.querySelector("details.drop[open]")) return true;
  for (const field of part.querySelectorAll("textarea, input:not([type=hidden])")) if (field.value !== field.defaultValue) return true;
  return part.contains(document.activeElement) && document.activeElement !== document.body || String(document.getSelection()).length > 0;
}
for (const part of document.querySelectorAll("[data-refresh]")) {
  setInterval(() => { if (!busy(part)) part.dispatchEvent(new Event("calm-refresh")); }, Number(part.dataset.refresh) * 1000);
}

// What the reader opened stays open, and where lists were scrolled to stays there, when a part is replaced.
let opened = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  // A refusal is an answer too: it is shown.
  if (event.detail.xhr.status >= 400 && event.detail.xhr.status !== 401) event.detail.shouldSwap = event.detail.xhr.status < 500;
  const part = event.detail.target;
  opened = {
    open: Object.fromEntries([...part.querySelectorAll("details[data-keep]")].map((d) => [d.dataset.keep, d.open])),
    tops: [...part.querySelectorAll(".impact, .tall")].map((list) => list.scrollTop),
  };
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (!opened) return;
  for (const d of event.detail.target.querySelectorAll("details[data-keep]")) if (d.dataset.keep in opened.open) d.open = opened.open[d.dataset.keep];
  event.detail.target.querySelectorAll(".impact, .tall").forEach((list, i) => { list.scrollTop = opened.tops[i] || 0; });
  opened = null;
});
