// Boxes that scroll can be scrolled with the keyboard: they take the focus while there is something to scroll to.

const watch = new ResizeObserver((changes) => {
  for (const { target } of changes) {
    const scrolls = target.scrollWidth > target.clientWidth || target.scrollHeight > target.clientHeight;
    if (scrolls) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});

for (const box of document.querySelectorAll("div.table, section.table, .scroll, .lidded")) watch.observe(box);
