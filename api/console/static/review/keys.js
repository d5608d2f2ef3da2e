// Every key of the page. The help card (review_help.html) lists the same.

const FIELDS = "input:not([type=checkbox]), select, textarea";
const FULL = { "？": "?", "、": "/", "／": "/", "，": ",", "。": ".", "【": "[", "】": "]", "「": "[", "」": "]", "－": "-", "＋": "+", "＝": "+", "=": "+", "_": "-" };

/** `acts` by key; upper-case letters and `Shift+ArrowLeft` are with Shift, `Ctrl+Enter` also with Command. */
export function wireKeys(acts) {
  document.addEventListener("keydown", (event) => {
    const name = nameOf(event);
    if (isElsewhere(event, name)) return;
    const act = acts[name];
    if (!act) return;
    event.preventDefault();
    act(event);
  });
  // Space plays and pauses wherever the focus is, for after a click it is on a button; Enter presses buttons.
  document.addEventListener("keyup", (event) => {
    if (event.key === " " && event.target.closest("button") && acts[" "]) event.preventDefault();
  });
}

function nameOf(event) {
  const key = FULL[event.key] ?? event.key;
  if (event.ctrlKey || event.metaKey) return `Ctrl+${key}`;
  if (event.altKey) return `Alt+${key}`;
  return event.shiftKey && key.length > 1 ? `Shift+${key}` : key;
}

/** Typing belongs to the field, except for what is no text; an open dialog has its own keys; Enter presses what has the focus. */
function isElsewhere(event, name) {
  if (event.isComposing || document.querySelector("dialog[open]")) return true;
  if (event.target.closest(FIELDS)) return !["Ctrl+Enter", "F2", "F4", "Escape"].includes(name);
  return name === "Enter" && event.target.closest("button, a, summary") !== null;
}
