// Photos, albums and documents inside a bubble.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { albumLayout, photoBox } from "./album.js";
import { fileSize } from "./format.js";

/** The media of one message, or of an album. */
export function mediaPart(messages, actions) {
  const pictures = messages.filter((item) => isPicture(item.media));
  if (pictures.length > 1) return album(pictures, actions);
  const files = messages.filter((item) => item.media && !isPicture(item.media));
  return h("div", { class: "media" }, pictures.map((item) => single(item, actions)), files.map((item) => fileLine(item.media)));
}

const isPicture = (media) => ["photo", "animation", "sticker"].includes(media?.kind);

function single(item, actions) {
  const { width, ratio } = photoBox(item.media);
  const style = { "--photo-width": `${width}px`, "--ratio": String(ratio), "aspect-ratio": String(ratio) };
  return photo(item, actions, style, item.media.kind);
}

function album(items, actions) {
  const { cells, ratio } = albumLayout(items.map((item) => item.media));
  const photos = items.map((item, index) => {
    const cell = cells[index];
    const style = {};
    for (const side of ["left", "top", "width", "height"]) style[side] = `${(cell[side] * 100).toFixed(3)}%`;
    return photo(item, actions, style, "photo");
  });
  return h("div", { class: "media album", style: { "aspect-ratio": String(ratio) } }, photos);
}

function photo(item, actions, style, kind) {
  const { url, spoiler } = item.media;
  const label = item.text ? `Photo: ${item.text.slice(0, 120)}` : "Photo";
  const image = h("img", { src: url, alt: label, decoding: "async", draggable: "false" });
  const node = h("button", { type: "button", class: `photo ${kind}`, "aria-label": `Open ${label}`, style }, image);
  image.addEventListener("load", () => node.classList.add("loaded"), { once: true });
  image.addEventListener("error", () => node.classList.add("broken"), { once: true });
  if (image.complete && image.naturalWidth) node.classList.add("loaded");
  if (spoiler) veil(node);
  node.addEventListener("click", () => (node.classList.contains("veiled") ? lift(node) : actions.photo(item)));
  return node;
}

// A spoiler hides the picture from everybody until they tap it; so does its name.
function veil(node) {
  node.dataset.label = node.getAttribute("aria-label");
  node.setAttribute("aria-label", "Hidden photo, tap to show");
  node.classList.add("veiled");
}

function lift(node) {
  node.setAttribute("aria-label", node.dataset.label);
  node.classList.remove("veiled");
}

function fileLine({ url, name, size, mime, thumb }) {
  const kind = (name.split(".").pop() || "file").slice(0, 4).toUpperCase();
  const badge = thumb ? h("img", { src: thumb, alt: "" }) : h("span", { class: "file-kind" }, icon("file"), h("span", {}, kind));
  const about = h("span", { class: "file-about" }, h("b", { dir: "auto" }, name), h("span", {}, `${fileSize(size)} · ${mime || "file"}`));
  const props = { class: "file", href: `${url}?download=1`, download: name, "aria-label": `Download ${name}` };
  return h("a", props, h("span", { class: "file-badge" }, badge), about, icon("download", "file-arrow"));
}
