// Text size and colours, kept in this browser and told to the server by a cookie; menus that close.
const root = document.documentElement;
const YEAR = 365 * 24 * 3600;

function stored() {
  try {
    return JSON.parse(localStorage.getItem("display")) || {};
  } catch {
    return {};
  }
}

function keep(choice) {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `display=${choice.size}.${choice.theme}; path=/; max-age=${YEAR}; samesite=lax${secure}`;
  try {
    localStorage.setItem("display", JSON.stringify(choice));
  } catch {
    // a browser that keeps nothing: the cookie is enough
  }
}

function settings(menu) {
  const form = menu.querySelector("form");
  const told = document.cookie.includes("display=");
  const choice = { size: root.dataset.size, theme: root.dataset.theme, ...(told ? {} : stored()) };
  if (!told && stored().size) keep(choice);
  for (const [key, value] of Object.entries(choice)) {
    const input = form.querySelector(`[name="${key}"][value="${CSS.escape(value)}"]`);
    if (input) input.checked = true;
    root.dataset[key] = value;
  }
  menu.hidden = false;
  form.addEventListener("change", (event) => {
    choice[event.target.name] = event.target.value;
    root.dataset[event.target.name] = event.target.value;
    keep(choice);
  });
}

function menus() {
  const open = () => document.querySelectorAll("details.menu[open]");
  document.addEventListener("click", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}

const menu = document.getElementById("display-settings");
if (menu) settings(menu);
menus();
