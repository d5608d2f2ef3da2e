// What the server put into the page, and its words.

export const byId = (id) => document.getElementById(id);

export const data = JSON.parse(byId("review-data").textContent);

/** The reader's words for a key, `{slots}` filled. */
export const say = (key, slots = {}) => data.words[key].replace(/\{(\w+)\}/g, (_, name) => slots[name]);

/** A new element: `make("button", { class: "x", type: "button" }, "text", child)`. */
export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** `4`, `2.5`, `89.96`. */
export const number = (value) => String(Math.round(value * 100) / 100);
