// The bar above the conversation: who it is with, what the bot is doing, the topics of a group.

import { h, replace } from "./dom.js";
import { icon } from "./icons.js";
import { portrait } from "./bubble.js";
import { openChat, state } from "./store.js";

const title = document.querySelector("#chat-title");
const status = document.querySelector("#chat-status");
const face = document.querySelector("#chat-face");
const topics = document.querySelector("#topics");

export function renderHeader(chooseTopic) {
  const chat = openChat();
  if (!chat) return;
  title.textContent = chat.title;
  const group = h("span", { class: `avatar hue-${Math.abs(chat.id) % 8} group`, "aria-hidden": "true" }, icon("people"));
  replace(face, chat.kind === "private" ? portrait(chat.bot) : group);
  renderStatus();
  topics.hidden = !chat.topics.length;
  replace(topics, chat.topics.map((topic) => topicTab(topic, chooseTopic)));
}

function topicTab(topic, choose) {
  const current = topic.id === (state.topic ?? 0);
  const props = { type: "button", "aria-pressed": String(current), on: { click: () => choose(topic.id) } };
  return h("button", props, icon("topic"), h("span", { dir: "auto" }, topic.name));
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
  if (chat.kind === "private") return chat.bot.awake ? "bot · online" : "bot · not running";
  return `${chat.members.length} members`;
}
