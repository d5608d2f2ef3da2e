// What an item is founded on: words picked in the transcript, shown under the item, played when pressed.

import { clock } from "../clock.js";
import { data, make, say } from "./page.js";

const LEAD = 0.3; // s of run-up before a piece of evidence
const REST = 0.4; // s after it

export class Evidence {
  constructor({ form, judgement, picked, player, transcript }) {
    Object.assign(this, { form, judgement, picked, player, transcript });
    judgement.addEventListener("change", (event) => this.paint(event.detail.item));
    form.root.addEventListener("click", (event) => this.#clicked(event));
    this.paint(null);
  }

  /** Attach what is picked to the item at hand; false where there is nothing to attach, or nothing to attach it to. */
  attach() {
    if (!this.form.current || this.picked.empty) return false;
    this.judgement.attach(this.form.current, this.picked.evidence(data.turn_roles));
    this.picked.clear();
    return true;
  }

  paint(item) {
    for (const id of item ? [item] : this.form.order) {
      const list = this.form.rows.get(id).querySelector(".r-evidence");
      list.replaceChildren(...this.judgement.get(id).evidence.map((one, index) => chip(one, index)));
    }
    this.#mark();
  }

  play(one) {
    if (one.turn !== null && one.turn !== undefined) this.transcript.keepInView(this.transcript.turns[one.turn]);
    this.player.playOnly(one.start - LEAD, one.end + REST);
  }

  /** Words that are evidence are underlined in the transcript. */
  #mark() {
    const kept = [...this.judgement.items.values()].flatMap((said) => said.evidence).filter((one) => one.span);
    const turns = new Set(kept.map((one) => one.turn));
    for (const word of this.transcript.words) {
      const is = turns.has(word.turn) && kept.some((one) => one.turn === word.turn && word.from < one.span[1] && word.to > one.span[0]);
      if (is !== word.kept) word.node.classList.toggle("is-evidence", (word.kept = is));
    }
  }

  #clicked(event) {
    const place = event.target.closest(".r-evidence li");
    if (!place) {
      if (event.target.closest(".r-attach")) this.attach();
      return;
    }
    const item = place.closest(".r-item").dataset.item;
    const index = Number(place.dataset.index);
    if (event.target.closest(".r-remove")) this.judgement.detach(item, index);
    else this.play(this.judgement.get(item).evidence[index]);
  }
}

function chip(one, index) {
  const words = one.quote || say("stretch", { seconds: Math.round(one.end - one.start) });
  const play = make("button", { type: "button", class: "r-play-evidence", title: say("play_evidence") },
    make("span", { class: "r-at" }, clock(one.start)), make("span", { class: `r-quote ${one.role ?? ""}` }, words));
  const remove = make("button", { type: "button", class: "r-remove", "aria-label": say("remove_evidence", { words }), title: say("remove_evidence", { words }) }, "×");
  return make("li", { "data-index": index }, play, remove);
}
