// Times, sizes and names as people read them.

const clockFormat = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const fullFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "long", timeStyle: "medium" });
const dayFormat = new Intl.DateTimeFormat("en", { day: "numeric", month: "long" });
const yearFormat = new Intl.DateTimeFormat("en", { day: "numeric", month: "long", year: "numeric" });

const dateOf = (seconds) => new Date(seconds * 1000);
export const dayKey = (seconds) => dateOf(seconds).toDateString();
export const timeOfDay = (seconds) => clockFormat.format(dateOf(seconds));
export const fullTime = (seconds) => fullFormat.format(dateOf(seconds));

export function dayName(seconds, now = new Date()) {
  const date = dateOf(seconds);
  if (date.toDateString() === now.toDateString()) return "Today";
  const yesterday = new Date(now);
  yesterday.setDate(now.getDate() - 1);
  if (date.toDateString() === yesterday.toDateString()) return "Yesterday";
  return (date.getFullYear() === now.getFullYear() ? dayFormat : yearFormat).format(date);
}

export function listTime(seconds, now = new Date()) {
  return dayKey(seconds) === now.toDateString() ? timeOfDay(seconds) : dayName(seconds, now);
}

export function fileSize(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

export function initials(name) {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : words.slice(0, 1);
  return letters.map((word) => [...word][0].toUpperCase()).join("") || "?";
}

const BOT_HUE = 6;

/** One of eight colours, always the same for the same id; bots share one. */
export const hue = ({ id, bot }) => String(bot ? BOT_HUE : (Math.abs(Number(id)) % 31) % 8);

export function languageName(code) {
  try {
    return new Intl.DisplayNames(["en"], { type: "language" }).of(code);
  } catch {
    return code;
  }
}
