// Keys of the desk. On its lists j and k go from request to request, Enter opens, x ticks, b goes to the acts on the
// ticked ones, n records a request, / searches. On a request each key goes to what the page marks with it: an act is
// opened with the cursor in its first field, a button only gets the focus, so that no key alone does anything; g and a
// letter go to a section. ? shows the keys. Also while an input method is switched to Chinese; never while somebody
// types, and not at all where the box in the list of keys is not ticked.
const help = document.getElementById("keys");
const box = help?.querySelector("[data-keys]");
const rows = [...document.querySelectorAll("tbody > tr:has(> th > a), [data-row]")];
const FIELDS = "form :is(input, textarea, select):not([type=hidden], [hidden])";
const WAIT = 2000; // milliseconds for the letter after g

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

// To what is marked with a key: a link is followed, a button focused, an act opened, a section shown.
function reach(mark) {
  if (mark.matches("a")) return mark.click();
  if (mark.matches("details")) mark.open = true;
  const there = mark.matches(".act") ? mark.querySelector(FIELDS) : mark;
  if (there.matches("section, details")) there.tabIndex = -1;
  there.focus();
  mark.scrollIntoView({ block: "start" });
}

function keys() {
  help.open = !help.open;
  if (help.open) help.scrollIntoView({ block: "nearest" });
}

const listed = {
  j: () => go(1),
  k: () => go(-1),
  x: tick,
  b: act,
  n: () => document.querySelector("[data-new]")?.click(),
  "/": () => document.querySelector(".filters input[type=search]")?.focus(),
};
const marks = [...document.querySelectorAll("[data-press]")].map((mark) => [mark.dataset.press, () => reach(mark)]);
const acts = { ...(marks.length ? Object.fromEntries(marks) : listed), "?": keys };
const same = { "？": "?", "、": "/", "／": "/" }; // what a Chinese keyboard makes of them
const typed = (event) => (event.key === "Process" ? event.code.replace("Key", "").toLowerCase() : event.key);
let begun = -WAIT; // when g was pressed

function pressed(event) {
  const key = same[typed(event)] ?? typed(event);
  const after = event.timeStamp - begun < WAIT;
  begun = key === "g" && !after ? event.timeStamp : -WAIT;
  return after ? `g ${key}` : key;
}

if (help) {
  help.hidden = false;
  for (const line of help.querySelectorAll("[data-of]")) line.hidden = !Object.hasOwn(acts, line.dataset.of);
  box.checked = localStorage.getItem("keys") !== "off";
  box.addEventListener("change", () => localStorage.setItem("keys", box.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (!box.checked || typing || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Shift") return;
    const key = pressed(event);
    if (!Object.hasOwn(acts, key)) return;
    event.preventDefault();
    acts[key]();
  });
}
