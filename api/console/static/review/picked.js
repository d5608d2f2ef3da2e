// The stretch of words somebody has picked: with the mouse, with the keyboard, or on the waveform.

/** Dispatches `change`. A stretch is from word `first` to word `last` of the transcript; null: none. */
export class Picked extends EventTarget {
  constructor(transcript) {
    super();
    Object.assign(this, { transcript, first: null, last: null, anchor: null, free: null });
    transcript.box.addEventListener("pointerup", () => setTimeout(() => this.#takeSelection()));
    document.addEventListener("copy", (event) => this.#copy(event));
  }

  get empty() {
    return this.first === null && this.free === null;
  }

  get words() {
    return this.first === null ? [] : this.transcript.words.slice(this.first, this.last + 1);
  }

  /** `[start, end]` in seconds; null where nothing is picked. */
  get stretch() {
    if (this.free) return this.free;
    if (this.first === null) return null;
    const { words } = this;
    return [Math.min(...words.map((word) => word.start)), Math.max(...words.map((word) => word.end))];
  }

  /** What was picked as evidence (models/finding.py), one for every turn; `roles` by turn. */
  evidence(roles) {
    if (this.free && this.first === null) {
      return [{ start: this.free[0], end: this.free[1], role: null, turn: null, quote: "", span: null }];
    }
    const turns = Map.groupBy(this.words, (word) => word.turn);
    return [...turns].map(([turn, words]) => ({
      start: words[0].start,
      end: words.at(-1).end,
      role: roles[turn],
      turn,
      quote: words.map((word) => word.text).join(""),
      span: [words[0].from, words.at(-1).to],
    }));
  }

  pick(one, other = one) {
    this.#paint(false);
    [this.first, this.last] = [Math.min(one, other), Math.max(one, other)];
    [this.anchor, this.cursor, this.free] = [one, other, null];
    this.#paint(true);
    this.dispatchEvent(new Event("change"));
  }

  /** Every word that is said within these seconds; the bare stretch where there are none. */
  pickSeconds(start, end) {
    const { words } = this.transcript;
    const first = words.findIndex((word) => word.end > start && word.start < end);
    const last = words.findLastIndex((word) => word.end > start && word.start < end);
    if (first >= 0) this.pick(first, last);
    else this.clear();
    this.free = [start, end];
    this.dispatchEvent(new Event("change"));
  }

  pickTurn(turn) {
    const { words } = this.transcript;
    const first = words.findIndex((word) => word.turn === turn);
    if (first >= 0) this.pick(first, words.findLastIndex((word) => word.turn === turn));
  }

  /** The keyboard: one word on or back from the last one, `from` where nothing is picked yet. */
  move(step, extend, from) {
    const { words } = this.transcript;
    const at = this.first === null ? from : Math.min(words.length - 1, Math.max(0, this.cursor + step));
    this.pick(extend && this.first !== null ? this.anchor : at, at);
    this.transcript.keepInView(words[at].node);
  }

  clear() {
    if (this.empty) return;
    this.#paint(false);
    [this.first, this.last, this.free] = [null, null, null];
    this.dispatchEvent(new Event("change"));
  }

  /** The browser's selection becomes ours, so that it stays when a button is pressed. */
  #takeSelection() {
    const selection = getSelection();
    if (selection.isCollapsed || !selection.rangeCount) return;
    const range = selection.getRangeAt(0);
    const inside = this.transcript.words.map((word, index) => (range.intersectsNode(word.node) ? index : -1)).filter((index) => index >= 0);
    selection.removeAllRanges();
    const touched = inside.filter((index) => !isAtEdge(range, this.transcript.words[index].node));
    if (touched.length) this.pick(touched[0], touched.at(-1));
  }

  #copy(event) {
    if (this.first === null || !getSelection().isCollapsed || event.target.closest?.("input, textarea")) return;
    event.clipboardData.setData("text/plain", this.words.map((word) => word.node.textContent).join(""));
    event.preventDefault();
  }

  #paint(on) {
    for (const word of this.words) word.node.classList.toggle("is-picked", on);
  }
}

/** Whether a range only ends before a word or begins behind it, without any of its letters. */
function isAtEdge(range, node) {
  const letters = document.createRange();
  letters.selectNodeContents(node);
  return (
    range.compareBoundaryPoints(Range.END_TO_START, letters) >= 0 || range.compareBoundaryPoints(Range.START_TO_END, letters) <= 0
  );
}
