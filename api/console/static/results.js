// Publishing, settling, deciding appeals, and verifying complaints: forms that speak JSON with the API.

import { complain, fields, Refusal, wire } from "./forms.js";
import { toast } from "./toast.js";

wire();

const LATER = 1200; // ms in which what was done can be read before the page is loaded anew

/** As forms.js asks, with headers of one's own. */
async function send(method, address, body, headers = {}) {
  const answer = await fetch(address, {
    method,
    headers: { Accept: "application/json, application/problem+json", ...(body && { "Content-Type": "application/json" }), ...headers },
    body: body && JSON.stringify(body),
  });
  if (!answer.ok) {
    const isProblem = (answer.headers.get("content-type") ?? "").includes("json");
    throw new Refusal(isProblem ? await answer.json() : { detail: `${answer.status} ${answer.statusText}` });
  }
  return answer.status === 204 ? null : answer.json();
}

/** Send a form's body; go on where it was taken, say in the form where it was not. */
async function submit(form, address, body, then) {
  const button = form.querySelector("button:not([type=button])");
  button.disabled = true;
  complain(form, null);
  try {
    await send("POST", address, body);
    location.assign(then ?? location.href);
  } catch (error) {
    complain(form, error);
    button.disabled = false;
  }
}

const chosen = (row) => row.querySelector("input[type=radio]:checked")?.value;

function wirePublishing() {
  const button = document.getElementById("publish");
  if (!button) return;
  const boxes = [...document.querySelectorAll("[name=review]:not(:disabled)")];
  const all = document.getElementById("all");
  const count = () => {
    const n = boxes.filter((box) => box.checked).length;
    button.disabled = !n;
    button.textContent = button.dataset.words.replace("{n}", n);
    all.checked = n > 0 && n === boxes.length;
    all.indeterminate = n > 0 && n < boxes.length;
  };
  all.addEventListener("change", () => (boxes.forEach((box) => { box.checked = all.checked; }), count()));
  boxes.forEach((box) => box.addEventListener("change", count));
  button.addEventListener("click", () => publish(boxes.filter((box) => box.checked).map((box) => Number(box.value)), button));
  document.addEventListener("click", (event) => {
    const one = event.target.closest("[data-publish]");
    if (one) publish([Number(one.dataset.publish)], one);
  });
  count();
}

async function publish(reviews, button) {
  button.disabled = true;
  try {
    const answers = await send("POST", "/v1/publishing", { reviews });
    for (const { review_id: review, why } of answers) {
      const row = document.querySelector(`tr[data-review="${review}"]`);
      if (!why) row.remove();
      else Object.assign(row.querySelector(".field-problem"), { hidden: false, textContent: why.sentence });
    }
    const done = answers.filter((one) => !one.why).length;
    if (done) toast(document.getElementById("words").dataset.done.replace("{n}", done));
    if (done === answers.length) setTimeout(() => location.reload(), LATER);
  } catch (error) {
    toast(error.message, { bad: true });
    button.disabled = false;
  }
}

/** Choosing "judged otherwise" shows the fields for it. */
function wireOwn() {
  document.addEventListener("change", (event) => {
    if (event.target.type !== "radio") return;
    const place = event.target.closest("[data-item]");
    const own = place?.querySelector(".agreed-own, .own-points");
    if (own) own.hidden = chosen(place) !== "own";
  });
}

function agreed(row, judgements) {
  const item = row.dataset.item;
  const of = chosen(row);
  if (of !== "own") return judgements[Number(of)].items.find((one) => one.item === item);
  const [state, lost, comment] = ["state", "lost", "comment"].map((name) => row.querySelector(`[name=${name}]`).value);
  const isJudged = state === "judged";
  return { item, state, lost: isJudged ? Number(lost) : 0, won: 0, comment, evidence: [] };
}

function wireSettling() {
  const choose = document.getElementById("choose-form");
  const consensus = document.getElementById("consensus");
  if (!choose) return;
  choose.addEventListener("submit", (event) => {
    event.preventDefault();
    const { verdict, why } = fields(choose);
    submit(choose, choose.dataset.settle, { verdict: Number(verdict), why }, "/publishing");
  });
  consensus.addEventListener("submit", (event) => {
    event.preventDefault();
    const { judgements } = JSON.parse(document.getElementById("opinions").textContent);
    const items = [...consensus.querySelectorAll("tr[data-item]")].map((row) => agreed(row, judgements));
    const { why, "for-agent": comment } = consensus.elements;
    submit(consensus, consensus.dataset.settle, { judgement: { items, comment: comment.value, note: "" }, why: why.value }, "/publishing");
  });
}

function decided(place) {
  const item = place.dataset.item;
  const of = chosen(place);
  const said = { item, upheld: of === "upheld", reason: place.querySelector("[name=reason]").value };
  if (of !== "own") return said;
  return { ...said, verdict: { item, state: "judged", lost: Number(place.querySelector("[name=lost]").value), comment: said.reason } };
}

function wireDeciding() {
  const form = document.getElementById("decision");
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    const items = [...form.querySelectorAll("[data-item]")].map(decided);
    submit(form, form.dataset.decide, { items, why: form.elements.why.value });
  });
}

function wireFeedback() {
  const page = document.querySelector("[data-feedback]");
  if (!page) return;
  const act = async (method, what, body) => {
    try {
      const tag = { "If-Match": `"${page.dataset.revision}"` };
      await send(method, `/v1/feedback/${page.dataset.feedback}/${what}`, body, tag);
      location.reload();
    } catch (error) {
      Object.assign(document.getElementById("problem"), { hidden: false, textContent: error.message });
      document.getElementById("problem").scrollIntoView({ block: "nearest" });
    }
  };
  page.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (!button) return;
    if (button.dataset.do === "tie") act("PUT", "call", { call: button.dataset.call ? Number(button.dataset.call) : null });
    else act("POST", "hearing", {});
  });
  page.addEventListener("submit", (event) => {
    event.preventDefault();
    const said = new FormData(event.target);
    if ("tie" in event.target.dataset) act("PUT", "call", { call: Number(said.get("call")) });
    else if ("reopen" in event.target.dataset) act("POST", "reopening", { why: said.get("why") });
    else act("POST", "decision", { stands: said.get("stands") === "true", why: said.get("why") });
  });
}

wirePublishing();
wireOwn();
wireSettling();
wireDeciding();
wireFeedback();
