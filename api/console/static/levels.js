// Levels raised and lowered.

import { ask, complain, wire } from "./forms.js";

wire();

const form = document.getElementById("change-form");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { address, revision, level, why } = form.elements;
  const button = form.querySelector("button:not([type=button])");
  button.disabled = true;
  try {
    await ask("PUT", address.value, { level: level.value, why: why.value }, { "If-Match": `"${revision.value}"` });
    location.reload();
  } catch (error) {
    complain(form, error);
    button.disabled = false;
  }
});
