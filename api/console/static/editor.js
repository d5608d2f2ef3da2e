// A plain text area with line numbers, colours and marks painted underneath: the browser's own undo, input methods and
// screen reader support stay.

import { lineElement } from "./yaml.js";

const INDENT = "  ";
const LINE = 20; // px, as in editor.css

export class Editor {
  /** `changed` is called after every change of the text. */
  constructor(root, changed) {
    this.root = root;
    this.area = root.querySelector("textarea");
    this.sheet = root.querySelector(".editor-paint");
    this.lines = [];
    this.marks = new Map();
    this.changed = changed;
    this.tabsOut = false;
    this.area.addEventListener("input", () => {
      this.repaint();
      this.changed();
    });
    this.area.addEventListener("keydown", (event) => this.key(event));
    this.area.addEventListener("focus", () => { this.tabsOut = false; });
    this.repaint();
  }

  get text() {
    return this.area.value;
  }

  /** Line and column of the caret, from 1. */
  get place() {
    const before = this.area.value.slice(0, this.area.selectionStart);
    return [before.split("\n").length, before.length - before.lastIndexOf("\n")];
  }

  /** Become that text, so that it can be undone; only what differs is typed, for browsers type slowly. */
  replace(text) {
    const old = this.area.value;
    const most = Math.min(old.length, text.length);
    let [head, tail] = [0, 0];
    while (head < most && old[head] === text[head]) head += 1;
    while (tail < most - head && old[old.length - 1 - tail] === text[text.length - 1 - tail]) tail += 1;
    if (old === text) return;
    this.area.focus();
    this.area.setSelectionRange(head, old.length - tail);
    this.type(text.slice(head, text.length - tail));
  }

  /** Colour lines: a Map of line → class. */
  mark(marks) {
    for (const line of this.marks.keys()) this.line(line)?.classList.remove(this.marks.get(line));
    for (const [line, name] of marks) this.line(line)?.classList.add(name);
    this.marks = marks;
  }

  /** Put the caret at a line and show it; `last` is the last line to be selected. */
  go(line, column = 1, last = null) {
    const lines = this.area.value.split("\n");
    const start = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0) + column - 1;
    const end = last ? lines.slice(0, last).reduce((sum, text) => sum + text.length + 1, 0) - 1 : start;
    this.area.focus({ preventScroll: true });
    this.area.setSelectionRange(start, end);
    const top = (line - 1) * LINE;
    if (top < this.root.scrollTop + LINE || top > this.root.scrollTop + this.root.clientHeight - 3 * LINE) {
      this.root.scrollTop = top - this.root.clientHeight / 3;
    }
    if (column === 1) this.root.scrollLeft = 0;
  }

  line(number) {
    return this.sheet.children[number - 1];
  }

  /** Only lines that changed are painted again: a large pack stays quick to type in. */
  repaint() {
    const lines = this.area.value.split("\n");
    let [head, tail] = [0, 0];
    while (head < lines.length && head < this.lines.length && lines[head] === this.lines[head]) head += 1;
    while (
      tail < lines.length - head && tail < this.lines.length - head &&
      lines[lines.length - 1 - tail] === this.lines[this.lines.length - 1 - tail]
    ) tail += 1;
    const old = [...this.sheet.children].slice(head, this.lines.length - tail);
    const fresh = lines.slice(head, lines.length - tail).map((line, index) => lineElement(line, head + index + 1));
    const behind = this.sheet.children[this.lines.length - tail] ?? null;
    for (const element of old) element.remove();
    for (const element of fresh) this.sheet.insertBefore(element, behind);
    if (lines.length !== this.lines.length) {
      for (let at = head + fresh.length; at < lines.length; at += 1) this.sheet.children[at].dataset.n = at + 1;
    }
    this.lines = lines;
    this.area.rows = lines.length;
  }

  /** Typing by program, the old command being the only way that keeps the browser's undo. */
  type(text) {
    if (!document.execCommand(text ? "insertText" : "delete", false, text)) {
      this.area.setRangeText(text, this.area.selectionStart, this.area.selectionEnd, "end");
      this.area.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  key(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") this.tabsOut = true; // then Tab leaves the field, as everywhere else
    else if (event.key === "Tab" && !this.tabsOut) {
      event.preventDefault();
      this.indent(event.shiftKey);
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.newline();
    }
  }

  /** A new line as far in as this one, further after `:`, and behind the dash of a list's entry. */
  newline() {
    const before = this.area.value.slice(0, this.area.selectionStart);
    const line = before.slice(before.lastIndexOf("\n") + 1);
    const [lead] = line.match(/^\s*(?:- (?=\S+:\s))?/);
    const deeper = /:\s*$/.test(line) ? INDENT : "";
    this.type("\n" + lead.replace("-", " ") + deeper);
  }

  indent(back) {
    const { value, selectionStart: start, selectionEnd: end } = this.area;
    if (start === end && !back) return this.type(INDENT);
    const first = value.lastIndexOf("\n", start - 1) + 1;
    const block = value.slice(first, end);
    const moved = back ? block.replace(/^ {1,2}/gm, "") : block.replace(/^(?=.)/gm, INDENT);
    if (moved === block) return undefined;
    this.area.setSelectionRange(first, end);
    this.type(moved);
    const at = first + moved.length;
    return this.area.setSelectionRange(start === end ? Math.max(first, start - block.length + moved.length) : first, at);
  }
}
