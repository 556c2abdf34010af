"""What one person is shown in a group."""

import pytest

from bot.chat.codes import Verb, code, parse
from bot.chat.messages import Addressee
from bot.chat.screen import Button, Screen
from bot.chat.screens import grouped
from bot.texts import Texts


@pytest.mark.parametrize(("text", "mark"), [("هل نجرّبها؟", "\u200f"), ("Ready?", "")])
def test_the_line_of_the_name_begins_where_the_others_do(text, mark):
    shown = grouped.to_one(Screen(text), Addressee(5, "نور"))
    assert shown.text == f"<b>{mark}\u2068نور\u2069</b>\n{text}"


def test_how_a_picture_comes_is_chosen_before_the_end_of_the_card():
    verbs = (Verb.KIND, Verb.HD, Verb.DISCARD, Verb.GO)
    rows = tuple((Button("-", code=code(verb, "x")),) for verb in verbs)
    shown = grouped.card(Texts().speak("en"), Screen("-", rows), None)
    first = [parse(row[0].code).verb for row in shown.rows]
    assert first == [Verb.KIND, Verb.HD, Verb.SHOW, Verb.DISCARD, Verb.GO]
