// The review page: everything put together.

import { Player } from "../player.js";
import { toast } from "../toast.js";
import { Transcript } from "../transcript.js";
import { Waveform } from "../waveform.js";
import { Autosave } from "./autosave.js";
import { Correct } from "./correct.js";
import { Evidence } from "./evidence.js";
import { Form } from "./form.js";
import { Judgement } from "./judgement.js";
import { wireKeys } from "./keys.js";
import { Lease } from "./lease.js";
import { wireRuleMarks } from "./marks.js";
import { wireNext } from "./next.js";
import { byId, data, say } from "./page.js";
import { PickBar } from "./pickbar.js";
import { Picked } from "./picked.js";
import { Search } from "./search.js";
import { Sound } from "./sound.js";
import { assignmentAddress, offerBack, wireConflict, wireLoss, wireSaveState } from "./states.js";
import { Submit } from "./submit.js";

const LEAD = 0.15; // s of run-up before a finding

const player = new Player(byId("audio"), data);
const transcript = new Transcript(byId("transcript"), data.turns);
const waveform = new Waveform(byId("canvas"), data);
const picked = new Picked(transcript);
const sound = new Sound({ player, waveform, transcript, picked });
const correct = new Correct({ transcript, picked, player });
const search = new Search(transcript);

const acts = {
  play: () => picked.stretch && player.playOnly(...picked.stretch),
  loop: () => sound.toggleLoop(),
  correct: () => correct.open(),
  drop: () => picked.clear(),
};

function moveWord(step, extend) {
  const turn = Math.max(0, transcript.turnAt(player.now + LEAD));
  const word = transcript.wordAt(turn, player.now);
  picked.move(step, extend, word ? transcript.indexOf(word.node) : (transcript.firstWords.get(turn) ?? 0));
}

/** `[` while its first word is being said, `]` while its last is. */
function pickHere(isEnd) {
  const turn = transcript.turnAt(player.now);
  const word = transcript.wordAt(turn, player.now);
  const at = word ? transcript.indexOf(word.node) : transcript.firstWords.get(turn);
  if (at !== undefined) picked.pick(isEnd && picked.first !== null ? picked.anchor : at, at);
}

const keys = {
  " ": () => player.toggle(),
  F2: () => player.toggle(),
  F4: () => player.step(-2),
  ArrowLeft: () => player.step(-2),
  ArrowRight: () => player.step(2),
  "Shift+ArrowLeft": () => player.step(-5),
  "Shift+ArrowRight": () => player.step(5),
  j: () => sound.stepTurn(1),
  k: () => sound.stepTurn(-1),
  ",": () => sound.faster(-1),
  ".": () => sound.faster(1),
  s: () => sound.toggle("skip"),
  f: () => sound.toggle("follow"),
  r: () => sound.toggleLoop(),
  "+": () => sound.zoom(1),
  "-": () => sound.zoom(-1),
  "\\": () => sound.zoom(0),
  h: () => moveWord(-1, false),
  l: () => moveWord(1, false),
  H: () => moveWord(-1, true),
  L: () => moveWord(1, true),
  t: () => picked.pickTurn(transcript.turnAt(player.now + LEAD)),
  "[": () => pickHere(false),
  "]": () => pickHere(true),
  w: () => correct.open(),
  "/": () => search.open(),
  "?": () => byId("help").showModal(),
  Enter: () => picked.stretch && player.playOnly(...picked.stretch),
  Escape: () => leave(),
};

/** Out of a field first, then out of what is picked. */
function leave() {
  if (document.activeElement.matches("input, textarea")) document.activeElement.blur();
  else picked.clear();
}

function showFinding(id) {
  for (const shown of document.querySelectorAll(".is-shown")) shown.classList.remove("is-shown");
  for (const node of document.querySelectorAll(`.finding[data-finding="${id}"], mark[data-findings~="${id}"]`)) node.classList.add("is-shown");
  player.seek(data.findings.find((finding) => finding.id === id).start - LEAD, true);
}

document.addEventListener("click", (event) => {
  const jump = event.target.closest("[data-finding]");
  if (jump) return showFinding(Number(jump.dataset.finding));
  const word = event.target.closest(".w");
  if (word && getSelection().isCollapsed) {
    picked.clear();
    return player.seek(Number(word.dataset.s), true);
  }
  const at = event.target.closest("[data-seek]");
  return at ? player.seek(Number(at.dataset.seek), true) : undefined;
});
byId("help-open").addEventListener("click", () => byId("help").showModal());
byId("help-close").addEventListener("click", () => byId("help").close());

function judge() {
  const judgement = new Judgement(data.judgement, data.explained);
  const form = new Form(byId("form"), judgement);
  const evidence = new Evidence({ form, judgement, picked, player, transcript });
  const autosave = new Autosave({ address: assignmentAddress("draft"), key: `callqa-draft-${data.user}-${data.assignment}`, revision: data.revision, judgement });
  const lease = new Lease({ address: assignmentAddress("hold"), held: data.held, isPlaying: () => player.playing });
  const submit = new Submit({ form, judgement, autosave, lease });
  acts.attach = () => {
    if (picked.empty) toast(say("pick_first"));
    else if (!evidence.attach()) toast(say("item_first"));
  };
  const bar = new PickBar({ picked, transcript, acts });
  form.addEventListener("current", () => bar.name(submit.names.get(form.current)));
  autosave.addEventListener("saved", (event) => form.showScore(event.detail.score));
  judgement.addEventListener("change", () => {
    byId("sum").classList.add("is-counting");
    if (!byId("missing").hidden) submit.listMissing();
  });
  autosave.addEventListener("saved", () => {
    byId("sum").classList.remove("is-counting");
    lease.held = true; // whoever saves has begun
  });
  wireSaveState(autosave);
  wireConflict(autosave);
  wireLoss(autosave, lease);
  offerBack(autosave, judgement);
  form.showScore(data.score);
  byId("rest").addEventListener("click", () => form.restIsFine());
  bar.name(null);
  Object.assign(keys, {
    ArrowDown: () => form.step(1),
    ArrowUp: () => form.step(-1),
    n: () => form.notApplicable(),
    m: () => form.nextMissing() || byId("submit").focus(),
    c: () => form.remark(),
    C: () => byId("comment").focus(),
    A: () => form.restIsFine(),
    e: () => acts.attach(),
    "Ctrl+Enter": () => submit.open(),
    ...Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8, 9].map((nth) => [String(nth), () => form.press(nth - 1)])),
  });
  lease.beat();
}

function readBack() {
  new PickBar({ picked, transcript, acts });
  wireRuleMarks();
  wireNext(byId("next"));
  keys.Enter = () => (picked.stretch ? player.playOnly(...picked.stretch) : byId("next")?.requestSubmit());
}

if (data.readonly) readBack();
else judge();
wireKeys(keys);
