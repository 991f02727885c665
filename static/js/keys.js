// Keys of the desk's lists: j and k go from request to request, Enter opens, x ticks, b goes to the acts on the
// ticked ones, n records a request, / searches, ? shows the keys; also while an input method is switched to Chinese.
// Never while somebody types, and not at all where the box in the list of keys is not ticked.
const help = document.getElementById("keys");
const box = help?.querySelector("[data-keys]");
const rows = [...document.querySelectorAll("tbody > tr:has(> th > a), [data-row]")];

function go(step) {
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const next = here < 0 ? (step > 0 ? 0 : rows.length - 1) : here + step;
  const link = rows[next]?.querySelector("a");
  link?.focus();
  link?.scrollIntoView({ block: "nearest" });
}

function tick() {
  rows.find((row) => row.contains(document.activeElement))?.querySelector("input[type=checkbox]")?.click();
}

function act() {
  const bulk = document.querySelector("details.bulk");
  if (bulk) bulk.open = true;
  bulk?.querySelector("button")?.focus();
}

const acts = {
  j: () => go(1),
  k: () => go(-1),
  x: tick,
  b: act,
  n: () => document.querySelector("[data-new]")?.click(),
  "/": () => document.querySelector(".filters input[type=search]")?.focus(),
  "?": () => (help.open = !help.open),
};
const same = { "？": "?", "、": "/", "／": "/" }; // what a Chinese keyboard makes of them
const typed = (event) => (event.key === "Process" ? event.code.replace("Key", "").toLowerCase() : event.key);

if (help) {
  help.hidden = false;
  box.checked = localStorage.getItem("keys") !== "off";
  box.addEventListener("change", () => localStorage.setItem("keys", box.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (!box.checked || typing || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = same[typed(event)] ?? typed(event);
    if (!Object.hasOwn(acts, key)) return;
    event.preventDefault();
    acts[key]();
  });
}
