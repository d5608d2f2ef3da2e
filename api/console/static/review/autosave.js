// Saves the draft as it is written; what could not be saved yet is kept in this browser and offered back.

const WAIT = 600; // ms without a change before the draft is sent
const AGAIN = [1000, 2000, 4000, 8000, 15000, 30000]; // ms until the next try while the server cannot be reached
const STALE = 412;
const GONE = [403, 404, 409];

/** Dispatches `state` (saved, unsaved, saving, offline, signed-out, stale, refused, lost) and `saved` with the answer. */
export class Autosave extends EventTarget {
  /** `address` takes the draft by PUT; `key` names the copy in this browser. */
  constructor({ address, key, revision, judgement }) {
    super();
    Object.assign(this, { address, key, revision, judgement, state: "saved", tries: 0, problem: null, sending: false, stopped: false });
    judgement.addEventListener("change", () => this.#changed());
    addEventListener("online", () => this.state === "offline" && this.save());
    addEventListener("pagehide", () => this.#leave());
  }

  /** The copy a closed tab left behind, if there is one. */
  get copy() {
    const kept = localStorage.getItem(this.key);
    return kept === null ? null : JSON.parse(kept);
  }

  forget() {
    localStorage.removeItem(this.key);
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** Save now. Resolves when nothing is left to save, or it could not be. */
  async save() {
    clearTimeout(this.timer);
    if (this.stopped) return;
    if (this.sending) {
      await this.sending;
      if (this.state !== "unsaved") return;
    }
    this.sending = this.#send();
    await this.sending;
    this.sending = false;
    if (this.state === "unsaved") this.#later(WAIT);
  }

  /** After a conflict: what is on this page shall count, over the revision that is stored now. */
  async insist(revision) {
    this.revision = revision;
    await this.save();
  }

  #changed() {
    if (this.stopped) return;
    localStorage.setItem(this.key, JSON.stringify({ revision: this.revision, at: Date.now(), judgement: this.judgement.body }));
    this.#become("unsaved");
    this.#later(WAIT);
  }

  #later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  #put(options = {}) {
    return fetch(this.address, {
      method: "PUT",
      headers: { "Content-Type": "application/json", Accept: "application/json, application/problem+json", "If-Match": `"${this.revision}"` },
      body: JSON.stringify(this.judgement.body),
      ...options,
    });
  }

  async #send() {
    this.#become("saving");
    let answer;
    try {
      answer = await this.#put();
    } catch {
      return this.#wait("offline");
    }
    if (answer.status === 401) return this.#wait("signed-out");
    if (answer.status === 429 || answer.status >= 500) return this.#wait("offline");
    const body = await answer.json();
    this.tries = 0;
    if (answer.ok) return this.#done(body);
    this.problem = body;
    return this.#become(answer.status === STALE ? "stale" : GONE.includes(answer.status) ? "lost" : "refused");
  }

  #done(body) {
    this.revision = body.revision;
    if (this.state === "saving") {
      this.forget();
      this.#become("saved");
    }
    this.dispatchEvent(new CustomEvent("saved", { detail: body }));
  }

  #wait(state) {
    this.#become(state);
    this.#later(AGAIN[Math.min(this.tries, AGAIN.length - 1)]);
    this.tries += 1;
  }

  #leave() {
    if (!this.stopped && !["saved", "stale", "lost"].includes(this.state)) this.#put({ keepalive: true }).catch(() => {});
  }

  #become(state) {
    this.state = state;
    this.dispatchEvent(new Event("state"));
  }
}
