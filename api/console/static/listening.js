// One call to listen to: sound, waveform and transcript kept at the same second. The call's and the result's page.

import { clock } from "./clock.js";
import { Player } from "./player.js";
import { Transcript } from "./transcript.js";
import { Waveform } from "./waveform.js";

const STEP = 5; // s
const LEAD = 0.15; // s of run-up before a quote, so that its first syllable is heard

const byId = (id) => document.getElementById(id);

export const call = JSON.parse(byId("player-data").textContent);
export const player = new Player(byId("audio"), call);

const canvas = byId("canvas");
const transcript = new Transcript(byId("transcript"), call.turns);
const findings = new Map(call.findings.map((finding) => [finding.id, finding]));
const waveform = new Waveform(canvas, call);

/** Go to a second and play, a breath before it. */
export function hearFrom(second) {
  player.seek(second - LEAD, true);
}

function hear(id) {
  for (const shown of document.querySelectorAll(".is-shown")) shown.classList.remove("is-shown");
  const places = `.finding[data-finding="${id}"], .jump[data-finding="${id}"], mark[data-findings~="${id}"]`;
  for (const place of document.querySelectorAll(places)) place.classList.add("is-shown");
  hearFrom(findings.get(id).start);
}

function follow() {
  waveform.draw(player.now);
  byId("now").textContent = clock(player.now);
  canvas.setAttribute("aria-valuenow", String(Math.round(player.now)));
  canvas.setAttribute("aria-valuetext", clock(player.now));
  document.querySelector(".player").classList.toggle("is-playing", player.playing);
  transcript.following = byId("follow")?.checked ?? true;
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
  for (const button of document.querySelectorAll("[data-speed]")) {
    button.setAttribute("aria-pressed", String(button === speed));
  }
  return undefined;
});

// Space plays and pauses wherever the focus is, for after a click it is on a finding; Enter presses buttons.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("#appeal-form, dialog, input:not([type=checkbox]), select, textarea, summary")) return;
  const act = { " ": () => player.toggle(), ArrowLeft: () => player.step(-STEP), ArrowRight: () => player.step(STEP) }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
document.addEventListener("keyup", (event) => {
  if (event.key === " " && event.target.closest("button") && !event.target.closest("#appeal-form, dialog")) event.preventDefault();
});

placeMarks();
loadPeaks();
follow();
