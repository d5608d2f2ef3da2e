// The little bar over picked words: play, repeat, attach, correct.

import { byId, say } from "./page.js";

const AWAY = 6; // px between the words and the bar

export class PickBar {
  constructor({ picked, transcript, acts }) {
    Object.assign(this, { picked, transcript, bar: byId("pick-bar") });
    for (const button of this.bar.querySelectorAll("[data-act]")) {
      button.addEventListener("click", () => acts[button.dataset.act]());
    }
    picked.addEventListener("change", () => this.place());
    transcript.box.addEventListener("scroll", () => this.place(), { passive: true });
    addEventListener("resize", () => this.place());
  }

  /** `name` of the item that evidence would be attached to. */
  name(name) {
    const attach = this.bar.querySelector('[data-act="attach"]');
    if (!attach) return;
    attach.querySelector(".words").textContent = name ? say("attach_to", { item: name }) : say("attach_choose");
    attach.disabled = !name;
    this.place();
  }

  place() {
    this.bar.hidden = this.picked.empty;
    if (this.bar.hidden) return;
    const box = this.transcript.box.getBoundingClientRect();
    const word = this.picked.words[0]?.node.getBoundingClientRect() ?? { top: box.top + 60, bottom: box.top + 60, left: box.left + 90 };
    const [width, height] = [this.bar.offsetWidth, this.bar.offsetHeight];
    const above = word.top - height - AWAY;
    const last = this.picked.words.at(-1)?.node.getBoundingClientRect() ?? word;
    const top = above > box.top ? above : last.bottom + AWAY;
    this.bar.style.top = `${Math.min(Math.max(top, box.top + 4), box.bottom - height - 4)}px`;
    this.bar.style.left = `${Math.max(box.left + 8, Math.min(word.left, box.right - width - 12))}px`;
  }
}
