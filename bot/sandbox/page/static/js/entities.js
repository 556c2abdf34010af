// Message text with its entities (offsets in UTF-16 units, as JavaScript counts too) as nodes.

import { h } from "./dom.js";

const TAGS = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", blockquote: "blockquote", expandable_blockquote: "blockquote" };
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const AUTO = /(https?:\/\/[^\s<>"']+|(?:^|(?<=\s))t\.me\/[^\s<>"']+)|((?:^|(?<=[\s(]))@[A-Za-z][A-Za-z0-9_]{3,31})|((?:^|(?<=\s))\/[a-z0-9_]{1,32}(?:@[A-Za-z0-9_]{4,32})?(?![\w/]))/g;

/** Return the nodes of a text; `actions` has command, link, mention. */
export function richText(text, entities, actions) {
  const all = entities?.length ? entities : detect(text);
  const sorted = all.slice().sort((a, b) => a.offset - b.offset || b.length - a.length);
  return span(text, 0, text.length, sorted, actions);
}

/** Find links, mentions and commands in a text that came without entities. */
export function detect(text) {
  return [...text.matchAll(AUTO)].map((match) => ({
    type: match[1] ? "url" : match[2] ? "mention" : "bot_command",
    offset: match.index,
    length: match[0].length,
  }));
}

function span(text, start, end, entities, actions) {
  const nodes = [];
  let at = start;
  let index = 0;
  while (index < entities.length) {
    const entity = entities[index];
    const stop = Math.min(entity.offset + entity.length, end);
    if (entity.offset < at || entity.offset >= stop) {
      index += 1;
      continue;
    }
    if (entity.offset > at) nodes.push(document.createTextNode(text.slice(at, entity.offset)));
    const inner = entities.slice(index + 1).filter((other) => other.offset < stop);
    const children = span(text, entity.offset, stop, inner, actions);
    nodes.push(wrap(entity, text.slice(entity.offset, stop), children, actions));
    // A block ends its line by itself; the line break behind it would show as an empty line.
    at = BLOCKS.has(entity.type) && text[stop] === "\n" && stop < end ? stop + 1 : stop;
    index += 1;
  }
  if (at < end) nodes.push(document.createTextNode(text.slice(at, end)));
  return nodes;
}

function wrap(entity, raw, children, actions) {
  if (entity.type in TAGS) return h(TAGS[entity.type], {}, children);
  if (entity.type === "pre") return h("pre", { dir: "ltr" }, h("code", {}, children));
  if (entity.type === "spoiler") return spoiler(children);
  if (entity.type === "bot_command") return tappable("command", children, () => actions.command(raw));
  if (entity.type === "mention") return tappable("mention", children, () => actions.mention(raw));
  if (entity.type === "text_mention") return h("span", { class: "mention" }, children);
  const address = addressOf(entity, raw);
  return address ? link(address, children, actions) : h("span", {}, children);
}

function addressOf(entity, raw) {
  if (entity.type === "text_link") return safeAddress(entity.url);
  if (entity.type === "url") return safeAddress(/^[a-z]+:/i.test(raw) ? raw : `https://${raw}`);
  if (entity.type === "email") return safeAddress(`mailto:${raw}`);
  return null;
}

/** Only addresses a chat may open: web, mail and Telegram's own. Anything else stays text. */
export function safeAddress(address) {
  try {
    const url = new URL(address);
    return ["http:", "https:", "mailto:", "tg:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

function link(address, children, actions) {
  const open = (event) => {
    event.preventDefault();
    actions.link(address);
  };
  return h("a", { href: address, rel: "noopener noreferrer", target: "_blank", on: { click: open } }, children);
}

function tappable(kind, children, act) {
  // Commands and names are Latin; from right to left the sign at their beginning would come last.
  return h("button", { type: "button", dir: "ltr", class: `inline-link ${kind}`, on: { click: act } }, children);
}

function spoiler(children) {
  const reveal = (event) => {
    event.preventDefault();
    event.stopPropagation();
    node.classList.add("shown");
    node.removeAttribute("role");
    node.removeAttribute("tabindex");
    node.removeAttribute("aria-label");
  };
  const key = (event) => (event.key === "Enter" || event.key === " ") && reveal(event);
  const props = { class: "spoiler", role: "button", tabindex: "0", "aria-label": "Hidden text, tap to show" };
  const node = h("span", { ...props, dataset: { live: "1" }, on: { keydown: key } }, h("span", { class: "veil" }, children));
  node.addEventListener("click", (event) => node.classList.contains("shown") || reveal(event), true);
  return node;
}

/** Read t.me/c/<group>/<topic>/<message>, the topic left out where there is none; null for every other address. */
export function messageLink(address) {
  const found = /^https?:\/\/t\.me\/c\/(\d+)\/(?:(\d+)\/)?(\d+)$/.exec(address);
  if (!found) return null;
  return { chat: -(10 ** 12) - Number(found[1]), topic: found[2] ? Number(found[2]) : null, message: Number(found[3]) };
}

/** Read t.me/<bot>?start=x, ?startgroup=x and tg://resolve?domain=<bot>&start=x; null for every other address. */
export function deepLink(address, username) {
  const url = new URL(address);
  const tme = /^https?:$/.test(url.protocol) && ["t.me", "telegram.me"].includes(url.hostname.replace(/^www\./, ""));
  const domain = tme ? url.pathname.slice(1).replace(/\/$/, "") : url.protocol === "tg:" ? url.searchParams.get("domain") : null;
  if (!domain || domain.toLowerCase() !== username.toLowerCase()) return null;
  return { start: url.searchParams.get("start") ?? "", group: url.searchParams.get("startgroup") };
}
