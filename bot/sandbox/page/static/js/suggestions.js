// The list above the text field: the bot's commands, members to mention, and a bot's inline results.

import { h, replace } from "./dom.js";
import { portrait } from "./bubble.js";
import { api } from "./api.js";
import { openChat, state } from "./store.js";
import { composerText, focusComposer, sendText, setText, submit } from "./composer.js";

const box = document.querySelector("#text");
const panel = document.querySelector("#suggestions");
const INLINE_PAUSE = 350; // milliseconds of rest before a bot is asked

let options = [];
let chosen = 0;
let inlineTimer = null;

export function startSuggestions() {
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

function send(word) {
  setText("");
  sendText(word);
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
  inlineTimer = setTimeout(async () => {
    const asked = composerText();
    const answer = await api.inline({ person: state.me, chat: state.chat, bot: bot.id, query }).catch(() => null);
    if (!answer || composerText() !== asked) return;
    show(answer.results.map((result) => inlineOption(answer.query, result)));
  }, INLINE_PAUSE);
}

function inlineOption(query, result) {
  const pick = async () => {
    setText("");
    await api.chooseInline({ person: state.me, chat: state.chat, topic: state.topic, query, result: result.id }).catch(() => null);
  };
  const picture = result.thumb ? h("img", { src: result.thumb, alt: "" }) : null;
  return { label: [picture, h("b", { dir: "auto" }, result.title), h("span", { dir: "auto" }, result.description)], pick, complete: pick };
}

function show(list) {
  options = list;
  chosen = 0;
  panel.hidden = !list.length;
  if (!list.length) return;
  const rows = list.map((option, index) => {
    const act = () => {
      close();
      option.pick();
      focusComposer();
    };
    const props = { type: "button", role: "option", id: `option-${index}`, tabindex: "-1" };
    return h("button", { ...props, on: { click: act, pointermove: () => mark(index), pointerdown: (event) => event.preventDefault() } }, option.label);
  });
  replace(panel, rows);
  mark(0);
}

function mark(index) {
  chosen = index;
  [...panel.children].forEach((row, at) => row.setAttribute("aria-selected", String(at === index)));
  panel.children[index]?.scrollIntoView({ block: "nearest" });
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
  if (step) mark((chosen + step + options.length) % options.length);
  else if (event.key === "Enter") panel.children[chosen].click();
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
