// The lead's page of assignments: choose and give, share out after a look at the plan, absences.

import { ask, complain, fields } from "./forms.js";
import { toast } from "./toast.js";

const words = JSON.parse(document.getElementById("words").textContent);
const byId = (id) => document.getElementById(id);
const say = (key, slots = {}) => words[key].replace(/\{(\w+)\}/g, (_, name) => slots[name]);
const minutes = (seconds) => Math.round(seconds / 60);
const SHOWN = 50; // calls that could not be placed, listed at most

function make(tag, text, className = "") {
  const node = document.createElement(tag);
  node.textContent = text;
  node.className = className;
  return node;
}

const unreached = (error) => (error instanceof TypeError ? say("unreachable") : error.message);

// Choosing rows; Shift chooses all between.

const boxes = [...document.querySelectorAll("input[name=one]")];
const chosen = () => boxes.filter((box) => box.checked).map((box) => Number(box.value));
let last = null;

function showChosen() {
  const { length } = chosen();
  for (const box of boxes) box.closest("tr").classList.toggle("is-chosen", box.checked);
  byId("chosen").hidden = !length;
  byId("chosen-count").textContent = say("chosen", { n: length });
  byId("all").checked = length === boxes.length;
  byId("all").indeterminate = length > 0 && length < boxes.length;
}

function wireChoosing() {
  byId("all").addEventListener("change", ({ target }) => {
    for (const box of boxes) box.checked = target.checked;
    showChosen();
  });
  for (const box of boxes) {
    box.addEventListener("click", (event) => {
      if (event.shiftKey && last) {
        const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((one, other) => one - other);
        for (const between of boxes.slice(from, to + 1)) between.checked = box.checked;
      }
      last = box;
      showChosen();
    });
  }
  showChosen(); // a browser going back keeps what was ticked
}

/** Give the chosen ones to a person, or (null) to whoever comes next. */
async function give(person, done) {
  const ids = chosen();
  try {
    const answer = await ask("POST", "/v1/assignments/reassign", { assignments: ids, user_id: person, why: byId("give-why").value });
    await tell(say(done, { n: answer.done.length }), answer.refused);
  } catch (error) {
    toast(unreached(error), { bad: true });
  }
}

/** Say what was done after the list is shown anew; what was refused stays readable until it is closed. */
async function tell(text, refused = []) {
  if (refused.length) {
    const why = refused.slice(0, 5).map((one) => one.reason.sentence).join(" ");
    toast(`${text} ${say("refused", { n: refused.length })} ${why}`, { bad: true });
    for (const one of refused) document.querySelector(`[data-assignment="${one.assignment_id}"]`)?.classList.add("is-refused");
    return new Promise((then) => setTimeout(() => then(location.reload()), 6000));
  }
  sessionStorage.setItem("callqa-told", text);
  return location.reload();
}

function wireGiving() {
  byId("chosen").addEventListener("submit", (event) => {
    event.preventDefault();
    give(Number(byId("give-to").value), "given_now");
  });
  byId("to-pool").addEventListener("click", () => give(null, "back_now"));
  byId("cancel").addEventListener("click", () => byId("cancelling").showModal());
  byId("cancel-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const { why } = fields(form);
    const ids = chosen();
    try {
      for (const id of ids) await ask("POST", `/v1/assignments/${id}/cancel`, { why });
      await tell(say("cancelled_now", { n: ids.length }));
    } catch (error) {
      complain(form, error instanceof TypeError ? new Error(say("unreachable")) : error);
    }
  });
}

// Sharing out: first what would be done, then the doing.

const how = () => fields(byId("plan-how"));

async function plan() {
  byId("plan-do").disabled = true;
  byId("plan-problem").hidden = true;
  try {
    showPlan(await ask("POST", "/v1/assignments/share-out", { ...how(), preview: true }));
  } catch (error) {
    byId("plan-problem").textContent = unreached(error);
    byId("plan-problem").hidden = false;
  }
}

function showPlan({ given, left, before, after }) {
  const people = new Set(given.map((one) => one.user_id)).size;
  byId("plan-said").textContent = given.length ? say("plan_given", { n: given.length, people }) : say("plan_none");
  byId("plan-do").disabled = !given.length;
  const most = Math.max(60, ...after.map((load) => load.seconds));
  const had = new Map(before.map((load) => [load.user_id, load]));
  byId("plan-people").replaceChildren(...after.filter((load) => !load.absent).map((load) => personRow(load, had.get(load.user_id), given, most)));
  showLeft(left);
}

function personRow(load, before, given, most) {
  const gets = given.filter((one) => one.user_id === load.user_id).length;
  const row = document.createElement("tr");
  const bar = document.createElement("meter");
  Object.assign(bar, { className: "meter", min: 0, max: most, value: load.seconds });
  const cell = make("td", "", "c-bar");
  cell.append(bar);
  row.append(
    make("td", load.name + (load.team ? ` · ${load.team}` : "")),
    make("td", gets ? say("plan_calls", { n: gets }) : "–", gets ? "number more" : "number"),
    make("td", say("minutes", { n: minutes(before.seconds) }), "number"),
    make("td", say("minutes", { n: minutes(load.seconds) }), "number"),
    cell,
  );
  return row;
}

function showLeft(left) {
  const box = byId("plan-left");
  box.hidden = !left.length;
  box.querySelector("summary").textContent = say("plan_left", { n: left.length });
  const lines = left.slice(0, SHOWN).map((one) => make("li", one.reason.sentence));
  if (left.length > SHOWN) lines.push(make("li", say("plan_more", { n: left.length - SHOWN })));
  box.querySelector("ul").replaceChildren(...lines);
}

function wireSharing() {
  byId("share").addEventListener("click", () => {
    byId("plan").showModal();
    plan();
  });
  byId("plan-how").addEventListener("submit", (event) => {
    event.preventDefault();
    plan();
  });
  byId("plan-do").addEventListener("click", async ({ target }) => {
    target.disabled = true;
    try {
      const { given } = await ask("POST", "/v1/assignments/share-out", how());
      await tell(say("shared_now", { n: given.length }));
    } catch (error) {
      target.disabled = false;
      byId("plan-problem").textContent = unreached(error);
      byId("plan-problem").hidden = false;
    }
  });
}

function wireAbsences() {
  byId("away-new")?.addEventListener("click", () => byId("away").showModal());
  byId("away-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await ask("POST", "/v1/absences", fields(event.target));
      location.reload();
    } catch (error) {
      complain(event.target, error instanceof TypeError ? new Error(say("unreachable")) : error);
    }
  });
  document.addEventListener("click", async ({ target }) => {
    const back = target.closest("[data-back]");
    if (!back) return;
    back.disabled = true;
    try {
      await ask("DELETE", `/v1/absences/${back.dataset.back}`);
      location.reload();
    } catch (error) {
      back.disabled = false;
      toast(unreached(error), { bad: true });
    }
  });
}

document.addEventListener("click", ({ target }) => target.closest("[data-closes]")?.closest("dialog").close());
if (boxes.length) {
  wireChoosing();
  wireGiving();
}
wireSharing();
wireAbsences();
const told = sessionStorage.getItem("callqa-told");
if (told) {
  sessionStorage.removeItem("callqa-told");
  toast(told);
}
