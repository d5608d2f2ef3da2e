// Draws a call: agent above the middle, customer below, silences and overlaps behind, time underneath.

import { clock } from "./clock.js";

const AXIS = 20;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600];
const SHORTEST_VIEW = 4; // s: closer than that a syllable fills the window
const COLOURS = ["ink", "ink-3", "paper", "line", "brand", "agent", "customer", "unknown", "wave-ground", "wave-silence", "wave-overlap"];

/** Dispatches `view` when another part of the call is shown. */
export class Waveform extends EventTarget {
  /** `call` has `seconds`, `roles`, `silences` and `overlaps`; `channels` (peaks 0–1) come later. */
  constructor(canvas, call) {
    super();
    Object.assign(this, { canvas, call, channels: [], perSecond: 1, now: 0, from: 0, span: 0, picked: null });
    this.sound = new OffscreenCanvas(1, 1);
    this.resize();
    new ResizeObserver(() => this.resize()).observe(canvas);
    window.addEventListener("themechange", () => this.resize());
    new MutationObserver(() => this.resize()).observe(document.documentElement, { attributes: true });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.resize());
  }

  show(channels, perSecond) {
    Object.assign(this, { channels, perSecond });
    this.loudest = channels.map((peaks) => peaks.reduce((most, peak) => Math.max(most, peak), 0.05));
    this.resize();
  }

  resize() {
    const style = getComputedStyle(this.canvas);
    this.colours = Object.fromEntries(COLOURS.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
    this.font = `11px ${style.fontFamily}`;
    const scale = window.devicePixelRatio || 1;
    [this.width, this.height] = [this.canvas.clientWidth, this.canvas.clientHeight];
    this.lanes = this.height - AXIS;
    for (const canvas of [this.canvas, this.sound]) {
      canvas.width = Math.max(1, Math.round(this.width * scale));
      canvas.height = Math.max(1, Math.round(this.height * scale));
      canvas.getContext("2d").scale(scale, scale);
    }
    this.redraw();
  }

  redraw() {
    this.#drawSound(this.sound.getContext("2d"));
    this.draw(this.now);
  }

  /** Seconds shown; the whole call unless zoomed. */
  get shown() {
    return this.span || this.call.seconds;
  }

  x(seconds) {
    return this.shown ? ((seconds - this.from) / this.shown) * this.width : 0;
  }

  seconds(x) {
    const second = this.width ? this.from + (x / this.width) * this.shown : 0;
    return Math.min(this.call.seconds, Math.max(0, second));
  }

  /** Show so many times less of the call, `about` staying where it is. */
  zoom(times, about = this.now) {
    const span = Math.max(SHORTEST_VIEW, this.shown / times);
    if (span >= this.call.seconds) return this.look(0, 0);
    const share = this.shown ? Math.min(1, Math.max(0, (about - this.from) / this.shown)) : 0;
    return this.look(about - share * span, span);
  }

  /** Show `span` seconds from `from`; a span of 0 shows everything. */
  look(from, span = this.span) {
    this.span = span;
    this.from = Math.max(0, Math.min(from, this.call.seconds - this.shown));
    this.redraw();
    this.dispatchEvent(new Event("view"));
  }

  /** Turn the page when the sound runs out of the window. */
  keepInView(seconds) {
    if (this.span && (seconds < this.from || seconds > this.from + this.span)) this.look(seconds - this.span * 0.1);
  }

  draw(now) {
    this.now = now;
    const { colours, width, lanes } = this;
    const paint = this.canvas.getContext("2d");
    paint.clearRect(0, 0, width, this.height);
    paint.drawImage(this.sound, 0, 0, width, this.height);
    const x = Math.max(0, this.x(now));
    paint.globalAlpha = now ? 0.38 : 0; // before the first second nothing has been heard, and nothing is pale
    paint.fillStyle = colours["wave-ground"];
    paint.fillRect(x, 0, width, lanes);
    if (this.picked) this.#drawPicked(paint, this.picked);
    paint.globalAlpha = 1;
    paint.fillStyle = colours.ink;
    paint.fillRect(Math.min(x, width - 1.5), 0, 1.5, lanes);
  }

  #drawPicked(paint, [start, end]) {
    paint.fillStyle = this.colours.brand;
    const [left, right] = [this.x(start), this.x(end)];
    paint.globalAlpha = 0.18;
    paint.fillRect(left, 0, Math.max(2, right - left), this.lanes);
    paint.globalAlpha = 0.9;
    for (const x of [left, right]) paint.fillRect(x - 0.75, 0, 1.5, this.lanes);
  }

  #drawSound(paint) {
    const { colours, width, lanes, channels } = this;
    paint.clearRect(0, 0, width, this.height);
    paint.fillStyle = colours["wave-ground"];
    paint.fillRect(0, 0, width, lanes);
    this.#drawStretches(paint, this.call.silences, colours["wave-silence"]);
    this.#drawStretches(paint, this.call.overlaps, colours["wave-overlap"]);
    const middle = lanes / 2;
    if (channels.length > 1) {
      const above = this.call.roles[0] === "customer" ? 1 : 0;
      this.#drawLane(paint, above, (half) => [middle - half - 0.5, half]);
      this.#drawLane(paint, 1 - above, (half) => [middle + 0.5, half]);
    } else if (channels.length) this.#drawLane(paint, 0, (half) => [middle - half, half * 2]);
    this.#drawAxis(paint);
    if (this.span) this.#drawWhereabouts(paint);
  }

  #drawStretches(paint, stretches, fill) {
    paint.fillStyle = fill;
    for (const [start, end] of stretches) {
      paint.fillRect(this.x(start), 0, Math.max(2, this.x(end) - this.x(start)), this.lanes);
    }
  }

  #drawLane(paint, channel, place) {
    const [peaks, loudest] = [this.channels[channel], this.loudest[channel]];
    const role = this.channels.length > 1 ? this.call.roles[channel] : undefined;
    paint.fillStyle = this.colours[role ?? "unknown"];
    for (let x = 0; x < this.width; x += 2) {
      const first = Math.floor(this.seconds(x) * this.perSecond);
      const last = Math.max(first + 1, Math.floor(this.seconds(x + 2) * this.perSecond));
      let peak = 0;
      for (let at = first; at < last && at < peaks.length; at += 1) peak = Math.max(peak, peaks[at]);
      const [top, height] = place(Math.max(0.5, (peak / loudest) * (this.lanes / 2 - 3)));
      paint.fillRect(x, top, 1.4, height);
    }
  }

  #drawAxis(paint) {
    const step = STEPS.find((seconds) => (seconds / this.shown) * this.width >= 64) ?? 3600;
    paint.fillStyle = this.colours["ink-3"];
    paint.font = this.font;
    const until = Math.min(this.call.seconds, this.from + this.shown);
    for (let second = Math.ceil(this.from / step) * step; second < until; second += step) {
      paint.fillRect(this.x(second), this.lanes, 1, 4);
      if (this.x(second) < this.width - 30) paint.fillText(clock(second), this.x(second) + 3, this.lanes + 14);
    }
  }

  /** Which part of the call the window shows, as a thin bar at the very bottom. */
  #drawWhereabouts(paint) {
    const { colours, width, height, call } = this;
    paint.fillStyle = colours.line;
    paint.fillRect(0, height - 3, width, 3);
    paint.fillStyle = colours.brand;
    paint.fillRect((this.from / call.seconds) * width, height - 3, (this.span / call.seconds) * width, 3);
  }
}
