// Talking a call over: its sound at the seconds people pointed at, and the reference all agree on.

import { change } from "./calibrations.js";
import { complain } from "./forms.js";
import "./listening.js";

const form = document.getElementById("agree");
const { verdicts, order } = JSON.parse(document.getElementById("verdicts").textContent);
const rows = new Map([...document.querySelectorAll("tr[data-item]")].map((row) => [row.dataset.item, row]));

/** What is agreed on one item: an answer somebody gave, one of its own, or nothing yet. */
function agreed(item) {
  const row = rows.get(item);
  const choice = row.querySelector("[data-agree]").value;
  if (choice === "") return { item, state: "unjudged" };
  if (choice !== "own") return verdicts[item][Number(choice)];
  const of = (name) => row.querySelector(`[name=${name}]`)?.value ?? "0";
  const isJudged = of("state") === "judged";
  return {
    item,
    state: of("state"),
    lost: isJudged ? Number(of("lost")) : 0,
    won: isJudged ? Number(of("won")) : 0,
    comment: of("comment"),
  };
}

form.addEventListener("change", (event) => {
  if (!("agree" in event.target.dataset)) return;
  event.target.classList.toggle("is-open", event.target.value === "");
  event.target.closest("td").querySelector(".cal-own").hidden = event.target.value !== "own";
});

/** Say how many items are open, and go to the first; true where there is one. */
function isOpen() {
  const open = [...form.querySelectorAll("[data-agree]")].filter((choice) => choice.value === "");
  complain(form, open.length ? new Error(form.dataset.open.replace("{n}", open.length)) : null);
  open[0]?.focus();
  return open.length > 0;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  event.stopPropagation();
  if (isOpen()) return;
  const judgement = { items: order.map(agreed), comment: form.elements.comment.value, note: "" };
  change("PUT", `/calls/${form.dataset.call}/reference`, judgement, form);
});

for (const button of form.querySelectorAll("footer button")) button.disabled = false; // from now on it is sent by us

document.getElementById("unfold")?.addEventListener("click", (event) => {
  const folded = document.getElementById("folded");
  folded.hidden = !folded.hidden;
  event.currentTarget.setAttribute("aria-expanded", String(!folded.hidden));
});
