"""The menu of a delivered picture, and the answers in it."""

from bot.chat.screens import comparing, results, waiting
from bot.chat.screens.results import SHEET, PictureMenu
from bot.texts import Texts

T = Texts().speak("en")


def menu(*, n=1, has_before=True, thumb=None, doubtful=(1,), pictures=(1,)):
    return PictureMenu(7, n, has_before, thumb, doubtful, pictures)


def labels(rows):
    return [[one.label for one in row] for row in rows]


def codes(rows):
    return [one.code for row in rows for one in row]


def test_the_buttons_under_a_picture_stay_few():
    rows = waiting.picture_buttons(T, job_id=7, n=2, ability="clothes")
    assert labels(rows)[-1] == ["⬇️ Full-size file", "⋯ More"]
    assert len(rows) <= 4
    assert "more:7:2" in codes(rows)


def test_the_menu_of_a_picture():
    assert labels(results.menu_rows(T, menu(thumb=True))) == [
        ["🌗 Before and after"],
        ["💌 A card to share"],
        ["● 👍", "👎"],
        ["😕 Not me, or a bad picture"],
        ["🗑 Delete", "‹ Back"],
    ]


def test_a_menu_offers_only_what_can_be_done():
    rows = results.menu_rows(T, menu(has_before=False, thumb=False, doubtful=()))
    assert labels(rows) == [["💌 A card to share"], ["👍", "● 👎"], ["🗑 Delete", "‹ Back"]]


def test_the_menu_of_a_sheet_asks_which_picture_by_its_place():
    sheet = menu(n=SHEET, has_before=False, doubtful=(1, 4), pictures=(1, 3, 4))
    assert labels(results.menu_rows(T, sheet)) == [
        ["💌 A card to share"],
        ["😕 Not me, or a bad picture"],
        ["🗑 Delete", "‹ Back"],
    ]
    rows = results.sure_no_good_rows(T, sheet)
    assert labels(rows) == [["😕 1", "😕 3"], ["‹ Back"]]
    assert codes(rows) == ["badyes:7:1", "badyes:7:4", "keep:7:0"]


def test_buttons_of_a_sheet_lead_to_its_pictures_and_its_menu():
    rows = comparing.sheet_buttons(T, [1, 3], job_id=7)
    assert codes(rows) == ["full:7:1", "full:7:3", "ohair:7", "ocolor:7", "op:7", "more:7:0"]


def test_credits_that_came_back_are_told_with_the_last_time():
    told = results.credit_back(T, job_id=7, credits_=1, balance=3, left=1).text
    assert told.startswith("I am sorry about that picture. 1 credit came back; you have 3 credits now.")
    last = results.credit_back(T, job_id=7, credits_=1, balance=3, left=0).text
    assert last != told
    assert last.startswith(told)
