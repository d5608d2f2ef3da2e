// A case that is made or changed: the stretch it takes of the call, what else is to be masked, what it teaches.

import { follow } from "./case_sound.js";
import { ask, complain } from "./forms.js";

const form = document.getElementById("writing");
const audio = document.getElementById("audio");
const turns = [...form.querySelectorAll(".turn")];
const mask = document.getElementById("mask");
const unmask = document.getElementById("unmask");
let [first, last] = [Number(form.dataset.first), Number(form.dataset.last)];

/** Characters of turns that are masked by hand: those that were, and those that are selected now. */
const hidden = turns.flatMap((turn) =>
  [...turn.querySelectorAll("[data-hand]")].map((part) => {
    const begin = Number(part.dataset.begin);
    return { turn: Number(turn.dataset.turn), begin, end: begin + part.textContent.length };
  }),
);

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

function show() {
  for (const [place, turn] of turns.entries()) turn.classList.toggle("is-chosen", first <= place && place <= last);
  const length = Number(turns[last].dataset.end) - Number(turns[first].dataset.start);
  const words = form.dataset.now.replace("{first}", first + 1).replace("{last}", last + 1);
  document.getElementById("chosen").textContent = words.replace("{length}", clock(length));
  unmask.hidden = !hidden.length;
}

form.addEventListener("click", (event) => {
  const from = event.target.closest("[data-from]");
  const to = event.target.closest("[data-to]");
  if (from) first = Number(from.dataset.from);
  if (to) last = Number(to.dataset.to);
  if (from && last < first) last = first;
  if (to && first > last) first = last;
  if (from || to) show();
});

document.getElementById("whole").addEventListener("click", () => {
  [first, last] = [0, turns.length - 1];
  show();
});

/** What is selected within one turn, as characters of its text; null where it is nothing, or runs over several. */
function selected() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const line = range.startContainer.parentElement?.closest(".turn p");
  if (!line || line !== range.endContainer.parentElement?.closest(".turn p")) return null;
  const before = document.createRange();
  before.setStart(line, 0);
  before.setEnd(range.startContainer, range.startOffset);
  const begin = before.toString().length;
  return { turn: Number(line.closest(".turn").dataset.turn), begin, end: begin + range.toString().length };
}

document.addEventListener("selectionchange", () => {
  mask.disabled = !selected();
});

mask.addEventListener("mousedown", (event) => event.preventDefault()); // the selection stays
mask.addEventListener("click", () => {
  const part = selected();
  if (!part) return;
  hidden.push(part);
  const line = turns[part.turn].querySelector("p");
  const text = line.textContent;
  const masked = document.createElement("span");
  masked.className = "masked";
  masked.textContent = "＊".repeat(part.end - part.begin);
  line.replaceChildren(text.slice(0, part.begin), masked, text.slice(part.end));
  getSelection().removeAllRanges();
  show();
});

unmask.addEventListener("click", () => {
  hidden.length = 0;
  unmask.hidden = true;
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { kind, title, teaching, difficulty, tags } = form.elements;
  const body = {
    kind: kind.value,
    title: title.value,
    teaching: teaching.value,
    difficulty: Number(difficulty.value),
    first_turn: first,
    last_turn: last,
    tags: tags.value.split(/[,，、\s]+/).filter(Boolean),
    items: [...form.querySelectorAll("[name=item]:checked")].map((box) => box.value),
    also_masked: hidden,
  };
  try {
    const made = form.dataset.case
      ? await ask("PUT", `/v1/cases/${form.dataset.case}`, body, { "If-Match": `"${form.dataset.revision}"` })
      : await ask("POST", "/v1/cases", { ...body, call: Number(form.dataset.call) });
    location.assign(`/cases/${made.id}`);
  } catch (error) {
    complain(form, error);
  }
});

follow(audio);
show();
turns[first].scrollIntoView({ block: "nearest" });
