""".env.example shows every setting with its default and no other."""

import re
from pathlib import Path

import pytest

from bot.settings import Settings, load_settings

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / ".env.example"
# What has no default that could be shown.
EMPTY = {
    "TELEGRAM_BOT_TOKEN",
    "TRYITON_API_KEY",
    "FITROOM_API_KEY",
    "ADMIN_IDS",
    "WEBHOOK_URL",
    "WEBHOOK_SECRET",
}


@pytest.fixture
def shown() -> dict[str, str]:
    lines = [line for line in EXAMPLE.read_text().splitlines() if line and not line.startswith("#")]
    pairs = [line.split("=", 1) for line in lines]
    assert len({name for name, _ in pairs}) == len(pairs), "a setting is there twice"
    return dict(pairs)


def test_every_setting_is_shown_and_no_other(shown):
    assert set(shown) == {name.upper() for name in Settings.model_fields}


def test_what_has_no_default_is_left_empty(shown):
    assert {name for name, value in shown.items() if not value} == EMPTY


def test_each_value_is_the_default(monkeypatch):
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", f"{123456789}:" + "A" * 35)
    monkeypatch.setenv("TRYITON_API_KEY", "key")
    as_shown, without = load_settings(EXAMPLE), load_settings(None)
    assert as_shown == without


def test_every_setting_is_explained():
    """Each block of settings begins with a comment."""
    for block in re.split(r"\n\s*\n", EXAMPLE.read_text().strip()):
        assert block.startswith("# "), block
