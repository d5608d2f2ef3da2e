// Tells the server that somebody is at work on this call, so that it is given to nobody else.

const EVERY = 60_000; // ms between two signs of life
const AWAY = 10 * 60_000; // ms without a hand on mouse or keys, and without sound, after which we are silent

/** Dispatches `lost`; `problem` says why. Who only looks holds nothing: `held` says who does. */
export class Lease extends EventTarget {
  constructor({ address, held, isPlaying }) {
    super();
    Object.assign(this, { address, held, isPlaying, problem: null, touched: Date.now(), beaten: 0 });
    for (const event of ["pointerdown", "keydown", "wheel"]) {
      addEventListener(event, () => this.#touch(), { passive: true, capture: true });
    }
    addEventListener("online", () => this.beat());
    this.timer = setInterval(() => this.#tick(), EVERY);
  }

  async beat() {
    if (!this.held) return;
    this.beaten = Date.now();
    let answer;
    try {
      answer = await fetch(this.address, { method: "POST", headers: { Accept: "application/json, application/problem+json" } });
    } catch {
      return;
    }
    const said = await answer.text();
    if ([403, 404, 409].includes(answer.status)) {
      this.problem = JSON.parse(said);
      this.stop();
      this.dispatchEvent(new Event("lost"));
    }
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
  }

  #touch() {
    this.touched = Date.now();
    if (this.timer && this.touched - this.beaten > 2 * EVERY) this.beat(); // back from a pause
  }

  #tick() {
    if (this.isPlaying() || Date.now() - this.touched < AWAY) this.beat();
  }
}
