// Corrective actions, ledgers, the ladder and meetings: forms that speak JSON with the API.
//
// A form says where with data-send and, unless it posts, how with data-method. What is edited is sent with the revision
// of the page (data-revision of <main>) where the form says data-revised. Afterwards data-then is opened, or the page anew.

import { ask, complain, fields, wire } from "./forms.js";

wire();

const page = document.querySelector("main");

/** The form's fields, as forms.js reads them; boxes marked data-many are a list, numbers in a data-numbers field too. */
function body(form) {
  const said = fields(form);
  for (const box of form.querySelectorAll("input[data-many]:not(:disabled)")) {
    if (typeof said[box.name] === "boolean") said[box.name] = [];
    if (box.checked) said[box.name].push(box.value);
  }
  for (const field of form.querySelectorAll("[data-numbers]")) {
    said[field.name] = (field.value.match(/\d+/g) ?? []).map(Number);
  }
  for (const field of form.querySelectorAll("[data-one-item]")) {
    const [item, ...card] = field.value.split("@");
    delete said[field.name];
    if (item) Object.assign(said, { items: [item], card: card.join("@") });
  }
  for (const field of form.querySelectorAll("[data-keep]")) said[field.name] ??= field.dataset.keep === "list" ? [] : "";
  for (const field of form.querySelectorAll("[data-json]")) said[field.name] = JSON.parse(field.value);
  return said;
}

async function send(form, address) {
  const button = form.querySelector("button:not([type=button])");
  const headers = "revised" in form.dataset ? { "If-Match": `"${page.dataset.revision}"` } : { "Idempotency-Key": form.dataset.key };
  if (button) button.disabled = true;
  try {
    const answer = await ask(form.dataset.method ?? "POST", address, body(form), headers);
    const then = form.dataset.then?.replace("{id}", answer.id);
    if (then) location.assign(then);
    else location.reload();
  } catch (error) {
    complain(form, error);
    form.querySelector(".form-problem").scrollIntoView({ block: "nearest" });
    if (button) button.disabled = false;
  }
}

for (const form of document.querySelectorAll("form[data-send]")) {
  form.dataset.key = crypto.randomUUID?.() ?? String(Math.random());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    // A form with several buttons: the one pressed says what is done.
    const chosen = event.submitter?.dataset.move;
    if (chosen) form.elements.move.value = chosen;
    send(form, form.dataset.send);
  });
}

/** Only the items of the chosen scorecard can be chosen; the others are disabled, which keeps them out of what is sent. */
function showItems() {
  const card = document.querySelector("select[name=card][data-items]");
  if (!card) return;
  const show = () => {
    for (const box of document.querySelectorAll("fieldset[data-card]")) {
      box.hidden = box.dataset.card !== card.value;
      box.disabled = box.hidden;
    }
  };
  card.addEventListener("change", show);
  show();
}

/** Buttons that fill a dialog's form and open it, with another address. */
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-asks]");
  if (!button) return;
  const dialog = document.getElementById(button.dataset.asks);
  const form = dialog.querySelector("form");
  complain(form, null);
  form.dataset.send = button.dataset.to ?? form.dataset.send;
  for (const [name, value] of Object.entries(JSON.parse(button.dataset.fill ?? "{}"))) {
    if (form.elements[name]) form.elements[name].value = value;
    const said = form.querySelector(`[data-says="${name}"]`);
    if (said) said.textContent = value;
  }
  dialog.showModal();
});

document.querySelector("[data-print]")?.addEventListener("click", () => print());
for (const select of document.querySelectorAll("form.filters select, form.filters input[type=checkbox]")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}

showItems();
