// Webhooks: made, tried, switched off and removed.

import { ask, complain, wire } from "./forms.js";

wire();

const form = document.getElementById("webhook-form");
const secret = document.getElementById("secret");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const events = [...form.querySelectorAll("[name=events]:checked")].map((box) => box.value);
  try {
    const made = await ask("POST", "/v1/webhooks", { url: form.elements.url.value, events });
    form.closest("dialog").close();
    secret.querySelector("output").textContent = made.secret;
    secret.addEventListener("close", () => location.assign(`?webhook=${made.id}`), { once: true });
    secret.showModal();
  } catch (error) {
    complain(form, error);
  }
});

const ACTS = {
  test: ({ webhook }) => ask("POST", `/v1/webhooks/${webhook}/test`),
  switch: ({ webhook, active }) => ask("PATCH", `/v1/webhooks/${webhook}`, { active: active === "true" }),
  remove: ({ webhook }) => ask("DELETE", `/v1/webhooks/${webhook}`),
  retry: ({ webhook, delivery }) => ask("POST", `/v1/webhooks/${webhook}/deliveries/${delivery}/retry`),
};

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-act]");
  if (!button || (button.dataset.ask && !confirm(button.dataset.ask))) return;
  button.disabled = true;
  try {
    await ACTS[button.dataset.act](button.dataset);
    location.assign(button.dataset.act === "remove" ? "?" : `?webhook=${button.dataset.webhook}`);
  } catch (error) {
    alert(error.message);
    button.disabled = false;
  }
});
