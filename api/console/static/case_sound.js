// A transcript that follows a plain audio element: the turn that is heard is marked, a click on its time goes there.

export function follow(audio) {
  const turns = [...document.querySelectorAll(".turn[data-start]")];
  audio.addEventListener("timeupdate", () => {
    const now = audio.currentTime;
    for (const turn of turns) {
      turn.classList.toggle("is-now", Number(turn.dataset.start) <= now && now < Number(turn.dataset.end));
    }
  });
  document.addEventListener("click", (event) => {
    const at = event.target.closest("[data-seek]");
    if (!at) return;
    audio.currentTime = Number(at.dataset.seek);
    audio.play().catch((error) => {
      if (error.name !== "AbortError" && error.name !== "NotAllowedError") throw error;
    });
  });
}
