// The page itself: loads what there is, keeps it live, and moves between people and chats.

import { h, replace } from "./dom.js";
import { icon } from "./icons.js";
import { api, Live } from "./api.js";
import { askPerson, toast } from "./dialogs.js";
import { portrait } from "./bubble.js";
import { focusLast, renderConversation, resetConversation, startConversation } from "./conversation.js";
import { cancelAnswer, draftKey, focusComposer, renderAnswerBar, sendText, startComposer, swapDraft } from "./composer.js";
import { renderHeader, renderStatus, startHeader } from "./header.js";
import { reactionsFor, startMessageMenu } from "./reactions.js";
import { renderChats, renderPeople } from "./sidebar.js";
import { startSuggestions, suggesting } from "./suggestions.js";
import { startTheme } from "./theme.js";
import { renderTray, startTray } from "./tray.js";
import { applyChange } from "./changes.js";
import { canWrite, emit, lastSeen, markSeen, on, openChat, openTopicNow, recall, remember, state } from "./store.js";

const app = document.querySelector("#app");
const PHONE = window.matchMedia("(max-width: 759px)");

let waiting = null; // changes that arrive while a snapshot is on its way

const live = new Live({
  onOpen: () => refresh().then(connected, () => live.lost()),
  onLost: () => setOnline(false),
  onEvent: (change) => (waiting ? waiting.push(change) : take(change)),
});

// The first visit, or a wiped sandbox: only the state tells who there is to be.
function connected() {
  setOnline(true);
  if (state.me !== live.person) live.open(state.me);
}

function setOnline(online) {
  state.online = online;
  app.classList.toggle("offline", !online);
  document.querySelector("#connection").hidden = online;
}

async function refresh() {
  waiting = [];
  try {
    await loadState();
    await loadMessages();
  } finally {
    const late = waiting;
    waiting = null;
    late.forEach(take);
  }
}

async function loadState() {
  const asked = state.me;
  const snapshot = await api.state(asked);
  // Somebody else by now: their own state is on its way.
  if (asked !== state.me) return;
  const { bots, people, me, chats, samples, languages, stars } = snapshot;
  Object.assign(state, { bots, people, me, chats, samples, languages, stars, bot: bots[0] ?? null });
  for (const chat of chats) chat.unread = chat.id === state.chat ? 0 : chat.history.filter((id) => id > lastSeen(chat)).length;
  if (!openChat()) state.chat = PHONE.matches && state.chat === null ? null : (chats[0]?.id ?? null);
  fixTopic();
  renderAll();
}

function fixTopic() {
  const topics = openChat()?.topics ?? [];
  if (!topics.some((topic) => topic.id === state.topic)) state.topic = topics[0]?.id ?? null;
}

async function loadMessages() {
  const asked = state.chat;
  const { messages } = asked === null ? { messages: [] } : await api.messages(state.me, asked);
  if (asked !== state.chat) return;
  state.messages = messages;
  markSeen(openChat());
  renderConversation();
  renderAnswerBar();
  renderChats(openChatBy);
}

function take(change) {
  applyChange(change, { reload: () => refresh().catch(() => live.lost()) });
}

function renderAll() {
  renderPeople({ choose: becomePerson, add: addPerson });
  renderChats(openChatBy);
  renderPane();
  renderTray();
}

function renderPane() {
  const chat = openChat();
  app.classList.toggle("chat-open", Boolean(chat));
  document.querySelector("#nothing").hidden = Boolean(chat);
  document.querySelector("#pane").hidden = !chat;
  document.title = chat ? `${chat.title} · Sandbox` : "Sandbox";
  if (!chat) return;
  renderHeader(openTopic);
  const fresh = chat.kind === "private" && !chat.started;
  document.querySelector("#welcome").hidden = !fresh;
  document.querySelector("#start-bar").hidden = !fresh;
  renderWriting(fresh);
  document.querySelector("#menu").hidden = !chat.commands.length;
  if (fresh) renderWelcome(chat.bot);
  renderReplyKeyboard(chat);
}

function paneChanged() {
  const before = state.topic;
  fixTopic();
  // The topic that was open may be gone.
  if (state.topic !== before) openTopic(state.topic);
  renderPane();
}

function renderWriting(fresh = false) {
  document.querySelector("#writing").hidden = fresh || !canWrite();
  document.querySelector("#closed-bar").hidden = openTopicNow()?.can_write !== false;
}

function renderWelcome(bot) {
  const about = bot.about || "Say hello, and the bot will tell you what it can do. Sample photos are ready to send.";
  replace(document.querySelector("#welcome"), portrait(bot, "large"), h("h2", { dir: "auto" }, bot.name), h("p", { dir: "auto" }, about));
}

function renderReplyKeyboard(chat) {
  const place = document.querySelector("#reply-keyboard");
  const rows = chat.reply_keyboard ?? [];
  place.hidden = !rows.length;
  const key = (text) => h("button", { type: "button", class: "key", on: { click: () => sendText(text) } }, h("span", { dir: "auto" }, text));
  replace(place, rows.map((row) => h("div", { class: "keys" }, row.map(key))));
}

async function openChatBy(id, topic = null) {
  const before = state.chat === null ? null : draftKey();
  if (id !== state.chat) {
    state.chat = id;
    state.topic = topic;
    state.messages = [];
    resetConversation();
  }
  fixTopic();
  writeAddress();
  swapDraft(before);
  renderPane();
  renderChats(openChatBy);
  await loadMessages().catch((error) => toast(error.message, "error"));
  if (!PHONE.matches) focusComposer();
}

function openTopic(id) {
  const before = draftKey();
  state.topic = id;
  resetConversation();
  writeAddress();
  swapDraft(before);
  renderHeader(openTopic);
  renderWriting();
  renderConversation();
  if (!PHONE.matches) focusComposer();
}

function becomePerson(id) {
  const before = state.chat === null ? null : draftKey();
  state.me = id;
  remember("me", String(id));
  state.messages = [];
  state.actions.clear();
  resetConversation();
  if (PHONE.matches) state.chat = null;
  writeAddress();
  swapDraft(before);
  live.open(id);
}

async function addPerson() {
  const answer = await askPerson(state.languages);
  if (!answer) return;
  try {
    becomePerson((await api.addPerson(answer.name, answer.language)).id);
  } catch (error) {
    toast(error.message, "error");
  }
}

// The address holds person, chat and topic, so that a reload or a second window shows the same.
function writeAddress() {
  const parts = [state.me, state.chat, state.topic].filter((part) => part !== null);
  const next = `#${parts.join("/")}`;
  if (next !== location.hash) history.pushState(null, "", next);
}

function readAddress() {
  const [me, chat, topic] = location.hash.slice(1).split("/").map((part) => (part ? Number(part) : null));
  return { me: me || Number(recall("me")) || null, chat: chat ?? null, topic: topic ?? null };
}

function followAddress() {
  const { me, chat, topic } = readAddress();
  const before = state.chat === null ? null : draftKey();
  const same = me === state.me;
  Object.assign(state, { me, chat, topic, messages: [] });
  resetConversation();
  swapDraft(before);
  if (same) refresh().catch(() => live.lost());
  else live.open(me);
}

function shortcuts(event) {
  if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
  if (state.replyTo || state.editing) cancelAnswer();
  else if (PHONE.matches && state.chat !== null) leaveChat();
}

function leaveChat() {
  const before = draftKey();
  state.chat = null;
  state.messages = [];
  resetConversation();
  writeAddress();
  swapDraft(before);
  renderPane();
  renderChats(openChatBy);
}

function start() {
  startTheme();
  document.querySelectorAll("[data-icon]").forEach((node) => node.prepend(icon(node.dataset.icon)));
  const actions = reactionsFor(openChatBy);
  startConversation(actions);
  startComposer();
  startSuggestions(openChatBy);
  startTray();
  startHeader(openChatBy);
  startMessageMenu(document.querySelector("#messages"));
  document.querySelector("#back").addEventListener("click", leaveChat);
  document.querySelector("#start").addEventListener("click", () => sendText("/start"));
  document.querySelector("#text").addEventListener("keydown", (event) => {
    if (event.key === "ArrowUp" && !event.target.value && !suggesting()) focusLast();
  });
  window.addEventListener("popstate", followAddress);
  document.addEventListener("keydown", shortcuts);
  document.addEventListener("visibilitychange", () => document.hidden || emit("seen"));
  on("messages", () => renderConversation({ live: true }));
  on("chats", () => renderChats(openChatBy));
  on("pane", paneChanged);
  on("people", () => renderPeople({ choose: becomePerson, add: addPerson }));
  on("status", renderStatus);
  on("seen", () => (markSeen(openChat()), renderChats(openChatBy)));
  Object.assign(state, readAddress());
  live.open(state.me ?? "");
}

start();
