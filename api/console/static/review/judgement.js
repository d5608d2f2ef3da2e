// What the inspector has said so far, as the server keeps it (models/review.py, Judgement).

export const JUDGED = "judged";
export const NOT_APPLICABLE = "not_applicable";
export const UNJUDGED = "unjudged";

/** Dispatches `change` with `detail.item`, the item's id or null where it was no item. */
export class Judgement extends EventTarget {
  /** `explained` are the ids of items whose points lost must be explained. */
  constructor(body, explained) {
    super();
    this.explained = new Set(explained);
    this.#take(body);
  }

  #take({ items, comment = "", note = "" }) {
    this.items = new Map(items.map((item) => [item.item, { ...item, evidence: [...item.evidence] }]));
    Object.assign(this, { comment, note });
  }

  get(item) {
    return this.items.get(item);
  }

  /** Ids of the items nobody has answered yet, in the scorecard's order. */
  get unanswered() {
    return [...this.items.values()].filter((one) => one.state === UNJUDGED).map((one) => one.item);
  }

  /** Whether points were taken without saying why, where that must be said. */
  lacksComment(item) {
    const said = this.get(item);
    return said.lost > 0 && this.explained.has(item) && !said.comment.trim();
  }

  /** Ids of the items that keep the form from being handed in. */
  get missing() {
    return [...this.items.values()].filter((one) => one.state === UNJUDGED || this.lacksComment(one.item)).map((one) => one.item);
  }

  answer(item, state, lost = 0, won = 0) {
    Object.assign(this.get(item), { state, lost, won });
    this.#changed(item);
  }

  remark(item, comment) {
    this.get(item).comment = comment;
    this.#changed(item);
  }

  attach(item, evidence) {
    const known = this.get(item).evidence;
    const fresh = evidence.filter((one) => !known.some((other) => other.turn === one.turn && other.start === one.start && other.end === one.end));
    known.push(...fresh);
    known.sort((one, other) => one.start - other.start);
    if (fresh.length) this.#changed(item);
  }

  detach(item, index) {
    this.get(item).evidence.splice(index, 1);
    this.#changed(item);
  }

  /** `field` is `comment` (for the agent) or `note` (for colleagues). */
  write(field, text) {
    this[field] = text;
    this.#changed(null);
  }

  replace(body) {
    this.#take(body);
    this.#changed(null);
  }

  get body() {
    return { items: [...this.items.values()], comment: this.comment, note: this.note };
  }

  #changed(item) {
    this.dispatchEvent(new CustomEvent("change", { detail: { item } }));
  }
}

/** Whether two bodies say the same, whatever the order of their keys. */
export const same = (one, other) => JSON.stringify(plain(one)) === JSON.stringify(plain(other));

const plain = ({ items, comment, note }) => [
  comment ?? "",
  note ?? "",
  ...items.map(({ item, state, lost, won, comment: remark, evidence }) => [
    item, state, lost, won, remark, evidence.map(({ start, end, turn, quote }) => [start, end, turn, quote]),
  ]),
];
