// Sampling plans: made, changed, previewed and drawn.

import { Refusal, ask, complain, wire } from "./forms.js";
import { toast } from "./toast.js";

wire();

const PERCENT = 100;

const making = document.getElementById("new-plan-form");
making?.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const plan = await ask("POST", "/v1/sampling/plans", { name: making.elements.name.value });
    location.assign(`/sampling/${plan.id}`);
  } catch (error) {
    complain(making, error);
  }
});

const form = document.getElementById("plan-form");
if (form) edit(form, document.getElementById("preview-form"));

function edit(form, previewing) {
  const id = form.closest("main").dataset.plan;
  const unsaved = document.getElementById("unsaved");
  const piece = document.getElementById("preview");
  const draw = document.getElementById("draw");
  let asked = 0;

  form.addEventListener("input", () => {
    unsaved.hidden = false;
    draw.disabled = true;
  });
  previewing.addEventListener("input", () => (draw.disabled = true));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await save()) toast(form.dataset.saved);
  });
  previewing.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.reportValidity()) await preview();
  });
  draw.addEventListener("click", async () => {
    const body = written();
    if (!confirm(previewing.dataset.ask.replace("{name}", body.name))) return;
    draw.disabled = true;
    if (!unsaved.hidden && !(await save())) return;
    try {
      const made = await ask("POST", `/v1/sampling/plans/${id}/draw`, period());
      location.assign(`/sampling/draws/${made.id}`);
    } catch (error) {
      said(error);
    }
  });

  async function save() {
    try {
      const answer = await fetch(`/v1/sampling/plans/${id}`, {
        method: "PUT",
        headers: {
          "Content-Type": "application/json",
          Accept: "application/json, application/problem+json",
          "If-Match": `"${form.dataset.revision}"`,
        },
        body: JSON.stringify(written()),
      });
      if (!answer.ok) throw new Refusal(await answer.json());
      form.dataset.revision = (await answer.json()).revision;
      unsaved.hidden = true;
      complain(form, null);
      return true;
    } catch (error) {
      said(error);
      return false;
    }
  }

  async function preview() {
    const mine = ++asked;
    piece.classList.add("is-waiting");
    draw.disabled = true;
    piece.replaceChildren(Object.assign(document.createElement("p"), { className: "empty small", textContent: previewing.dataset.waiting }));
    try {
      const html = await ask("POST", `/sampling/${id}/preview`, { ...period(), plan: written().plan });
      if (mine !== asked) return;
      piece.innerHTML = html;
      draw.disabled = Boolean(piece.querySelector("[data-drawn]"));
      complain(form, null);
    } catch (error) {
      if (mine === asked) piece.replaceChildren();
      said(error);
    } finally {
      piece.classList.remove("is-waiting");
    }
  }

  function said(error) {
    complain(form, error instanceof Refusal ? error : new Error(form.dataset.lost));
    form.querySelector(".form-problem").scrollIntoView({ block: "center" });
  }

  function period() {
    return { first: previewing.elements.first.value, last: previewing.elements.last.value };
  }

  function written() {
    const body = { plan: {} };
    for (const field of form.elements) if (field.name) put(body, field.name.split("."), value(field));
    body.plan.targets = [...document.querySelectorAll("#targets tr[data-sign]")].filter((row) => row.querySelector("[data-chosen]").checked).map(target);
    return body;
  }
}

function target(row) {
  const beyond = row.querySelector("[data-beyond]");
  return {
    sign: row.dataset.sign,
    priority: Number(row.querySelector("[data-priority]").value),
    beyond: beyond ? Number(beyond.value) : null,
  };
}

function value(field) {
  if (field.type === "checkbox") return field.checked;
  if ("lines" in field.dataset) return field.value.split("\n").map((line) => line.trim()).filter(Boolean);
  if (field.value === "") return null;
  if ("percent" in field.dataset) return Number((Number(field.value) / PERCENT).toFixed(6));
  return "number" in field.dataset ? Number(field.value) : field.value;
}

function put(body, path, found) {
  const last = path.pop();
  let place = body;
  for (const step of path) place = place[step] ??= {};
  place[last] = found;
}
