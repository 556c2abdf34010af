"""Button codes: what a tap carries, in one place.

A code is a verb and its arguments joined by colons, at most 64 bytes. Codes stay valid over restarts
and releases, since old messages keep their buttons: a verb is never given a new meaning. In groups a code
ends with whose button it is.
"""

from dataclasses import dataclass
from enum import StrEnum

MAX_BYTES = 64
# Stands before the owner's id; no other argument begins with it.
OWNER = "@"
_LARGEST, _LARGEST_ID = 2**31 - 1, 10**18 - 1


class Verb(StrEnum):
    """Everything a button can ask for."""

    AGREE = "agree"
    DECLINE = "decline"
    TRY = "try"
    HELP = "help"
    CREDITS = "credits"
    LANGUAGES = "langs"
    LANGUAGE = "lang"
    LOOK = "look"
    PHOTO_IS_ME = "me"
    SWAP = "swap"
    USE_ANYWAY = "anyway"
    KIND = "kind"
    GO = "go"
    DISCARD = "discard"
    CANCEL = "cancel"
    OTHER_GARMENT = "og"
    OTHER_PERSON = "op"
    FULL_SIZE = "full"
    DELETE = "del"
    DELETE_SURE = "delyes"
    KEEP = "keep"
    MORE = "more"
    BEFORE_AFTER = "ba"
    SHARE_CARD = "card"
    THUMB_UP = "up"
    THUMB_DOWN = "down"
    NO_GOOD = "bad"
    NO_GOOD_SURE = "badyes"
    RETRY = "retry"
    LINK_END = "lend"
    LINKS = "links"
    LOOKS = "looks"
    LOOK_USE = "lu"
    LOOK_NAME = "ln"
    LOOK_DELETE = "ld"
    LOOK_DELETE_SURE = "ldy"
    WARDROBE = "wd"
    WEAR = "wear"
    GO_ON = "on"
    STEP_BACK = "back"
    ADD = "add"
    SWAP_GARMENTS = "ul"
    HD = "hd"
    OTHER_LOWER = "ol"
    SHOW_AGAIN = "again"
    ANEW = "anew"
    # Tattoos.
    DESIGNS = "designs"
    DESIGN = "design"
    REPLACE = "replace"
    PLACES = "places"
    PLACE = "place"
    ARTIST = "artist"
    POINT = "point"
    REGION_SIZE = "rsize"
    CELL = "cell"
    REGION = "region"
    REGION_KEPT = "here"
    STYLES = "tstyles"
    STYLE = "tstyle"
    PLACE_KEPT = "asis"
    OTHER_PLACE = "oplace"
    OTHER_DESIGN = "odesign"
    SHOW = "show"
    ASK_GROUP = "askgrp"
    VOTE = "vote"
    CLOSE_VOTE = "endvote"
    # Hair.
    HAIR_PAGE = "hp"
    HAIRCUT = "hc"
    HAIR_ASK = "ha"
    HAIR_DONE = "hok"
    HAIR_COLOR = "hcol"
    HAIR_VARIANTS = "hv"
    HAIR_DROP = "hx"
    HAIR_STAR = "hs"
    HAIR_SURPRISE = "hr"
    OTHER_HAIRCUT = "ohair"
    OTHER_COLOR = "ocolor"


@dataclass(frozen=True, slots=True)
class Code:
    """A parsed button code; ``owner`` is the person whose button it is, where it says so."""

    verb: Verb
    arguments: tuple[str, ...] = ()
    owner: int | None = None

    def number(self, place: int = 0) -> int:
        """Return an argument as a number; 0, which no row has, when it is missing or is none of ours.

        The first is often an id; the others are small, and some columns take no more than 32 bits.
        """
        text = self.arguments[place] if place < len(self.arguments) else ""
        number = int(text) if text.isascii() and text.isdigit() else 0
        return number if number <= (_LARGEST if place else _LARGEST_ID) else 0

    def text(self, place: int = 0) -> str:
        """Return an argument as text; empty when it is missing."""
        return self.arguments[place] if place < len(self.arguments) else ""


def code(verb: Verb, *arguments: object) -> str:
    """Return the callback data for a button."""
    data = ":".join([verb.value, *map(str, arguments)])
    if len(data.encode()) > MAX_BYTES:
        raise ValueError(f"the code for {verb} is over {MAX_BYTES} bytes")
    return data


def owned(data: str, user_id: int) -> str:
    """Return a button's callback data with whose button it is."""
    signed = f"{data}:{OWNER}{user_id}"
    if len(signed.encode()) > MAX_BYTES:
        raise ValueError(f"the code {data} leaves no room for its owner")
    return signed


def parse(data: str) -> Code | None:
    """Read a button's callback data; None when it is none of ours."""
    head, *arguments = data.split(":")
    owner = None
    if arguments and _is_owner(arguments[-1]):
        owner = int(arguments.pop()[1:])
    try:
        return Code(Verb(head), tuple(arguments), owner)
    except ValueError:
        return None


def _is_owner(argument: str) -> bool:
    """Return whether an argument says whose button it is, by an id that can be somebody's."""
    digits = argument.removeprefix(OWNER)
    return digits != argument and digits.isascii() and digits.isdigit() and int(digits) <= _LARGEST_ID
