"""A call's parameters, however they were sent: query, form, multipart or JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.telegram.errors import bad_request
from bot.sandbox.telegram.model import Upload

ATTACH = "attach://"


@dataclass(frozen=True, slots=True)
class Params:
    """Values by name and uploaded files by field name."""

    values: Mapping[str, Any] = field(default_factory=dict)
    uploads: Mapping[str, Upload] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Tell whether something was sent under the name."""
        return self.values.get(name) is not None

    def text(self, name: str, default: str = "") -> str:
        """Return a string; numbers and objects of JSON bodies become their JSON text."""
        value = self.values.get(name)
        if value is None:
            return default
        return value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str, default: int = 0) -> int:
        """Return a whole number; the default also for what is none, as Telegram reads it."""
        value = self.optional_integer(name)
        return default if value is None else value

    def optional_integer(self, name: str) -> int | None:
        """Return a whole number, None when it was not sent or is none."""
        try:
            return int(self.text(name))
        except ValueError:
            return None

    def flag(self, name: str) -> bool:
        """Return a truth value: true, yes and 1 count."""
        return self.text(name).lower() in {"true", "yes", "1"}

    def object(self, name: str, what: str) -> dict[str, Any] | None:
        """Return a JSON object, None when it was not sent; `what` names it in the error."""
        value = self._json(name, what)
        if value is not None and not isinstance(value, dict):
            raise bad_request(f"object expected as {what}")
        return value

    def array(self, name: str, what: str) -> list[Any] | None:
        """Return a JSON array, None when it was not sent; `what` names it in the error."""
        value = self._json(name, what)
        if value is not None and not isinstance(value, list):
            raise bad_request(f"can't parse {what}: expected an Array")
        return value

    def integers(self, name: str, what: str) -> list[int]:
        """Return an array of whole numbers; `what` names it in the error."""
        try:
            return [int(one) for one in self.array(name, what) or []]
        except (TypeError, ValueError):
            raise bad_request(f"can't parse {what}: expected an Array of Numbers") from None

    def upload(self, name: str) -> Upload | None:
        """Return the file sent under a name or attached to it."""
        named = self.text(name)
        if named.startswith(ATTACH):
            return self.uploads.get(named.removeprefix(ATTACH))
        return self.uploads.get(name)

    def within(self, values: Mapping[str, Any]) -> "Params":
        """Return the parameters of a nested object, with the same uploads."""
        return Params(values, self.uploads)

    def _json(self, name: str, what: str) -> Any:  # noqa: ANN401 - any JSON value
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {what} JSON object") from None
