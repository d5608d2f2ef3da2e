// Calls scored again: first seen, then stored.

import { ask, complain } from "./forms.js";

const form = document.getElementById("rescore");
const place = document.getElementById("rescored");
const calls = JSON.parse(document.getElementById("calls")?.textContent ?? "[]");

/** The versions of the chosen pack or scorecard. */
function showVersions(select) {
  const versions = form.elements[`${select.name}_version`];
  const { versions: numbers, inUse } = select.selectedOptions[0].dataset;
  const options = numbers.split(" ").map((number) => {
    const words = number === inUse ? versions.dataset.inUseWords : versions.dataset.words;
    const option = new Option(words.replace("{n}", number), number);
    option.selected = number === inUse;
    return option;
  });
  versions.replaceChildren(...options);
}

async function score(preview) {
  const body = { calls, preview };
  for (const kind of ["pack", "scorecard"]) {
    body[kind] = form.elements[kind].value;
    body[`${kind}_version`] = Number(form.elements[`${kind}_version`].value);
  }
  complain(form, null);
  form.classList.add("is-waiting");
  try {
    place.innerHTML = await ask("POST", "/rescore", body);
    document.getElementById("store").disabled = !preview;
  } catch (error) {
    place.replaceChildren();
    complain(form, error);
  }
  form.classList.remove("is-waiting");
}

for (const kind of ["pack", "scorecard"]) {
  if (!form) break;
  const select = form.elements[kind];
  showVersions(select);
  select.addEventListener("change", () => showVersions(select));
}
form?.addEventListener("change", () => { document.getElementById("store").disabled = true; });
form?.addEventListener("submit", (event) => {
  event.preventDefault();
  score(event.submitter.name === "preview");
});
