// "The rule was wrong here": one press says so, one more takes it back. It counts towards the rule's precision.

import { ask } from "../forms.js";
import { toast } from "../toast.js";
import { data, say } from "./page.js";

export function wireRuleMarks() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-wrong]");
    if (!button) return;
    const wrong = button.getAttribute("aria-pressed") !== "true";
    button.disabled = true;
    try {
      await mark(button.dataset.wrong, wrong);
      for (const other of document.querySelectorAll(`[data-wrong="${CSS.escape(button.dataset.wrong)}"]`)) paint(other, wrong);
    } catch (error) {
      toast(error instanceof TypeError ? say("unreachable") : error.message, { bad: true });
    }
    button.disabled = false;
    button.focus();
  });
}

const mark = (rule, wrong) =>
  wrong
    ? ask("POST", `/v1/calls/${data.call}/rule-marks`, { rule, hit: false })
    : ask("DELETE", `/v1/calls/${data.call}/rule-marks/${encodeURIComponent(rule)}`);

function paint(button, wrong) {
  button.setAttribute("aria-pressed", String(wrong));
  button.textContent = say(wrong ? "rule_marked" : "rule_wrong");
}
