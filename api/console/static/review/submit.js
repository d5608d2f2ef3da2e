// Handing in: what is still missing, one look at the result, and then for good.

import { ask } from "../forms.js";
import { byId, data, make, number, say } from "./page.js";

export class Submit {
  constructor({ form, judgement, autosave, lease }) {
    Object.assign(this, { form, judgement, autosave, lease });
    this.names = new Map([...form.rows].map(([id, row]) => [id, row.querySelector(".r-name-text").textContent]));
    this.dialog = byId("submit-dialog");
    byId("submit").addEventListener("click", () => this.open());
    byId("submit-sure").addEventListener("click", () => this.#send());
    byId("submit-close").addEventListener("click", () => this.dialog.close());
  }

  /** Ask whether this is it; where something is missing, say what and go there. */
  async open() {
    if (!this.showMissing()) return;
    await this.autosave.save();
    this.#tell();
    this.dialog.showModal();
    byId("submit-sure").focus();
  }

  /** List what is missing, each a way to its item, and go to the first; true where nothing is. */
  showMissing() {
    const { missing } = this.judgement;
    this.listMissing();
    byId("missing").hidden = !missing.length;
    if (missing.length) this.form.goTo(missing[0]);
    return !missing.length;
  }

  listMissing() {
    const { missing } = this.judgement;
    if (!missing.length) byId("missing").hidden = true;
    byId("missing-count").textContent = say("missing", { n: missing.length });
    byId("missing-items").replaceChildren(...missing.map((item) => {
      const words = this.names.get(item) + (this.judgement.lacksComment(item) ? say("without_comment") : "");
      const button = make("button", { type: "button", class: "r-missing" }, words);
      button.addEventListener("click", () => this.form.goTo(item));
      return make("li", {}, button);
    }));
  }

  #tell() {
    const said = [...this.judgement.items.values()];
    const lost = said.filter((one) => one.lost > 0);
    byId("submit-total").textContent = `${byId("total").textContent} ${byId("grade").textContent}`;
    byId("submit-lost").replaceChildren(...lost.map((one) => {
      const line = document.createElement("li");
      line.textContent = `${this.names.get(one.item)} −${number(one.lost)}`;
      if (!one.evidence.length) line.append(make("span", { class: "muted" }, ` · ${say("unfounded")}`));
      return line;
    }));
    byId("submit-clean").hidden = lost.length > 0;
    byId("submit-problem").hidden = true;
  }

  async #send() {
    const button = byId("submit-sure");
    button.disabled = true;
    try {
      await ask("POST", `/v1/assignments/${data.assignment}/submit`, this.judgement.body);
    } catch (error) {
      button.disabled = false;
      byId("submit-problem").textContent = error instanceof TypeError ? say("unreachable_kept") : [error.message, ...(error.mistakes ?? []).map((one) => one.detail)].join(" ");
      byId("submit-problem").hidden = false;
      return;
    }
    this.autosave.stop();
    this.autosave.forget();
    this.lease.stop();
    location.reload();
  }
}
