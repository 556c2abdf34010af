"""What a draft needs next."""

from enum import StrEnum

from bot.conversation.draft import Draft
from bot.conversation.hair import HairChoice, HairPart
from bot.providers.base import Ability


class Ask(StrEnum):
    """What the person is asked for next."""

    CONSENT = "consent"
    PERSON = "person"
    PERSON_ADVICE = "person_advice"
    GARMENT = "garment"
    GARMENT_ADVICE = "garment_advice"
    LOWER = "lower"
    LOWER_ADVICE = "lower_advice"
    HAIR = "hair"
    COLOR = "color"
    DESIGN = "design"
    PLACEMENT = "placement"
    CARD = "card"
    BACK = "back"


def ask(draft: Draft, *, consented: bool) -> Ask:
    """Return what to ask for next."""
    if not consented:
        return Ask.CONSENT
    for role in draft.roles:
        if draft.slot(role) is None:
            return Ask(role)
        if draft.needs_decision(role):
            return Ask(f"{role}_advice")
    # With a group's draft nothing is asked any more: it goes on there.
    return _choice(draft) if draft.for_group is None else Ask.BACK


def _choice(draft: Draft) -> Ask:
    """Return what is to be chosen once the photos are there."""
    if draft.ability is Ability.HAIRSTYLE:
        return _about_hair(draft.hair)
    if draft.ability is Ability.TATTOO and not draft.placement.decided:
        return Ask.PLACEMENT
    return Ask.CARD


def _about_hair(hair: HairChoice) -> Ask:
    if not hair.styles or hair.wanted is HairPart.HAIRCUT:
        return Ask.HAIR
    return Ask.COLOR if hair.wanted is HairPart.COLOR else Ask.CARD
