// A calibration session's own changes, each on the revision that was read; and what becomes of changes asked for.

import { ask, complain, fields, wire } from "./forms.js";

wire();

const page = document.getElementById("session");
const problem = document.getElementById("problem");

const tag = (revision) => ({ "If-Match": `"${revision}"` });

/** Change the session; what is refused stands over the page, unless a form has room for it. */
export async function change(method, to, body, form = null) {
  try {
    await ask(method, `/v1/calibrations/${page.dataset.id}${to}`, body, tag(page.dataset.revision));
    location.reload();
  } catch (error) {
    if (form) complain(form, error);
    else {
      Object.assign(problem, { hidden: false, textContent: error.message });
      problem.scrollIntoView({ block: "nearest" });
    }
  }
}

const numbers = (attribute) => [...document.querySelectorAll(`[data-${attribute}]`)].map((one) => Number(one.dataset[attribute]));

function leave({ dataset }) {
  if (!confirm(page.dataset.sureRemove)) return;
  if (dataset.leave) change("PUT", "/members", { members: numbers("member").filter((one) => one !== Number(dataset.leave)) });
  else change("PUT", "/calls", { calls: numbers("call").filter((one) => one !== Number(dataset.out)) });
}

/** Checkboxes of one name are a list of numbers; a time without a zone is China's. */
function body(form) {
  const { lists } = form.dataset;
  if (!lists) return fields(form);
  return { [lists]: [...form.querySelectorAll(`[name=${lists}]:checked`)].map((box) => Number(box.value)) };
}

async function decide(form) {
  const { change: id, revision, state, outcome } = form.elements;
  try {
    await ask("PATCH", `/v1/standard-changes/${id.value}`, { state: state.value, outcome: outcome.value }, tag(revision.value));
    location.reload();
  } catch (error) {
    complain(form, error);
  }
}

document.addEventListener("click", (event) => {
  const away = event.target.closest("[data-leave], [data-out]");
  if (away) leave(away);
  if (event.target.closest("#close")) change("POST", "/close");
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.api) return;
  const acts = {
    join: () => change("PUT", "/members", { members: [...numbers("member"), Number(form.elements.member.value)] }),
    "put-in": () => change("PUT", "/calls", { calls: [...numbers("call"), Number(form.elements.call.value)] }),
  };
  const act = acts[form.id] ?? (form.dataset.send && (() => change(form.dataset.send, form.dataset.to, body(form), form)))
    ?? ("decides" in form.dataset && (() => decide(form)));
  if (!act) return;
  event.preventDefault();
  act();
});
