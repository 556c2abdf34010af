"""Under an outfit each of its photos can be replaced, and the one that was lost is named."""

import pytest

from bot.chat.screens import waiting
from bot.texts import Texts

EN = Texts().speak("en")


def codes(rows):
    return [button.code for row in rows for button in row]


@pytest.mark.parametrize("ability", ["clothes", "outfit", "hairstyle", "tattoo"])
def test_under_an_upright_photo_each_way_to_another_picture_has_a_row_of_its_own(ability):
    rows = waiting.again_rows(EN, job_id=7, ability=ability)
    assert [len(row) for row in rows] == [1] * len(rows)
    assert len(rows) > 1


def test_each_photo_of_an_outfit_can_be_replaced():
    assert codes(waiting.again_rows(EN, job_id=7, ability="outfit")) == ["og:7", "ol:7", "op:7"]


@pytest.mark.parametrize(
    ("role", "code", "told"),
    [
        ("upper", "og:7", "the photo of the garment"),
        ("lower", "ol:7", "the photo of the garment"),
        ("person", "op:7", "your photo"),
    ],
)
def test_the_photo_that_telegram_lost_is_the_one_asked_for(role, code, told):
    lost = {"job_id": 7, "failure": "photo_gone", "role": role, "price": 2}
    screen = waiting.failed(EN, **lost, ability="outfit")
    assert codes(screen.rows)[0] == code
    assert told in screen.text


def test_an_outfit_that_failed_can_be_tried_again_or_changed():
    failed = {"job_id": 7, "failure": "provider_failed", "role": None, "price": 2}
    assert codes(waiting.failed(EN, **failed, ability="outfit").rows) == ["retry:7", "og:7", "ol:7", "op:7"]
