// The district's wording, put into the text where the caret stands. Without this module the wording is there to read.
function show(root) {
  for (const button of root.querySelectorAll("[data-insert]")) button.hidden = false;
}

function insert(button) {
  const target = document.getElementById(button.dataset.into);
  if (!target) return;
  const words = button.dataset.insert;
  const { selectionStart: start, selectionEnd: end, value } = target;
  const apart = target.lang === "en" && start > 0 && /\w$/.test(value.slice(0, start)) ? " " : "";
  target.focus();
  target.setRangeText(apart + words, start, end, "end");
  target.dispatchEvent(new Event("input", { bubbles: true }));
}

show(document);
document.addEventListener("htmx:afterSwap", (event) => show(event.target));
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  if (button) insert(button);
});
