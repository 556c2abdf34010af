// The conversation: rows kept in step with the messages, without moving what the reader looks at.

import { h, calm } from "./dom.js";
import { createRow, patchRow, pill } from "./bubble.js";
import { dayKey, dayName } from "./format.js";
import { openChat, state, visibleMessages } from "./store.js";

const NEAR = 80; // pixels from the end that still count as "at the end"
const CLOSE = 420; // seconds within which messages of one person hang together
const PAGE = 150; // rows shown before "show earlier"

const scroller = document.querySelector("#scroller");
const list = document.querySelector("#messages");
const jumpButton = document.querySelector("#to-end");
const jumpCount = jumpButton.querySelector(".count");

let rows = new Map();
let stuck = true;
let placed = 0; // where the end was when we last went there
let missed = 0;
let limit = PAGE;
let oldest = null; // key of the oldest row shown: rows leave only by "delete", never because others arrive
let actions = null;

export function startConversation(reactions) {
  actions = reactions;
  scroller.addEventListener("scroll", noteScroll, { passive: true });
  const observer = new ResizeObserver(followEnd);
  observer.observe(list);
  observer.observe(scroller);
  jumpButton.addEventListener("click", () => scrollToEnd(true));
  list.addEventListener("keydown", walk);
}

/** Forget the rows of the chat shown before. */
export function resetConversation() {
  rows = new Map();
  list.replaceChildren();
  stuck = true;
  placed = 0;
  limit = PAGE;
  oldest = null;
  countMissed(0);
}

/** Draw the open chat; `live` rows that appear are animated and counted when out of sight. */
export function renderConversation({ live = false } = {}) {
  noticeReader();
  const anchor = stuck ? null : findAnchor();
  const wanted = plan(visibleMessages());
  const keep = new Set(wanted.map((entry) => entry.key));
  for (const [key, node] of rows) if (!keep.has(key)) vanish(key, node, live);
  let before = null;
  for (const entry of wanted) {
    before = settle(entry, before, live);
  }
  list.toggleAttribute("data-empty", wanted.length === 0);
  // Rows that go and come take the view with them, as a reader does: that one was noticed above.
  if (stuck) toEnd();
  else if (anchor?.node.isConnected) scroller.scrollTop += anchor.node.getBoundingClientRect().top - anchor.top;
}

function plan(messages) {
  const group = openChat()?.kind !== "private";
  const entries = [];
  let day = null;
  const groups = gather(messages);
  const from = groups.findIndex((items) => keyOf(items) === oldest);
  const shown = groups.slice(from >= 0 ? Math.min(from, Math.max(0, groups.length - limit)) : -limit);
  oldest = shown.length ? keyOf(shown[0]) : null;
  if (shown.length < groups.length) entries.push({ key: "earlier", kind: "earlier" });
  shown.forEach((items, index) => {
    const first = items[0];
    if (dayKey(first.date) !== day) {
      day = dayKey(first.date);
      entries.push({ key: `day:${day}`, kind: "day", text: dayName(first.date) });
    }
    // In a channel nobody speaks for oneself, so no post stands on one's own side.
    const me = openChat()?.kind === "channel" ? null : state.me;
    const context = { me, group, first: !together(shown[index - 1], items), last: !together(items, shown[index + 1]) };
    entries.push({ key: keyOf(items), kind: "row", items, context });
  });
  return entries;
}

const keyOf = ([first]) => (first.album ? `album:${first.album}` : `message:${first.id}`);

function gather(messages) {
  const groups = [];
  const albums = new Map(); // a late part joins its album even when others wrote in between
  for (const item of messages) {
    const album = item.album && albums.get(item.album);
    if (album) album.push(item);
    else {
      const group = [item];
      groups.push(group);
      if (item.album) albums.set(item.album, group);
    }
  }
  return groups;
}

function together(before, after) {
  if (!before || !after || before[0].service || after[0].service) return false;
  const [one, two] = [before[before.length - 1], after[0]];
  return one.from.id === two.from.id && one.author === two.author && two.date - one.date < CLOSE && dayKey(one.date) === dayKey(two.date);
}

function settle(entry, before, live) {
  let node = rows.get(entry.key);
  if (!node) {
    node = create(entry);
    rows.set(entry.key, node);
    if (live && entry.kind === "row") arrive(node, entry);
  } else if (entry.kind === "row") patchCalmly(node, entry);
  else if (entry.kind === "day") node.setText(entry.text);
  const next = before ? before.nextSibling : list.firstChild;
  if (node !== next) list.insertBefore(node, next);
  return node;
}

function create(entry) {
  if (entry.kind === "day") return pill(entry.text, "day");
  if (entry.kind === "row") return createRow(entry.items, entry.context, actions);
  const more = () => {
    limit = Math.max(limit, list.querySelectorAll(".row").length) + PAGE;
    renderConversation();
  };
  return h("button", { type: "button", class: "button earlier", on: { click: more } }, "Show earlier messages");
}

function patchCalmly(node, entry) {
  const old = node.bubble.offsetHeight;
  patchRow(node, entry.items, entry.context, actions);
  const now = node.bubble.offsetHeight;
  const grown = old && now && old !== now;
  // Away from the end the rows keep their place by the anchor, which a growing row would move.
  if (!grown || !stuck || calm()) return;
  const shape = [{ height: `${old}px`, overflow: "clip" }, { height: `${now}px`, overflow: "clip" }];
  node.bubble.animate(shape, { duration: 180, easing: "ease-out" });
}

function arrive(node, entry) {
  const own = entry.items[0].author === state.me;
  if (own) stuck = true;
  else if (!stuck) countMissed(missed + 1);
  if (calm()) return;
  const rise = [{ opacity: 0, transform: "translateY(10px)" }, { opacity: 1, transform: "none" }];
  node.animate(rise, { duration: 200, easing: "cubic-bezier(.2,.8,.3,1)" });
}

function vanish(key, node, live) {
  rows.delete(key);
  if (!live || calm()) return node.remove();
  const frames = [{ opacity: 1, height: `${node.offsetHeight}px` }, { opacity: 0, height: "0px", marginTop: "0px" }];
  node.style.overflow = "hidden";
  node.inert = true;
  node.animate(frames, { duration: 180, easing: "ease-out" }).finished.finally(() => node.remove());
}

function findAnchor() {
  const top = scroller.getBoundingClientRect().top;
  const node = [...list.querySelectorAll(".row")].find((child) => child.getBoundingClientRect().bottom > top);
  return node ? { node, top: node.getBoundingClientRect().top } : null;
}

function noteScroll() {
  const end = scroller.scrollHeight - scroller.clientHeight;
  const left = end - scroller.scrollTop;
  // What grows below moves nobody away from the end; only scrolling up does.
  stuck = left < NEAR || (stuck && scroller.scrollTop >= placed - NEAR);
  if (left < NEAR) placed = end;
  jumpButton.classList.toggle("shown", !stuck);
  if (stuck) countMissed(0);
}

function countMissed(count) {
  missed = count;
  jumpCount.textContent = count ? String(count) : "";
  jumpButton.setAttribute("aria-label", count ? `${count} new, go to the latest message` : "Go to the latest message");
}

function toEnd() {
  scroller.scrollTop = scroller.scrollHeight;
  placed = scroller.scrollTop;
}

/** Stay at the end, unless the reader left it: the event that tells comes later than a message may. */
function followEnd() {
  noticeReader();
  if (stuck) toEnd();
}

function noticeReader() {
  if (stuck && scroller.scrollTop < placed - NEAR) noteScroll();
}

export function scrollToEnd(smooth = false) {
  stuck = true;
  scroller.scrollTo({ top: scroller.scrollHeight, behavior: smooth && !calm() ? "smooth" : "instant" });
}

export const rowOf = (id) => [...rows.values()].find((node) => node.messages?.some((item) => item.id === id)) ?? null;

/** Bring a message into view and mark it for a moment; false when it is not in this chat any more. */
export function jumpTo(id) {
  const node = rowOf(id);
  if (!node) return false;
  stuck = false;
  node.scrollIntoView({ block: "center", behavior: calm() ? "instant" : "smooth" });
  node.classList.remove("flash");
  requestAnimationFrame(() => node.classList.add("flash"));
  setTimeout(() => node.classList.remove("flash"), 1600);
  return true;
}

function walk(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const row = event.target.closest?.(".row");
  if (!row || event.target !== row || !step) return;
  event.preventDefault();
  const all = [...list.querySelectorAll(".row")];
  all[all.indexOf(row) + step]?.focus();
}

/** Put the keyboard's focus on the newest message. */
export function focusLast() {
  [...list.querySelectorAll(".row")].pop()?.focus();
}
