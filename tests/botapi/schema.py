"""The Bot API as its documentation has it: methods, types, and which of them a value may be."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

SCHEMA = Path(__file__).parents[1] / "fixtures" / "botapi" / "schema.json"
_FIXED = re.compile(r"must be (?P<word>[a-z_0-9]+)$|always '(?P<quoted>\w+)'")
_CHOICE = re.compile(r"[Mm]ust be one of (?P<list>'.+)")


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter of a method or a field of an object; `words` are what its description says of limits."""

    name: str
    type: str
    required: bool
    words: str = ""

    @property
    def choices(self) -> frozenset[str]:
        """Return the only values a string may have, empty when there is a choice."""
        if fixed := _FIXED.search(self.words):
            return frozenset({fixed["word"] or fixed["quoted"]})
        if choice := _CHOICE.search(self.words):
            return frozenset(re.findall(r"'([\w/]+)'", choice["list"]))
        return frozenset()


Fields = Mapping[str, Field]


@dataclass(frozen=True, slots=True)
class Schema:
    """What the documentation says; unions are types that stand for one of several others."""

    version: str
    methods: Mapping[str, Fields]
    types: Mapping[str, Fields]
    unions: Mapping[str, tuple[str, ...]]

    def method(self, name: str) -> Fields | None:
        """Return a method's parameters by its name in any case, as Telegram reads it."""
        return next((fields for known, fields in self.methods.items() if known.lower() == name.lower()), None)

    def alternatives(self, type_name: str) -> list[str]:
        """Return what a type's words stand for: "A or B" is two, a union is its members."""
        if type_name.startswith("Array of "):
            return [type_name]
        parts = re.split(r", | or | and ", type_name)
        return [one for part in parts for one in self.unions.get(part, (part,))]


@cache
def the_schema() -> Schema:
    """Read the distilled schema once."""
    raw = json.loads(SCHEMA.read_text())
    return Schema(
        version=raw["version"],
        methods={name: _fields(fields) for name, fields in raw["methods"].items()},
        types={name: _fields(fields) for name, fields in raw["types"].items()},
        unions={name: tuple(members) for name, members in raw["unions"].items()},
    )


def _fields(raw: Mapping[str, list[Any]]) -> Fields:
    return {name: Field(name, *one) for name, one in raw.items()}
