// A class pack: one case to a screen, first heard, then talked over, then shown with what was thought of it.
(() => {
  const screens = [...document.querySelectorAll(".screen")];
  const place = document.getElementById("place");
  const STEPS = 3;
  let at = 0; // which screen, 0 the cover
  let step = 0;

  const sound = () => screens[at].querySelector("audio");

  function show() {
    for (const [n, screen] of screens.entries()) {
      screen.classList.toggle("is-shown", n === at);
      if (n !== at) screen.querySelector("audio")?.pause();
    }
    const screen = screens[at];
    screen.dataset.at = step;
    for (const button of screen.querySelectorAll("[data-step]")) {
      if (Number(button.dataset.step) === step) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
    }
    const words = screen.querySelector(".words");
    if (words) words.open = step === STEPS - 1;
    place.textContent = at ? `${at} / ${screens.length - 1}` : "";
    document.getElementById("back").disabled = at === 0;
    document.getElementById("on").disabled = at === screens.length - 1 && (at === 0 || step === STEPS - 1);
    scrollTo(0, 0);
  }

  function go(to, atStep = 0) {
    [at, step] = [to, atStep];
    show();
  }

  function on() {
    if (at && step < STEPS - 1) go(at, step + 1);
    else if (at < screens.length - 1) go(at + 1);
  }

  function back() {
    if (step) go(at, step - 1);
    else if (at) go(at - 1, at > 1 ? STEPS - 1 : 0);
  }

  function toggle() {
    const audio = sound();
    if (!audio) return;
    if (audio.paused) audio.play();
    else audio.pause();
  }

  document.getElementById("on").addEventListener("click", on);
  document.getElementById("back").addEventListener("click", back);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if ("go" in button.dataset) go(Number(button.dataset.go));
    if ("step" in button.dataset) go(at, Number(button.dataset.step));
    if ("print" in button.dataset) print();
    if ("seek" in button.dataset) {
      sound().currentTime = Number(button.dataset.seek);
      sound().play();
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const onControl = event.target.closest?.("button, summary, audio");
    if (event.key === "ArrowRight" || event.key === "PageDown") on();
    else if (event.key === "ArrowLeft" || event.key === "PageUp") back();
    else if (event.key === " " && !onControl) toggle();
    else if (event.key === "t" || event.key === "T") {
      const words = screens[at].querySelector(".words");
      if (words) words.open = !words.open;
    } else if (event.key === "p" || event.key === "P") print();
    else if (event.key === "Home") go(0);
    else return;
    event.preventDefault();
  });

  for (const screen of screens) {
    const audio = screen.querySelector("audio");
    audio?.addEventListener("timeupdate", () => {
      for (const turn of screen.querySelectorAll(".turn")) {
        const heard = Number(turn.dataset.start) <= audio.currentTime && audio.currentTime < Number(turn.dataset.end);
        turn.classList.toggle("is-now", heard);
      }
    });
  }
  // On paper everything is shown, also what is folded.
  addEventListener("beforeprint", () => document.querySelectorAll(".words").forEach((words) => { words.open = true; }));
  show();
})();
