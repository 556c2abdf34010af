// What happens when something in a message is used: buttons, links, photos, the message menu.

import { api } from "./api.js";
import { alertBox, ask, askChat, lightbox, openMenu, toast } from "./dialogs.js";
import { deepLink, messageLink } from "./entities.js";
import { jumpTo } from "./conversation.js";
import { focusComposer, sendText, setEditing, setReply, setText } from "./composer.js";
import { canWrite, message, openChat, privateChat, state, visibleMessages } from "./store.js";

const LONG_PRESS = 480; // milliseconds

/** The reactions rows are built with; `go(chat, topic)` opens a chat. */
export function reactionsFor(go) {
  return {
    me: () => state.me,
    command: (raw) => sendText(openChat().kind === "private" ? raw.split("@")[0] : raw),
    mention: (raw) => (setText(`${raw} `), focusComposer()),
    link: (address) => openLink(address, go),
    jump: (id) => jumpTo(id) || toast("That message is not here any more."),
    photo: openPhoto,
    key: (target) => useKey(target, go),
  };
}

async function openLink(address, go) {
  const bot = state.bots.find((one) => deepLink(address, one.username));
  if (bot) return followLink(bot, deepLink(address, bot.username), go);
  const target = messageLink(address);
  if (target) return goToMessage(target, go);
  const buttons = [{ value: "", label: "Cancel" }, { value: "open", label: "Open", kind: "primary" }];
  const answer = await ask({ title: "Open this link?", text: address, buttons });
  if (answer === "open") window.open(address, "_blank", "noopener,noreferrer");
}

async function goToMessage({ chat, topic, message: id }, go) {
  if (!state.chats.some((one) => one.id === chat)) return toast("You are not in that group.");
  await go(chat, topic);
  jumpTo(id) || toast("That message is not here any more.");
}

async function followLink(bot, { start, group }, go) {
  if (group !== null) return startInGroup(bot, group, go);
  await go(bot.id, null);
  await sendText(start ? `/start ${start}` : "/start");
}

// As in Telegram: the group is chosen, the bot brought in where it is not, and told what the link carried.
async function startInGroup(bot, parameter, go) {
  const target = await askChat(state.chats.filter((chat) => chat.kind === "group"), `Add ${bot.name} to a group`);
  if (target === null) return;
  const chat = state.chats.find((one) => one.id === target);
  try {
    if (["left", "kicked"].includes(chat.group.bot)) await api.changeGroup({ person: state.me, chat: target, change: "bot_in" });
    await go(target, null);
    await sendText(`/start@${bot.username} ${parameter}`.trim());
  } catch (error) {
    toast(error.message, "error");
  }
}

function openPhoto(item) {
  // A picture behind a spoiler that was not lifted stays out of the viewer.
  const photos = visibleMessages().filter((one) => one.media?.kind === "photo" && (one.id === item.id || !one.media.spoiler));
  const list = photos.map((one) => ({ url: one.media.url, name: one.media.name, caption: one.text }));
  lightbox(list, Math.max(0, photos.findIndex((one) => one.id === item.id)));
}

const place = (item) => ({ person: state.me, chat: state.chat, message: item.id });

async function useKey({ item, button, line, column }, go) {
  try {
    await KEYS[button.kind]({ item, button, line, column }, go);
  } catch (error) {
    toast(error.message, "error");
  }
}

const KEYS = {
  callback: press,
  pay,
  receipt: ({ item }) => alertBox(`“${item.invoice.title}” is paid. It cost play Stars only.`, "Receipt"),
  url: ({ button }, go) => openLink(button.url, go),
  switch: switchInline,
  copy: async ({ button }) => {
    await navigator.clipboard.writeText(button.value);
    toast("Copied");
  },
};

// Where one may choose a chat, the bot's own is among them, as in Telegram's list of chats.
async function switchInline({ button }, go) {
  const name = privateChat()?.bot.username ?? "";
  if (button.kinds) {
    const target = await askChat(state.chats.filter((chat) => chat.can_write && button.kinds.includes(chat.kind)), "Choose a chat");
    if (target === null) return;
    await go(target, null);
  }
  setText(`@${name} ${button.query}`, { typed: true });
  focusComposer();
}

async function press({ item, button, line, column }, go) {
  const answer = await api.press({ ...place(item), row: line, column, text: button.text });
  if (!answer.answered) return toast("The bot did not answer this button.");
  if (answer.url) return openLink(answer.url, go);
  if (answer.text) answer.alert ? await alertBox(answer.text) : toast(answer.text);
}

async function pay({ item }) {
  const { title, total, currency } = item.invoice;
  const price = currency === "XTR" ? `${total} Stars` : `${(total / 100).toFixed(2)} ${currency}`;
  const balance = state.stars === null ? "" : ` You have ${state.stars} play Stars.`;
  const text = `Pay ${price} for “${title}”?${balance} Nothing is charged: this is a sandbox.`;
  const buttons = [{ value: "", label: "Cancel" }, { value: "pay", label: `Pay ${price}`, kind: "primary", icon: "star" }];
  if ((await ask({ title: "Confirm the purchase", text, buttons })) !== "pay") return;
  const outcome = await api.pay(place(item));
  if (outcome.ok) toast("Payment made", "good");
  else await alertBox(outcome.reason || "The bot did not accept the payment. Nothing was charged.", "Payment not made");
}

/** Open the menu of a message on right click, long press, or the keyboard's menu key. */
export function startMessageMenu(list) {
  list.addEventListener("contextmenu", (event) => {
    const row = event.target.closest(".row");
    if (!row || row.classList.contains("service") || window.getSelection().toString()) return;
    event.preventDefault();
    showMenu(row, pointOf(event, row), pictureUnder(event, row));
  });
  let timer = null;
  let held = false;
  const stop = () => clearTimeout(timer);
  // The finger that opened the menu must not also press what lies under it.
  const swallow = (event) => {
    if (!held) return;
    held = false;
    event.preventDefault();
    event.stopPropagation();
  };
  list.addEventListener("click", swallow, true);
  list.addEventListener("pointerdown", (event) => {
    const row = event.target.closest(".row");
    if (!row || event.pointerType !== "touch" || row.classList.contains("service")) return;
    stop();
    held = false;
    timer = setTimeout(() => {
      held = true;
      showMenu(row, { x: event.clientX, y: event.clientY }, pictureUnder(event, row));
    }, LONG_PRESS);
  });
  for (const type of ["pointerup", "pointercancel", "pointermove", "scroll"]) list.addEventListener(type, stop, true);
  list.addEventListener("dblclick", (event) => {
    const row = event.target.closest(".row");
    if (row && !event.target.closest("button, a") && canWrite()) setReply(row.messages[0].id);
  });
}

function pointOf(event, row) {
  if (event.clientX || event.clientY) return { x: event.clientX, y: event.clientY };
  const box = row.bubble.getBoundingClientRect();
  return { x: box.left + 24, y: box.top + 24 };
}

const pictureUnder = (event, row) => {
  const at = [...row.querySelectorAll(".photo")].indexOf(event.target.closest(".photo"));
  return row.messages.filter((item) => item.media)[Math.max(0, at)] ?? row.messages[0];
};

function showMenu(row, point, picture) {
  const item = message(row.messages[0].id);
  if (!item) return;
  const text = row.messages.map((one) => one.text).find(Boolean);
  const own = item.author === state.me;
  const entries = [
    canWrite() && { label: "Reply", icon: "reply", act: () => setReply(picture.id) },
    text && { label: "Copy text", icon: "copy", act: () => navigator.clipboard.writeText(text).then(() => toast("Copied")) },
    own && text && { label: "Edit", icon: "edit", act: () => setEditing(row.messages.find((one) => one.text)) },
    { label: "Forward", icon: "forward", act: () => forward(row.messages) },
    picture.media && { label: "Download", icon: "download", act: () => download(picture.media) },
    (own || openChat()?.kind === "private") && { label: "Delete", icon: "trash", kind: "danger", act: () => remove(row.messages) },
  ];
  openMenu(entries.filter(Boolean), point, row);
}

async function forward(items) {
  const target = await askChat(state.chats, "Forward to");
  if (target === null) return;
  const body = { person: state.me, chat: state.chat, messages: items.map((one) => one.id), to: target };
  await api.forward(body).then(() => toast("Forwarded", "good"), (error) => toast(error.message, "error"));
}

function download({ url, name }) {
  const link = document.createElement("a");
  link.href = `${url}?download=1`;
  link.download = name ?? "photo.jpg";
  link.click();
}

async function remove(items) {
  const body = { person: state.me, chat: state.chat, messages: items.map((one) => one.id) };
  await api.remove(body).catch((error) => toast(error.message, "error"));
}
