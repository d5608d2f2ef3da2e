// Accounts, the roster, tokens, one's own account: forms that are sent as JSON, and secrets that are shown once.

import { ask, complain, fields, Refusal, wire } from "./forms.js";

/** The form's fields; boxes of one name (data-list) become a list. */
function body(form) {
  const said = fields(form);
  for (const set of form.querySelectorAll("[data-list]")) {
    said[set.dataset.list] = [...set.querySelectorAll("input:checked")].map((box) => box.value);
  }
  return said;
}

/** A secret that is not to be had again stays on the screen until its reader says that it is kept. */
function tell(secret, words) {
  const dialog = document.getElementById("told");
  dialog.querySelector("[data-secret]").textContent = secret;
  dialog.querySelector("[data-words]").textContent = words;
  dialog.addEventListener("close", () => location.reload());
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  for (const other of document.querySelectorAll("dialog[open]")) other.close();
  dialog.showModal();
}

async function send(form) {
  const button = form.querySelector("button:not([type=button])");
  const { send: method, to, then, revision } = form.dataset;
  const headers = revision ? { "If-Match": `"${revision}"` } : {};
  button.disabled = true;
  complain(form, null);
  try {
    const file = form.querySelector("input[type=file]")?.files[0];
    const answer = await ask(method, to, file ?? body(form), file ? { "Content-Type": "text/csv" } : headers);
    const secret = answer?.password ?? answer?.token;
    if (secret) tell(secret, answer.login ?? answer.name ?? "");
    else if (then) location.assign(then.replace("{id}", answer?.id));
    else if (file) done(form, answer);
    else location.reload();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    complain(form, error);
  } finally {
    button.disabled = false;
  }
}

/** What an import did, in the words the form has for it. */
function done(form, answer) {
  const line = form.querySelector("[data-done]");
  line.textContent = line.dataset.done.replace(/\{(\w+)\}/g, (slot, name) => answer[name] ?? slot);
  line.hidden = false;
}

/** Buttons that fill the one dialog of a list with the row they stand in. */
function edit(button) {
  const form = document.getElementById(button.dataset.edits).querySelector("form");
  const row = JSON.parse(button.dataset.row);
  form.dataset.to = button.dataset.to;
  form.dataset.revision = row.revision;
  for (const field of form.elements) {
    if (!field.name) continue;
    if (field.type === "checkbox") field.checked = Boolean(row[field.name]);
    else field.value = row[field.name] ?? "";
  }
  const title = form.querySelector("[data-title]");
  if (title) title.textContent = row[title.dataset.title];
  complain(form, null);
  document.getElementById(button.dataset.edits).showModal();
}

wire();

document.addEventListener("submit", (event) => {
  if (!event.target.dataset.send) return;
  event.preventDefault();
  send(event.target);
});

document.addEventListener("click", (event) => {
  const edits = event.target.closest("[data-edits]");
  if (edits) edit(edits);
  const copies = event.target.closest("[data-copies]");
  if (copies) navigator.clipboard?.writeText(document.querySelector("[data-secret]").textContent);
});

/** Fields that only one role needs. */
function showRole(select) {
  for (const field of select.form.querySelectorAll("[data-needed-by]")) {
    const input = field.querySelector("input");
    input.required = field.dataset.neededBy === select.value;
    field.classList.toggle("is-needed", input.required);
  }
}
for (const select of document.querySelectorAll("select[name=role]")) {
  select.addEventListener("change", () => showRole(select));
  showRole(select);
}
