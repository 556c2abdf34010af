// The left column: who you are, and that person's chats.

import { h, replace } from "./dom.js";
import { icon } from "./icons.js";
import { hue, languageName, listTime } from "./format.js";
import { portrait } from "./bubble.js";
import { state } from "./store.js";

const people = document.querySelector("#people");
const chats = document.querySelector("#chats");

export function renderPeople({ choose, add }) {
  const chips = state.people.map((person) => {
    const current = person.id === state.me;
    const label = `${person.name}, ${languageName(person.language)}`;
    const props = { type: "button", class: "person", "aria-pressed": String(current), title: label, "aria-label": `Be ${label}` };
    const tag = h("span", { class: "language", "aria-hidden": "true" }, person.language.slice(0, 2));
    const face = h("span", { class: "face" }, portrait(person), tag);
    return h("button", { ...props, on: { click: () => choose(person.id) } }, face, h("span", { class: "person-name" }, person.first_name));
  });
  const plus = h("span", { class: "face" }, h("span", { class: "avatar add" }, icon("plus")));
  const more = h("button", { type: "button", class: "person", "aria-label": "Add a person", on: { click: add } }, plus, h("span", { class: "person-name" }, "Add"));
  keepFocus(people, () => replace(people, chips, more));
}

export function renderChats(choose) {
  const sorted = state.chats.slice().sort((a, b) => unmet(b) - unmet(a) || (b.last?.date ?? 0) - (a.last?.date ?? 0) || rank(a) - rank(b));
  keepFocus(chats, () => replace(chats, sorted.map((chat) => row(chat, choose))));
}

// A bot one has never spoken to stands first: that is where a first visit goes.
const unmet = (chat) => Number(chat.kind === "private" && !chat.last);
const rank = (chat) => (chat.kind === "private" ? 0 : 1);

function row(chat, choose) {
  const action = state.actions.get(chat.id);
  const face = chat.kind === "private" ? portrait(chat.bot) : h("span", { class: `avatar hue-${hue(chat)} group`, "aria-hidden": "true" }, icon(chat.kind === "channel" ? "channel" : "people"));
  const words = h(
    "span",
    { class: "chat-words" },
    h("span", { class: "chat-line" }, h("b", { dir: "auto" }, chat.title), chat.last ? h("time", {}, listTime(chat.last.date)) : null),
    h("span", { class: "chat-line" }, preview(chat, action), chat.unread ? h("span", { class: "badge", "aria-label": `${chat.unread} unread` }, String(chat.unread)) : null),
  );
  const current = chat.id === state.chat;
  return h("button", { type: "button", class: "chat", "aria-current": current ? "true" : null, on: { click: () => choose(chat.id) } }, face, words);
}

function preview(chat, action) {
  if (action) return h("span", { class: "chat-preview action" }, action.text);
  if (!chat.last) return h("span", { class: "chat-preview" }, chat.kind === "private" ? "Say hello to the bot" : "No messages yet");
  const { own, name, text, thumb } = chat.last;
  const who = own ? "You: " : chat.kind === "private" || !name ? "" : `${name}: `;
  const picture = thumb ? h("img", { src: thumb, alt: "" }) : null;
  return h("span", { class: "chat-preview" }, picture, h("span", { dir: "auto" }, who, text));
}

// Redrawing a list must not take the keyboard's focus away.
function keepFocus(place, draw) {
  const at = [...place.children].indexOf(document.activeElement);
  draw();
  if (at >= 0) place.children[at]?.focus({ preventScroll: true });
}
