// Forms that speak JSON with the API, and dialogs around them. What is said stands in the page.

/** What the server said where it refused; `mistakes` are about single fields. */
export class Refusal extends Error {
  constructor(problem) {
    super(problem.detail);
    this.code = problem.code;
    this.facts = problem.facts ?? {};
    this.mistakes = problem.mistakes ?? [];
  }
}

/** JSON there and JSON or HTML back; a Refusal where the server says no, a TypeError where it cannot be reached. */
export async function ask(method, address, body, headers = {}) {
  const sent = body && !(body instanceof Blob) ? { "Content-Type": "application/json" } : {};
  const answer = await fetch(address, {
    method,
    headers: { Accept: "application/json, application/problem+json", ...sent, ...headers },
    body: body && (body instanceof Blob ? body : JSON.stringify(body)),
  });
  if (!answer.ok) {
    const isProblem = (answer.headers.get("content-type") ?? "").includes("json");
    throw new Refusal(isProblem ? await answer.json() : { detail: `${answer.status} ${answer.statusText}` });
  }
  if (answer.status === 204) return null;
  return (answer.headers.get("content-type") ?? "").includes("json") ? answer.json() : answer.text();
}

/** The form's fields: empty ones left out, lines as lists, numbers as numbers. Hidden fieldsets are disabled and not in it. */
export function fields(form) {
  const body = {};
  for (const field of form.elements) {
    if (!field.name || field.disabled || field.closest("fieldset:disabled")) continue;
    if (field.type === "checkbox") body[field.name] = field.checked;
    else if (field.value === "") continue;
    else if ("lines" in field.dataset) body[field.name] = field.value.split("\n").map((line) => line.trim()).filter(Boolean);
    else if ("number" in field.dataset || field.type === "number") body[field.name] = Number(field.value);
    else body[field.name] = field.value;
  }
  return body;
}

/** Say in the form what went wrong, or take it back. */
export function complain(form, error) {
  const line = form.querySelector(".form-problem");
  const list = form.querySelector(".form-problems");
  line.hidden = !error;
  line.textContent = error ? error.message : "";
  if (!list) return;
  list.replaceChildren();
  for (const mistake of error?.mistakes ?? []) {
    const item = document.createElement("li");
    item.textContent = mistake.detail;
    list.append(item);
  }
  list.hidden = !list.childElementCount;
}

/** Buttons that open a dialog hand it their data: into fields of that name, or as the address of its form. */
function open(button) {
  const dialog = document.getElementById(button.dataset.opens);
  const form = dialog.querySelector("form");
  complain(form, null);
  for (const [name, value] of Object.entries(button.dataset)) {
    if (name === "opens") continue;
    if (name === "api") form.dataset.api = value;
    else if (form.elements[name]) form.elements[name].value = value;
  }
  dialog.showModal();
}

async function submit(form) {
  const button = form.querySelector("button:not([type=button])");
  button.disabled = true;
  try {
    const answer = await ask("POST", form.dataset.api, fields(form));
    location.assign(form.dataset.then ? form.dataset.then.replace("{id}", answer.id) : location.href);
  } catch (error) {
    complain(form, error);
    button.disabled = false;
  }
}

/** Every form with an address of the API, every button that opens or closes a dialog. */
export function wire() {
  document.addEventListener("click", (event) => {
    const opens = event.target.closest("[data-opens]");
    if (opens) open(opens);
    event.target.closest("[data-closes]")?.closest("dialog").close();
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.dataset.api) return;
    event.preventDefault();
    submit(event.target);
  });
}
