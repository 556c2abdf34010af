// Inline keyboards: exact rows, a spinner on a button until its tap was answered.

import { h } from "./dom.js";
import { icon } from "./icons.js";

export function keyboardPart(item, actions) {
  const rows = item.keyboard.map((row, line) =>
    h("div", { class: "keys" }, row.map((button, column) => key(item, button, line, column, actions))),
  );
  return h("div", { class: "keyboard", role: "group", "aria-label": "Buttons of this message" }, rows);
}

function key(item, button, line, column, actions) {
  const marks = { url: "link", pay: "star", switch: "forward", copy: "copy" };
  const mark = marks[button.kind] ? icon(marks[button.kind], "mark") : null;
  const node = h("button", { type: "button", class: `key ${button.style ?? ""}`.trim() }, h("span", { class: "key-text", dir: "auto" }, button.text), mark);
  node.target = { item, button, line, column };
  node.addEventListener("click", () => tap(node, actions));
  return node;
}

async function tap(node, actions) {
  if (node.getAttribute("aria-busy") === "true") return;
  node.setAttribute("aria-busy", "true");
  try {
    await actions.key(node.target);
  } finally {
    node.removeAttribute("aria-busy");
  }
}

/** Reuse the buttons of a keyboard of the same shape, so that focus and spinners stay; false when the shape differs. */
export function patchKeyboard(node, item) {
  const rows = [...node.children];
  const shape = item.keyboard.map((row) => row.map((button) => button.kind).join());
  const before = rows.map((row) => [...row.children].map((child) => child.target.button.kind).join());
  if (JSON.stringify(shape) !== JSON.stringify(before)) return refocus(node, item);
  item.keyboard.forEach((row, line) =>
    row.forEach((button, column) => {
      const child = rows[line].children[column];
      child.target = { item, button, line, column };
      const words = child.querySelector(".key-text");
      if (words.textContent !== button.text) words.textContent = button.text;
      child.className = `key ${button.style ?? ""}`.trim();
    }),
  );
  return true;
}

function refocus(node, item) {
  if (!node.contains(document.activeElement)) return false;
  queueMicrotask(() => document.querySelector(`[data-id="${item.id}"] .key`)?.focus({ preventScroll: true }));
  return false;
}
