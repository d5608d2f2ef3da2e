// Finds words in the transcript: how often, and one after the other.

import { byId, say } from "./page.js";

const plain = (text) => text.toLowerCase().replace(/[\s，。！？、；：“”‘’,.!?;:'"…—-]/g, "");

export class Search {
  constructor(transcript) {
    Object.assign(this, { transcript, hits: [], at: -1 });
    this.field = byId("search");
    this.field.addEventListener("input", () => this.#find());
    this.field.addEventListener("keydown", (event) => this.#key(event));
    byId("search-next").addEventListener("click", () => this.step(1));
    byId("search-back").addEventListener("click", () => this.step(-1));
  }

  open() {
    this.field.focus();
    this.field.select();
  }

  step(by) {
    if (!this.hits.length) return;
    this.at = (this.at + by + this.hits.length) % this.hits.length;
    this.#show();
  }

  /** Hits may run over several words; each turn is searched without punctuation. */
  #find() {
    this.#clear();
    const wanted = plain(this.field.value);
    if (wanted) {
      for (const [, words] of Map.groupBy(this.transcript.words, (word) => word.turn)) this.#findIn(words, wanted);
    }
    this.at = this.hits.length ? 0 : -1;
    for (const word of this.hits.flat()) word.node.classList.add("is-hit");
    this.#show();
  }

  #findIn(words, wanted) {
    const letters = words.flatMap((word) => [...plain(word.node.textContent)].map((letter) => [letter, word]));
    const text = letters.map(([letter]) => letter).join("");
    for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
      this.hits.push([...new Set(letters.slice(at, at + wanted.length).map(([, word]) => word))]);
    }
  }

  #show() {
    for (const node of this.transcript.box.querySelectorAll(".is-hit-now")) node.classList.remove("is-hit-now");
    const [count, buttons] = [byId("search-count"), [byId("search-next"), byId("search-back")]];
    for (const button of buttons) button.disabled = !this.hits.length;
    count.textContent = !this.field.value ? "" : this.hits.length ? say("hits", { at: this.at + 1, all: this.hits.length }) : say("no_hits");
    const hit = this.hits[this.at];
    if (!hit) return;
    for (const word of hit) word.node.classList.add("is-hit-now");
    this.transcript.look(hit[0].node);
  }

  /** The word the search stands on, to play from. */
  get word() {
    return this.hits[this.at]?.[0] ?? null;
  }

  #key(event) {
    if (event.key === "Enter") {
      event.preventDefault();
      this.step(event.shiftKey ? -1 : 1);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      this.field.value = "";
      this.#find();
      this.field.blur();
    }
  }

  #clear() {
    for (const node of this.transcript.box.querySelectorAll(".is-hit, .is-hit-now")) node.classList.remove("is-hit", "is-hit-now");
    this.hits = [];
  }
}
