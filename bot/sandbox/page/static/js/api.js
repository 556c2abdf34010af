// All requests to the sandbox, and the live channel with its reconnection.

const BASE = "/page/api";

/** A request that failed, with a sentence for people. */
export class RequestFailed extends Error {}

async function call(path, options = {}) {
  let response;
  try {
    response = await fetch(BASE + path, { credentials: "omit", cache: "no-store", ...options });
  } catch {
    throw new RequestFailed("The sandbox does not answer. Is it still running?");
  }
  const body = await response.json().catch(() => null);
  if (!response.ok) throw new RequestFailed(body?.error ?? `The sandbox answered ${response.status}.`);
  return body;
}

const post = (path, body) =>
  call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

export const api = {
  state: (person) => call(`/state?person=${person ?? ""}`),
  messages: (person, chat) => call(`/chats/${chat}/messages?person=${person}`),
  addPerson: (name, language) => post("/people", { name, language }),
  send: (fields, files = []) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) {
      if (value === undefined || value === null || value === "") continue;
      for (const item of [value].flat()) form.append(name, String(item));
    }
    for (const file of files) form.append("files", file, file.name || "pasted.png");
    return call("/messages", { method: "POST", body: form });
  },
  forward: (body) => post("/forward", body),
  edit: (body) => post("/edit", body),
  remove: (body) => post("/delete", body),
  press: (body) => post("/press", body),
  pay: (body) => post("/pay", body),
  openTopic: (body) => post("/topics", body),
  changeTopic: (body) => post("/topics/change", body),
  block: (body) => post("/block", body),
  changeGroup: (body) => post("/group", body),
  inline: (body) => post("/inline", body),
  chooseInline: (body) => post("/inline/choose", body),
};

const FIRST_WAIT = 500;
const LONGEST_WAIT = 5000;
const HIDDEN_REST = 60_000;

/** Live changes for one person: `onEvent(change)`, `onOpen()` after every (re)connection, `onLost()`. */
export class Live {
  constructor({ onEvent, onOpen, onLost }) {
    Object.assign(this, { onEvent, onOpen, onLost });
    this.wait = FIRST_WAIT;
    window.addEventListener("pagehide", () => this.close());
    window.addEventListener("pageshow", (event) => event.persisted && this.open(this.person));
    document.addEventListener("visibilitychange", () => this.rest());
    window.addEventListener("online", () => this.source || this.person === undefined || this.open(this.person));
  }

  open(person) {
    this.close();
    this.person = person;
    const source = new EventSource(`${BASE}/events?person=${person}`);
    this.source = source;
    // "ready" comes once the server watches for this page; the headers alone would be too early.
    source.addEventListener("ready", () => {
      this.wait = FIRST_WAIT;
      this.onOpen();
    });
    source.addEventListener("message", (event) => this.onEvent(JSON.parse(event.data)));
    source.addEventListener("error", () => source === this.source && this.lost());
  }

  // A browser allows one server six connections in all its tabs, so tabs nobody looks at let theirs go.
  rest() {
    clearTimeout(this.resting);
    if (document.hidden) this.resting = setTimeout(() => this.close(), HIDDEN_REST);
    else if (!this.source && this.person !== undefined) this.open(this.person);
  }

  // EventSource gives up for good after an HTTP error, so the page keeps its own clock.
  lost() {
    this.close();
    this.onLost();
    this.timer = setTimeout(() => this.open(this.person), this.wait);
    this.wait = Math.min(this.wait * 1.7, LONGEST_WAIT);
  }

  close() {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
  }
}
