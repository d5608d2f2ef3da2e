// Training: forms and buttons that speak JSON with the API, lists of people to choose from, dialogs filled with a row.

import { ask, complain, fields, Refusal, wire } from "./forms.js";

/** Boxes of one list (data-list) as their values; items (data-items) as what their values stand for; numbers as a list. */
function body(form) {
  const said = "points" in form.dataset ? { points: fields(form) } : fields(form);
  for (const set of form.querySelectorAll("[data-list]")) said[set.dataset.list] = chosen(set);
  for (const set of form.querySelectorAll("[data-items]")) {
    said[set.dataset.items] = chosen(set).map((value) => {
      const [card, item, name] = value.split("\t");
      return { card, item, name };
    });
  }
  for (const field of form.querySelectorAll("[data-numbers]")) said[field.name] = (field.value.match(/\d+/g) ?? []).map(Number);
  for (const field of form.querySelectorAll("[data-yes]")) said[field.name] = field.value === "yes";
  if ("all" in form.dataset) for (const field of form.querySelectorAll("textarea")) said[field.name] = field.value;
  return { ...said, ...JSON.parse(form.dataset.fixed ?? "{}") };
}

const chosen = (set) => [...set.querySelectorAll("input:checked")].map((box) => box.value);

const headers = ({ revision }) => (revision ? { "If-Match": `"${revision}"` } : {});

/** `{plan.id}` of an address from what the server answered. */
function go(address, answer) {
  if (!address) location.reload();
  else location.assign(address.replace(/\{([\w.]+)\}/g, (slot, path) => path.split(".").reduce((at, name) => at?.[name], answer)));
}

async function send(form) {
  const button = form.querySelector("button:not([type=button])");
  button.disabled = true;
  complain(form, null);
  try {
    go(form.dataset.then, await ask(form.dataset.send, form.dataset.to, body(form), headers(form.dataset)));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    complain(form, error);
    button.disabled = false;
  }
}

async function act(button) {
  if (button.dataset.confirm && !confirm(button.dataset.confirm)) return;
  const line = document.getElementById("act-problem");
  button.disabled = true;
  try {
    const said = button.dataset.body ? JSON.parse(button.dataset.body) : null;
    go(button.dataset.then, await ask(button.dataset.act, button.dataset.to, said, headers(button.dataset)));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    line.textContent = error.message;
    line.hidden = false;
    line.scrollIntoView({ block: "nearest" });
    button.disabled = false;
  }
}

/** Fill the dialog's form with the row, and send it where the button says. */
function edit(button) {
  const dialog = document.getElementById(button.dataset.edits);
  const form = dialog.querySelector("form");
  const row = JSON.parse(button.dataset.row);
  form.dataset.to = button.dataset.sendTo;
  if (button.dataset.method) form.dataset.send = button.dataset.method;
  for (const field of form.elements) {
    if (!field.name || !(field.name in row)) continue;
    if (field.type === "checkbox") field.checked = Boolean(row[field.name]);
    else field.value = row[field.name] ?? "";
  }
  for (const set of form.querySelectorAll("[data-list], [data-items]")) {
    const values = row[set.dataset.list ?? set.dataset.items] ?? [];
    for (const box of set.querySelectorAll("[type=checkbox]")) box.checked = values.includes(box.value);
  }
  complain(form, null);
  dialog.showModal();
}

wire();

document.addEventListener("submit", (event) => {
  if (!event.target.dataset.send) return;
  event.preventDefault();
  send(event.target);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.act) act(button);
  else if (button.dataset.edits) edit(button);
  else if (button.dataset.opens && button.dataset.sendTo) {
    const form = document.getElementById(button.dataset.opens).querySelector("form");
    form.reset();
    Object.assign(form.dataset, { to: button.dataset.sendTo, send: "POST" });
  } else if ("prints" in button.dataset) print();
});

document.addEventListener("input", (event) => {
  if (!("finds" in event.target.dataset)) return;
  const wanted = event.target.value.trim().toLowerCase();
  for (const line of event.target.parentElement.querySelectorAll("li")) {
    line.hidden = !line.textContent.toLowerCase().includes(wanted);
  }
});
