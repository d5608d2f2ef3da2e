// The library's list and its suggestions: hear a clip, choose cases for a class, dismiss what is none.

import { ask } from "./forms.js";
import { toast } from "./toast.js";

const sound = new Audio();
let heard = null;

function show(button, playing) {
  button?.setAttribute("aria-pressed", String(playing));
}

sound.addEventListener("pause", () => show(heard, false));
sound.addEventListener("play", () => show(heard, true));

document.addEventListener("click", async (event) => {
  const listen = event.target.closest("[data-clip]");
  if (listen) {
    if (listen === heard && !sound.paused) return sound.pause();
    if (listen !== heard) {
      show(heard, false);
      heard = listen;
      sound.src = listen.dataset.clip;
    }
    sound.play().catch((error) => {
      if (error.name !== "AbortError") toast(error.message, { bad: true });
    });
  }
  const move = event.target.closest("[data-move]");
  if (!move) return;
  move.disabled = true;
  try {
    await ask("POST", move.dataset.move, null, { "If-Match": `"${move.dataset.revision}"` });
    (move.closest("li") ?? move.closest("article")).remove();
    if (!document.querySelector(".case-cards article")) location.reload();
  } catch (error) {
    move.disabled = false;
    toast(error.message, { bad: true });
  }
});

/** Chosen cases stay chosen from page to page, until the browser's tab is closed. */
const packing = document.getElementById("packing");
const KEY = "cases.chosen";
const chosen = new Set(JSON.parse(sessionStorage.getItem(KEY) ?? "[]"));

function tell() {
  const n = chosen.size;
  sessionStorage.setItem(KEY, JSON.stringify([...chosen]));
  document.getElementById("chosen").textContent = n ? packing.dataset.some.replace("{n}", n) : packing.dataset.none;
  document.getElementById("forget").hidden = !n;
  for (const [id, format] of [["pack", "html"], ["outline", "markdown"]]) {
    const link = document.getElementById(id);
    link.setAttribute("aria-disabled", String(!n));
    if (n) link.href = `/v1/cases/pack?ids=${[...chosen].join(",")}&format=${format}`;
    else link.removeAttribute("href");
  }
  for (const box of document.querySelectorAll("[name=choose]")) box.checked = chosen.has(box.value);
}

if (packing) {
  document.addEventListener("change", (event) => {
    if (event.target.name !== "choose") return;
    if (event.target.checked) chosen.add(event.target.value);
    else chosen.delete(event.target.value);
    tell();
  });
  document.getElementById("forget").addEventListener("click", () => {
    chosen.clear();
    tell();
  });
  tell();
}
