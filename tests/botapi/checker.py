"""Says what is illegal about a call of the Bot API, given as it was sent over the wire."""

import json
import re
from collections.abc import Mapping
from typing import Any

from tests.botapi.limits import LIMITS, SHAPES
from tests.botapi.marks import html_problems
from tests.botapi.rules import rule_problems
from tests.botapi.schema import Field, Fields, Schema, the_schema

MARKED = {
    "text": "parse_mode",
    "caption": "parse_mode",
    "message_text": "parse_mode",
    "quote": "quote_parse_mode",
}
MAX_PHOTO_BYTES = 10 * 1024 * 1024
MAX_UPLOAD_BYTES = 50 * 1024 * 1024
ATTACH = "attach://"


def problems_of(
    method: str, values: Mapping[str, Any], uploads: Mapping[str, int] | None = None
) -> list[str]:
    """Return everything illegal about a call: `values` as in the form or body, `uploads` sizes by part."""
    checker = _Checker(the_schema(), uploads or {})
    return checker.check(method, values)


class _Checker:
    """Walks through the parameters of one call."""

    def __init__(self, schema: Schema, uploads: Mapping[str, int]) -> None:
        self._schema = schema
        self._uploads = uploads
        self._used: set[str] = set()
        self._problems: list[str] = []

    def check(self, method: str, values: Mapping[str, Any]) -> list[str]:
        fields = self._schema.method(method)
        if fields is None:
            return [f"{method} is no method of the Bot API {self._schema.version}"]
        name = next(one for one, known in self._schema.methods.items() if known is fields)
        self._problems += [f"{method} is spelt {name}"] if name != method else []
        files = {one: size for one, size in self._uploads.items() if one in fields}
        self._used |= set(files)
        read = {one: self._read(name, fields.get(one), value) for one, value in values.items()}
        self._object(name, name, fields, {**read, **dict.fromkeys(files, f"{ATTACH}itself")})
        self._problems += [
            f"{name}: nothing names the upload {one}" for one in self._uploads.keys() - self._used
        ]
        self._sizes(name)
        return self._problems

    def _read(self, method: str, field: Field | None, value: Any) -> Any:
        """Return a form's string as the value it stands for; a JSON body has it already."""
        if field is None or not isinstance(value, str):
            return value
        if field.type in {"String", "InputFile", "InputFile or String"}:
            return value
        if field.type == "Integer or String":
            return int(value) if re.fullmatch(r"-?\d+", value) else value
        try:
            return json.loads(value)
        except ValueError:
            self._problems.append(f"{method}.{field.name}: {value[:80]!r} is no JSON for {field.type}")
            return _UNREADABLE

    def _object(self, where: str, owner: str, fields: Fields, values: Mapping[str, Any]) -> None:
        for name, field in fields.items():
            if field.required and values.get(name) is None:
                self._problems.append(f"{where}: {name} is missing")
        for name, value in values.items():
            if name not in fields:
                self._problems.append(f"{where}: {name} is unknown")
            elif value is not _UNREADABLE:
                self._field(f"{where}.{name}", owner, fields[name], value, values)
        self._problems += [f"{where}: {one}" for one in rule_problems(owner, values)]

    def _field(self, where: str, owner: str, field: Field, value: Any, siblings: Mapping[str, Any]) -> None:
        if not self._typed(where, field.type, value):
            return
        if field.choices and value not in field.choices:
            self._problems.append(f"{where} is {value!r}, not one of {sorted(field.choices)}")
        mode = siblings.get(MARKED.get(field.name, ""))
        found = [limit.problem(value, mode) for limit in LIMITS if limit.concerns(owner, field.name)]
        found += [shape.problem(value) for shape in SHAPES if shape.concerns(owner, field.name)]
        if field.name in MARKED and mode == "HTML":
            found += html_problems(str(value))
        self._problems += [f"{where} {one}" for one in found if one]

    def _typed(self, where: str, type_name: str, value: Any) -> bool:
        """Check a value against a type, its parts against theirs; tell whether it is of the type at all."""
        if type_name.startswith("Array of "):
            if not isinstance(value, list):
                self._problems.append(f"{where} is no array")
                return False
            of = type_name.removeprefix("Array of ")
            parts = [self._typed(f"{where}[{n}]", of, item) for n, item in enumerate(value)]
            return all(parts)
        names = self._schema.alternatives(type_name)
        if isinstance(value, dict):
            return self._one_of(where, [one for one in names if one in self._schema.types], value)
        if any(_is_plain(one, value) for one in names):
            self._attachment(where, names, value)
            return True
        self._problems.append(f"{where} is {str(value)[:80]!r}, not {type_name}")
        return False

    def _one_of(self, where: str, names: list[str], value: Mapping[str, Any]) -> bool:
        """Check an object against the type that it fits best of those it may be."""
        if not names:
            self._problems.append(f"{where} may not be an object")
            return False
        tries = [self._tried(where, name, value) for name in names]
        best = min(tries, key=lambda one: (_is_other(self._schema.types[one[0]], value), len(one[1])))
        self._problems += best[1]
        self._used |= best[2]
        return True

    def _tried(self, where: str, name: str, value: Mapping[str, Any]) -> tuple[str, list[str], set[str]]:
        single = _Checker(self._schema, self._uploads)
        single._object(where, name, self._schema.types[name], value)
        return name, single._problems, single._used

    def _attachment(self, where: str, names: list[str], value: Any) -> None:
        field = where.rsplit(".", 1)[-1]
        if not isinstance(value, str) or not value.startswith(ATTACH) or value == f"{ATTACH}itself":
            return
        if "InputFile" not in names and field not in {
            "media",
            "thumbnail",
            "cover",
            "photo",
            "sticker",
            "video",
        }:
            return
        part = value.removeprefix(ATTACH)
        self._used.add(part)
        if part not in self._uploads:
            self._problems.append(f"{where}: there is no upload {part}")

    def _sizes(self, method: str) -> None:
        for name, size in self._uploads.items():
            most = MAX_PHOTO_BYTES if name == "photo" else MAX_UPLOAD_BYTES
            if not 0 < size <= most:
                self._problems.append(
                    f"{method}: the upload {name} has {size} bytes, at most {most} are taken"
                )


class _Unreadable:
    """Stands for a parameter that was reported already."""


_UNREADABLE = _Unreadable()


def _is_plain(type_name: str, value: Any) -> bool:
    match type_name:
        case "String" | "InputFile":
            return isinstance(value, str)
        case "Integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "Float":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "Boolean":
            return isinstance(value, bool)
        case "True":
            return value is True
    return False


def _is_other(fields: Fields, value: Mapping[str, Any]) -> bool:
    """Tell whether a fixed value of a type, as `type` is photo, differs."""
    return any(
        field.choices and name in value and value[name] not in field.choices
        for name, field in fields.items()
        if len(field.choices) == 1
    )
