"""Reads as much YAML as compose.yaml needs: nested mappings and lists of scalars. The rest is refused."""

import json
import re
from typing import Any

_KEY = re.compile(r"(?P<key>[A-Za-z_][\w-]*):(?: (?P<value>\S.*))?")
_ODD = re.compile(r"[&*!|>%@`{\[]")


def load(text: str) -> dict[str, Any]:
    """Return the mapping that a text holds."""
    lines = [line.rstrip() for line in text.splitlines()]
    rows = [(len(line) - len(line.lstrip()), line.strip()) for line in lines if line.strip()]
    rows = [row for row in rows if not row[1].startswith("#")]
    found, rest = _mapping(rows, 0)
    assert not rest, f"cannot be read: {rest[0]}"
    return found


def _mapping(rows: list[tuple[int, str]], depth: int) -> tuple[dict[str, Any], list[tuple[int, str]]]:
    found: dict[str, Any] = {}
    while rows and rows[0][0] == depth:
        match = _KEY.fullmatch(rows[0][1])
        assert match, f"no key: {rows[0][1]}"
        assert match["key"] not in found, f"twice: {match['key']}"
        rows = rows[1:]
        if match["value"] is not None:
            found[match["key"]] = _scalar(match["value"])
        elif rows and rows[0][0] > depth:
            read = _list if rows[0][1].startswith("- ") else _mapping
            found[match["key"]], rows = read(rows, rows[0][0])
        else:
            found[match["key"]] = None
    return found, rows


def _list(rows: list[tuple[int, str]], depth: int) -> tuple[list[Any], list[tuple[int, str]]]:
    found = []
    while rows and rows[0][0] == depth and rows[0][1].startswith("- "):
        found.append(_scalar(rows[0][1][2:]))
        rows = rows[1:]
    return found, rows


def _scalar(text: str) -> Any:
    if text.startswith('"'):
        return json.loads(text)
    assert not _ODD.match(text), f"not plain: {text}"
    assert ": " not in text, f"quote it: {text}"
    assert " #" not in text, f"quote it: {text}"
    return {"true": True, "false": False}.get(text, text)
