"""The catalogues are complete, up to date and say the same things with the same places and marks."""

import ast
import re
import string

import pytest
from babel.messages.pofile import read_po

from bot.texts import LANGUAGES, Texts
from bot.texts.catalogues import LOCALES, language_name
from bot.texts.extract import SOURCES, source_catalogue, updated

# On a narrow phone there is no room for more.
LONGEST_LABEL = 30
CATALOGUES = sorted(LOCALES.glob("*.po"))


@pytest.fixture(params=CATALOGUES, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture
def catalogue(path):
    with path.open("rb") as file:
        return read_po(file, locale=path.stem)


def forms(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (value,)


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def marks(text: str) -> list[str]:
    """Return tags, what is to be copied as it is, commands and mentions."""
    return sorted(re.findall(r"</?\w+>|(?<=<code>)/\w+|(?<![<\w])/[a-z]+|@\{\w+\}|[A-Z]+_[A-Z]+", text))


def labels() -> set[str]:
    """Return the messages that are the whole label of a button."""
    calls = [
        node
        for path in sorted(SOURCES.glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    spoken = [call.args[0] for call in calls if call.func.id in {"button", "Button"} and call.args]
    return {
        part.args[0].value
        for label in spoken
        for part in ast.walk(label)
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == "t"
    }


def test_languages_are_named_as_telegram_names_them():
    assert [tag for tag in LANGUAGES if not re.fullmatch(r"[a-z]{2}", tag)] == []


def test_the_languages_are_there():
    assert {"en", "es", "ru"} <= set(LANGUAGES)


def test_a_catalogue_is_what_a_fresh_extraction_makes(path):
    assert updated(path, source_catalogue()) == path.read_bytes(), "run: make texts"


def test_every_message_is_translated(catalogue):
    for message in catalogue:
        if message.id:
            assert not message.fuzzy, message.id
            assert all(forms(message.string)), message.id


def test_every_plural_has_all_its_forms(catalogue):
    counted = [message for message in catalogue if message.pluralizable]
    assert counted
    for message in counted:
        assert len(message.string) == catalogue.num_plurals, message.id


def test_translations_have_the_same_places_and_marks(catalogue):
    for message in catalogue:
        sources = forms(message.id)
        for text in forms(message.string) if message.id else ():
            assert places(text) == set().union(*map(places, sources)), message.id
            assert marks(text) == marks(sources[-1]), message.id


def test_translations_keep_the_shape(catalogue):
    for message in catalogue:
        for text in forms(message.string) if message.id else ():
            source = forms(message.id)[-1]
            assert text.count("\n") == source.count("\n"), message.id
            assert text.strip() == text, message.id
            assert source.strip() == source, message.id
            # A picture sign at the beginning is the same in every language.
            assert (ord(text[0]) > 0x2000) == (ord(source[0]) > 0x2000), message.id


def test_labels_are_short(catalogue):
    short = labels()
    assert len(short) > 30
    for message in catalogue:
        if message.id in short:
            assert len(message.string) <= LONGEST_LABEL, message.string


@pytest.mark.parametrize("n", [0, 1, 2, 5, 21, 100, 10**6])
def test_every_number_finds_its_plural(n):
    english, spanish = Texts().speak("en"), Texts().speak("es")
    assert english.plural("{n} credit", "{n} credits", n) == (f"{n} credit" if n == 1 else f"{n} credits")
    assert spanish.plural("{n} credit", "{n} credits", n) == (f"{n} crédito" if n == 1 else f"{n} créditos")


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (0, "0 кредитов"),
        (1, "1 кредит"),
        (2, "2 кредита"),
        (5, "5 кредитов"),
        (11, "11 кредитов"),
        (12, "12 кредитов"),
        (21, "21 кредит"),
        (104, "104 кредита"),
        (111, "111 кредитов"),
    ],
)
def test_russian_counts_in_its_own_forms(n, words):
    assert Texts().speak("ru").plural("{n} credit", "{n} credits", n) == words


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (3, "3 أصوات"),
        (10, "10 أصوات"),
        (11, "11 صوتًا"),
        (99, "99 صوتًا"),
        (100, "100 صوت"),
        (102, "102 صوت"),
        (103, "103 أصوات"),
        (111, "111 صوتًا"),
    ],
)
def test_arabic_counts_in_its_own_forms(n, words):
    assert Texts().speak("ar").plural("{n} vote", "{n} votes", n) == words


@pytest.mark.parametrize(
    ("tags", "language"),
    [
        (("es",), "es"),
        (("es-MX",), "es"),
        (("ES_ar",), "es"),
        ((None, "es"), "es"),
        (("xx", "es"), "es"),
        (("en", "es"), "en"),
        (("ru-RU",), "ru"),
        (("xx",), "en"),
        ((None,), "en"),
        (("",), "en"),
        ((), "en"),
    ],
)
def test_the_first_language_that_is_there_is_spoken(tags, language):
    assert Texts().speak(*tags).language == language


def test_values_with_braces_are_not_places():
    assert Texts().speak("en")("You have <b>{credits}</b>.", credits="{n}") == "You have <b>{n}</b>."


def test_languages_are_called_by_their_own_name():
    assert [language_name(tag) for tag in ("en", "es", "ru")] == ["English", "Español", "Русский"]
