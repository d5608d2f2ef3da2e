// One call: sound, waveform and transcript kept at the same second.

import { clock } from "./clock.js";
import { Player } from "./player.js";
import { Transcript } from "./transcript.js";
import { Waveform } from "./waveform.js";

const STEP = 5;
const CHECK_AGAIN = 5000; // ms between questions whether a call being processed is ready
const LEAD = 0.15; // s of run-up before a finding, so that its first syllable is heard

const byId = (id) => document.getElementById(id);
const call = JSON.parse(byId("player-data").textContent);
const canvas = byId("canvas");
const player = new Player(byId("audio"), call);
const transcript = new Transcript(byId("transcript"), call.turns);
const findings = new Map(call.findings.map((finding) => [finding.id, finding]));
const waveform = new Waveform(canvas, call);

function showFinding(id) {
  for (const shown of document.querySelectorAll(".is-shown")) shown.classList.remove("is-shown");
  for (const button of document.querySelectorAll(`.finding[data-finding="${id}"]`)) button.classList.add("is-shown");
  for (const mark of transcript.box.querySelectorAll(`mark[data-findings~="${id}"]`)) mark.classList.add("is-shown");
  player.seek(findings.get(id).start - LEAD, true);
}

function follow() {
  waveform.draw(player.now);
  byId("now").textContent = clock(player.now);
  canvas.setAttribute("aria-valuenow", String(Math.round(player.now)));
  canvas.setAttribute("aria-valuetext", clock(player.now));
  document.querySelector(".player").classList.toggle("is-playing", player.playing);
  transcript.following = byId("follow").checked;
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
  const answer = await fetch(`/v1/calls/${call.call}/peaks`);
  if (!answer.ok) {
    byId("wave-problem").hidden = false;
    return;
  }
  const peaks = await answer.json();
  call.seconds ||= peaks.seconds;
  player.length ||= peaks.seconds;
  waveform.show(peaks.channels, peaks.per_second);
}

async function reloadWhenReady() {
  const answer = await fetch(`/v1/calls/${call.call}`);
  if (answer.ok && (await answer.json()).state !== call.state && !player.playing) location.reload();
  else setTimeout(reloadWhenReady, CHECK_AGAIN);
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

document.addEventListener("click", (event) => {
  const jump = event.target.closest("[data-finding]");
  if (jump) return showFinding(Number(jump.dataset.finding));
  const word = event.target.closest(".w");
  if (word && getSelection().isCollapsed) return player.seek(Number(word.dataset.s), true);
  const at = event.target.closest("[data-seek]");
  if (at) return player.seek(Number(at.dataset.seek), true);
  const speed = event.target.closest("[data-speed]");
  if (!speed) return undefined;
  player.speed = Number(speed.dataset.speed);
  for (const button of document.querySelectorAll("[data-speed]")) {
    button.setAttribute("aria-pressed", String(button === speed));
  }
  return undefined;
});

// Space plays and pauses wherever the focus is, for after a click it is on a finding; Enter presses buttons.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=checkbox]), select, textarea, summary")) return;
  const act = { " ": () => player.toggle(), ArrowLeft: () => player.step(-STEP), ArrowRight: () => player.step(STEP) }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
document.addEventListener("keyup", (event) => {
  if (event.key === " " && event.target.closest("button")) event.preventDefault();
});

placeMarks();
loadPeaks();
follow();
if (call.state === "received" || call.state === "transcribed") setTimeout(reloadWhenReady, CHECK_AGAIN);
