// Sitting an exam: answers are kept as they are given, the clock is the server's, and at 0 they are handed in.

import { ask, complain } from "./forms.js";

const SOON = 800; // milliseconds after the last change
const AGAIN = 5000; // after a save that did not get through

const form = document.getElementById("exam");
const saved = document.getElementById("saved");
const left = document.getElementById("left");
const sitting = `/v1/sittings/${form.dataset.sitting}`;
let waiting;
let isDone = false;

function answer(set) {
  const { kind } = set.dataset;
  const ticked = [...set.querySelectorAll("input:checked:not([data-fine])")];
  if (kind === "judge") return { true: ticked.length ? ticked[0].value === "true" : null };
  if (kind === "text") return { text: set.querySelector("textarea").value };
  if (kind !== "listening") return { chosen: ticked.map((box) => Number(box.value)) };
  const heard = ticked.map((box) => {
    const { item } = box.closest("[data-item]").dataset;
    const { at } = box.closest("[data-item]").querySelector(".exam-at").dataset;
    return at ? { item, at: Number(at) } : { item };
  });
  return { heard, true: !heard.length && set.querySelector("[data-fine]").checked ? true : null };
}

const sets = () => [...form.querySelectorAll("[data-question]")];
const answers = () => ({ answers: Object.fromEntries(sets().map((set) => [set.dataset.question, answer(set)])) });

function countOpen() {
  const isOpen = (said) => said.true == null && !said.chosen?.length && !said.text?.trim() && !said.heard?.length;
  const n = sets().filter((set) => isOpen(answer(set))).length;
  document.getElementById("open-left").textContent = n ? form.dataset.open.replace("{n}", n) : "";
}

async function save() {
  saved.textContent = saved.dataset.saving;
  try {
    const now = await ask("PUT", `${sitting}/answers`, answers());
    if (now.state !== "begun") location.reload();
    saved.textContent = saved.dataset.saved;
  } catch {
    saved.textContent = saved.dataset.lost;
    later(AGAIN);
  }
}

function later(milliseconds) {
  clearTimeout(waiting);
  waiting = setTimeout(() => isDone || save(), milliseconds);
}

async function handIn() {
  if (isDone) return;
  isDone = true;
  clearTimeout(waiting);
  const button = form.querySelector("button.primary");
  button.disabled = true;
  try {
    await ask("POST", `${sitting}/submit`, answers());
    location.reload();
  } catch (error) {
    complain(form, error);
    button.disabled = false;
    isDone = false;
  }
}

function tick(until) {
  const seconds = Math.max(0, Math.round((until - performance.now()) / 1000));
  const [minutes, rest] = [Math.floor(seconds / 60), String(seconds % 60).padStart(2, "0")];
  left.textContent = `${minutes}:${rest}`;
  left.classList.toggle("is-short", seconds < 60);
  if (seconds === 0) handIn();
}

if (left.dataset.seconds) {
  const until = performance.now() + Number(left.dataset.seconds) * 1000;
  tick(until);
  setInterval(() => isDone || tick(until), 1000);
}

form.addEventListener("input", () => {
  countOpen();
  later(SOON);
});
form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-mark]");
  if (!button) return;
  const row = button.closest("[data-item]");
  const seconds = row.closest("fieldset").querySelector("audio").currentTime;
  const at = row.querySelector(".exam-at");
  at.dataset.at = seconds.toFixed(1);
  at.textContent = `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
  row.querySelector("[type=checkbox]").checked = true;
  countOpen();
  later(SOON);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  handIn();
});
addEventListener("pagehide", () => {
  if (!isDone) fetch(`${sitting}/answers`, { method: "PUT", keepalive: true, headers: { "Content-Type": "application/json" }, body: JSON.stringify(answers()) });
});
countOpen();
