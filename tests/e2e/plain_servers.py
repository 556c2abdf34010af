"""A Bot API server and a picture service as small as can be, written from their public pages alone.

They share no code with the project's sandbox: plain ``http.server``, threads and dictionaries. What a bot may
rely on is what the public documentation says; anything beyond that is missing here on purpose.
"""

import base64
import email.parser
import email.policy
import itertools
import json
import threading
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.botapi.record import note_call

Json = dict[str, Any]

BOT = {"id": 123456789, "is_bot": True, "first_name": "Try-on", "username": "plain_tryon_bot"}
LONGEST_POLL = 5.0


class PlainTelegram:
    """One bot, one private chat with one person."""

    def __init__(self, token: str, person_id: int) -> None:
        self.token = token
        self.person = {"id": person_id, "is_bot": False, "first_name": "Ada", "language_code": "en"}
        self.chat = {"id": person_id, "type": "private", "first_name": "Ada"}
        self.messages: dict[int, Json] = {}
        self.files: dict[str, bytes] = {}
        self.answered: list[Json] = []
        self.called: list[str] = []
        self._updates: list[Json] = []
        self._ids = itertools.count(10)
        self._update_ids = itertools.count(5_000)
        self._changed = threading.Condition()

    # The person.

    def person_says(self, text: str) -> None:
        entities = [{"type": "bot_command", "offset": 0, "length": len(text)}] if text.startswith("/") else []
        self._hear({"text": text, "entities": entities})

    def person_sends_photo(self, data: bytes, width: int, height: int) -> Json:
        return self._hear({"photo": [self._stored_photo(data, width, height)]})

    def person_taps(self, message: Json, label: str) -> None:
        rows = message["reply_markup"]["inline_keyboard"]
        [button] = [button for row in rows for button in row if label in button["text"]]
        query = {
            "id": str(next(self._ids)),
            "from": self.person,
            "message": message,
            "chat_instance": "1",
            "data": button["callback_data"],
        }
        self._queue("callback_query", query)

    def wait_for(self, text: str, *, photo: bool = False, seconds: float = 60.0) -> Json:
        """Return the newest message of the bot with this text once there is one."""
        deadline = time.monotonic() + seconds
        with self._changed:
            while True:
                for message in reversed(list(self.messages.values())):
                    shown = message.get("caption" if photo else "text", "")
                    if message["from"]["is_bot"] and text in shown and ("photo" in message) is photo:
                        return deepcopy(message)
                if not self._changed.wait(deadline - time.monotonic()):
                    raise AssertionError(f"waited {seconds:g} s for {text!r}; there is {self.messages}")

    def _hear(self, content: Json) -> Json:
        message = self._message(self.person, content)
        self._queue("message", message)
        return message

    def _queue(self, kind: str, content: Json) -> None:
        with self._changed:
            self._updates.append({"update_id": next(self._update_ids), kind: content})
            self._changed.notify_all()

    def _message(self, sender: Json, content: Json) -> Json:
        message = {
            "message_id": next(self._ids),
            "date": int(time.time()),
            "chat": self.chat,
            "from": sender,
            **content,
        }
        with self._changed:
            self.messages[message["message_id"]] = message
            self._changed.notify_all()
            # Answered and handed on while another thread may edit the one in the chat.
            return deepcopy(message)

    def _stored_photo(self, data: bytes, width: int, height: int) -> Json:
        name = f"file{next(self._ids)}"
        self.files[name] = data
        return {
            "file_id": name,
            "file_unique_id": f"u{name}",
            "width": width,
            "height": height,
            "file_size": len(data),
        }

    # The bot.

    def call(self, method: str, params: Json, uploads: dict[str, bytes]) -> tuple[int, Json]:
        """Carry out a method of the Bot API; return the status and the answer."""
        self.called.append(method)
        act = getattr(self, f"_on_{method.lower()}", None)
        if act is None:
            return 404, {"ok": False, "error_code": 404, "description": "Not Found"}
        try:
            return 200, {"ok": True, "result": act(params, uploads)}
        except KeyError as missing:
            description = f"Bad Request: {missing.args[0]} not found"
            return 400, {"ok": False, "error_code": 400, "description": description}

    def _on_getme(self, _params: Json, _uploads: dict[str, bytes]) -> Json:
        return {**BOT, "can_join_groups": True, "can_read_all_group_messages": False}

    def _on_getupdates(self, params: Json, _uploads: dict[str, bytes]) -> list[Json]:
        offset = int(params.get("offset", 0))
        deadline = time.monotonic() + min(LONGEST_POLL, float(params.get("timeout", 0)))
        with self._changed:
            self._updates = [update for update in self._updates if update["update_id"] >= offset]
            while not self._updates and self._changed.wait(deadline - time.monotonic()):
                pass
            return deepcopy(self._updates)

    def _on_getwebhookinfo(self, _params: Json, _uploads: dict[str, bytes]) -> Json:
        return {"url": "", "has_custom_certificate": False, "pending_update_count": len(self._updates)}

    def _on_setmycommands(self, _params: Json, _uploads: dict[str, bytes]) -> bool:
        return True

    def _on_sendchataction(self, _params: Json, _uploads: dict[str, bytes]) -> bool:
        return True

    def _on_answercallbackquery(self, params: Json, _uploads: dict[str, bytes]) -> bool:
        self.answered.append(params)
        return True

    def _on_getfile(self, params: Json, _uploads: dict[str, bytes]) -> Json:
        name = params["file_id"]
        size = len(self.files[name])
        return {
            "file_id": name,
            "file_unique_id": f"u{name}",
            "file_size": size,
            "file_path": f"photos/{name}",
        }

    def _on_sendmessage(self, params: Json, _uploads: dict[str, bytes]) -> Json:
        return self._message(BOT, {"text": params["text"], **_common(params, self.messages)})

    def _on_sendphoto(self, params: Json, uploads: dict[str, bytes]) -> Json:
        data = uploads["photo"] if "photo" in uploads else self.files[params["photo"]]
        content = {"photo": [self._stored_photo(data, 600, 800)], "caption": params.get("caption", "")}
        return self._message(BOT, {**content, **_common(params, self.messages)})

    def _on_senddocument(self, params: Json, uploads: dict[str, bytes]) -> Json:
        stored = self._stored_photo(uploads["document"], 0, 0)
        document = {key: stored[key] for key in ("file_id", "file_unique_id", "file_size")}
        content = {"document": document, "caption": params.get("caption", "")}
        return self._message(BOT, {**content, **_common(params, self.messages)})

    def _on_editmessagetext(self, params: Json, _uploads: dict[str, bytes]) -> Json:
        with self._changed:
            message = self.messages[int(params["message_id"])]
            message.pop("reply_markup", None)
            message |= {"text": params["text"], "edit_date": int(time.time()), **_common(params, {})}
            self._changed.notify_all()
            return deepcopy(message)

    def _on_deletemessage(self, params: Json, _uploads: dict[str, bytes]) -> bool:
        with self._changed:
            del self.messages[int(params["message_id"])]
            self._changed.notify_all()
        return True


def _common(params: Json, messages: dict[int, Json]) -> Json:
    """Return the buttons and the message replied to, as they appear in a sent message."""
    found: Json = {}
    if "reply_markup" in params:
        found["reply_markup"] = _parsed(params["reply_markup"])
    if "reply_parameters" in params:
        reply = messages.get(int(_parsed(params["reply_parameters"])["message_id"]))
        found |= {"reply_to_message": {**reply}} if reply else {}
    return found


def _attached(params: Json, uploads: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files under the names of the parameters that point at them."""
    named = {
        name: value.removeprefix("attach://")
        for name, value in params.items()
        if isinstance(value, str) and value.startswith("attach://")
    }
    return {**uploads, **{name: uploads[part] for name, part in named.items()}}


def _parsed(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


class PlainTryOn:
    """The picture service: one key, jobs that take a moment, pictures that are the garment's."""

    def __init__(self, key: str, *, seconds: float = 0.6) -> None:
        self.key = key
        self.url = ""
        self.orders: list[Json] = []
        self._seconds = seconds
        self._begun: dict[str, float] = {}
        self.pictures: dict[str, bytes] = {}

    def submit(self, order: Json) -> tuple[int, Json]:
        job_id = f"{len(self.orders):024x}"
        self.orders.append(order)
        self._begun[job_id] = time.monotonic()
        self.pictures[job_id] = base64.b64decode(order["garment_image"].partition(",")[2])
        return 200, {"ok": True, "jobId": job_id}

    def status(self, job_id: str) -> tuple[int, Json]:
        if job_id not in self._begun:
            return 404, {"error": "NotFound", "message": "Job not found"}
        if time.monotonic() < self._begun[job_id] + self._seconds:
            return 200, {"ok": True, "status": "processing", "error": None}
        url = f"{self.url}/cdn/{job_id}.jpg"
        return 200, {"ok": True, "status": "completed", "output": [url], "error": None}

    def credits(self) -> tuple[int, Json]:
        amounts = {"on_demand": 7, "subscription": 7, "purchased": 0, "reserved": 0}
        return 200, {"ok": True, "credits": amounts}


class _Handler(BaseHTTPRequestHandler):
    """Both services on one port."""

    protocol_version = "HTTP/1.1"
    telegram: PlainTelegram
    tryon: PlainTryOn

    def do_GET(self) -> None:  # http.server's name
        self._route(b"")

    def do_POST(self) -> None:  # http.server's name
        self._route(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def log_message(self, *_arguments: Any) -> None:
        """Write nothing: the path holds the token."""

    def _route(self, body: bytes) -> None:
        path = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path)
        token = self.telegram.token
        if path.startswith(f"/tg/file/bot{token}/photos/"):
            self._send(200, self.telegram.files[path.rsplit("/", 1)[1]], "image/jpeg")
        elif path.startswith(f"/tg/bot{token}/"):
            method, (params, uploads) = path.rsplit("/", 1)[1], self._params(body)
            note_call(method, params, {name: len(data) for name, data in uploads.items()})
            self._answer(*self.telegram.call(method, params, _attached(params, uploads)))
        elif path.startswith("/cdn/"):
            self._send(200, self.tryon.pictures[path[5:].removesuffix(".jpg")], "image/jpeg")
        elif self.headers.get("Authorization") != f"Bearer {self.tryon.key}":
            self._answer(401, {"error": "UnauthorizedAccess", "message": "Missing or invalid key."})
        elif path == "/api/v1/tryon/clothes" and self.command == "POST":
            self._answer(*self.tryon.submit(json.loads(body)))
        elif path.startswith("/api/v1/status/"):
            self._answer(*self.tryon.status(path.rsplit("/", 1)[1]))
        elif path == "/api/v1/credits":
            self._answer(*self.tryon.credits())
        else:
            self._answer(404, {"error": "NotFound", "message": "Resource not found"})

    def _params(self, body: bytes) -> tuple[Json, dict[str, bytes]]:
        """Read parameters in every way the Bot API takes them: query, form, multipart, JSON."""
        query = urllib.parse.urlsplit(self.path).query
        params: Json = dict(urllib.parse.parse_qsl(query))
        kind = self.headers.get("Content-Type", "")
        if kind.startswith("application/json"):
            return {**params, **json.loads(body or b"{}")}, {}
        if not kind.startswith("multipart/form-data"):
            return {**params, **dict(urllib.parse.parse_qsl(body.decode()))}, {}
        head = f"Content-Type: {kind}\r\n\r\n".encode()
        uploads = {}
        parts = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
        for part in parts.iter_parts():
            name = part.get_param("name", header="content-disposition")
            data = part.get_payload(decode=True)
            if part.get_filename():
                uploads[name] = data
            else:
                params[name] = data.decode()
        return params, uploads

    def _answer(self, status: int, content: Json) -> None:
        self._send(status, json.dumps(content).encode(), "application/json")

    def _send(self, status: int, body: bytes, media_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def plain_servers(telegram: PlainTelegram, tryon: PlainTryOn) -> Iterator[str]:
    """Serve both on a free port of 127.0.0.1 and give the address."""
    handler = type("Handler", (_Handler,), {"telegram": telegram, "tryon": tryon})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        tryon.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield tryon.url
        finally:
            server.shutdown()
            thread.join()
