// Menus of the bar: one open at a time, closed by Escape or by a click elsewhere, walked with the arrow keys.

const menus = [...document.querySelectorAll("details.menu")];

const close = (but) => {
  for (const menu of menus) if (menu !== but) menu.open = false;
};

function walk(menu, step) {
  const stops = [...menu.querySelectorAll(".menu-body :is(a, button)")];
  const next = stops.indexOf(document.activeElement) + step;
  stops[(next + stops.length) % stops.length]?.focus();
}

for (const menu of menus) {
  menu.addEventListener("toggle", () => menu.open && close(menu));
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (menu.open) walk(menu, event.key === "ArrowDown" ? 1 : -1);
      else menu.open = true;
    } else return;
    event.stopPropagation();
  });
}

document.addEventListener("click", (event) => close(event.target.closest("details.menu")));
