// The search box with a list of suggestions (ARIA combobox): arrow keys choose, Enter goes there, Escape closes.
// htmx fetches them a moment after the last key. Without this module the box is a plain search.
function combobox(input) {
  const list = document.getElementById(input.dataset.suggestions);
  const told = document.getElementById(`${list.id}-told`);
  let chosen = -1;

  const options = () => [...list.children];

  function open(yes) {
    list.hidden = !yes;
    input.setAttribute("aria-expanded", String(yes));
    if (!yes) choose(-1);
  }

  function choose(number) {
    chosen = number;
    options().forEach((option, n) => option.setAttribute("aria-selected", String(n === number)));
    const option = options()[number];
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  }

  function tell() {
    const count = list.children.length;
    const words = count === 1 ? told.dataset.one : told.dataset.some.replace("{count}", count);
    told.textContent = count ? words : "";
  }

  function go(option) {
    if (option?.dataset.href) location.assign(option.dataset.href);
  }

  function press(event) {
    const last = list.children.length - 1;
    if (event.isComposing || last < 0) return; // Enter and arrows belong to the input method while it composes
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const down = event.key === "ArrowDown";
      if (list.hidden) open(true);
      choose(down ? (chosen < last ? chosen + 1 : -1) : chosen < 0 ? last : chosen - 1);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      open(false);
    } else if (event.key === "Enter" && chosen >= 0 && !list.hidden) {
      event.preventDefault();
      go(options()[chosen]);
    }
  }

  input.type = "text"; // a search field cannot be a combobox
  input.inputMode = "search";
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false" }))
    input.setAttribute(name, value);
  input.setAttribute("aria-controls", list.id);
  input.addEventListener("keydown", press);
  input.addEventListener("blur", () => open(false));
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", (event) => go(event.target.closest("[role=option]")));
  list.addEventListener("htmx:afterSwap", () => {
    const some = list.children.length > 0 && document.activeElement === input && input.value.trim();
    open(Boolean(some));
    tell();
  });
  input.form.addEventListener("submit", () => open(false));
}

document.querySelectorAll("input[data-suggestions]").forEach(combobox);
