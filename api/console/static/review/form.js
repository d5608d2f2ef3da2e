// The scorecard: answers, comments, the item at hand, and the total as the server counts it.

import { JUDGED, UNJUDGED } from "./judgement.js";
import { byId, data, number, say } from "./page.js";

/** Dispatches `current` when another item is at hand. */
export class Form extends EventTarget {
  constructor(root, judgement) {
    super();
    Object.assign(this, { root, judgement, current: null, wide: false, pressing: false });
    this.rows = new Map([...root.querySelectorAll(".r-item")].map((row) => [row.dataset.item, row]));
    this.order = [...this.rows.keys()];
    root.addEventListener("click", (event) => this.#clicked(event));
    root.addEventListener("input", (event) => this.#typed(event));
    // While a mouse button is down nothing may move, or the click would land on another button.
    root.addEventListener("pointerdown", () => { this.pressing = true; });
    addEventListener("pointerup", () => setTimeout(() => { this.pressing = false; }));
    root.addEventListener("focusin", (event) => {
      const row = event.target.closest(".r-item");
      if (row && !this.pressing) this.choose(row.dataset.item, { wide: true });
    });
    judgement.addEventListener("change", (event) => this.paint(event.detail.item));
    this.paint(null);
  }

  /** Make an item the one at hand; `wide` shows all there is to it, `move` puts the focus there, as keys do. */
  choose(item, { move = false, wide = move } = {}) {
    const before = this.current;
    [this.current, this.wide] = [item, wide || (this.wide && item === before)];
    if (before && before !== item) this.#paintItem(before);
    const row = this.rows.get(item);
    this.#paintItem(item);
    if (item !== before) this.dispatchEvent(new Event("current"));
    if (!move) return;
    const answers = row.querySelector(".r-answers");
    (answers.querySelector('[aria-pressed="true"]') ?? answers.firstElementChild).focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  /** The next item, or the one before. */
  step(by) {
    const at = this.order.indexOf(this.current);
    const next = at < 0 ? (by > 0 ? 0 : this.order.length - 1) : at + by;
    if (this.order[next]) this.choose(this.order[next], { move: true });
  }

  /** On to what is still missing, after the item at hand first; false where nothing is. */
  nextMissing() {
    const { missing } = this.judgement;
    if (!missing.length) return false;
    const at = this.order.indexOf(this.current);
    this.goTo(missing.find((item) => this.order.indexOf(item) > at) ?? missing[0]);
    return true;
  }

  /** To an item, and there to what it lacks. */
  goTo(item) {
    this.choose(item, { move: true });
    if (this.judgement.lacksComment(item)) this.remark();
  }

  /** The nth answer of the item at hand, as its buttons stand. Without fault one goes on, with a fault there is more to say. */
  press(nth) {
    const button = this.rows.get(this.current)?.querySelectorAll(".r-answers button")[nth];
    if (button) this.#answer(button, true);
  }

  notApplicable() {
    const button = this.rows.get(this.current)?.querySelector('[data-state="not_applicable"]');
    if (button) this.#answer(button, true);
  }

  remark() {
    if (!this.current) return;
    this.choose(this.current, { wide: true });
    this.rows.get(this.current).querySelector(".r-comment").focus();
  }

  /** Everything not answered yet is without fault. */
  restIsFine() {
    for (const item of this.judgement.unanswered) this.judgement.answer(item, JUDGED);
  }

  /** What the server counted. */
  showScore(score) {
    const grade = byId("grade");
    byId("total").textContent = score.total === null ? "–" : number(score.total);
    grade.textContent = score.grade ?? say("no_grade");
    byId("sum").className = `r-sum ${data.grades[score.grade] ?? "none"}`;
    byId("sum").classList.toggle("is-fatal", score.fatal.length > 0);
    for (const section of score.sections) {
      const place = this.root.querySelector(`[data-section="${CSS.escape(section.id)}"] .r-got`);
      if (place) place.textContent = section.points ? `${number(section.got)} / ${number(section.points)}` : section.got ? number(section.got) : "";
    }
  }

  paint(item) {
    for (const id of item ? [item] : this.order) this.#paintItem(id);
    const open = this.judgement.unanswered.length;
    const [done, all] = [this.order.length - open, this.order.length];
    byId("progress").value = done;
    byId("done").textContent = say("done_of", { done, all });
    byId("rest").hidden = !open;
    byId("rest").textContent = open === all ? say("all_fine") : say("rest_fine", { n: open });
    byId("submit").classList.toggle("primary", !this.judgement.missing.length);
    for (const field of ["comment", "note"]) {
      if (byId(field) !== document.activeElement) byId(field).value = this.judgement[field];
    }
  }

  #paintItem(id) {
    const [row, said] = [this.rows.get(id), this.judgement.get(id)];
    row.classList.toggle("is-current", id === this.current);
    row.classList.toggle("is-wide", id === this.current && (this.wide || said.lost > 0));
    row.classList.toggle("is-open", said.state === UNJUDGED);
    row.classList.toggle("is-lost", said.lost > 0);
    row.classList.toggle("is-na", said.state === "not_applicable");
    row.classList.toggle("lacks-comment", this.judgement.lacksComment(id));
    row.classList.toggle("has-more", this.judgement.lacksComment(id) || said.evidence.length > 0 || said.comment !== "");
    let pressed = false;
    for (const button of row.querySelectorAll(".r-answers button")) {
      const is = button.dataset.state === said.state && Number(button.dataset.lost) === said.lost && Number(button.dataset.won) === said.won;
      button.setAttribute("aria-pressed", String(is));
      pressed ||= is;
    }
    const points = row.querySelector(".r-lost-points");
    if (points && points !== document.activeElement) points.value = said.lost ? String(said.lost) : "";
    row.classList.toggle("is-own", said.state === JUDGED && !pressed);
    row.querySelector(".r-own").textContent = said.lost ? `−${number(said.lost)}` : said.won ? `+${number(said.won)}` : "";
    const comment = row.querySelector(".r-comment");
    if (comment !== document.activeElement) comment.value = said.comment;
  }

  #clicked(event) {
    const row = event.target.closest(".r-item");
    const answer = event.target.closest(".r-answers button");
    if (row) this.choose(row.dataset.item, { wide: !answer });
    if (answer) this.#answer(answer, false);
  }

  #answer(button, goOn) {
    const item = button.closest(".r-item").dataset.item;
    const { state, lost, won } = button.dataset;
    const again = button.getAttribute("aria-pressed") === "true";
    if (again && !goOn) this.judgement.answer(item, UNJUDGED);
    else this.judgement.answer(item, state, Number(lost), Number(won));
    if (!goOn) return;
    if (Number(lost) === 0) this.step(1);
    else button.focus();
  }

  #typed(event) {
    const row = event.target.closest(".r-item");
    if (event.target.id === "comment" || event.target.id === "note") this.judgement.write(event.target.id, event.target.value);
    else if (row && event.target.matches(".r-comment")) this.judgement.remark(row.dataset.item, event.target.value);
    else if (row && event.target.matches(".r-lost-points") && event.target.validity.valid) {
      this.judgement.answer(row.dataset.item, JUDGED, Number(event.target.value || 0));
    }
  }
}
