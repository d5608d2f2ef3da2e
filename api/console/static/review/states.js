// What is said about the draft and the hold on the call: saved, not yet, offline; changed elsewhere; lost.

import { ask } from "../forms.js";
import { same } from "./judgement.js";
import { byId, data, say } from "./page.js";

const ARRIVED = 400; // ms

const moment = (time) => new Date(time).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

/** The small word beside the submit button. */
export function wireSaveState(autosave) {
  const place = byId("save-state");
  const show = () => {
    place.className = `r-save is-${autosave.state}`;
    const problem = autosave.state === "refused" ? autosave.problem.detail : "";
    place.textContent = autosave.state === "saved" ? say("save_saved", { time: moment(Date.now()) }) : say(`save_${autosave.state.replace("-", "_")}`, { problem });
    byId("signed-out").hidden = autosave.state !== "signed-out";
    if (autosave.state === "stale" && !byId("stale-dialog").open) byId("stale-dialog").showModal();
  };
  autosave.addEventListener("state", show);
  addEventListener("beforeunload", (event) => {
    if (["offline", "signed-out", "refused", "stale"].includes(autosave.state)) event.preventDefault();
  });
}

/** Another window saved meanwhile: take what is stored, or keep what is here. */
export function wireConflict(autosave) {
  const dialog = byId("stale-dialog");
  dialog.addEventListener("cancel", (event) => event.preventDefault()); // there is no third way
  byId("stale-theirs").addEventListener("click", () => {
    autosave.stop();
    autosave.forget();
    location.reload();
  });
  byId("stale-mine").addEventListener("click", async () => {
    try {
      const { revision } = await ask("GET", autosave.address);
      dialog.close();
      await autosave.insist(revision);
    } catch (error) {
      byId("stale-problem").textContent = error instanceof TypeError ? say("unreachable_kept") : error.message;
      byId("stale-problem").hidden = false;
    }
  });
}

/** The call is somebody else's now: say so, and let nobody fill in what cannot be handed in. */
export function wireLoss(autosave, lease) {
  const lose = (problem) => {
    autosave.stop();
    lease.stop();
    document.body.classList.add("is-lost");
    for (const field of byId("form").querySelectorAll("button, input, textarea")) field.disabled = true;
    byId("lost-why").textContent = problem?.detail ?? "";
    byId("lost").hidden = false;
    byId("lost").focus();
  };
  lease.addEventListener("lost", () => lose(lease.problem));
  autosave.addEventListener("state", () => autosave.state === "lost" && lose(autosave.problem));
}

/** What a closed tab could not save any more is offered back; what it sent while leaving is simply taken. */
export async function offerBack(autosave, judgement) {
  const { copy } = autosave;
  if (!copy) return;
  if (same(copy.judgement, judgement.body)) {
    autosave.forget();
    return;
  }
  const stored = await storedSoon(autosave);
  if (stored && same(copy.judgement, stored.judgement)) {
    autosave.revision = stored.revision;
    if (autosave.state === "saved") judgement.replace(copy.judgement);
    return;
  }
  byId("kept-at").textContent = say("kept_at", { time: new Date(copy.at).toLocaleString([], { dateStyle: "short", timeStyle: "short" }) });
  byId("kept").hidden = false;
  byId("kept-take").addEventListener("click", () => {
    byId("kept").hidden = true;
    judgement.replace(copy.judgement);
  });
  byId("kept-drop").addEventListener("click", () => {
    byId("kept").hidden = true;
    autosave.forget();
  });
}

/** The stored draft a moment after this page was asked for, when what the last one sent must have arrived. */
async function storedSoon(autosave) {
  await new Promise((done) => setTimeout(done, ARRIVED));
  try {
    return await ask("GET", autosave.address);
  } catch {
    return null;
  }
}

/** The stored address of everything about this assignment. */
export const assignmentAddress = (rest) => `/v1/assignments/${data.assignment}/${rest}`;
