// Pages on which packs and scorecards are read.

import { wire } from "./forms.js";
import { wireTabs } from "./tabs.js";
import { paint } from "./yaml.js";

wire();
wireTabs();
for (const place of document.querySelectorAll("[data-yaml]")) {
  const folded = place.closest("details");
  if (folded) folded.addEventListener("toggle", () => paint(place), { once: true });
  else paint(place);
}

const filter = document.getElementById("rule-filter");
filter?.addEventListener("input", () => {
  const wanted = filter.value.trim().toLowerCase();
  for (const rule of document.querySelectorAll(".rule")) {
    rule.hidden = !rule.dataset.words.toLowerCase().includes(wanted);
  }
});
