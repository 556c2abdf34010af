"""Distil tests/fixtures/botapi/schema.json from an unpacked source distribution of aiogram.

    pip download --no-deps --no-binary aiogram aiogram && tar xf aiogram-*.tar.gz
    python tests/botapi/distil.py aiogram-*/ > tests/fixtures/botapi/schema.json

Kept are all methods with their parameters, and of the types those that can be part of a parameter; what is
deprecated is left out. A field is `[type, required]`, with the sentences of the documentation that name a
limit or a fixed value as a third element.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

Json = dict[str, Any]
LIMIT = re.compile(
    r"must be [a-z_0-9]+$|must be one of|always '|\d+-\d+|\bup to \d|at most \d|no more than \d|can't exceed",
    re.IGNORECASE,
)
WORD = re.compile(r"[A-Z]\w+")


def main(root: Path) -> None:
    butcher = root / ".butcher"
    schema = json.loads((butcher / "schema" / "schema.json").read_text())
    methods = {one["name"]: _fields(one) for one in _entities(butcher / "methods")}
    types = {one["name"]: one for one in _entities(butcher / "types")}
    wanted = _reachable(methods, types)
    distilled = {
        "version": schema["api"]["version"],
        "released": schema["api"]["release_date"],
        "methods": methods,
        "types": {name: _fields(types[name]) for name in wanted if not _members(types[name])},
        "unions": {name: _members(types[name]) for name in wanted if _members(types[name])},
    }
    sys.stdout.write(_compact(distilled))


def _entities(folder: Path) -> list[Json]:
    return [json.loads(path.read_text())["object"] for path in sorted(folder.glob("*/entity.json"))]


def _fields(entity: Json) -> Json:
    return {one["name"]: _field(one) for one in entity["annotations"] if not one.get("deprecated")}


def _field(annotation: Json) -> list[Any]:
    sentences = re.split(r"(?<=\.)\s+", annotation["description"])
    limits = " ".join(one for one in sentences if LIMIT.search(one))
    return [annotation["type"], bool(annotation["required"]), *([limits] if limits else [])]


def _members(entity: Json) -> list[str]:
    """Return the types an empty type stands for, which its description lists."""
    if entity["annotations"]:
        return []
    return re.findall(r"^ - (\w+)$", entity["description"], re.MULTILINE)


def _reachable(methods: Json, types: Json) -> list[str]:
    named = [field[0] for fields in methods.values() for field in fields.values()]
    found: set[str] = set()
    while named:
        for name in WORD.findall(named.pop()):
            if name in types and name not in found and name != "InputFile":
                found.add(name)
                named += [one["type"] for one in types[name]["annotations"]]
                named += _members(types[name])
    return sorted(found)


def _compact(distilled: Json) -> str:
    """Write one method or type a line, so that a new version can be read as a difference."""
    lines = []
    for name, value in distilled.items():
        if isinstance(value, dict):
            entries = [f"  {json.dumps(key)}: {json.dumps(value[key])}" for key in sorted(value)]
            lines.append(f"{json.dumps(name)}: {{\n" + ",\n".join(entries) + "\n}")
        else:
            lines.append(f"{json.dumps(name)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
