// The transcript: knows every word's second, follows the sound, and leaves the reader alone who scrolls.

const HANDS_OFF = 4000; // ms after scrolling by hand in which the transcript is left where it is
const LEAD = 0.15; // s of run-up before a turn, so that its first syllable is heard

/** A word is `{ node, turn, word, start, end, from, to, text }`: times in s, `from`–`to` its characters in the turn. */
export class Transcript {
  /** `box` scrolls; `turns` are `[start, end]` of each turn. */
  constructor(box, turns) {
    Object.assign(this, { box, times: turns, following: true, scrolledAt: -HANDS_OFF, turnNow: null, wordNow: null });
    this.turns = [...box.querySelectorAll(".turn")];
    this.words = this.turns.flatMap((turn, index) => wordsOf(turn, index));
    this.byNode = new Map(this.words.map((word, index) => [word.node, index]));
    this.firstWords = new Map();
    this.words.forEach((word, index) => this.firstWords.has(word.turn) || this.firstWords.set(word.turn, index));
    for (const event of ["wheel", "touchmove"]) box.addEventListener(event, () => this.#yield(), { passive: true });
    box.addEventListener("pointerdown", (event) => event.target === box && this.#yield()); // its scrollbar
    box.addEventListener("keydown", (event) => ["PageUp", "PageDown", "Home", "End"].includes(event.key) && this.#yield());
  }

  /** Where in `words` a node's word stands; -1 if it is none. */
  indexOf(node) {
    return this.byNode.get(node) ?? -1;
  }

  /** The last turn that has begun: of two people at once, the one who cut in. -1 before the first. */
  turnAt(seconds) {
    let [low, high] = [0, this.times.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.times[middle][0] <= seconds) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  wordAt(turn, seconds) {
    for (let at = this.firstWords.get(turn) ?? this.words.length; this.words[at]?.turn === turn; at += 1) {
      if (this.words[at].start <= seconds && seconds < this.words[at].end) return this.words[at];
    }
    return null;
  }

  /** The second to play a turn from. */
  startOf(turn) {
    return this.times[turn][0];
  }

  follow(seconds, playing) {
    const index = this.turnAt(seconds + LEAD);
    const turn = this.turns[index] ?? null;
    if (turn !== this.turnNow) {
      this.turnNow?.classList.remove("is-now");
      turn?.classList.add("is-now");
      this.turnNow = turn;
    }
    const word = playing ? (this.wordAt(index, seconds)?.node ?? null) : null;
    if (word !== this.wordNow) {
      this.wordNow?.classList.remove("is-now");
      word?.classList.add("is-now");
      this.wordNow = word;
    }
    if (turn && this.following && performance.now() - this.scrolledAt > HANDS_OFF) this.keepInView(turn);
  }

  /** Whoever asks for a place wants to see it, scrolled or not. */
  returnToSound() {
    this.scrolledAt = -HANDS_OFF;
  }

  /** Show a place the reader asked for, and stay there a while. */
  look(node) {
    this.#yield();
    this.keepInView(node);
  }

  keepInView(node) {
    const [box, line] = [this.box.getBoundingClientRect(), node.getBoundingClientRect()];
    if (line.top >= box.top + 24 && line.bottom <= box.bottom - 48) return;
    if (this.box.scrollHeight <= this.box.clientHeight) return;
    this.box.scrollTo({ top: this.box.scrollTop + line.top - box.top - box.height / 3, behavior: "instant" });
  }

  #yield() {
    this.scrolledAt = performance.now();
  }
}

function wordsOf(turn, index) {
  let from = 0;
  return [...turn.querySelectorAll(".w")].map((node) => {
    const text = node.textContent;
    const word = { node, turn: index, word: Number(node.dataset.w), start: Number(node.dataset.s), end: Number(node.dataset.e), from, to: from + text.length, text };
    from = word.to;
    return word;
  });
}
