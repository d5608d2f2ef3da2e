// A new session: who takes part and what it is about change which calls are suggested.

import { ask, complain } from "./forms.js";

const form = document.getElementById("new");

const checked = (name) => [...form.querySelectorAll(`[name=${name}]:checked`)].map((box) => Number(box.value));
const typed = () => (form.elements.numbers.value.match(/\d+/g) ?? []).map(Number);
const calls = () => [...new Set([...checked("call"), ...typed()])];

function count() {
  const n = calls().length;
  const line = document.getElementById("chosen");
  const words = n < Number(form.dataset.least) ? form.dataset.few : form.dataset.chosen;
  form.querySelector("button.primary").disabled = n < Number(form.dataset.least) || checked("member").length < 2;
  line.textContent = words.replace("{n}", n).replace("{people}", checked("member").length);
}

let asking = 0;

/** The page as it would be for what is chosen now; its suggestions take the place of these. */
async function suggest() {
  const kept = new Set(checked("call"));
  const query = new URLSearchParams({ card: form.elements.card.value, call_type: form.elements.call_type.value });
  for (const member of checked("member")) query.append("members", member);
  const asked = (asking += 1);
  const answer = await fetch(`/calibrations/new?${query}`);
  if (!answer.ok) return;
  const found = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (asked !== asking) return; // something else was chosen since
  for (const box of found.querySelectorAll("#suggestions [name=call]")) box.checked = kept.has(Number(box.value));
  document.getElementById("suggestions").replaceWith(document.adoptNode(found.getElementById("suggestions")));
  const kinds = document.adoptNode(found.querySelector("[name=call_type]"));
  const kind = kinds.value; // a list that loses its chosen line chooses another
  form.elements.call_type.replaceChildren(...kinds.children);
  form.elements.call_type.value = kind;
  count();
}

form.addEventListener("change", (event) => {
  if ("suggests" in event.target.dataset) suggest();
  count();
});
form.addEventListener("input", count);

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { title, card, due_at: due } = form.elements;
  const body = { title: title.value, card: card.value, calls: calls(), members: checked("member"), due_at: due.value || null };
  try {
    const made = await ask("POST", "/v1/calibrations", body);
    location.assign(`/calibrations/${made.session.id}`);
  } catch (error) {
    complain(form, error);
  }
});

// Typed or ticked while the page was still loading, or kept by the browser over a reload: suggested for as if it were now.
if ([...form.querySelectorAll("[data-suggests][type=checkbox]")].some((box) => box.checked !== box.defaultChecked)) suggest();
count();
