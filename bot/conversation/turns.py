"""The next draft, given an event."""

from dataclasses import replace

from bot.conversation.asks import Ask, ask
from bot.conversation.draft import Advice, Draft, Role, Slot
from bot.conversation.events import (
    AbilityChosen,
    Checked,
    DesignChosen,
    Event,
    Extended,
    GarmentChosen,
    GarmentsSwapped,
    HairChosen,
    HdChosen,
    KindChosen,
    LookChosen,
    PhotoArrived,
    PhotoEdited,
    PhotoIsMe,
    Replaced,
    Said,
    Swapped,
    UsedAnyway,
)
from bot.conversation.hair import (
    ColorPicked,
    HairAsked,
    HaircutPicked,
    HairSettled,
    StyleDropped,
    VariantsChosen,
    looked_for,
    styled,
)
from bot.conversation.placement import Placement, PlacementEvent, PointingBegun, placed, said
from bot.providers.base import Ability, GarmentKind


def turn(draft: Draft, event: Event) -> Draft:
    """Return the draft after an event; an event that does not fit leaves it as it was."""
    after = _chosen(draft, event) or _moved(draft, event)
    if _is_another(draft, after, "garment") and not isinstance(event, GarmentChosen):
        after = replace(after, kind=GarmentKind.AUTO, kind_chosen=False)
    if _is_another(draft, after, "person") and after.placement.is_pointed:
        # The place was pointed out on another photo.
        after = replace(after, placement=Placement(style=after.placement.style))
    return after


def _chosen(draft: Draft, event: Event) -> Draft | None:  # noqa: PLR0911 - one line an event
    """Return the draft after a choice, or None when the event is about photos."""
    match event:
        case KindChosen(kind):
            return replace(draft, kind=kind, kind_chosen=True)
        case AbilityChosen(ability):
            return replace(_with_ability(draft, ability), for_group=None, came_from=None, before=None)
        case HdChosen(hd):
            return replace(draft, hd=hd)
        case HairChosen(hair):
            return replace(draft, hair=hair)
        case DesignChosen(design):
            return replace(draft, design=Slot(design), wanted=None)
        case Said():
            return _said(draft, event)
        case Extended(missing):
            return _extended(draft, missing)
        case PlacementEvent():
            return _placed(draft, event)
        case (
            HairAsked() | HaircutPicked() | ColorPicked() | HairSettled() | VariantsChosen() | StyleDropped()
        ):
            return replace(draft, hair=styled(draft.hair, event))
        case _:
            return None


def _said(draft: Draft, event: Said) -> Draft:
    """Take words for what is asked for just now."""
    told = event.meant or event.text
    match ask(draft, consented=True):
        case Ask.HAIR:
            return replace(draft, hair=looked_for(draft.hair, event.text))
        case Ask.COLOR:
            return replace(draft, hair=styled(draft.hair, ColorPicked(told, chosen=True)))
        case Ask.PLACEMENT if draft.person is not None:
            return replace(draft, placement=said(draft.placement, told, draft.person.photo))
        case _:
            return draft


def _placed(draft: Draft, event: PlacementEvent) -> Draft:
    """Return the draft after something about the place of a tattoo on the photo there is."""
    person = draft.person
    if person is None or draft.ability is not Ability.TATTOO:
        return draft
    if isinstance(event, PointingBegun) and event.photo.unique_id == person.photo.unique_id:
        person = replace(person, photo=event.photo)
    return replace(draft, person=person, placement=placed(draft.placement, event, person.photo))


def _moved(draft: Draft, event: Event) -> Draft:  # noqa: C901, PLR0911 - one line an event
    """Return the draft after something happened to a photo."""
    match event:
        case PhotoArrived():
            return _photo(draft, event)
        case PhotoEdited(slot):
            return _with_edited(draft, slot)
        case Swapped():
            return _swapped(draft)
        case GarmentsSwapped():
            return _garments_swapped(draft)
        case GarmentChosen():
            return _with_garment(draft, event)
        case PhotoIsMe():
            return _photo_is_me(draft)
        case LookChosen(look):
            return replace(draft, person=Slot(look), wanted=None)
        case Replaced(role):
            after = draft.with_slot(role, None)
            # What is asked for first is wanted first.
            return replace(after, wanted=next(iter(after.missing), role))
        case Checked():
            return _checked(draft, event)
        case UsedAnyway():
            return _used_anyway(draft)
        case _:
            return draft


def _with_ability(draft: Draft, ability: Ability) -> Draft:
    """Return the draft for something else; what is known to be a lower garment goes where it belongs."""
    is_lower = draft.kind is GarmentKind.BOTTOM and draft.ability is Ability.CLOTHES
    if ability is Ability.OUTFIT and is_lower and draft.lower is None:
        return _extended(draft, "garment")
    after = replace(draft, ability=ability, wanted=None)
    if (
        ability is Ability.CLOTHES
        and draft.ability is Ability.OUTFIT
        and draft.garment is None
        and draft.lower
    ):
        only = _unchecked(draft.lower)
        return replace(after, garment=only, lower=None, kind=GarmentKind.BOTTOM, kind_chosen=True)
    return after


def _extended(draft: Draft, missing: Role) -> Draft:
    """Make the garment one half of an outfit, in its right place."""
    if missing not in {"garment", "lower"} or draft.ability is not Ability.CLOTHES:
        return draft
    upper, lower = (draft.garment, None) if missing == "lower" else (None, _unchecked(draft.garment))
    return replace(draft, ability=Ability.OUTFIT, garment=upper, lower=lower, wanted=missing)


def _garments_swapped(draft: Draft) -> Draft:
    if draft.ability is not Ability.OUTFIT:
        return draft
    upper, lower = _unchecked(draft.lower), _unchecked(draft.garment)
    missing: Role | None = "garment" if upper is None else "lower" if lower is None else None
    return replace(draft, garment=upper, lower=lower, wanted=missing)


def _with_garment(draft: Draft, event: GarmentChosen) -> Draft:
    """Put an earlier garment where it belongs; who is to wear it is asked next, unless it is known."""
    slot = Slot(event.garment)
    after = replace(draft, wanted=None if draft.person else "person")
    if draft.ability is Ability.OUTFIT and event.kind is GarmentKind.BOTTOM:
        return replace(after, lower=slot)
    if draft.ability is Ability.OUTFIT and event.kind is GarmentKind.TOP:
        return replace(after, garment=slot, kind=GarmentKind.TOP, kind_chosen=True)
    is_known = event.kind is not GarmentKind.AUTO
    return replace(after, ability=Ability.CLOTHES, garment=slot, kind=event.kind, kind_chosen=is_known)


def _photo_is_me(draft: Draft) -> Draft:
    """Take the photo of the thing for the person, whose saved photo it was to go with."""
    if not draft.things or (draft.person and draft.person.message_id is not None):
        return draft
    thing = draft.things[0]
    if draft.slot(thing) is None:
        return draft
    return replace(draft, person=_unchecked(draft.slot(thing)), wanted=thing).with_slot(thing, None)


def _swapped(draft: Draft) -> Draft:
    if not draft.things:
        return draft
    thing = draft.things[0]
    person, held = _unchecked(draft.slot(thing)), _unchecked(draft.person)
    after = replace(draft, person=person, wanted=None).with_slot(thing, held)
    if person is None or held is None:
        return replace(after, wanted="person" if person is None else thing)
    return after


def _photo(draft: Draft, event: PhotoArrived) -> Draft:
    slot = event.slot
    if any(held.message_id == slot.message_id for held in draft.slots):
        return draft
    if _same_album(draft, slot) and draft.wanted is None:
        return _by_album_order(draft, slot)
    if event.replied and draft.things and not _is_other_half(draft, event.replied):
        return _with_replied(draft, event.replied, slot)
    # A saved photo shows who somebody is; where a tattoo goes is shown by a photo made for it.
    look = None if draft.ability is Ability.TATTOO else event.look
    role = draft.wanted or _free_role(draft, has_look=look is not None, part=slot.album_id is not None)
    after = replace(draft, wanted=None, photos_left_out=False)
    if role != "person" and draft.person is None and look:
        after = replace(after, person=Slot(look))
    return after.with_slot(role, replace(slot, asked=draft.wanted is not None))


def _with_edited(draft: Draft, slot: Slot) -> Draft:
    """Let a photo take the place of the one that its message showed before."""
    for role in draft.roles:
        held = draft.slot(role)
        if held and held.message_id == slot.message_id and held.photo.unique_id != slot.photo.unique_id:
            return draft.with_slot(role, replace(slot, asked=held.asked))
    return draft


def _is_other_half(draft: Draft, replied: Slot) -> bool:
    """Return whether a photo that answers one garment of an outfit is the other one, which was asked for."""
    if draft.ability is not Ability.OUTFIT or draft.person is None:
        return False
    halves = [draft.garment, draft.lower]
    is_half = any(held and held.photo.unique_id == replied.photo.unique_id for held in halves)
    return is_half and None in halves


def _same_album(draft: Draft, slot: Slot) -> bool:
    return slot.album_id is not None and any(held.album_id == slot.album_id for held in draft.slots)


def _by_album_order(draft: Draft, slot: Slot) -> Draft:
    """Give an album's parts their roles in the order in which they were sent, whenever each arrives."""
    held = [one for one in draft.slots if one.album_id == slot.album_id]
    asked = next((one for one in held if one.asked), None)
    if asked is not None:
        return _only_first(draft, asked, slot)
    parts = sorted([*held, slot], key=lambda part: part.message_id or 0)
    left_out = draft.photos_left_out or len(parts) > len(draft.roles)
    after = replace(draft, wanted=None, photos_left_out=left_out)
    # The two garments of an outfit often come as one album, after the photo of the person.
    is_things = draft.person is not None and draft.person not in held and len(parts) <= len(draft.things)
    for role, part in zip(draft.things if is_things else draft.roles, parts, strict=False):
        after = after.with_slot(role, part if part == draft.slot(role) else _unchecked(part))
    return after


def _only_first(draft: Draft, asked: Slot, slot: Slot) -> Draft:
    """Let an album's first part, whenever it arrives, answer a question for one photo."""
    after = replace(draft, photos_left_out=True)
    if (slot.message_id or 0) > (asked.message_id or 0):
        return after
    role = next(role for role in draft.roles if draft.slot(role) == asked)
    return after.with_slot(role, replace(slot, asked=True))


def _with_replied(draft: Draft, replied: Slot, slot: Slot) -> Draft:
    thing = draft.things[0]
    held = draft.slot(thing)
    if held and held.photo.unique_id == replied.photo.unique_id:
        return replace(draft, person=slot, wanted=None)
    return replace(draft, person=replied, wanted=None).with_slot(thing, slot)


def _free_role(draft: Draft, *, has_look: bool, part: bool) -> Role:
    """Return the role of a photo nobody gave one: the empty slot, else another of the first thing.

    A person with a saved photo most often sends things; an album starts with the person all the same.
    """
    if not draft.things:
        return "person"
    if draft.person is None and (not has_look or part):
        return "person"
    if draft.needs_decision("person"):
        return "person"
    undecided = (role for role in draft.things if (held := draft.slot(role)) is None or held.needs_decision)
    return next(undecided, draft.things[0])


def _unchecked(slot: Slot | None) -> Slot | None:
    """Return a photo as it is before it was looked at in its new role."""
    return slot and replace(slot, advice=None)


def _is_another(before: Draft, after: Draft, role: Role) -> bool:
    """Return whether what was known of a photo is of one that was put away."""
    held, now = before.slot(role), after.slot(role)
    return held is not None and (now is None or held.photo.unique_id != now.photo.unique_id)


def _checked(draft: Draft, event: Checked) -> Draft:
    slot = draft.slot(event.role)
    if slot is None or slot.photo.unique_id != event.unique_id or slot.advice is not None:
        return draft
    after = draft.with_slot(event.role, _told(slot, event.advice))
    if event.role != "garment" or draft.kind_chosen or event.kind is GarmentKind.AUTO:
        return after
    return replace(after, kind=event.kind)


def _told(slot: Slot, advice: Advice) -> Slot:
    """Return a photo with its advice; the warnings about a saved one are no news, it was used before."""
    told = replace(slot, advice=advice)
    return _accepted(told) if slot.message_id is None and told.needs_decision else told


def _used_anyway(draft: Draft) -> Draft:
    for role in draft.roles:
        slot = draft.slot(role)
        if slot and slot.needs_decision:
            return draft.with_slot(role, _accepted(slot))
    return draft


def _accepted(slot: Slot) -> Slot:
    if slot.advice is None or not slot.advice.can_be_accepted:
        return slot
    return replace(slot, advice=replace(slot.advice, accepted=True))
