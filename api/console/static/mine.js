// One published result: its sound at the seconds the comments are about, and the form to appeal.

import { ask, complain, wire } from "./forms.js";
import "./listening.js";

function wireAppeal() {
  const form = document.getElementById("appeal-form");
  if (!form) return;
  form.addEventListener("change", (event) => {
    if (event.target.type === "checkbox") event.target.closest("li").querySelector(".field").hidden = !event.target.checked;
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const chosen = [...form.querySelectorAll("[name=item]:checked")];
    const items = chosen.map(({ value }) => ({ item: value, reason: form.elements[`reason-${value}`].value.trim() }));
    if (!items.length || items.some((one) => !one.reason)) {
      complain(form, new Error(document.getElementById("words").dataset.noItem));
      return;
    }
    try {
      await ask("POST", form.dataset.appeal, { items });
      location.reload();
    } catch (error) {
      complain(form, error);
    }
  });
}

// Before the form is sent: withdrawing cannot be undone.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.ask && !confirm(event.target.dataset.ask)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}, true);

wire();
wireAppeal();
