// Inline mode: what a bot offers behind its name, page by page, and what choosing it sends.

import { h } from "./dom.js";
import { api } from "./api.js";
import { toast } from "./dialogs.js";
import { icon } from "./icons.js";
import { cancelAnswer, sendText, setText } from "./composer.js";
import { state } from "./store.js";

/** Ask a bot and show what it offers, for as long as `current()` says that this is still what was typed. */
export async function inlineResults({ bot, query, go, current, show }) {
  const offers = [];
  let next = "";
  let asking = false;
  let head = null;

  async function ask() {
    if (asking) return;
    asking = true;
    if (!offers.length) show([], { head: line([h("span", { class: "spinner", "aria-hidden": "true" }), `Asking ${bot.name}…`]) });
    const body = { person: state.me, chat: state.chat, bot: bot.id, query, offset: next };
    const answer = await api.inline(body).catch(() => null);
    asking = false;
    if (!current()) return;
    if (!answer?.answered) return show(offers, { head: line("The bot did not answer. Type on to ask again."), grid: true, keep: true });
    if (!offers.length) head = answer.button ? startButton(bot, answer.button, go) : null;
    next = answer.next;
    const first = !offers.length;
    offers.push(...answer.results.map((result) => option(answer.query, result)));
    const grid = offers.length > 0 && offers.every((one) => one.photo);
    const above = head ?? (offers.length ? null : line("Nothing to offer here."));
    show(offers, { grid, head: above, more: next ? ask : null, keep: !first });
  }

  await ask();
}

const line = (content) => h("p", { class: "inline-note", role: "status" }, content);

// The button above the offers leads into the private chat with its parameter (InlineQueryResultsButton).
function startButton(bot, { text, start }, go) {
  const open = async () => {
    setText("");
    await go(bot.id, null);
    await sendText(`/start ${start}`);
  };
  const hold = (event) => event.preventDefault();
  return h("button", { type: "button", class: "inline-start", on: { click: open, pointerdown: hold } }, h("span", { dir: "auto" }, text), icon("next"));
}

function option(query, result) {
  const pick = async () => {
    setText("");
    const body = { person: state.me, chat: state.chat, topic: state.topic, reply_to: state.replyTo, query, result: result.id };
    cancelAnswer();
    await api.chooseInline(body).catch((error) => toast(error.message, "error"));
  };
  const photo = result.photo && Boolean(result.thumb);
  const picture = result.thumb ? h("img", { src: result.thumb, alt: photo ? result.title : "", decoding: "async" }) : null;
  const words = photo ? [] : [h("b", { dir: "auto" }, result.title), h("span", { dir: "auto" }, result.description)];
  return { photo, label: [picture, ...words], props: photo ? { "aria-label": result.title } : {}, pick, complete: pick };
}
