// One case: its words follow its sound, and its state is changed.

import { ask, complain, wire } from "./forms.js";
import { follow } from "./case_sound.js";

const page = document.getElementById("case");
const problem = document.getElementById("problem");

const move = (name, body = null) =>
  ask("POST", `/v1/cases/${page.dataset.case}/${name}`, body, { "If-Match": `"${page.dataset.revision}"` });

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-move]");
  if (!button) return;
  button.disabled = true;
  try {
    await move(button.dataset.move);
    location.reload();
  } catch (error) {
    problem.textContent = error.message;
    problem.hidden = false;
    button.disabled = false;
  }
});

document.getElementById("withdrawing")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await move("withdraw", { why: event.target.elements.why.value });
    location.reload();
  } catch (error) {
    complain(event.target, error);
  }
});

const audio = document.getElementById("audio");
if (audio) follow(audio);
wire();
