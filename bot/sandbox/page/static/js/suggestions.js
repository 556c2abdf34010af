// The list above the text field: the bot's commands, members to mention, and a bot's inline results.

import { h, replace } from "./dom.js";
import { portrait } from "./bubble.js";
import { inlineResults } from "./inline.js";
import { openChat, state } from "./store.js";
import { composerText, focusComposer, setText, submit } from "./composer.js";

const box = document.querySelector("#text");
const panel = document.querySelector("#suggestions");
const INLINE_PAUSE = 350; // milliseconds of rest before a bot is asked

let options = [];
let chosen = 0;
let inlineTimer = null;
let go = null;

/** `goTo(chat)` opens another chat. */
export function startSuggestions(goTo) {
  go = goTo;
  box.addEventListener("input", refresh);
  box.addEventListener("change", close);
  box.addEventListener("keydown", keys);
  box.addEventListener("blur", () => setTimeout(() => document.activeElement === box || close(), 120));
  document.querySelector("#menu").addEventListener("click", toggleMenu);
}

export const suggesting = () => !panel.hidden;

function toggleMenu() {
  if (!panel.hidden) return close();
  focusComposer();
  show(commandOptions(""));
}

function refresh() {
  const text = box.value;
  const typed = text.slice(0, box.selectionStart);
  clearTimeout(inlineTimer);
  const command = /^\/([a-z0-9_]*)$/i.exec(typed);
  const mention = openChat()?.kind !== "private" && /(?:^|\s)@(\w*)$/.exec(typed);
  const inline = /^@(\w{4,32})\s([^]*)$/.exec(text);
  if (command) show(commandOptions(command[1].toLowerCase()));
  else if (mention) show(mentionOptions(mention[1].toLowerCase()));
  else if (inline) askInline(inline[1], inline[2]);
  else close();
}

function commandOptions(start) {
  const chat = openChat();
  return (chat?.commands ?? [])
    .filter((item) => item.command.startsWith(start))
    .map((item) => {
      const word = chat.kind === "private" ? `/${item.command}` : `/${item.command}@${item.bot}`;
      return {
        label: [h("b", {}, `/${item.command}`), h("span", { dir: "auto" }, item.description)],
        pick: () => send(word),
        complete: () => setText(`${word} `),
      };
    });
}

// As if it had been typed: what it answers and what is attached go along.
function send(word) {
  setText(word);
  submit();
}

function mentionOptions(start) {
  return (openChat()?.members ?? [])
    .filter((one) => one.username && one.id !== state.me && one.username.toLowerCase().startsWith(start))
    .map((one) => {
      const complete = () => {
        const typed = box.value.slice(0, box.selectionStart).replace(/@\w*$/, `@${one.username} `);
        setText(typed + box.value.slice(box.selectionStart));
        focusComposer();
      };
      return { label: [portrait(one, "small"), h("b", { dir: "auto" }, one.name), h("span", {}, `@${one.username}`)], pick: complete, complete };
    });
}

function askInline(username, query) {
  const bot = state.bots.find((one) => one.username.toLowerCase() === username.toLowerCase());
  if (!bot?.inline) return close();
  const asked = composerText();
  const current = () => composerText() === asked;
  inlineTimer = setTimeout(() => inlineResults({ bot, query, go, current, show }), INLINE_PAUSE);
}

/** Show options; `grid` lays them out as pictures, `head` stands above them, `more` is called near their end. */
function show(list, { grid = false, head = null, more = null, keep = false } = {}) {
  const [place, at] = keep ? [panel.scrollTop, chosen] : [0, 0];
  options = list;
  panel.hidden = !list.length && !head;
  panel.classList.toggle("grid", grid);
  if (panel.hidden) return;
  const rows = list.map((option, index) => {
    const act = () => {
      close();
      option.pick();
      focusComposer();
    };
    const props = { type: "button", role: "option", id: `option-${index}`, tabindex: "-1" };
    return h("button", { ...props, ...option.props, on: { click: act, pointermove: () => mark(index, false), pointerdown: (event) => event.preventDefault() } }, option.label);
  });
  replace(panel, head, rows);
  const nearEnd = () => panel.scrollTop + panel.clientHeight > panel.scrollHeight - 160;
  panel.onscroll = more && (() => nearEnd() && more());
  panel.scrollTop = place;
  // What fills less than the panel can't be scrolled to its end.
  if (more && nearEnd()) more();
  if (list.length) mark(Math.min(at, list.length - 1), !keep);
  else box.removeAttribute("aria-activedescendant");
}

const rowsOf = () => [...panel.querySelectorAll("[role=option]")];

function mark(index, reveal = true) {
  chosen = index;
  const rows = rowsOf();
  rows.forEach((row, at) => row.setAttribute("aria-selected", String(at === index)));
  if (reveal && index > 0) rows[index]?.scrollIntoView({ block: "nearest" });
  box.setAttribute("aria-activedescendant", `option-${index}`);
}

export function close() {
  panel.hidden = true;
  options = [];
  box.removeAttribute("aria-activedescendant");
}

const touch = () => window.matchMedia("(pointer: coarse)").matches;

function keys(event) {
  if (event.isComposing) return;
  if (!panel.hidden && panelKey(event)) return event.preventDefault();
  if (event.key === "Enter" && !event.shiftKey && !touch()) {
    event.preventDefault();
    submit();
  }
}

function panelKey(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!options.length && event.key !== "Escape") return false;
  if (step) mark((chosen + step + options.length) % options.length);
  else if (event.key === "Enter") rowsOf()[chosen].click();
  else if (event.key === "Tab") pickComplete();
  else if (event.key === "Escape") {
    event.stopPropagation();
    close();
  } else return false;
  return true;
}

function pickComplete() {
  const option = options[chosen];
  close();
  option.complete();
}
