// A draft: edited, checked while one types, tried, replayed, published.

import { Editor } from "./editor.js";
import { ask, complain, fields, Refusal } from "./forms.js";
import { select, wireTabs } from "./tabs.js";

const TYPING = 350; // ms after the last key before the text is checked

const byId = (id) => document.getElementById(id);
const page = byId("draft");
const { draft, kind, name } = page.dataset;
const words = byId("words").dataset;
const pieces = `/rules/drafts/${draft}`;
const api = `/v1/drafts/${draft}`;

let revision = Number(page.dataset.revision);
let saved = byId("text").value;
let isChecking = false;
let checkAgain = false;
let timer = 0;

const editor = new Editor(byId("editor"), () => {
  showState();
  clearTimeout(timer);
  timer = setTimeout(check, TYPING);
});

const isDirty = () => editor.text !== saved;

function showState(state = isDirty() ? "dirty" : "saved") {
  const output = byId("state");
  output.value = output.dataset[state];
  output.dataset.state = state;
}

/** One question at a time: the server may take longer than people take to type on. */
async function check() {
  if (isChecking) {
    checkAgain = true;
    return;
  }
  [isChecking, checkAgain] = [true, false];
  try {
    byId("check").innerHTML = await ask("POST", `${pieces}/check`, { text: editor.text });
  } catch (error) {
    byId("check").textContent = error instanceof Refusal ? error.message : words.lost;
  }
  isChecking = false;
  showChecked();
  if (checkAgain) check();
}

function showChecked() {
  const marks = new Map();
  for (const problem of [...byId("check").querySelectorAll("[data-line]")].reverse()) {
    marks.set(Number(problem.dataset.line), [...problem.classList].find((one) => one !== "problem"));
  }
  editor.mark(marks);
  const found = byId("check").querySelector(".checked")?.dataset;
  const count = byId("check-count");
  count.hidden = !found || found.problems === "0";
  count.textContent = found?.problems ?? "";
  showPublishable(found);
}

function showPublishable(found) {
  const line = byId("publish-check");
  const isFine = found?.publishable === "true";
  line.textContent = isFine ? line.dataset.ok : line.dataset.wrong;
  line.classList.toggle("ok", isFine);
}

/** Whether the text is stored now. */
async function save(onto = revision) {
  const text = editor.text;
  showState("saving");
  try {
    const stored = await ask("PUT", api, { text, revision: onto });
    revision = stored.revision;
    saved = text;
    byId("conflict").replaceChildren();
    showState();
    return true;
  } catch (error) {
    showState("failed");
    if (error instanceof Refusal && error.code === "storage.draft_saved_meanwhile") await showConflict();
    else showFailure(error);
    return false;
  }
}

async function showConflict() {
  byId("conflict").innerHTML = await ask("POST", `${pieces}/conflict`, { text: editor.text });
  select(byId("tab-check"));
}

function showFailure(error) {
  const line = document.createElement("p");
  line.className = "form-problem";
  line.textContent = error instanceof Refusal ? error.message : words.lost;
  byId("conflict").replaceChildren(line);
  select(byId("tab-check"));
}

async function takeTheirs() {
  const stored = await ask("GET", api);
  revision = stored.revision;
  saved = stored.text;
  editor.replace(stored.text);
  byId("conflict").replaceChildren();
  showState();
}

async function discard() {
  if (!confirm(byId("discard").dataset.sure)) return;
  try {
    await ask("DELETE", `${api}?revision=${revision}`);
    saved = editor.text;
    location.assign("/rules");
  } catch (error) {
    showFailure(error);
  }
}

async function rebase(onto) {
  if (isDirty() && !(await save())) return;
  try {
    await ask("POST", `${api}/rebase`, { onto, revision });
    location.reload();
  } catch (error) {
    showFailure(error);
  }
}

function wait(form, isWaiting) {
  form.querySelector("button.primary").disabled = isWaiting;
  const line = form.querySelector("[data-waiting]");
  if (line) line.hidden = !isWaiting;
}

/** A form whose answer is a piece of HTML shown below it. */
function answers(form, address, place, body) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    wait(form, true);
    complain(form, null);
    place.classList.add("is-waiting");
    try {
      place.innerHTML = await ask("POST", `${pieces}/${address}`, body(form));
    } catch (error) {
      place.replaceChildren();
      complain(form, error instanceof Refusal ? error : new Error(words.lost));
    }
    place.classList.remove("is-waiting");
    wait(form, false);
  });
}

async function publish(form) {
  if (isDirty() && !(await save())) return;
  wait(form, true);
  complain(form, null);
  try {
    const asked = fields(form);
    await ask("POST", `${api}/publish`, { revision, why: asked.why, anyway: asked.anyway });
    location.assign(`/rules/${kind}s/${name}`);
  } catch (error) {
    complain(form, error instanceof Refusal ? error : new Error(words.lost));
    if (error.code === "api.gate_failed") byId("anyway").hidden = false;
    wait(form, false);
  }
}

function showKind(form) {
  const chosen = form.elements.kind.value;
  for (const set of form.querySelectorAll("[data-for]")) {
    const fits = set.dataset.for.split(" ").includes(chosen);
    set.hidden = !fits;
    set.disabled = !fits;
  }
}

async function insertRule(form) {
  complain(form, null);
  try {
    const [after] = editor.place;
    const wanted = editor.area.selectionStart > 0 ? { after } : {};
    const made = await ask("POST", "/v1/drafts/rule", { text: editor.text, rule: fields(form), check: false, ...wanted });
    editor.replace(made.text);
    editor.go(made.line, 1, made.last);
    select(byId("tab-check"));
  } catch (error) {
    complain(form, error instanceof Refusal ? error : new Error(words.lost));
  }
}

wireTabs();
showState();
check();

byId("save").addEventListener("click", () => save());
byId("discard").addEventListener("click", discard);
byId("rebase")?.addEventListener("click", (event) => rebase(Number(event.target.dataset.onto)));
byId("publish").addEventListener("submit", (event) => {
  event.preventDefault();
  publish(event.target);
});
answers(byId("try"), "try", byId("tried"), (form) => ({ ...fields(form), text: editor.text }));
answers(byId("replay"), "replay", byId("replayed"), (form) => ({ ...fields(form), draft: editor.text }));

const ruleForm = byId("rule-form");
if (ruleForm) {
  showKind(ruleForm);
  ruleForm.elements.kind.addEventListener("change", () => showKind(ruleForm));
  ruleForm.addEventListener("submit", (event) => {
    event.preventDefault();
    insertRule(ruleForm);
  });
}

document.addEventListener("click", (event) => {
  const problem = event.target.closest("[data-line]");
  if (problem?.matches("button")) editor.go(Number(problem.dataset.line), Number(problem.dataset.column ?? 1));
  if (event.target.closest("[data-take]")) takeTheirs();
  const overwrite = event.target.closest("[data-overwrite]");
  if (overwrite) save(Number(overwrite.dataset.overwrite));
});
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "s") {
    event.preventDefault();
    save();
  }
});
document.addEventListener("selectionchange", () => {
  const [line, column] = editor.place;
  byId("place").value = byId("place").dataset.words.replace("{line}", line).replace("{column}", column);
});
addEventListener("beforeunload", (event) => {
  if (isDirty()) event.preventDefault();
});
