// Colours for YAML, a line at a time: enough of it for packs and scorecards.

const TOKEN = new RegExp(
  [
    /(?<text>"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?)/,
    /(?<comment>(?:^|(?<=\s))#.*$)/,
    /(?<key>[A-Za-z_][\w-]*(?=\s*:(?:\s|$)))/,
    /(?<number>(?<![\w.-])-?\d+(?:\.\d+)?(?![\w.-])|\b(?:true|false|null)\b)/,
    /(?<sign>[[\]{},]|^\s*-(?=\s)|:(?=\s|$))/,
  ]
    .map((part) => part.source)
    .join("|"),
  "g",
);

/** The line's pieces as nodes: plain text, and spans of a class. */
export function pieces(line) {
  const nodes = [];
  let at = 0;
  for (const match of line.matchAll(TOKEN)) {
    if (match.index > at) nodes.push(document.createTextNode(line.slice(at, match.index)));
    const span = document.createElement("span");
    [span.className] = Object.entries(match.groups).find(([, value]) => value !== undefined);
    span.textContent = match[0];
    nodes.push(span);
    at = match.index + match[0].length;
  }
  if (at < line.length) nodes.push(document.createTextNode(line.slice(at)));
  return nodes;
}

export function lineElement(line, number) {
  const element = document.createElement("div");
  element.className = "l";
  element.dataset.n = number;
  element.append(...pieces(line));
  return element;
}

/** Text that only is to be read. */
export function paint(place) {
  const first = Number(place.dataset.first ?? 1);
  const lines = place.textContent.replace(/\n$/, "").split("\n");
  place.replaceChildren(...lines.map((line, index) => lineElement(line, first + index)));
}
