// What the server tells while the page is open, worked into what the page knows.

import { dropMessage, emit, markSeen, openChat, state, upsert } from "./store.js";

const HANDLERS = { message, deleted, action, chat, person, stars, reload: (_, { reload }) => reload() };

/** Work one change in; `reload` fetches everything anew. */
export function applyChange(change, tools) {
  HANDLERS[change.type]?.(change, tools);
}

function message({ chat: id, message: item }, { reload }) {
  const chat = state.chats.find((one) => one.id === id);
  if (!chat) return reload();
  const fresh = !chat.last || item.id > chat.last.id;
  if (fresh || item.id === chat.last.id) chat.last = summary(item);
  if (fresh && chat.kind === "private" && item.author !== state.me) stopAction(id);
  if (fresh && chat.kind !== "private" && item.from.bot) stopAction(id);
  if (id === state.chat) {
    upsert(item);
    emit("messages");
    if (fresh) markSeen(chat);
  }
  if (fresh && item.author !== state.me && (id !== state.chat || document.hidden)) chat.unread = (chat.unread ?? 0) + 1;
  if (!chat.started && item.author === state.me) {
    chat.started = true;
    if (openChat() === chat) emit("pane");
  }
  emit("chats");
}

function summary(item) {
  const text = item.service || item.text || item.media?.label || item.invoice?.title || "Message";
  const name = item.service ? "" : item.from.first_name;
  return { id: item.id, date: item.date, text, name, own: !item.service && item.author === state.me, thumb: item.media?.thumb ?? null };
}

function deleted({ chat: id, ids, last }) {
  const chat = state.chats.find((one) => one.id === id);
  if (!chat) return;
  chat.last = last;
  if (id === state.chat) {
    ids.forEach(dropMessage);
    emit("messages");
  }
  emit("chats");
}

function action({ chat, topic, text, seconds }) {
  stopAction(chat);
  const timer = setTimeout(() => (stopAction(chat), emit("chats")), seconds * 1000);
  state.actions.set(chat, { text, topic, timer });
  emit("status");
  emit("chats");
}

function stopAction(chat) {
  clearTimeout(state.actions.get(chat)?.timer);
  state.actions.delete(chat);
  emit("status");
}

function chat({ chat: fresh }) {
  const index = state.chats.findIndex((one) => one.id === fresh.id);
  if (index >= 0) state.chats[index] = { ...state.chats[index], ...fresh };
  else state.chats.push({ unread: 0, ...fresh });
  emit("chats");
  if (fresh.id === state.chat) emit("pane");
}

function person({ people }) {
  state.people = people;
  emit("people");
}

function stars({ balance }) {
  state.stars = balance;
}
