// Draws a call: a lane per channel in its role's colour, silences and overlaps behind, time below.

const LANES = 92;
const AXIS = 20;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600];

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export const clock = (seconds) => {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
};

export class Waveform {
  /** `call` has `seconds`, `roles`, `silences` and `overlaps`; `channels` (peaks 0–1) come later. */
  constructor(canvas, call) {
    Object.assign(this, { canvas, call, channels: [], perSecond: 1, now: 0 });
    this.sound = new OffscreenCanvas(1, 1);
    new ResizeObserver(() => this.resize()).observe(canvas);
  }

  show(channels, perSecond) {
    Object.assign(this, { channels, perSecond });
    this.resize();
  }

  resize() {
    const scale = window.devicePixelRatio || 1;
    this.width = this.canvas.clientWidth;
    for (const canvas of [this.canvas, this.sound]) {
      canvas.width = Math.max(1, Math.round(this.width * scale));
      canvas.height = Math.round((LANES + AXIS) * scale);
      canvas.getContext("2d").scale(scale, scale);
    }
    this.drawSound(this.sound.getContext("2d"));
    this.draw(this.now);
  }

  x(seconds) {
    return this.call.seconds ? (seconds / this.call.seconds) * this.width : 0;
  }

  seconds(x) {
    return this.width ? Math.min(1, Math.max(0, x / this.width)) * this.call.seconds : 0;
  }

  draw(now) {
    this.now = now;
    const paint = this.canvas.getContext("2d");
    paint.clearRect(0, 0, this.width, LANES + AXIS);
    paint.drawImage(this.sound, 0, 0, this.width, LANES + AXIS);
    const x = this.x(now);
    paint.fillStyle = "rgb(255 255 255 / 45%)";
    paint.fillRect(x, 0, this.width - x, LANES);
    paint.fillStyle = colour("--ink");
    paint.fillRect(Math.min(x, this.width - 1.5), 0, 1.5, LANES);
  }

  drawSound(paint) {
    paint.clearRect(0, 0, this.width, LANES + AXIS);
    paint.fillStyle = "#f8f9fb";
    paint.fillRect(0, 0, this.width, LANES);
    this.drawStretches(paint, this.call.silences, "#e4e8ef");
    this.drawStretches(paint, this.call.overlaps, "#f6d3e3");
    const lane = LANES / Math.max(1, this.channels.length);
    this.channels.forEach((peaks, channel) => this.drawLane(paint, peaks, lane * (channel + 0.5), lane / 2 - 2, channel));
    this.drawAxis(paint);
  }

  drawStretches(paint, stretches, fill) {
    paint.fillStyle = fill;
    for (const [start, end] of stretches) {
      paint.fillRect(this.x(start), 0, Math.max(2, this.x(end) - this.x(start)), LANES);
    }
  }

  drawLane(paint, peaks, middle, height, channel) {
    const role = this.channels.length > 1 ? this.call.roles[channel] : undefined;
    paint.fillStyle = colour(`--${role ?? "unknown"}`);
    const loudest = peaks.reduce((most, peak) => Math.max(most, peak), 0.05);
    for (let x = 0; x < this.width; x += 2) {
      const first = Math.floor((this.seconds(x)) * this.perSecond);
      const last = Math.max(first + 1, Math.floor(this.seconds(x + 2) * this.perSecond));
      let peak = 0;
      for (let at = first; at < last && at < peaks.length; at += 1) peak = Math.max(peak, peaks[at]);
      const half = Math.max(0.5, (peak / loudest) * height);
      paint.fillRect(x, middle - half, 1.4, half * 2);
    }
  }

  drawAxis(paint) {
    const step = STEPS.find((seconds) => this.x(seconds) >= 64) ?? 3600;
    paint.fillStyle = colour("--ink-3");
    paint.font = `11px ${colour("--font")}`;
    for (let second = 0; second < this.call.seconds; second += step) {
      paint.fillRect(this.x(second), LANES, 1, 4);
      if (this.x(second) < this.width - 30) paint.fillText(clock(second), this.x(second) + 3, LANES + 14);
    }
  }
}
