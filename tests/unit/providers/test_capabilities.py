"""What is offered with which keys."""

import pytest

from bot.providers.base import Ability, GarmentKind, HairstyleRequest, Need, Picture
from bot.providers.capabilities import Capabilities
from bot.providers.fitroom import FitRoomClient
from bot.providers.keys import ApiKey
from bot.providers.tryiton import TryItOnClient
from bot.wish import MOST_VARIANTS

ACCESSORIES = (GarmentKind.EYEWEAR, GarmentKind.FOOTWEAR, GarmentKind.HEADWEAR)
CLOTHES = (GarmentKind.TOP, GarmentKind.BOTTOM, GarmentKind.ONE_PIECE)


class Able:
    name = "able"

    def __init__(self, *needs):
        self.can_serve = needs.__contains__


@pytest.fixture
def tryiton():
    return TryItOnClient(api_key=ApiKey("t"), paid=None, reads=None)


@pytest.fixture
def fitroom():
    return FitRoomClient(api_key=ApiKey("f"), paid=None, reads=None)


def test_with_tryiton_an_outfit_takes_two_calls_and_comes_in_hd_too(tryiton):
    table = Capabilities([tryiton])
    assert table.chains_outfits()
    assert table.chains_outfits(hd=True)
    assert set(table.abilities) == set(Ability)
    assert table.kinds == (GarmentKind.AUTO, *CLOTHES, *ACCESSORIES)
    assert table.accessories == ACCESSORIES


def test_with_fitroom_an_outfit_is_one_call_and_nothing_is_worn_with_clothes(fitroom, tryiton):
    alone, both = Capabilities([fitroom]), Capabilities([tryiton, fitroom])
    assert not any(table.chains_outfits(hd=hd) for table in (alone, both) for hd in (False, True))
    assert alone.abilities == (Ability.CLOTHES, Ability.OUTFIT)
    assert alone.kinds == CLOTHES
    assert alone.accessories == ()
    assert both.accessories == ACCESSORIES


def test_an_outfit_is_not_chained_where_one_of_its_garments_is_out_of_reach():
    top = Need(Ability.CLOTHES, GarmentKind.TOP)
    assert Capabilities([Able(top)]).abilities == (Ability.CLOTHES,)
    assert not Capabilities([Able(top)]).chains_outfits()
    assert not Capabilities([]).chains_outfits()


def test_an_outfit_may_be_chained_over_two_providers():
    upper, lower = (
        Able(Need(Ability.CLOTHES, GarmentKind.TOP)),
        Able(Need(Ability.CLOTHES, GarmentKind.BOTTOM)),
    )
    lower.name = "other"
    table = Capabilities([upper, lower])
    assert table.chains_outfits()
    assert not table.chains_outfits(hd=True)


def test_with_tryiton_every_number_of_variants_that_hair_is_offered_in_can_be_made(tryiton):
    table = Capabilities([tryiton])
    offered = [HairstyleRequest(Picture(b""), "BobCut", samples=n).need for n in range(1, MOST_VARIANTS + 1)]
    assert all(map(table.serves, offered))
    assert not table.serves(HairstyleRequest(Picture(b""), "BobCut", samples=MOST_VARIANTS + 1).need)
