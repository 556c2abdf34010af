"""What people read is valid, short enough and never a dead end, in every language and with any numbers."""

import ast
import re
from html.parser import HTMLParser

import pytest

from bot.chat import screens
from bot.chat.codes import MAX_BYTES, Verb, code, parse
from bot.chat.screens import (
    basics,
    drafting,
    grouped,
    waiting,
)
from bot.chat.screens import menu as menu_words
from bot.providers.base import Ability, GarmentKind
from bot.texts import LANGUAGES
from bot.texts.extract import COMMANDS, SOURCES

LONGEST_MESSAGE = 4096
LONGEST_CAPTION = 1024
LONGEST_ALERT = 200
LONGEST_LABEL = 30
# By how many share the row.
LONGEST_BESIDE = {2: 20, 3: 14}
LONGEST_DESCRIPTION = 256
# What an empty chat and the profile say; Telegram counts characters.
LONGEST_ABOUT, LONGEST_SHORT = 512, 120
# Pushed along by themselves, followed by a question, or read by the operator: nothing to tap is fine there.
WITHOUT_BUTTONS = ("progress rendering", "progress delivering", "link opened", "notice operator_")


class Marks(HTMLParser):
    """Reads Telegram's HTML and keeps the visible text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.problems: list[str] = []
        self.visible = ""

    def handle_starttag(self, tag, attrs):
        if tag not in {"b", "i", "code"} or attrs:
            self.problems.append(f"<{tag}> {attrs}")
        self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}>")

    def handle_data(self, data):
        self.visible += data


def read(text: str) -> Marks:
    marks = Marks()
    marks.feed(text)
    marks.close()
    marks.problems += [f"<{tag}> is never closed" for tag in marks.open]
    bare = re.sub(r"</?(b|i|code)>|&(amp|lt|gt|quot|#x27);", "", text)
    marks.problems += [f"a bare {char}" for char in "<>&" if char in bare]
    return marks


def in_utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def test_every_message_is_valid_html_and_fits(messages):
    for name, screen in messages.items():
        marks = read(screen.text)
        assert marks.problems == [], name
        assert 0 < in_utf16(marks.visible) <= LONGEST_MESSAGE, name
        assert "{" not in marks.visible, name


def test_every_caption_is_valid_html_and_fits(captions):
    for name, screen in captions.items():
        marks = read(screen.text)
        assert marks.problems == [], name
        assert 0 < in_utf16(marks.visible) <= LONGEST_CAPTION, name


def test_every_alert_is_plain_and_fits(alerts):
    for name, text in alerts.items():
        assert 0 < in_utf16(text) <= LONGEST_ALERT, name
        assert not re.search(r"[<>{}]|&\w+;", text), name


def test_the_command_menu_fits(menu):
    assert {"start", "outfit", "hair", "tattoo", "looks", "wardrobe"} <= set(menu)
    assert {"credits", "language", "cancel", "help"} <= set(menu)
    for text in menu.values():
        assert 3 <= len(text) <= LONGEST_DESCRIPTION


def test_operators_have_commands_of_their_own(t, menu):
    commands = menu_words.operator_command_descriptions(t)
    assert set(commands) == {"link", "links"}
    assert set(commands).isdisjoint(menu)
    for text in commands.values():
        assert 3 <= len(text) <= LONGEST_DESCRIPTION


def test_descriptions_fit_hold_no_marks_and_name_only_what_there_is(t):
    some = [(), (Ability.HAIRSTYLE,), (Ability.TATTOO,), (Ability.HAIRSTYLE, Ability.TATTOO)]
    descriptions = [menu_words.bot_description(t, abilities) for abilities in some]
    assert len(set(descriptions)) == len(some)
    short = menu_words.bot_short_description(t)
    assert 30 <= len(short) <= LONGEST_SHORT
    for text in (*descriptions, short):
        assert len(text) <= LONGEST_ABOUT
        assert not set(text) & set("<>&{}")


def test_the_command_menu_of_groups_fits_and_holds_what_is_offered(t, group_menu):
    assert set(group_menu) == {"tryon", "outfit", "hair", "tattoo", "cancel", "help"}
    assert set(menu_words.group_command_descriptions(t, (Ability.CLOTHES,))) == {"tryon", "cancel", "help"}
    for text in group_menu.values():
        assert 3 <= len(text) <= LONGEST_DESCRIPTION


def test_in_a_group_every_button_is_somebodys_and_none_shows_what_is_private(messages):
    shown = {name: screen for name, screen in messages.items() if name.endswith("in a group")}
    assert len(shown) > 100
    codes = [button.code for screen in shown.values() for row in screen.rows for button in row if button.code]
    assert {parse(code).owner for code in codes} == {2**52}
    assert not {parse(code).verb for code in codes} & grouped.NOT_IN_GROUPS


def test_what_somebody_has_left_is_not_told_to_a_group(t):
    facts = drafting.CardFacts("c", GarmentKind.AUTO, (GarmentKind.AUTO,), 77, None, False, False)
    assert "77" in drafting.card(t, facts).text
    told = waiting.cost_lines(t, waiting.Cost(77, None))
    assert told != waiting.cost_lines(t, waiting.Cost(77, 5))
    assert "77" in told[0]


def test_every_label_is_short_and_every_code_fits_and_is_understood(messages, captions):
    shown = [
        button for screen in (*messages.values(), *captions.values()) for row in screen.rows for button in row
    ]
    assert len(shown) > 100
    for button in shown:
        assert 0 < in_utf16(button.label) <= LONGEST_LABEL, button.label
        assert (button.code is None) != (button.url is None)
        if button.code is not None:
            assert 0 < len(button.code.encode()) <= MAX_BYTES, button.code
            assert parse(button.code) is not None


def test_numbers_come_back_from_a_code():
    largest = 10**18 - 1
    assert parse(code(Verb.CANCEL, largest)).number() == largest
    assert parse(code(Verb.CANCEL, largest + 1)).number() == 0, "no row has it"


def test_every_screen_has_a_button(messages):
    for name, screen in messages.items():
        if not name.startswith(WITHOUT_BUTTONS):
            assert any(screen.rows), name


def test_no_row_is_empty(messages, captions):
    for name, screen in {**messages, **captions}.items():
        assert all(screen.rows), name


def test_nothing_people_read_speaks_of_the_machinery(messages, captions, alerts):
    told = [screen.text for screen in (*messages.values(), *captions.values())] + list(alerts.values())
    for text in told:
        assert not re.search(r"\b(job|task|traceback|exception|null|None|True|False)\b", text), text
        assert not re.search(r"error \d", text, re.IGNORECASE), text


def test_ids_are_in_no_text(messages):
    from_ids = {
        name: screen for name, screen in messages.items() if name.startswith(("progress paused", "failed"))
    }
    assert from_ids
    for name, screen in from_ids.items():
        if not name.endswith(str(2**63 - 1)):
            assert str(2**63 - 1) not in screen.text, name


def test_each_language_is_marked_where_it_is_chosen(t):
    labels = [row[0].label for row in basics.language_screen(t).rows]
    assert len(labels) == len(LANGUAGES)
    assert len([label for label in labels if label.startswith("✓ ")]) == 1


@pytest.mark.parametrize(
    "path", sorted([*SOURCES.glob("*.py"), *COMMANDS.glob("*.py")]), ids=lambda path: path.stem
)
def test_no_sentence_bypasses_the_translator(path):
    """A text in the code of a screen or a command is an argument of t() or t.plural(), or holds no words."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    allowed = {id(node) for call in ast.walk(tree) if _is_translated(call) for node in ast.walk(call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            allowed.add(id(node.value))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in allowed:
            assert not re.search(r"[A-Za-z]{2,} [A-Za-z]{2,}", node.value), node.value


def _is_translated(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and (
        (isinstance(node.func, ast.Name) and node.func.id == "t")
        or (isinstance(node.func, ast.Attribute) and node.func.attr == "plural")
    )


def test_every_module_with_texts_is_where_the_extraction_looks():
    assert SOURCES.samefile(screens.__path__[0])


def test_labels_that_share_a_row_are_shorter(messages, captions):
    """Telegram cuts what does not fit: about so much does beside others on a narrow phone."""
    rows = [row for screen in (*messages.values(), *captions.values()) for row in screen.rows]
    shared = [(len(row), button.label) for row in rows for button in row if len(row) > 1]
    assert len(shared) > 100
    too_long = {
        label
        for beside, label in shared
        # Names that people gave, and the largest numbers, are as long as they are.
        if not {"9223372036854775807", "Name"} & set(re.findall(r"\d+|\w+", label))
        and len(re.sub("[\u2068\u2069\ufe0f\u064b-\u0652]", "", label)) > LONGEST_BESIDE.get(beside, 12)
    }
    assert too_long == set()


def test_help_names_the_commands_of_what_can_be_had_here_and_no_others(t):
    facts = {"price": 1, "retention_days": 30}
    everything = basics.help_screen(t, abilities=tuple(Ability), **facts).text
    clothes_alone = basics.help_screen(t, abilities=(Ability.CLOTHES,), **facts).text
    for command in ("/outfit", "/hair", "/tattoo"):
        assert command in everything
        assert command not in clothes_alone
    assert "/looks" in clothes_alone
