// Light, dark, or as the system says. The choice is a cookie, so that the server sends the right page at once.
// Who draws (waveform.js) hears "themechange" on window and reads the colours anew.

const WHEN = { auto: "screen and (prefers-color-scheme: dark)", light: "not all", dark: "screen" };
const sheet = document.getElementById("dark");
const scheme = document.querySelector("meta[name=color-scheme]");

const tell = () => window.dispatchEvent(new Event("themechange"));

function choose(theme) {
  document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax`;
  document.documentElement.dataset.theme = theme;
  sheet.media = WHEN[theme];
  scheme.content = theme === "auto" ? "light dark" : theme;
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
  }
  tell();
}

for (const button of document.querySelectorAll("[data-theme-choice]")) {
  button.addEventListener("click", () => choose(button.dataset.themeChoice));
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", tell);
