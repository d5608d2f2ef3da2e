// One published result: its sound at the seconds the comments are about, and the form to appeal.

import { clock } from "./clock.js";
import { ask, complain, wire } from "./forms.js";
import { Player } from "./player.js";
import { Transcript } from "./transcript.js";
import { Waveform } from "./waveform.js";

const STEP = 5;
const LEAD = 0.15; // s of run-up before a quote, so that its first syllable is heard

const byId = (id) => document.getElementById(id);
const call = JSON.parse(byId("player-data").textContent);
const canvas = byId("canvas");
const player = new Player(byId("audio"), call);
const transcript = new Transcript(byId("transcript"), call.turns);
const findings = new Map(call.findings.map((finding) => [finding.id, finding]));
const waveform = new Waveform(canvas, call);

function hear(id) {
  for (const shown of document.querySelectorAll(".is-shown")) shown.classList.remove("is-shown");
  for (const place of document.querySelectorAll(`.jump[data-finding="${id}"], mark[data-findings~="${id}"]`)) place.classList.add("is-shown");
  player.seek(findings.get(id).start - LEAD, true);
}

function follow() {
  waveform.draw(player.now);
  byId("now").textContent = clock(player.now);
  canvas.setAttribute("aria-valuenow", String(Math.round(player.now)));
  canvas.setAttribute("aria-valuetext", clock(player.now));
  document.querySelector(".player").classList.toggle("is-playing", player.playing);
  transcript.follow(player.now, player.playing);
}

function placeMarks() {
  for (const finding of call.findings) {
    const mark = document.createElement("button");
    mark.type = "button";
    mark.className = finding.effect;
    mark.dataset.finding = finding.id;
    mark.title = `${finding.name} ${clock(finding.start)}`;
    mark.setAttribute("aria-label", mark.title);
    mark.style.left = `${call.seconds ? (finding.start / call.seconds) * 100 : 0}%`;
    byId("marks").append(mark);
  }
}

async function loadPeaks() {
  const answer = await fetch(player.audio.dataset.peaks);
  if (!answer.ok) {
    byId("wave-problem").hidden = false;
    return;
  }
  const peaks = await answer.json();
  call.seconds ||= peaks.seconds;
  player.length ||= peaks.seconds;
  waveform.show(peaks.channels, peaks.per_second);
}

function wireAppeal() {
  const form = byId("appeal-form");
  if (!form) return;
  form.addEventListener("change", (event) => {
    if (event.target.type === "checkbox") event.target.closest("li").querySelector(".field").hidden = !event.target.checked;
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const chosen = [...form.querySelectorAll("[name=item]:checked")];
    const items = chosen.map(({ value }) => ({ item: value, reason: form.elements[`reason-${value}`].value.trim() }));
    if (!items.length || items.some((one) => !one.reason)) {
      complain(form, new Error(byId("words").dataset.noItem));
      return;
    }
    try {
      await ask("POST", form.dataset.appeal, { items });
      location.reload();
    } catch (error) {
      complain(form, error);
    }
  });
}

player.addEventListener("time", follow);
player.addEventListener("sought", () => transcript.returnToSound());
player.audio.addEventListener("play", follow);
player.audio.addEventListener("error", () => { byId("wave-problem").hidden = false; });
byId("play").addEventListener("click", () => player.toggle());
byId("back").addEventListener("click", () => player.step(-STEP));
byId("forward").addEventListener("click", () => player.step(STEP));
canvas.addEventListener("pointerdown", (event) => {
  canvas.setPointerCapture(event.pointerId);
  player.seek(waveform.seconds(event.offsetX));
});
canvas.addEventListener("pointermove", (event) => {
  if (event.buttons) player.seek(waveform.seconds(event.offsetX));
});
window.addEventListener("themechange", () => waveform.resize());

document.addEventListener("click", (event) => {
  const jump = event.target.closest("[data-finding]");
  if (jump) return hear(Number(jump.dataset.finding));
  const word = event.target.closest(".w");
  if (word && getSelection().isCollapsed) return player.seek(Number(word.dataset.s), true);
  const at = event.target.closest("[data-seek]");
  if (at) return player.seek(Number(at.dataset.seek), true);
  const speed = event.target.closest("[data-speed]");
  if (!speed) return undefined;
  player.speed = Number(speed.dataset.speed);
  for (const button of document.querySelectorAll("[data-speed]")) button.setAttribute("aria-pressed", String(button === speed));
  return undefined;
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, summary, dialog")) return;
  const act = { " ": () => player.toggle(), ArrowLeft: () => player.step(-STEP), ArrowRight: () => player.step(STEP) }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
document.addEventListener("keyup", (event) => {
  if (event.key === " " && event.target.closest("button") && !event.target.closest("dialog")) event.preventDefault();
});
// Before the form is sent: withdrawing cannot be undone.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.ask && !confirm(event.target.dataset.ask)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}, true);

wire();
wireAppeal();
placeMarks();
loadPeaks();
follow();
