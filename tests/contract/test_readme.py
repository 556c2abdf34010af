"""The README's table of settings names every setting with its default, and no other."""

import re
from pathlib import Path

import pytest

from bot.settings import Settings

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\|\s*`?([A-Z][A-Z0-9_]+)`?\s*\|([^|]*)\|([^|]*)\|\s*$", re.MULTILINE)
NOTHING = {"", "-", "–", "—"}


@pytest.fixture
def rows() -> list[tuple[str, str, str]]:
    readme = ROOT / "README.md"
    assert readme.exists(), "there is no README.md"
    found = ROW.findall(readme.read_text())
    return [(name, default.strip().strip("`"), meaning.strip()) for name, default, meaning in found]


def test_every_setting_has_one_row_and_nothing_else_has(rows):
    assert sorted(name for name, _, _ in rows) == sorted(name.upper() for name in Settings.model_fields)


def test_each_default_is_the_one_of_the_code(rows):
    example = (ROOT / ".env.example").read_text()
    defaults = dict(re.findall(r"^([A-Z0-9_]+)=(.*)$", example, re.MULTILINE))
    told = {name: "" if default in NOTHING else default for name, default, _ in rows}
    assert told == defaults


def test_each_setting_is_explained(rows):
    assert [name for name, _, meaning in rows if len(meaning) < 4] == []
