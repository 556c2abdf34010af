// One row of the conversation: a message, or an album of several. Made once, then patched part by part.

import { h, morph, replace, calm } from "./dom.js";
import { icon } from "./icons.js";
import { hue, initials, timeOfDay, fullTime } from "./format.js";
import { richText } from "./entities.js";
import { mediaPart } from "./media.js";
import { keyboardPart, patchKeyboard } from "./keyboard.js";

/** Create the row of one or more messages (an album); `actions` are the page's reactions. */
export function createRow(messages, context, actions) {
  const bubble = h("div", { class: "bubble" });
  const line = h("div", { class: "line" }, bubble);
  const stack = h("div", { class: "stack" }, line);
  const row = h("article", { class: "row", tabindex: "-1" }, stack);
  row.parts = new Map();
  row.bubble = bubble;
  row.line = line;
  row.stack = stack;
  patchRow(row, messages, context, actions);
  return row;
}

/** Bring a row up to date, touching only the parts whose content changed. */
export function patchRow(row, messages, context, actions) {
  const first = messages[0];
  const shown = messages.find((item) => item.text) ?? first;
  row.messages = messages;
  row.dataset.id = first.id;
  row.className = rowClass(first, messages, shown, context);
  row.setAttribute("aria-label", label(first, shown));
  avatar(row, first, context);
  let before = null;
  for (const [name, content, build] of parts(messages, first, shown, context, actions)) {
    before = place(row, name, content, build, before);
  }
  keyboard(row, messages, actions);
}

function rowClass(first, messages, shown, { me, group, first: opens, last: closes }) {
  const visual = messages.some((item) => ["photo", "animation", "sticker", "video"].includes(item.media?.kind));
  const flags = {
    own: first.author === me,
    among: group && first.author !== me && !first.service,
    opens,
    closes,
    visual,
    bare: visual && !shown.text,
    service: Boolean(first.service),
  };
  return ["row", ...Object.keys(flags).filter((name) => flags[name])].join(" ");
}

function label(first, shown) {
  const what = shown.service || shown.text || shown.invoice?.title || shown.media?.label || "message";
  return `${first.from.name}, ${timeOfDay(first.date)}: ${what}`;
}

function avatar(row, first, { me, group, last }) {
  const wanted = group && first.author !== me && !first.service;
  if (!wanted) return row.avatar?.remove();
  row.avatar ??= portrait(first.from);
  row.avatar.classList.toggle("hidden", !last);
  if (!row.avatar.isConnected) row.line.prepend(row.avatar);
}

/** A round portrait: the bot's hanger, or a person's initials on their colour. */
export function portrait({ id, name, bot }, extra = "") {
  const content = bot ? icon("hanger") : initials(name);
  return h("span", { class: `avatar hue-${hue({ id, bot })} ${bot ? "bot" : ""} ${extra}`.trim(), "aria-hidden": "true" }, content);
}

function parts(messages, first, shown, context, actions) {
  const { group, me, first: opens } = context;
  const foreign = first.author !== me || first.from.id !== me;
  const sender = group && foreign && opens && !first.service ? first.from : null;
  return [
    ["sender", sender, () => h("div", { class: `sender ink-${hue(first.from)}`, dir: "auto" }, first.from.name)],
    ["via", first.via, () => h("div", { class: "via" }, "via ", h("button", { type: "button", class: "inline-link", on: { click: () => actions.mention(`@${first.via}`) } }, `@${first.via}`))],
    ["forwarded", first.forwarded, () => forwardedLine(first.forwarded)],
    ["quote", first.reply_to, () => quote(first.reply_to, actions)],
    ["media", mediaKey(messages), () => mediaPart(messages, actions)],
    ["invoice", shown.invoice, () => invoice(shown.invoice)],
    ["text", shown.service ? { service: shown.service } : textKey(shown), () => textPart(shown, actions)],
    ["reactions", shown.reactions?.length ? shown.reactions : null, () => reactions(shown.reactions)],
    ["meta", shown.service || shown.text ? null : metaKey(first, me), () => meta(first, me)],
  ];
}

const mediaKey = (messages) => {
  const media = messages.filter((item) => item.media).map((item) => [item.id, item.media, item.text]);
  return media.length ? media : null;
};
const textKey = (item) => (item.text ? [item.text, item.entities, item.edited, item.own] : null);
const metaKey = (item, me) => [item.edited, item.date, item.author === me];

function place(row, name, content, build, before) {
  const key = content === null || content === undefined || content === false ? null : JSON.stringify(content);
  const old = row.parts.get(name);
  if (key === null) {
    old?.node.remove();
    row.parts.delete(name);
    return before;
  }
  if (old?.key === key) return old.node;
  const node = old && name === "text" ? update(old.node, build()) : build();
  if (old && node !== old.node) {
    old.node.replaceWith(node);
    if (!calm()) node.animate([{ opacity: 0.2 }, { opacity: 1 }], { duration: 260, easing: "ease-out" });
  } else if (!old) before ? before.after(node) : row.bubble.prepend(node);
  row.parts.set(name, { key, node });
  return node;
}

function update(node, next) {
  node.dir = next.dir;
  morph(node, next);
  return node;
}

function forwardedLine(name) {
  return h("div", { class: "forwarded" }, icon("forward"), h("span", {}, "Forwarded from ", h("b", { dir: "auto" }, name)));
}

/** The small block that names the message answered to. */
export function quote(reply, actions) {
  const text = h("span", { class: "quote-text", dir: "auto" }, reply.text || "Message");
  const words = h("span", { class: "quote-words" }, h("b", { dir: "auto" }, reply.name), text);
  const thumb = reply.thumb ? h("img", { src: reply.thumb, alt: "", loading: "lazy" }) : null;
  const jump = () => actions.jump(reply.id);
  return h("button", { type: "button", class: `quote ink-${hue(reply.from)}`, on: { click: jump } }, thumb, words);
}

function textPart(item, actions) {
  if (item.service) return h("div", { class: "text", dir: "auto" }, item.service);
  const nodes = richText(item.text, item.entities, actions);
  const body = h("span", { class: "words" }, nodes);
  return h("div", { class: "text", dir: "auto" }, body, meta(item, actions.me()));
}

function meta(item, me) {
  const edited = item.edited ? h("span", { class: "edited", title: `Edited ${fullTime(item.edited)}` }, "edited ") : null;
  const time = h("time", { datetime: new Date(item.date * 1000).toISOString(), title: fullTime(item.date) }, timeOfDay(item.date));
  return h("span", { class: "meta", dir: "ltr" }, edited, time, item.author === me ? icon("checks") : null);
}

function invoice({ title, description, total, currency, paid }) {
  const price = currency === "XTR" ? [icon("star"), String(total)] : [`${(total / 100).toFixed(2)} ${currency}`];
  return h(
    "div",
    { class: "invoice" },
    h("div", { class: "invoice-head" }, h("b", { dir: "auto" }, title), h("span", { class: "price" }, price)),
    h("p", { dir: "auto" }, description),
    paid ? h("p", { class: "paid" }, icon("check"), "Paid") : null,
  );
}

function reactions(list) {
  const name = ({ emoji, count }) => `${emoji} ${count}`;
  return h("div", { class: "reactions", "aria-label": "Reactions" }, list.map((item) => h("span", {}, name(item))));
}

function keyboard(row, messages, actions) {
  const owner = messages.find((item) => item.keyboard?.length);
  const key = owner ? JSON.stringify([owner.id, owner.keyboard]) : null;
  if (row.keyboardKey === key) return;
  row.keyboardKey = key;
  if (!owner) {
    row.keyboard?.remove();
    row.keyboard = null;
  } else if (!row.keyboard || !patchKeyboard(row.keyboard, owner)) {
    const fresh = keyboardPart(owner, actions);
    row.keyboard ? row.keyboard.replaceWith(fresh) : row.stack.append(fresh);
    row.keyboard = fresh;
  }
}

/** A centred line: a date, or something that happened in the chat. */
export function pill(text, kind) {
  const node = h("div", { class: `pill ${kind}`, role: kind === "day" ? "separator" : "note" }, h("span", { dir: "auto" }, text));
  node.setText = (next) => node.textContent !== next && replace(node.firstChild, next);
  return node;
}
