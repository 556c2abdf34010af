// Toasts, alerts, questions and the menu that opens on a message.

import { h, replace } from "./dom.js";
import { icon } from "./icons.js";

const TOAST_TIME = 4200;

export function toast(text, kind = "info") {
  const place = document.querySelector("#toasts");
  const node = h("div", { class: `toast ${kind}`, dir: "auto" }, text);
  place.append(node);
  while (place.children.length > 3) place.firstChild.remove();
  setTimeout(() => node.classList.add("leaving"), TOAST_TIME);
  setTimeout(() => node.remove(), TOAST_TIME + 250);
}

function open(dialog, resolve) {
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    resolve(dialog.returnValue);
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close(""));
  dialog.showModal();
}

/** Show a text with one button; resolves when it is closed. */
export const alertBox = (text, title = "") => ask({ title, text, buttons: [{ value: "ok", label: "OK" }] });

/** Show a question; resolves to the value of the button, or "" when dismissed. */
export function ask({ title = "", text = "", body = null, buttons }) {
  return new Promise((resolve) => {
    const actions = buttons.map(({ value, label, kind = "", icon: name }) =>
      h("button", { value, class: `button ${kind}` }, name ? icon(name) : null, label),
    );
    const form = h(
      "form",
      { method: "dialog" },
      title ? h("h2", { dir: "auto" }, title) : null,
      text ? h("p", { dir: "auto" }, text) : null,
      body,
      h("div", { class: "dialog-actions" }, actions),
    );
    open(h("dialog", { class: "dialog", "aria-label": title || text }, form), resolve);
  });
}

/** Ask for the name and language of a new person; resolves to null when dismissed. */
export async function askPerson(languages) {
  const name = h("input", { name: "name", maxlength: "64", autocomplete: "off", placeholder: "For example Noor", autofocus: true });
  const list = h("select", { name: "language" }, languages.map(({ code, name: label }) => h("option", { value: code }, label)));
  const body = h(
    "div",
    { class: "fields" },
    h("label", {}, h("span", {}, "Name"), name),
    h("label", {}, h("span", {}, "Language of their Telegram"), list),
  );
  name.addEventListener("keydown", (event) => confirmOnEnter(event, name));
  const buttons = [{ value: "", label: "Cancel" }, { value: "add", label: "Add person", kind: "primary" }];
  const answer = await ask({ title: "Add a person", text: "A new person has never met the bot.", body, buttons });
  return answer === "add" && name.value.trim() ? { name: name.value.trim(), language: list.value } : null;
}

/** Ask for one line of text; resolves to null when dismissed. */
export async function askLine(title, label, action) {
  const line = h("input", { name: "line", maxlength: "64", autocomplete: "off", autofocus: true });
  line.addEventListener("keydown", (event) => confirmOnEnter(event, line));
  const body = h("div", { class: "fields" }, h("label", {}, h("span", {}, label), line));
  const buttons = [{ value: "", label: "Cancel" }, { value: "add", label: action, kind: "primary" }];
  return (await ask({ title, body, buttons })) === "add" && line.value.trim() ? line.value.trim() : null;
}

// The first button of a form would be the one that Enter presses, and that is Cancel.
function confirmOnEnter(event, field) {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  field.closest("dialog").close("add");
}

/** Let the person pick one of the chats; resolves to its id or null. */
export async function askChat(chats, title) {
  const buttons = chats.map((chat) => ({ value: String(chat.id), label: chat.title, kind: "row" }));
  const answer = await ask({ title, buttons: [...buttons, { value: "", label: "Cancel" }] });
  return answer === "" ? null : Number(answer);
}

let menu = null;

export function closeMenu() {
  menu?.remove();
  menu = null;
}

/** Open a menu at a point; `items` are { label, icon, act, kind }. Focus returns to `origin`. */
export function openMenu(items, { x, y }, origin) {
  closeMenu();
  const leave = () => {
    closeMenu();
    origin?.focus({ preventScroll: true });
  };
  const rows = items.map(({ label, icon: name, act, kind = "" }) =>
    h("button", { type: "button", role: "menuitem", class: kind, on: { click: () => (leave(), act()) } }, icon(name), label),
  );
  menu = h("div", { class: "menu", role: "menu", "aria-label": "Message" }, rows);
  menu.addEventListener("keydown", (event) => menuKey(event, rows, leave));
  document.body.append(menu);
  const { width, height } = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(8, Math.min(x, window.innerWidth - width - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(y, window.innerHeight - height - 8))}px`;
  rows[0]?.focus({ preventScroll: true });
}

function menuKey(event, rows, leave) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    event.stopPropagation();
    leave();
  } else if (step) {
    event.preventDefault();
    const at = rows.indexOf(document.activeElement);
    rows[(at + step + rows.length) % rows.length].focus();
  }
}

document.addEventListener("pointerdown", (event) => menu && !menu.contains(event.target) && closeMenu(), true);
window.addEventListener("resize", closeMenu);

/** Show a photo large; `photos` are { url, name, caption }, `index` the first to show. */
export function lightbox(photos, index) {
  let at = index;
  const image = h("img", { alt: "" });
  const caption = h("figcaption", { dir: "auto" });
  const save = h("a", { class: "icon-button", "aria-label": "Download" }, icon("download"));
  const step = (by) => show((at + by + photos.length) % photos.length);
  const button = (label, name, act, extra) =>
    h("button", { type: "button", class: `icon-button ${extra}`, "aria-label": label, on: { click: act } }, icon(name));
  const close = button("Close", "close", () => dialog.close(), "");
  const arrows = photos.length > 1 ? [button("Previous photo", "back", () => step(-1), "previous"), button("Next photo", "next", () => step(1), "following")] : [];
  const figure = h("figure", {}, image, caption);
  const dialog = h("dialog", { class: "lightbox", "aria-label": "Photo" }, h("div", { class: "lightbox-bar" }, save, close), figure, arrows);
  function show(next) {
    at = next;
    const { url, name, caption: text } = photos[at];
    image.src = url;
    image.alt = text || "Photo";
    replace(caption, text ?? "");
    save.href = `${url}?download=1`;
    save.setAttribute("download", name ?? "photo.jpg");
  }
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") step(-1);
    if (event.key === "ArrowRight") step(1);
  });
  dialog.addEventListener("click", (event) => [dialog, figure].includes(event.target) && dialog.close());
  image.addEventListener("click", () => dialog.classList.toggle("zoomed"));
  show(at);
  open(dialog, () => {});
}
