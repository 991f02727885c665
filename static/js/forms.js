// Forms: lead to the errors, send once, say how long and how big. All of it is checked again by the server.
const PATIENCE = 10000; // then a form may be sent again: the answer may have been a download

function words(name, values) {
  const text = document.getElementById("words")?.dataset[name] || "";
  return text.replace(/\{(\w+)\}/g, (_, key) => values[key]);
}

function leadToErrors() {
  const summary = document.querySelector("[data-error-summary]");
  if (!summary) return;
  summary.focus();
  summary.addEventListener("click", (event) => {
    const target = document.getElementById(event.target.closest("a")?.hash.slice(1));
    if (!target) return;
    event.preventDefault();
    target.scrollIntoView({ block: "center" });
    target.focus({ preventScroll: true });
  });
}

function confirmed(form, button) {
  const question = button?.dataset.confirm || form.dataset.confirm;
  return !question || window.confirm(question);
}

function lock(form) {
  for (const element of form.elements) {
    if (element.type !== "submit" || element.disabled) continue;
    element.disabled = true;
    element.dataset.locked = "yes";
  }
}

function release(form) {
  delete form.dataset.sent;
  for (const element of form.elements) {
    if (!element.dataset.locked) continue;
    element.disabled = false;
    delete element.dataset.locked;
  }
}

function sendOnce() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent || !confirmed(form, event.submitter)) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    if (form.matches("[hx-post]")) return;
    form.dataset.sent = "yes";
    setTimeout(() => lock(form));
    setTimeout(() => release(form), PATIENCE);
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
  });
}

function note(input) {
  const id = `${input.id || input.name}_note`;
  let box = document.getElementById(id);
  if (!box) {
    box = document.createElement("p");
    box.id = id;
    box.setAttribute("aria-live", "polite");
    input.after(box);
    input.setAttribute("aria-describedby", `${input.getAttribute("aria-describedby") || ""} ${id}`.trim());
  }
  return box;
}

function tellSize(input) {
  const most = Number(input.dataset.maxBytes);
  const mega = (bytes) => (bytes / 1048576).toFixed(1);
  input.addEventListener("change", () => {
    const big = [...input.files].find((file) => file.size > most);
    const box = note(input);
    box.className = big ? "error" : "hint";
    box.textContent = big ? words("tooBig", { name: big.name, size: mega(big.size), most: mega(most) }) : "";
    input.setAttribute("aria-invalid", String(Boolean(big)));
  });
}

function count(area) {
  const most = Number(area.dataset.most);
  const box = note(area);
  const tell = () => {
    const left = most - [...area.value].length;
    box.className = left < 0 ? "error count" : "hint count";
    box.textContent = left < 0 ? words("over", { over: -left }) : left <= most / 4 ? words("left", { left }) : "";
  };
  area.addEventListener("input", tell);
  tell();
}

function dress(scope) {
  scope.querySelectorAll("input[type=file][data-max-bytes]").forEach(tellSize);
  scope.querySelectorAll("textarea[data-most]").forEach(count);
}

// The line that tells of saving by itself: say so when it fails, instead of showing the last success for ever.
function tellKept(event) {
  const box = event.target;
  if (box.id !== "saved") return;
  const kept = event.detail.successful && box.querySelector(".kept");
  box.className = kept ? "meta" : "error";
  if (!kept) box.textContent = words("notKept");
}

leadToErrors();
sendOnce();
document.addEventListener("htmx:afterRequest", tellKept);
dress(document);
document.addEventListener("htmx:load", (event) => {
  if (event.target !== document.body) dress(event.target);
});
