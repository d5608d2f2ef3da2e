// The classifier: training takes a while, and putting a version in use needs a reason.

import { ask, complain, wire } from "./forms.js";

wire();

const training = document.getElementById("train-form");
training.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = training.querySelector("button.primary");
  const line = training.querySelector(".training");
  const began = Date.now();
  const tell = () => (line.lastElementChild.textContent = training.dataset.waiting.replace("{seconds}", Math.round((Date.now() - began) / 1000)));
  button.disabled = true;
  line.hidden = false;
  tell();
  const clock = setInterval(tell, 1000);
  complain(training, null);
  try {
    const made = await ask("POST", "/v1/classifiers", {});
    location.assign(`/classifier?version=${made.version}#report`);
  } catch (error) {
    complain(training, error);
  } finally {
    clearInterval(clock);
    button.disabled = false;
    line.hidden = true;
  }
});

const using = document.getElementById("use-form");
using.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = using.querySelector("button.primary");
  button.disabled = true;
  try {
    const version = using.elements.version.value;
    await ask("POST", "/v1/classifiers/use", { version: version ? Number(version) : null, why: using.elements.why.value });
    location.assign("/classifier");
  } catch (error) {
    complain(using, error);
    button.disabled = false;
  }
});
