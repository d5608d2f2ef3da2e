// Beginning, writing, issuing and taking back a weekly or monthly report; signing an inspector's month.

import { ask, complain, fields, wire } from "./forms.js";
import { toast } from "./toast.js";

wire();

const report = document.getElementById("report");
const tag = (revision) => ({ "If-Match": `"${revision}"` });

async function begin(button) {
  button.disabled = true;
  try {
    const { begins: kind, day, team } = button.dataset;
    const made = await ask("POST", "/v1/reports/issued", { kind, day, ...(team ? { team } : {}) });
    location.assign(`/reports/issued/${made.id}`);
  } catch (error) {
    toast(error.message, { bad: true });
    button.disabled = false;
  }
}

/** What stands in the form; empty texts are meant, so they are sent. */
const texts = (form) => Object.fromEntries(["summary", "plan", "follow_up"].map((name) => [name, form.elements[name].value]));

async function save(form) {
  const saved = await ask("PUT", `/v1/reports/issued/${report.dataset.id}`, texts(form), tag(report.dataset.revision));
  report.dataset.revision = saved.revision;
  return saved;
}

async function move(state) {
  await ask("PUT", `/v1/reports/issued/${report.dataset.id}/state`, { state }, tag(report.dataset.revision));
  location.reload();
}

async function act(form, name) {
  complain(form, null);
  try {
    if (name === "save") toast(((await save(form)), form.dataset.saved));
    else if (name === "issue") {
      await save(form);
      await move("issued");
    } else await move("draft");
  } catch (error) {
    complain(form, error);
  }
}

async function sign(form) {
  const { user, month, grade, comment = "" } = fields(form);
  try {
    await ask("PUT", `/v1/assessments/${month}/${user}`, { grade, comment });
    location.reload();
  } catch (error) {
    complain(form, error);
  }
}

async function read(button) {
  try {
    await ask("POST", `/v1/assessments/${button.dataset.reads}/read`);
    location.reload();
  } catch (error) {
    toast(error.message, { bad: true });
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-begins], [data-report-act], [data-reads]");
  if (!button) return;
  if (button.dataset.begins) begin(button);
  else if (button.dataset.reads) read(button);
  else if (!button.dataset.sure || confirm(button.dataset.sure)) act(document.getElementById("report-words"), button.dataset.reportAct);
});

document.addEventListener("submit", (event) => {
  if (!("signs" in event.target.dataset)) return;
  event.preventDefault();
  sign(event.target);
});
