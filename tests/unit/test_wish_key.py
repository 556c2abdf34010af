"""Two wishes are the same exactly when their photos and all their choices are."""

from dataclasses import replace

import pytest

from bot.wish import (
    ClothesWish,
    ComparisonWish,
    GarmentKind,
    HairStyle,
    HairstyleWish,
    OutfitWish,
    PhotoRef,
    wish_from_json,
    wish_key,
    wish_to_json,
)

ME, SHIRT = PhotoRef("me-1", "me", digest="me-bytes"), PhotoRef("shirt-1", "shirt", digest="shirt-bytes")
# Sent once more: the same bytes, with nothing else in common.
ME_AGAIN = PhotoRef("me-2", "other", 300, 400, 5000, digest="me-bytes")
UNSEEN, UNSEEN_AGAIN = PhotoRef("a", "unseen"), PhotoRef("b", "unseen")
CLOTHES = ClothesWish(ME, SHIRT)
OUTFIT = OutfitWish(ME, SHIRT, UNSEEN)
HAIR = HairstyleWish(ME, "BobCut")
BOB, AFRO = HairStyle("BobCut"), HairStyle("Afro")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (CLOTHES, replace(CLOTHES, person=ME_AGAIN)),
        (replace(CLOTHES, garment=UNSEEN), replace(CLOTHES, garment=UNSEEN_AGAIN)),
        (HAIR, replace(HAIR, person=ME_AGAIN)),
        (OUTFIT, wish_from_json(wish_to_json(OUTFIT))),
    ],
    ids=["bytes", "telegram's id", "hair", "stored"],
)
def test_the_same_photos_and_choices_are_the_same_wish(one, other):
    assert wish_key(one) == wish_key(other)


def test_another_photo_or_choice_is_another_wish():
    wishes = (
        CLOTHES,
        replace(CLOTHES, hd=True),
        replace(CLOTHES, kind=GarmentKind.TOP),
        replace(CLOTHES, garment=replace(SHIRT, digest="other bytes")),
        ClothesWish(SHIRT, ME),
        OUTFIT,
        replace(OUTFIT, hd=True),
        replace(OUTFIT, chained=True),
        OutfitWish(ME, UNSEEN, SHIRT),
        HAIR,
        replace(HAIR, color="red"),
        replace(HAIR, variants=2),
        replace(HAIR, haircut="Afro"),
        ComparisonWish(ME, (BOB, AFRO)),
        ComparisonWish(ME, (AFRO, BOB)),
    )
    assert len({wish_key(wish) for wish in wishes}) == len(wishes)
