// One call: a link may lead to a second of it, and a call being processed shows itself when it is ready.

import { call, hearFrom, player } from "./listening.js";

const CHECK_AGAIN = 5000; // ms between questions whether a call being processed is ready

async function reloadWhenReady() {
  const answer = await fetch(`/v1/calls/${call.call}`);
  if (answer.ok && (await answer.json()).state !== call.state && !player.playing) location.reload();
  else setTimeout(reloadWhenReady, CHECK_AGAIN);
}

/** A link to a moment of the call, `#t=83.4`: go there and play, as far as the browser lets a page begin by itself. */
function playFromAddress() {
  const second = Number(/^#t=(\d+(?:\.\d+)?)$/.exec(location.hash)?.[1] ?? NaN);
  if (!Number.isNaN(second)) hearFrom(second);
}

playFromAddress();
addEventListener("hashchange", playFromAddress);
if (call.state === "received" || call.state === "transcribed") setTimeout(reloadWhenReady, CHECK_AGAIN);
