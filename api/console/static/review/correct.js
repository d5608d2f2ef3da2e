// A word the machine misheard, put right in its place. The machine's own word stays, and is said on hovering.

import { ask } from "../forms.js";
import { toast } from "../toast.js";
import { byId, data, say } from "./page.js";

export class Correct {
  constructor({ transcript, picked, player }) {
    Object.assign(this, { transcript, picked, player });
    this.dialog = byId("correct");
    this.field = byId("correct-text");
    byId("correct-form").addEventListener("submit", (event) => this.#save(event));
    byId("correct-play").addEventListener("click", () => this.player.playOnly(this.words[0].start - 0.5, this.words.at(-1).end + 0.5));
    byId("correct-machine").addEventListener("click", () => { this.field.value = this.machine; });
    byId("correct-close").addEventListener("click", () => this.dialog.close());
    for (const one of data.corrections) this.show(one);
  }

  /** Ask for the right words in place of those picked, all of one turn. */
  open() {
    const { words } = this.picked;
    if (!words.length) return toast(say("pick_first"));
    if (words[0].turn !== words.at(-1).turn) return toast(say("one_turn"));
    const [first, last] = [words[0].word, words.at(-1).word];
    this.words = this.transcript.words.filter((word) => word.turn === words[0].turn && first <= word.word && word.word <= last);
    this.machine = this.words.map((word) => word.text).join("");
    byId("correct-before").textContent = this.machine;
    byId("correct-problem").hidden = true;
    this.field.value = this.words.map((word) => word.node.textContent).join("");
    this.dialog.showModal();
    return this.field.select();
  }

  /** Put a correction into the transcript: its first word holds the text, the others are empty. */
  show({ turn, first, last, before, text, by }) {
    const words = this.transcript.words.filter((word) => word.turn === turn && first <= word.word && word.word <= last);
    words.forEach((word, index) => {
      word.node.textContent = text === before ? word.text : index ? "" : text;
      word.node.classList.toggle("is-corrected", text !== before);
      word.node.title = text === before ? "" : say(by ? "corrected_by" : "corrected", { before, by });
    });
  }

  async #save(event) {
    event.preventDefault();
    const [start] = this.words;
    const body = { turn: start.turn, first: start.word, last: this.words.at(-1).word, text: this.field.value.trim() };
    try {
      await ask("POST", `/v1/calls/${data.call}/corrections`, body);
    } catch (error) {
      byId("correct-problem").textContent = error instanceof TypeError ? say("unreachable") : error.message;
      byId("correct-problem").hidden = false;
      return;
    }
    this.show({ ...body, before: this.machine, by: data.viewer });
    this.dialog.close();
    this.picked.clear();
    toast(say("corrected_now"));
  }
}
