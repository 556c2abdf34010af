// The project's sample photos: a click sends one, the tick marks gather several into an album.

import { h, replace } from "./dom.js";
import { icon } from "./icons.js";
import { sendSamples } from "./composer.js";
import { recall, remember, state } from "./store.js";

const tray = document.querySelector("#tray");
const button = document.querySelector("#tray-button");
const ROOMY = "(min-width: 800px) and (min-height: 640px)";

let ticked = [];

export function startTray() {
  const stored = recall("tray");
  setOpen(stored ? stored === "open" : window.matchMedia(ROOMY).matches);
  button.addEventListener("click", () => {
    setOpen(tray.hidden);
    remember("tray", tray.hidden ? "closed" : "open");
  });
}

function setOpen(open) {
  tray.hidden = !open;
  button.setAttribute("aria-expanded", String(open));
}

export function renderTray() {
  const groups = [...new Set(state.samples.map((sample) => sample.group))];
  const sections = groups.map((group) => {
    const items = state.samples.filter((sample) => sample.group === group);
    return h("section", { "aria-label": group }, h("h3", {}, group), h("div", { class: "tray-row" }, items.map(sampleTile)));
  });
  replace(tray, h("div", { class: "tray-groups" }, sections), footer());
}

function sampleTile(sample) {
  const at = ticked.indexOf(sample.name);
  const send = () => (ticked.length ? toggle(sample.name) : sendNow([sample.name]));
  const picture = h("img", { src: sample.url, alt: "", loading: "lazy", draggable: "false" });
  const label = ticked.length ? `Add ${sample.label} to the album` : `Send ${sample.label}`;
  const main = h("button", { type: "button", class: "sample", "aria-label": label, title: sample.label, on: { click: send } }, picture);
  const props = { type: "button", class: "tick", "aria-pressed": String(at >= 0), "aria-label": `Select ${sample.label}` };
  const tick = h("button", { ...props, on: { click: () => toggle(sample.name) } }, at >= 0 ? String(at + 1) : "");
  return h("div", { class: `tile ${at >= 0 ? "ticked" : ""}`, dataset: { sample: sample.name } }, main, tick);
}

function toggle(name) {
  ticked = ticked.includes(name) ? ticked.filter((other) => other !== name) : [...ticked, name].slice(0, 10);
  const index = [...tray.querySelectorAll("button")].indexOf(document.activeElement);
  const scrolled = [...tray.querySelectorAll(".tray-row")].map((row) => row.scrollLeft);
  renderTray();
  tray.querySelectorAll(".tray-row").forEach((row, at) => (row.scrollLeft = scrolled[at]));
  tray.querySelectorAll("button")[index]?.focus({ preventScroll: true });
}

function footer() {
  if (!ticked.length) return h("p", { class: "tray-hint" }, "Sample photos drawn for this project. Click to send, tick several for an album.");
  const drop = () => {
    ticked = [];
    renderTray();
  };
  const many = ticked.length > 1 ? `Send ${ticked.length} as album` : "Send photo";
  const cancel = h("button", { type: "button", class: "button", on: { click: drop } }, "Clear");
  const go = h("button", { type: "button", class: "button primary send-ticked", on: { click: () => sendNow(ticked) } }, icon("send"), many);
  return h("div", { class: "tray-actions" }, cancel, go);
}

async function sendNow(names) {
  ticked = [];
  renderTray();
  await sendSamples(names);
}
