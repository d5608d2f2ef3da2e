// A new question of an exam: which fields it has depends on its kind.

import { ask, complain, Refusal } from "./forms.js";

const form = document.getElementById("question");
const kindOf = () => form.elements.kind?.value ?? form.dataset.kind;

function show() {
  for (const set of form.querySelectorAll("fieldset[data-for]")) {
    set.hidden = !set.dataset.for.split(" ").includes(kindOf());
  }
}

function choices() {
  const rows = [...form.querySelectorAll(".training-choice")]
    .map((row) => [row.querySelector("[data-choice]").value.trim(), row.querySelector("[data-right]").checked])
    .filter(([text]) => text);
  const right = rows.flatMap(([, isRight], index) => (isRight ? [index] : []));
  return { body: { choices: rows.map(([text]) => text) }, key: { kind: "choices", right } };
}

function listening() {
  const rows = [...form.querySelectorAll("[data-item]")];
  const number = (row, name) => {
    const { value } = row.querySelector(`[data-${name}]`);
    return value === "" ? null : Number(value);
  };
  const faults = rows
    .filter((row) => row.querySelector("[type=checkbox]").checked)
    .map((row) => ({ item: row.dataset.item, start: number(row, "start"), end: number(row, "end") }));
  const items = rows.map((row) => ({ id: row.dataset.item, name: row.dataset.name }));
  return { body: { items }, key: { kind: "listening", faults }, case_id: Number(form.dataset.case) };
}

function parts() {
  if (kindOf() === "judge") return { key: { kind: "judge", right: form.elements.right.value === "true" } };
  if (kindOf() === "text") return { key: { kind: "text", model: form.elements.model.value } };
  return kindOf() === "listening" ? listening() : choices();
}

form.addEventListener("change", show);
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { text, points } = form.elements;
  const said = { kind: kindOf(), text: text.value, points: Number(points.value), ...parts() };
  const { exam, revision } = form.dataset;
  try {
    await ask("POST", `/v1/exams/${exam}/questions`, said, { "If-Match": `"${revision}"` });
    location.assign(`/exams/${exam}`);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    complain(form, error);
  }
});
show();
