// The sound of a call: where it is, how fast it goes, what it skips and what it repeats.

const RUN_UP = 0.25; // s of a silence that are left before somebody speaks again, so that no syllable is cut
const HEARD_OF_SILENCE = 0.35; // s of a silence that are heard before it is skipped

/** Stretches are `[start, end]` in seconds. Dispatches `time` whenever the second may have changed. */
export class Player extends EventTarget {
  /** `quiet` are the stretches that may be skipped; `seconds` is the length where it is known before the sound is. */
  constructor(audio, { seconds = 0, quiet = [] } = {}) {
    super();
    Object.assign(this, { audio, length: seconds, quiet, loop: null, until: null, skipping: false });
    audio.preservesPitch = true;
    audio.addEventListener("play", () => requestAnimationFrame(() => this.#frame()));
    if (!audio.paused) requestAnimationFrame(() => this.#frame());
    for (const event of ["pause", "seeked", "loadedmetadata"]) audio.addEventListener(event, () => this.#changed());
    audio.addEventListener("ended", () => this.loop && this.seek(this.loop[0], true));
    audio.addEventListener("timeupdate", () => this.#jumpOn()); // also while the tab is hidden and draws no frames
  }

  get now() {
    return this.audio.currentTime;
  }

  get seconds() {
    return this.length || this.audio.duration || 0;
  }

  get playing() {
    return !this.audio.paused;
  }

  get speed() {
    return this.audio.playbackRate;
  }

  set speed(rate) {
    this.audio.defaultPlaybackRate = rate; // kept when the sound is loaded anew
    this.audio.playbackRate = rate;
  }

  /** Pausing before the first sound arrives is the listener's right, and a browser may refuse to begin by itself. */
  play() {
    this.audio.play().catch((error) => {
      if (error.name !== "AbortError" && error.name !== "NotAllowedError") throw error;
    });
  }

  toggle() {
    if (this.playing) this.audio.pause();
    else this.play();
  }

  seek(seconds, thenPlay = false) {
    this.audio.currentTime = Math.max(0, Math.min(seconds, this.seconds));
    if (this.loop && !within(this.loop, seconds)) this.loop = null;
    this.until = null;
    this.dispatchEvent(new Event("sought"));
    this.#changed();
    if (thenPlay) this.play();
  }

  /** Play this stretch and stop at its end, unless somebody goes elsewhere meanwhile. */
  playOnly(start, end) {
    this.loop = null;
    this.seek(start, true);
    this.until = end;
  }

  step(seconds) {
    this.seek(this.now + seconds);
  }

  #frame() {
    this.#jumpOn();
    this.#changed();
    if (this.playing) requestAnimationFrame(() => this.#frame());
  }

  #jumpOn() {
    if (!this.playing || this.audio.seeking) return;
    if (this.until !== null && this.now >= this.until) {
      this.until = null;
      this.audio.pause();
    } else if (this.loop) {
      if (this.now >= this.loop[1]) this.audio.currentTime = this.loop[0];
    } else if (this.skipping) {
      const silence = this.quiet.find(([start, end]) => start + HEARD_OF_SILENCE <= this.now && this.now < end - RUN_UP);
      if (silence) this.audio.currentTime = silence[1] - RUN_UP;
    }
  }

  #changed() {
    this.dispatchEvent(new Event("time"));
  }
}

const within = ([start, end], second) => start - 0.05 <= second && second <= end + 0.05;
