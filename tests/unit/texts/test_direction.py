"""In a language written from right to left, what is written the other way turns nothing around it."""

import pytest
from babel.messages.pofile import read_po

from bot.chat.codes import Verb
from bot.chat.screens import hair_pages
from bot.chat.screens.parts import page_row
from bot.hairstyles import GROUPS
from bot.texts import Texts
from bot.texts.catalogues import LOCALES, Translator, load
from bot.texts.direction import (
    FIRST_STRONG_ISOLATE,
    POP_ISOLATE,
    begins_right_to_left,
    is_right_to_left,
    isolated,
)

# The marks are seen by nobody, so they are written as brackets here.
SEEN = str.maketrans({FIRST_STRONG_ISOLATE: "[", POP_ISOLATE: "]"})


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("لديك {credits}.", "لديك [{credits}]."),
        ("/credits – ما تبقى", "[/credits] – ما تبقى"),
        ("جرّب مع @{bot}.", "جرّب مع [@{bot}]."),
        ("ملفات JPEG, PNG تصلح", "ملفات [JPEG], [PNG] تصلح"),
        ("من Try On Labs هنا", "من [Try On Labs] هنا"),
        ("في RESULT_HOSTS.", "في [RESULT_HOSTS]."),
        ("<b>{provider}</b> لا يقبل {key}", "<b>[{provider}]</b> لا يقبل [{key}]"),
    ],
)
def test_what_is_written_the_other_way_is_isolated(text, shown):
    assert isolated(text).translate(SEEN) == shown


@pytest.mark.parametrize(
    "text", ["اكتب <code>/link BobCut</code> هنا", "<b>بعد {n} يوم</b>", "قمصان &amp; أحذية 3", ""]
)
def test_what_is_copied_and_bare_numbers_get_no_marks(text):
    assert isolated(text) == text


def test_what_is_isolated_by_hand_is_left_alone():
    assert isolated("مع \u2068@{bot} HD\u2069.") == "مع \u2068@{bot} HD\u2069."


def test_only_catalogues_from_right_to_left_get_marks(tmp_path):
    source = 'msgid "Hi {name}"\nmsgstr "… {name}"\n\nmsgid "{n} of {m}"\nmsgid_plural "{n} of all {m}"\n'
    for tag, forms in (("ar", 6), ("es", 2)):
        counted = "".join(f'msgstr[{form}] "{{n}} … {{m}}"\n' for form in range(forms))
        (tmp_path / f"{tag}.po").write_text(source + counted, encoding="utf-8")
    arabic, spanish = (Translator(tag, load(tmp_path / f"{tag}.po")) for tag in ("ar", "es"))

    assert arabic("Hi {name}", name="Ann").translate(SEEN) == "… [Ann]"
    assert arabic.plural("{n} of {m}", "{n} of all {m}", 3, m="B").translate(SEEN) == "3 … [B]"
    assert spanish("Hi {name}", name="Ann") == "… Ann"
    assert spanish.plural("{n} of {m}", "{n} of all {m}", 3, m="B") == "3 … B"


def test_directions_are_known():
    assert [is_right_to_left(tag) for tag in ("ar", "he", "fa", "es", "ru", "en")] == [True] * 3 + [False] * 3


def test_arrows_and_pages_go_the_way_that_a_language_is_read():
    arrows = dict(zip("⬅➡◀▶", "➡⬅▶◀", strict=True))
    with (LOCALES / "ar.po").open("rb") as file:
        catalogue = read_po(file, locale="ar")
    pointing = [one for one in catalogue if isinstance(one.id, str) and set(one.id) & set(arrows)]
    assert len(pointing) == 6
    for message in pointing:
        [arrow] = set(message.id) & set(arrows)
        assert set(message.string) & set(arrows) == {arrows[arrow]}, message.id

    ways = ((Verb.LINKS, (0,)), (Verb.LINKS, (2,)))
    facts = hair_pages.PageFacts("long", GROUPS["long"])
    for tag, shown in (("en", ["◀️ Mid-length", "Tied up ▶️"]), ("ar", ["مرفوع ◀️", "▶️ متوسط الطول"])):
        t = Texts().speak(tag)
        leads = [button.code for button in page_row(t, ways)[0]]
        assert leads == (["links:2", "links:0"] if tag == "ar" else ["links:0", "links:2"])
        rows = hair_pages.browser(t, facts, None).rows
        assert shown in [[button.label for button in row] for row in rows]


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ("<b>هل نجرّبها؟</b>", True),
        ("\u2068/tryon\u2069 – جرّب", True),
        ("🔒 &lt;3 لك وحدك", True),
        ("<b>Ready?</b> نور", False),
        ("1️⃣ ▓▓", False),
        ("", False),
    ],
)
def test_the_first_letter_decides_where_a_text_begins(text, is_so):
    assert begins_right_to_left(text) is is_so
