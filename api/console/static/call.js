// One call: sound, waveform and transcript kept at the same second.

import { Waveform, clock } from "./waveform.js";

const STEP = 5;
const HANDS_OFF = 4000; // ms after scrolling by hand in which the transcript is left where it is
const CHECK_AGAIN = 5000; // ms between questions whether a call being processed is ready
const LEAD = 0.15; // s of run-up before a finding, so that its first syllable is heard

const byId = (id) => document.getElementById(id);
const call = JSON.parse(byId("player-data").textContent);
const audio = byId("audio");
const canvas = byId("canvas");
const transcript = byId("transcript");
const player = document.querySelector(".player");
const turns = [...transcript.querySelectorAll(".turn")];
const findings = new Map(call.findings.map((finding) => [finding.id, finding]));
const waveform = new Waveform(canvas, call);

let scrolledAt = -HANDS_OFF;
let turnNow = null;
let wordNow = null;

/** Pausing before the first sound arrives is the listener's right, not an error. */
function play() {
  audio.play().catch((error) => {
    if (error.name !== "AbortError") throw error;
  });
}

function seek(seconds, thenPlay = false) {
  audio.currentTime = Math.max(0, Math.min(seconds, call.seconds || audio.duration || 0));
  scrolledAt = -HANDS_OFF;
  follow();
  if (thenPlay) play();
}

function toggle() {
  if (audio.paused) play();
  else audio.pause();
}

function showFinding(id) {
  const finding = findings.get(id);
  for (const shown of document.querySelectorAll(".is-shown")) shown.classList.remove("is-shown");
  for (const button of document.querySelectorAll(`.finding[data-finding="${id}"]`)) button.classList.add("is-shown");
  for (const mark of transcript.querySelectorAll(`mark[data-findings~="${id}"]`)) mark.classList.add("is-shown");
  seek(finding.start - LEAD, true);
}

/** The last turn that has begun: of two people at once, the one who cut in. */
function turnAt(seconds) {
  let low = 0;
  let high = call.turns.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (call.turns[middle][0] <= seconds) low = middle + 1;
    else high = middle;
  }
  return low ? turns[low - 1] : null;
}

function wordAt(turn, seconds) {
  return [...turn.querySelectorAll(".w")].find((word) => word.dataset.s <= seconds && seconds < word.dataset.e) ?? null;
}

function follow() {
  const seconds = audio.currentTime;
  waveform.draw(seconds);
  byId("now").textContent = clock(seconds);
  canvas.setAttribute("aria-valuenow", String(Math.round(seconds)));
  canvas.setAttribute("aria-valuetext", clock(seconds));
  const turn = turnAt(seconds + LEAD);
  if (turn !== turnNow) {
    turnNow?.classList.remove("is-now");
    turn?.classList.add("is-now");
    turnNow = turn;
  }
  const word = turn && !audio.paused ? wordAt(turn, seconds) : null;
  if (word !== wordNow) {
    wordNow?.classList.remove("is-now");
    word?.classList.add("is-now");
    wordNow = word;
  }
  if (turn && byId("follow").checked && performance.now() - scrolledAt > HANDS_OFF) keepInView(turn);
}

function keepInView(turn) {
  const [box, line] = [transcript.getBoundingClientRect(), turn.getBoundingClientRect()];
  if (line.top >= box.top + 24 && line.bottom <= box.bottom - 48) return;
  if (transcript.scrollHeight <= transcript.clientHeight) return;
  transcript.scrollTo({ top: transcript.scrollTop + line.top - box.top - box.height / 3, behavior: "instant" });
}

function frame() {
  follow();
  if (!audio.paused) requestAnimationFrame(frame);
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
  waveform.show(peaks.channels, peaks.per_second);
}

async function reloadWhenReady() {
  const answer = await fetch(`/v1/calls/${call.call}`);
  if (answer.ok && (await answer.json()).state !== call.state && audio.paused) location.reload();
  else setTimeout(reloadWhenReady, CHECK_AGAIN);
}

audio.addEventListener("play", () => {
  player.classList.add("is-playing");
  requestAnimationFrame(frame);
});
audio.addEventListener("pause", () => {
  player.classList.remove("is-playing");
  follow();
});
audio.addEventListener("seeked", follow);
audio.addEventListener("error", () => {
  byId("wave-problem").hidden = false;
});
for (const event of ["wheel", "touchmove"]) {
  transcript.addEventListener(event, () => { scrolledAt = performance.now(); }, { passive: true });
}

byId("play").addEventListener("click", toggle);
byId("back").addEventListener("click", () => seek(audio.currentTime - STEP));
byId("forward").addEventListener("click", () => seek(audio.currentTime + STEP));
canvas.addEventListener("pointerdown", (event) => {
  canvas.setPointerCapture(event.pointerId);
  seek(waveform.seconds(event.offsetX));
});
canvas.addEventListener("pointermove", (event) => {
  if (event.buttons) seek(waveform.seconds(event.offsetX));
});

document.addEventListener("click", (event) => {
  const jump = event.target.closest("[data-finding]");
  if (jump) return showFinding(Number(jump.dataset.finding));
  const word = event.target.closest(".w");
  if (word && getSelection().isCollapsed) return seek(Number(word.dataset.s), true);
  const at = event.target.closest("[data-seek]");
  if (at) return seek(Number(at.dataset.seek), true);
  const speed = event.target.closest("[data-speed]");
  if (!speed) return undefined;
  audio.playbackRate = Number(speed.dataset.speed);
  for (const button of document.querySelectorAll("[data-speed]")) {
    button.setAttribute("aria-pressed", String(button === speed));
  }
  return undefined;
});

// Space plays and pauses wherever the focus is, for after a click it is on a finding; Enter presses buttons.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=checkbox]), select, textarea, summary")) return;
  const act = { " ": toggle, ArrowLeft: () => seek(audio.currentTime - STEP), ArrowRight: () => seek(audio.currentTime + STEP) }[event.key];
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
