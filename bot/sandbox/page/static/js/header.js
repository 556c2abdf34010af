// The bar above the conversation: who it is with, what the bot is doing, the topics of a group.

import { h, replace } from "./dom.js";
import { icon } from "./icons.js";
import { hue } from "./format.js";
import { api } from "./api.js";
import { portrait } from "./bubble.js";
import { askLine, openMenu, toast } from "./dialogs.js";
import { groupMenu, hearing, HEARS } from "./group.js";
import { openChat, state } from "./store.js";

const title = document.querySelector("#chat-title");
const status = document.querySelector("#chat-status");
const face = document.querySelector("#chat-face");
const topics = document.querySelector("#topics");
const more = document.querySelector("#chat-more");

let go = null;

/** `goTo(chat)` opens another chat. */
export function startHeader(goTo) {
  go = goTo;
  more.addEventListener("click", () => {
    const box = more.getBoundingClientRect();
    openMenu(menuOf(openChat()), { x: box.right - 190, y: box.bottom + 4 }, more);
  });
}

function menuOf(chat) {
  if (chat.kind !== "private") return groupMenu(chat, go, openTopic);
  const label = chat.blocked ? "Unblock the bot" : "Block the bot";
  const act = () => change(api.block({ person: state.me, chat: chat.id, blocked: !chat.blocked }), chat.blocked ? "Unblocked" : "Blocked: the bot cannot write to you");
  return [{ label, icon: "shield", kind: chat.blocked ? "" : "danger", act }];
}

async function openTopic(chat) {
  const name = await askLine("New topic", "Name", "Open topic");
  if (name) change(api.openTopic({ person: state.me, chat: chat.id, name }), "Topic opened");
}

const change = (request, done) => request.then(() => toast(done, "good"), (error) => toast(error.message, "error"));

export function renderHeader(chooseTopic) {
  const chat = openChat();
  if (!chat) return;
  title.textContent = chat.title;
  const group = h("span", { class: `avatar hue-${hue(chat)} group`, "aria-hidden": "true" }, icon(chat.kind === "channel" ? "channel" : "people"));
  replace(face, chat.kind === "private" ? portrait(chat.bot) : group);
  renderStatus();
  topics.hidden = !chat.topics.length;
  replace(topics, chat.topics.map((topic) => topicTab(topic, chooseTopic)));
}

function topicTab(topic, choose) {
  const current = topic.id === (state.topic ?? 0);
  const props = { type: "button", "aria-pressed": String(current), on: { click: () => choose(topic.id) } };
  return h("button", props, icon(topic.closed ? "lock" : "topic"), h("span", { dir: "auto" }, topic.name));
}

export function renderStatus() {
  const chat = openChat();
  if (!chat) return;
  const action = state.actions.get(chat.id);
  const here = action && (!chat.topics.length || (action.topic ?? 0) === (state.topic ?? 0));
  status.classList.toggle("action", Boolean(here));
  replace(status, here ? [action.text, h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i"))] : resting(chat));
}

function resting(chat) {
  if (chat.blocked) return "blocked by you";
  if (chat.kind === "private") return chat.bot.awake ? "bot · online" : "bot · not running";
  const people = chat.members.filter((one) => !one.bot).length;
  if (chat.kind === "channel") return people === 1 ? "1 subscriber" : `${people} subscribers`;
  return `${chat.members.length} members · ${HEARS[hearing(chat.group)]}`;
}
