"""A command that is one file is found by itself: by the registry, Telegram's menu and the catalogues."""

import sys
from pathlib import Path

import pytest

from bot.texts import Texts, extract
from handlers import commands, registry

ONE_FILE = '''
"""Tell when the shop is open."""

from bot.chat.screen import Screen
from handlers.command import Command
from handlers.reading import place_of, visit_of


async def hours(update, context):
    visit = visit_of(update)
    t = await context.services.entrance.greet(visit)
    await context.services.chat.say(place_of(visit), Screen(t("We are open from nine to six.")))


COMMANDS = (Command("hours", hours, lambda t: t("When the shop is open")),)
'''


@pytest.fixture
def one_more(tmp_path, monkeypatch):
    """Put one file beside the commands."""
    (tmp_path / "hours.py").write_text(ONE_FILE)
    monkeypatch.setattr(commands, "__path__", [*commands.__path__, str(tmp_path)])
    monkeypatch.setattr(commands, "COMMANDS", commands.found())
    yield tmp_path
    sys.modules.pop("handlers.commands.hours")


def test_one_file_is_a_command_with_its_line_in_the_menu(one_more):
    [hours] = [one for one in commands.COMMANDS if one.name == "hours"]
    assert hours.handle.__module__ == "handlers.commands.hours"
    assert commands.descriptions(Texts().speak("en")) == {"hours": "When the shop is open"}


def test_its_words_are_found_for_the_catalogues(one_more, monkeypatch):
    monkeypatch.setattr(extract, "COMMANDS", one_more)
    ids = {message.id for message in extract.source_catalogue()}
    assert {"We are open from nine to six.", "When the shop is open"} <= ids


def test_the_catalogues_look_where_commands_are():
    assert extract.COMMANDS.samefile(Path(commands.__path__[0]))


def test_every_command_is_registered_once_before_what_takes_any_message():
    registered = [name for handler in registry.HANDLERS for name in getattr(handler, "commands", ()) or ()]
    assert len(registered) == len(set(registered))
    assert {one.name for one in commands.COMMANDS} <= set(registered)
    callbacks = [handler.callback.__name__ for handler in registry.HANDLERS]
    assert max(callbacks.index(one.handle.__name__) for one in commands.COMMANDS) < callbacks.index("photo")
