// What can be changed about a group or channel, to see how the bot takes it.

import { api } from "./api.js";
import { toast } from "./dialogs.js";
import { openTopicNow, state } from "./store.js";

export const HEARS = {
  all: "bot reads everything",
  commands: "bot reads commands",
  nothing: "without the bot",
};

/** What the bot gets to read: everything as an administrator or without privacy mode, nothing when it is not in. */
export function hearing({ bot, privacy }) {
  if (bot === "left" || bot === "kicked") return "nothing";
  return bot === "administrator" || !privacy ? "all" : "commands";
}

/** The entries of the menu in the head of a group; `go(chat)` follows it when it gets another id. */
export function groupMenu(chat, go, openTopic) {
  const entry = (label, icon, change, done, kind = "") => ({ label, icon, kind, act: () => apply(chat, change, done, go) });
  const { bot, privacy, photos, messages, administrator, anonymous, basic } = chat.group;
  const inside = hearing(chat.group) !== "nothing";
  const channel = chat.kind === "channel";
  return [
    chat.forum && { label: "New topic", icon: "topic", act: () => openTopic(chat) },
    ...(administrator ? topicMenu(chat, openTopicNow()) : []),
    !channel && !basic && administrator && (anonymous
      ? entry("Speak under your name", "people", "anonymous_off", "You speak under your own name again")
      : entry("Speak as the group", "people", "anonymous_on", "You speak as the group: nobody sees who you are")),
    inside && !channel && (privacy
      ? entry("Privacy mode off", "shield", "privacy_off", "The bot reads everything")
      : entry("Privacy mode on", "shield", "privacy_on", "The bot reads commands and replies only")),
    inside && (bot === "administrator"
      ? entry("Make the bot a member", "star", "bot_member", "The bot is an ordinary member")
      : entry("Make the bot an administrator", "star", "bot_administrator", "The bot is an administrator")),
    !channel && (photos
      ? entry("Forbid photos", "tray", "photos_off", "Members, the bot among them, can't send photos")
      : entry("Allow photos", "tray", "photos_on", "Members can send photos again")),
    !channel && (messages
      ? entry("Forbid messages", "edit", "messages_off", "Members, the bot among them, can't write")
      : entry("Allow messages", "edit", "messages_on", "Members can write again")),
    basic && entry("Make it a supergroup", "people", "supergroup", "The group is a supergroup now, with another id"),
    inside
      ? entry("Remove the bot", "trash", "bot_out", "The bot was removed", "danger")
      : entry("Add the bot", "plus", "bot_in", "The bot was added"),
  ].filter(Boolean);
}

function topicMenu(chat, topic) {
  if (!topic?.id) return [];
  const entry = (label, icon, change, done, kind = "") => ({ label, icon, kind, act: () => applyToTopic(chat, topic, change, done) });
  return [
    topic.closed
      ? entry("Open the topic again", "lock", "reopen", "Everybody can write here again")
      : entry("Close the topic", "lock", "close", "Only administrators can write here now"),
    entry("Delete the topic", "trash", "delete", "The topic is gone with all its messages", "danger"),
  ];
}

async function applyToTopic(chat, topic, change, done) {
  try {
    await api.changeTopic({ person: state.me, chat: chat.id, topic: topic.id, change });
    toast(done, "good");
  } catch (error) {
    toast(error.message, "error");
  }
}

async function apply(chat, change, done, go) {
  try {
    const { chat: now } = await api.changeGroup({ person: state.me, chat: chat.id, change });
    toast(done, "good");
    if (now !== chat.id) await go(now);
  } catch (error) {
    toast(error.message, "error");
  }
}
