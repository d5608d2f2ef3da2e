// Says something at the foot of the page for a while: toast(words), toast(words, { bad: true }),
// toast(words, { action: otherWords, then: () => … }). Screen readers hear it.

const SECONDS = { said: 4, bad: 8, action: 8 };

export function toast(words, { bad = false, action = "", then } = {}) {
  const box = document.createElement("div");
  box.className = bad ? "toast bad" : "toast";
  box.append(words);
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = action;
    button.addEventListener("click", () => (box.remove(), then?.()));
    box.append(button);
  }
  document.getElementById("toasts").append(box);
  setTimeout(() => box.remove(), 1000 * (bad ? SECONDS.bad : action ? SECONDS.action : SECONDS.said));
  return box;
}
