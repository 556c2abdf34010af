"""What is found and marked in texts."""

import pytest

from bot.sandbox.telegram.entities import find_entities, part_of, stripped, with_found_entities
from bot.sandbox.telegram.errors import ApiError
from bot.sandbox.telegram.html_marks import parse_html
from bot.sandbox.telegram.markdown_marks import parse_markdown, parse_markdown_v2
from bot.sandbox.telegram.model import Entity, StyledText


def marked(styled):
    return [(one.type, part_of(styled.text, one)) for one in styled.entities]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/start now", [("bot_command", "/start")]),
        ("😀 /try@my_bot, ok", [("bot_command", "/try@my_bot")]),
        ("a/b and http://x", [("url", "http://x")]),
        ("see https://a.com/x?y=1.", [("url", "https://a.com/x?y=1")]),
        ("shop.com or end.Then", [("url", "shop.com")]),
        ("mail me@a.com", [("email", "me@a.com")]),
        ("@ann_ann and me@ann", [("mention", "@ann_ann")]),
        ("#coat #1 $USD", [("hashtag", "#coat"), ("cashtag", "$USD")]),
        ("5/10 //no", []),
    ],
)
def test_links_commands_and_mentions_are_found(text, found):
    assert marked(StyledText(text, find_entities(text))) == found


def test_offsets_count_utf16_units():
    [entity] = find_entities("👩‍👩‍👧 /go")
    assert (entity.offset, entity.length) == (9, 3)


@pytest.mark.parametrize(
    ("source", "text", "found"),
    [
        ("<b>a<i>b</i></b>&lt;&amp;&#33;", "ab<&!", [("bold", "ab"), ("italic", "b")]),
        (
            "<u>a</u><s>b</s><tg-spoiler>c</tg-spoiler>",
            "abc",
            [("underline", "a"), ("strikethrough", "b"), ("spoiler", "c")],
        ),
        ('<span class="tg-spoiler">x</span>', "x", [("spoiler", "x")]),
        ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", "q")]),
        ("<b></b>x", "x", []),
        ("&nbsp; stays", "&nbsp; stays", []),
        ("<code>&lt;</code>", "<", [("code", "<")]),
    ],
)
def test_html(source, text, found):
    styled = parse_html(source)
    assert (styled.text, marked(styled)) == (text, found)


def test_html_links_mentions_and_languages():
    styled = parse_html(
        '<a href="https://a.com/?x=1&amp;y=2">l</a><a href="tg://user?id=7">u</a>'
        '<pre><code class="language-py">p</code></pre><a href="nothing">n</a>'
    )
    link, user, code = styled.entities
    assert (link.type, link.url) == ("text_link", "https://a.com/?x=1&y=2")
    assert (user.type, user.user_id) == ("text_mention", 7)
    assert (code.type, code.language) == ("pre", "py")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("é<b>x</i>", 'Unmatched end tag at byte offset 6, expected "</b>", found "</i>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("a < b", "Unclosed start tag at byte offset 2"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler"'),
    ],
)
def test_html_that_cannot_be_parsed(source, reason):
    with pytest.raises(ApiError) as refusal:
        parse_html(source)
    assert refusal.value.description.startswith("Bad Request: can't parse entities: ")
    assert reason in refusal.value.description


@pytest.mark.parametrize(
    ("source", "text", "found"),
    [
        (r"*a _b_* \. \*", "a b . *", [("bold", "a b"), ("italic", "b")]),
        ("__u__ ~s~ ||p||", "u s p", [("underline", "u"), ("strikethrough", "s"), ("spoiler", "p")]),
        ("`a.b` ```py\nx!=y```", "a.b x!=y", [("code", "a.b"), ("pre", "x!=y")]),
        (">one\n>two\nthree", "one\ntwo\nthree", [("blockquote", "one\ntwo")]),
        (">one\n>two||", "one\ntwo", [("expandable_blockquote", "one\ntwo")]),
        (r"[t](https://a\.com/\))", "t", [("text_link", "t")]),
        ("![👍](tg://emoji?id=5)", "👍", [("custom_emoji", "👍")]),
    ],
)
def test_markdown_v2(source, text, found):
    styled = parse_markdown_v2(source)
    assert (styled.text, marked(styled)) == (text, found)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("a.b", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("é_x", "Can't find end of Italic entity at byte offset 2"),
        ("`x", "Can't find end of Code entity at byte offset 0"),
        ("[x](y", "Can't find end of a URL at byte offset 3"),
        ("*a _b* c_", "Can't find end of Italic entity at byte offset 3"),
    ],
)
def test_markdown_v2_that_cannot_be_parsed(source, reason):
    with pytest.raises(ApiError) as refusal:
        parse_markdown_v2(source)
    assert reason in refusal.value.description


def test_old_markdown():
    styled = parse_markdown("*b* _i_ `c` [l](http://a.com) \\*")
    assert styled.text == "b i c l *"
    assert marked(styled) == [("bold", "b"), ("italic", "i"), ("code", "c"), ("text_link", "l")]
    with pytest.raises(ApiError, match="Can't find end of the entity starting at byte offset 2"):
        parse_markdown("a *b")


def test_nothing_is_found_inside_code_or_links():
    styled = with_found_entities(parse_html("<code>/start</code> /go"))
    assert marked(styled) == [("code", "/start"), ("bot_command", "/go")]


def test_ranges_move_when_white_space_is_cut():
    styled = stripped(StyledText("  \n ab  ", (Entity("bold", 0, 5), Entity("italic", 6, 2))))
    assert (styled.text, marked(styled)) == ("ab", [("bold", "a")])
