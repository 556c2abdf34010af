// Writing: the text field, attachments, the answer bar, and sending.

import { h, replace } from "./dom.js";
import { icon } from "./icons.js";
import { api } from "./api.js";
import { toast } from "./dialogs.js";
import { fileSize } from "./format.js";
import { canWrite, message, state } from "./store.js";

const MAX_FILES = 10;
const MAX_BYTES = 20 * 1024 * 1024;
const PHOTO_TYPES = new Set(["image/jpeg", "image/png", "image/webp", "image/gif"]);

const box = document.querySelector("#text");
const strip = document.querySelector("#attachments");
const answer = document.querySelector("#answer-bar");
const sendButton = document.querySelector("#send");
const chooser = document.querySelector("#files");

const drafts = new Map();
let pending = [];
let asFile = false;
let sending = Promise.resolve();

export const draftKey = () => `${state.me}:${state.chat}:${state.topic ?? 0}`;
export const composerText = () => box.value;
export const focusComposer = () => box.focus({ preventScroll: true });

export function startComposer() {
  box.addEventListener("input", () => {
    grow();
    renderSend();
  });
  sendButton.addEventListener("click", submit);
  document.querySelector("#attach").addEventListener("click", () => chooser.click());
  chooser.addEventListener("change", () => {
    addFiles([...chooser.files]);
    chooser.value = "";
  });
  document.addEventListener("paste", pasteFiles);
  startDropping();
  renderSend();
}

/** Keep what was written in the chat that is left, and bring back what was written in this one. */
export function swapDraft(before) {
  if (before) drafts.set(before, box.value);
  pending = [];
  asFile = false;
  state.replyTo = null;
  state.editing = null;
  setText(drafts.get(draftKey()) ?? "");
  renderAttachments();
  renderAnswerBar();
}

/** Put a text into the field; `typed` lets suggestions follow as if the person had typed it. */
export function setText(text, { typed = false } = {}) {
  box.value = text;
  grow();
  renderSend();
  box.dispatchEvent(new Event(typed ? "input" : "change"));
}

function grow() {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight, 180)}px`;
}

function renderSend() {
  const ready = box.value.trim() || pending.length;
  sendButton.classList.toggle("ready", Boolean(ready));
  sendButton.setAttribute("aria-disabled", String(!ready));
  sendButton.setAttribute("aria-label", state.editing ? "Save the edit" : "Send");
  replace(sendButton, icon(state.editing ? "check" : "send"));
}

/** Send the draft. The field is free at once; what could not be sent comes back into it. */
export function submit() {
  const text = box.value.trim();
  if (!(text || pending.length)) return;
  const draft = { ...place(), text, pending, asFile, replyTo: state.replyTo, editing: state.editing };
  clear();
  // One after the other, so that messages keep the order they were written in.
  sending = sending.then(() => perform(draft)).catch((error) => {
    toast(error.message, "error");
    restore(draft);
  });
}

const place = () => ({ person: state.me, chat: state.chat, topic: state.topic });

async function perform({ person, chat, topic, text, pending: items, asFile: whole, replyTo, editing }) {
  if (editing) return api.edit({ person, chat, message: editing, text });
  const fields = { person, chat, topic, text, reply_to: replyTo };
  if (!items.length) return api.send(fields);
  const photos = whole ? [] : items.filter((item) => item.photo);
  const files = items.filter((item) => !photos.includes(item));
  const fileFields = photos.length ? { ...fields, text: "", as_file: true } : { ...fields, as_file: true };
  if (photos.length) await api.send(fields, photos.map((item) => item.file));
  if (files.length) await api.send(fileFields, files.map((item) => item.file));
}

function restore(draft) {
  if (box.value || pending.length || draft.chat !== state.chat || draft.person !== state.me) return;
  ({ pending, asFile } = draft);
  Object.assign(state, { replyTo: draft.replyTo, editing: draft.editing });
  setText(draft.text);
  renderAttachments();
  renderAnswerBar();
}

function clear() {
  pending = [];
  asFile = false;
  state.replyTo = null;
  state.editing = null;
  drafts.delete(draftKey());
  setText("");
  renderAttachments();
  renderAnswerBar();
}

/** Send one of the project's samples, or several as an album; the text written so far is the caption. */
export async function sendSamples(names) {
  try {
    await api.send({ ...place(), text: box.value.trim(), reply_to: state.replyTo, samples: names });
    clear();
  } catch (error) {
    toast(error.message, "error");
  }
}

/** Send a text that was not typed: a command, a button of the reply keyboard. */
export async function sendText(text) {
  try {
    await api.send({ ...place(), text });
  } catch (error) {
    toast(error.message, "error");
  }
}

export function addFiles(files, forceFile = false) {
  const fitting = files.filter((file) => file.size <= MAX_BYTES);
  if (fitting.length < files.length) toast(`Files can have ${fileSize(MAX_BYTES)} at most.`, "error");
  const room = MAX_FILES - pending.length;
  if (fitting.length > room) toast(`An album has ${MAX_FILES} items at most.`, "error");
  pending.push(...fitting.slice(0, room).map((file) => ({ file, photo: PHOTO_TYPES.has(file.type) })));
  if (forceFile) asFile = true;
  renderAttachments();
  renderSend();
  focusComposer();
}

function renderAttachments() {
  strip.hidden = pending.length === 0;
  if (!pending.length) return replace(strip);
  const items = pending.map((item, index) => attachment(item, index));
  const photos = pending.some((item) => item.photo);
  const toggle = photos ? modeSwitch() : h("span", { class: "mode-note" }, "Sent as file");
  replace(strip, h("div", { class: "attachment-list" }, items), toggle);
}

function attachment(item, index) {
  const remove = () => {
    pending.splice(index, 1);
    renderAttachments();
    renderSend();
    focusComposer();
  };
  const preview = item.photo && !asFile ? thumbnail(item) : h("span", { class: "attachment-file" }, icon("file"), h("span", {}, item.file.name));
  const cross = h("button", { type: "button", class: "remove", "aria-label": `Remove ${item.file.name || "picture"}`, on: { click: remove } }, icon("close"));
  return h("div", { class: "attachment" }, preview, cross);
}

// Drawn on a canvas, so that the page's policy needs no exception for blob addresses.
function thumbnail(item) {
  item.canvas ??= h("canvas", { width: "144", height: "144", role: "img", "aria-label": item.file.name || "Picture" });
  if (item.drawn) return item.canvas;
  item.drawn = true;
  createImageBitmap(item.file)
    .then((bitmap) => {
      const side = Math.min(bitmap.width, bitmap.height);
      const [left, top] = [(bitmap.width - side) / 2, (bitmap.height - side) / 2];
      item.canvas.getContext("2d").drawImage(bitmap, left, top, side, side, 0, 0, 144, 144);
    })
    .catch(() => {
      item.photo = false;
      renderAttachments();
    });
  return item.canvas;
}

function modeSwitch() {
  const option = (label, value) => {
    const set = () => {
      asFile = value;
      renderAttachments();
    };
    return h("button", { type: "button", "aria-pressed": String(asFile === value), on: { click: set } }, label);
  };
  const photo = pending.filter((item) => item.photo).length > 1 ? "As album" : "As photo";
  return h("div", { class: "mode", role: "group", "aria-label": "How to send" }, option(photo, false), option("As file", true));
}

export function setReply(id) {
  state.replyTo = id;
  state.editing = null;
  renderAnswerBar();
  focusComposer();
}

export function setEditing(item) {
  state.editing = item.id;
  state.replyTo = null;
  setText(item.text ?? "");
  renderAnswerBar();
  focusComposer();
}

export function cancelAnswer() {
  const wasEditing = state.editing;
  state.replyTo = null;
  state.editing = null;
  if (wasEditing) setText("");
  renderAnswerBar();
  renderSend();
}

export function renderAnswerBar() {
  const item = message(state.editing ?? state.replyTo);
  answer.hidden = !item;
  if (!item) return replace(answer);
  const title = state.editing ? "Edit message" : `Reply to ${item.from.name}`;
  const text = item.text || item.media?.label || item.service || "Message";
  const words = h("span", { class: "quote-words" }, h("b", { dir: "auto" }, title), h("span", { class: "quote-text", dir: "auto" }, text));
  const cross = h("button", { type: "button", class: "icon-button", "aria-label": "Cancel", on: { click: cancelAnswer } }, icon("close"));
  replace(answer, icon(state.editing ? "edit" : "reply"), words, cross);
}

function pasteFiles(event) {
  const files = [...(event.clipboardData?.files ?? [])];
  if (!files.length || !canWrite() || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  addFiles(files);
}

function startDropping() {
  const pane = document.querySelector("#conversation");
  const cover = document.querySelector("#drop");
  let depth = 0;
  const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const leave = () => {
    depth = 0;
    cover.hidden = true;
  };
  pane.addEventListener("dragenter", (event) => {
    if (!hasFiles(event) || !canWrite()) return;
    depth += 1;
    cover.hidden = false;
  });
  pane.addEventListener("dragleave", () => {
    depth -= 1;
    if (depth <= 0) leave();
  });
  window.addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
  window.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    const target = event.target.closest?.("#conversation");
    if (target && canWrite()) addFiles([...event.dataTransfer.files], Boolean(event.target.closest("[data-as=file]")));
    leave();
  });
}
