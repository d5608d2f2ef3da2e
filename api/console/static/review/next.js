// The way to the next call: its sound is fetched while this one's result is being read.

import { preference } from "./preference.js";

/** Opening a call by "next" plays it at once; `first.js` asks and forgets. */
export const playAtOnce = {
  ask: () => sessionStorage.setItem("callqa-play", "1"),
  take: () => {
    const asked = sessionStorage.getItem("callqa-play") !== null;
    sessionStorage.removeItem("callqa-play");
    return asked && preference("autoplay", true).get();
  },
};

/** Into the browser's cache, and the server's: a call that comes as MP3 is made playable only once. */
export async function fetchAhead() {
  const answer = await fetch("/v1/desk/next", { headers: { Accept: "application/json" } });
  if (answer.status !== 200) return;
  const { call_id: call } = await answer.json();
  await Promise.all([fetch(`/v1/calls/${call}/audio`), fetch(`/v1/calls/${call}/peaks`)].map(async (one) => (await one).blob()));
}

export function wireNext(form) {
  if (!form) return;
  form.addEventListener("submit", () => playAtOnce.ask());
  fetchAhead().catch(() => {}); // only haste is lost
}
