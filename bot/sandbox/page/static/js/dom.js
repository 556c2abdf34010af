// Building blocks of the document. Text always goes in as text, never as markup.

/**
 * Create an element.
 * Props: `class`, `dataset`, `on` (event handlers), `style` (custom properties and styles), booleans and attributes.
 */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") node.className = value;
    else if (name === "dataset") Object.assign(node.dataset, value);
    else if (name === "on") for (const [type, handler] of Object.entries(value)) node.addEventListener(type, handler);
    else if (name === "style") for (const [key, item] of Object.entries(value)) node.style.setProperty(key, item);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  append(node, children);
  return node;
}

export function append(node, children) {
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

export function replace(node, ...children) {
  node.replaceChildren();
  append(node, children);
}

export const calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Turn `node` into `next` by touching only what differs, so that an edit does not flicker. */
export function morph(node, next) {
  const old = [...node.childNodes];
  const fresh = [...next.childNodes];
  fresh.forEach((child, index) => morphChild(node, old[index], child));
  old.slice(fresh.length).forEach((child) => child.remove());
}

function morphChild(parent, old, fresh) {
  if (!old) parent.append(fresh);
  else if (old.nodeType === Node.TEXT_NODE && fresh.nodeType === Node.TEXT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
  } else if (plain(old) && plain(fresh) && old.tagName === fresh.tagName && old.className === fresh.className) {
    morph(old, fresh);
  } else if (!old.isEqualNode(fresh)) old.replaceWith(fresh);
}

// Elements without handlers or addresses of their own may be reused; links and buttons are replaced whole.
const PLAIN = new Set(["B", "I", "U", "S", "CODE", "SPAN", "TIME", "BLOCKQUOTE"]);
const plain = (node) => node.nodeType === Node.ELEMENT_NODE && PLAIN.has(node.tagName) && !node.dataset.live;
