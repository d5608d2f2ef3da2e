// The inspector's start: Enter goes on with the next call, whose sound is fetched meanwhile.

import { wireNext } from "./review/next.js";

const next = document.getElementById("next");
wireNext(next);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("a, button, input, select, textarea, summary, dialog")) return;
  event.preventDefault();
  next?.requestSubmit();
});
