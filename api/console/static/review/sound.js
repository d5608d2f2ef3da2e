// The player's buttons and the waveform's hands: speed, silences, loop, zoom, seeking and picking a stretch.

import { clock } from "../clock.js";
import { byId, data, make, say } from "./page.js";
import { preference } from "./preference.js";

const SPEEDS = [0.75, 1, 1.25, 1.5, 2];
const ZOOM = 1.6;
const DRAGGED = 5; // px from which a press on the waveform is a stretch and not a place

const speed = preference("speed", 1);
const skipping = preference("skip", false);
const following = preference("follow", true);

export class Sound {
  constructor({ player, waveform, transcript, picked }) {
    Object.assign(this, { player, waveform, transcript, picked });
    player.addEventListener("time", () => this.follow());
    player.addEventListener("sought", () => transcript.returnToSound());
    player.audio.addEventListener("play", () => this.follow());
    player.audio.addEventListener("error", () => { byId("wave-problem").hidden = false; });
    waveform.addEventListener("view", () => this.#placeMarks());
    picked.addEventListener("change", () => this.#pickedChanged());
    this.#wireButtons();
    this.#wireWave();
    this.#makeMarks();
    this.setSpeed(speed.get());
    this.#switch("skip", skipping, (on) => { player.skipping = on; });
    this.#switch("follow", following, (on) => { transcript.following = on; });
    this.#loadPeaks();
    this.follow();
  }

  follow() {
    const { player, waveform } = this;
    if (player.playing) waveform.keepInView(player.now);
    waveform.draw(player.now);
    byId("now").textContent = clock(player.now);
    byId("canvas").setAttribute("aria-valuenow", String(Math.round(player.now)));
    byId("canvas").setAttribute("aria-valuetext", clock(player.now));
    byId("sound").classList.toggle("is-playing", player.playing);
    byId("play").setAttribute("aria-label", say(player.playing ? "pause" : "play"));
    byId("loop").setAttribute("aria-pressed", String(player.loop !== null));
    this.transcript.follow(player.now, player.playing);
  }

  setSpeed(rate) {
    this.player.speed = rate;
    speed.set(rate);
    for (const button of document.querySelectorAll("[data-speed]")) {
      button.setAttribute("aria-pressed", String(Number(button.dataset.speed) === rate));
    }
  }

  faster(by) {
    const at = SPEEDS.indexOf(this.player.speed) + by;
    if (SPEEDS[at]) this.setSpeed(SPEEDS[at]);
  }

  /** Repeat what is picked, or the turn being said; again: no more. */
  toggleLoop() {
    const { player, picked, transcript } = this;
    if (player.loop) player.loop = null;
    else {
      const turn = transcript.turnAt(player.now);
      player.loop = picked.stretch ?? (turn >= 0 ? data.turns[turn] : null);
      if (player.loop) {
        if (player.now < player.loop[0] || player.now > player.loop[1]) player.seek(player.loop[0], true);
        else player.play();
      }
    }
    this.follow();
  }

  /** The turn `by` turns on from the one being said. */
  stepTurn(by) {
    const at = this.transcript.turnAt(this.player.now + 0.15);
    const next = Math.min(data.turns.length - 1, Math.max(0, at + by));
    if (data.turns[next]) this.player.seek(data.turns[next][0]);
  }

  zoom(by) {
    if (by === 0) this.waveform.look(0, 0);
    else this.waveform.zoom(ZOOM ** by);
  }

  toggle(id) {
    byId(id).click();
  }

  #switch(id, kept, act) {
    const button = byId(id);
    const set = (on) => {
      button.setAttribute("aria-pressed", String(on));
      kept.set(on);
      act(on);
    };
    button.addEventListener("click", () => set(button.getAttribute("aria-pressed") !== "true"));
    set(kept.get());
  }

  #wireButtons() {
    byId("play").addEventListener("click", () => this.player.toggle());
    byId("back").addEventListener("click", () => this.player.step(-5));
    byId("forward").addEventListener("click", () => this.player.step(5));
    byId("loop").addEventListener("click", () => this.toggleLoop());
    byId("zoom-in").addEventListener("click", () => this.zoom(1));
    byId("zoom-out").addEventListener("click", () => this.zoom(-1));
    byId("zoom-all").addEventListener("click", () => this.zoom(0));
    for (const button of document.querySelectorAll("[data-speed]")) {
      button.addEventListener("click", () => this.setSpeed(Number(button.dataset.speed)));
    }
  }

  #wireWave() {
    const { player, waveform } = this;
    const canvas = byId("canvas");
    let from = null;
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      from = event.offsetX;
    });
    canvas.addEventListener("pointermove", (event) => {
      if (from === null || Math.abs(event.offsetX - from) < DRAGGED) return;
      waveform.picked = [from, event.offsetX].map((x) => waveform.seconds(x)).sort((one, other) => one - other);
      waveform.draw(player.now);
    });
    canvas.addEventListener("pointerup", (event) => {
      if (from === null) return;
      const dragged = Math.abs(event.offsetX - from) >= DRAGGED;
      if (dragged) this.picked.pickSeconds(...waveform.picked);
      else {
        this.picked.clear();
        player.seek(waveform.seconds(event.offsetX));
      }
      from = null;
    });
    canvas.addEventListener("pointercancel", () => { from = null; });
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      if (event.deltaX || event.shiftKey) waveform.look(waveform.from + ((event.deltaX || event.deltaY) / waveform.width) * waveform.shown);
      else waveform.zoom(ZOOM ** (-event.deltaY / 120), waveform.seconds(event.offsetX));
    }, { passive: false });
  }

  #makeMarks() {
    for (const finding of data.findings) {
      const title = `${finding.name} ${clock(finding.start)}`;
      byId("marks").append(make("button", { type: "button", class: finding.effect, "data-finding": finding.id, title, "aria-label": title }));
    }
    this.#placeMarks();
  }

  #placeMarks() {
    const shown = this.waveform.shown || 1;
    data.findings.forEach((finding, index) => {
      const share = (finding.start - this.waveform.from) / shown;
      const mark = byId("marks").children[index];
      mark.hidden = share < 0 || share > 1;
      mark.style.left = `${share * 100}%`;
    });
  }

  #pickedChanged() {
    this.waveform.picked = this.picked.stretch;
    this.waveform.draw(this.player.now);
  }

  async #loadPeaks() {
    const answer = await fetch(`/v1/calls/${data.call}/peaks`);
    if (!answer.ok) {
      byId("wave-problem").hidden = false;
      return;
    }
    const peaks = await answer.json();
    data.seconds ||= peaks.seconds;
    this.player.length ||= peaks.seconds;
    this.waveform.show(peaks.channels, peaks.per_second);
    this.#placeMarks();
  }
}
