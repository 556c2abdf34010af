// What the page knows: one object, changed here only, and a way to hear about changes.

const listeners = new Map();

export const state = {
  bot: null, // the first one met; `bots` has all
  bots: [],
  stars: null,
  people: [],
  me: null,
  chats: [],
  samples: [],
  languages: [],
  chat: null, // id of the open chat, or null for the list (phones)
  topic: null, // id of the open topic in a group
  messages: [], // of the open chat, by id
  actions: new Map(), // chat id -> { text, until }
  replyTo: null,
  editing: null,
  online: true,
};

export function on(topic, listener) {
  listeners.set(topic, [...(listeners.get(topic) ?? []), listener]);
}

export function emit(topic, detail) {
  for (const listener of listeners.get(topic) ?? []) listener(detail);
}

export const openChat = () => state.chats.find((chat) => chat.id === state.chat) ?? null;
export const privateChat = () => state.chats.find((chat) => chat.kind === "private") ?? null;
export const openTopicNow = () => openChat()?.topics.find((topic) => topic.id === state.topic) ?? null;
/** Whether this person may write where they are: not in a channel of somebody else's, nor in a closed topic. */
export const canWrite = () => Boolean(openChat()?.can_write) && openTopicNow()?.can_write !== false;
export const self = () => state.people.find((person) => person.id === state.me) ?? null;
export const message = (id) => state.messages.find((item) => item.id === id) ?? null;

/** Messages of the open chat that belong to the open topic. */
export function visibleMessages() {
  const chat = openChat();
  if (!chat?.topics.length) return state.messages;
  return state.messages.filter((item) => (item.topic ?? 0) === (state.topic ?? 0));
}

export function upsert(item) {
  const index = state.messages.findIndex((other) => other.id === item.id);
  if (index >= 0) state.messages[index] = item;
  else {
    state.messages.push(item);
    state.messages.sort((a, b) => a.id - b.id);
  }
}

export function dropMessage(id) {
  state.messages = state.messages.filter((item) => item.id !== id);
}

// How far each person has read each chat survives a reload of the page, not a wipe of the sandbox.
const seenKey = (chat) => `seen:${state.bot?.id}:${state.me}:${chat}`;

export function markSeen(chat) {
  if (!chat?.last || document.hidden) return;
  if (lastSeen(chat) < chat.last.id) localStorage.setItem(seenKey(chat.id), String(chat.last.id));
  chat.unread = 0;
}

/** Id of the newest message read; after a wipe of the sandbox ids begin again, and so does this. */
export function lastSeen(chat) {
  const seen = Number(localStorage.getItem(seenKey(chat.id)) ?? 0);
  if (seen <= (chat.last?.id ?? 0)) return seen;
  localStorage.removeItem(seenKey(chat.id));
  return 0;
}

export function remember(key, value) {
  localStorage.setItem(key, value);
}

export const recall = (key) => localStorage.getItem(key);
