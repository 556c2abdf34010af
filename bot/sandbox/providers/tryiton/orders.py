"""Reads a submission's JSON body into a typed order, or says as the provider does what is wrong with it."""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.sandbox.providers.inputs import picture_complaint
from bot.sandbox.providers.tryiton.replies import ApiError, ErrorName

MAX_BODY_BYTES = 40 * 1024 * 1024
SMALLEST_REGION_SIDE = 0.06
MOST_SAMPLES = 4

HAIRCUTS = frozenset(
    (
        "Afro", "BobCut", "BowlCut", "BoxBraids", "BuzzCut", "Chignon", "CombOver", "CornrowBraids",
        "CurlyBob", "CurlyShag", "DoubleBun", "Dreadlocks", "FauxHawk", "FishtailBraid",
        "LongCurly", "LongHairTiedUp", "LongHimeCut", "LongStraight", "LongTwintails", "LongWavy",
        "LongWavyCurtainBangs", "ManBun", "MessyTousled", "PixieCut", "Pompadour", "Ponytail",
        "ShortCurlyPixie", "ShortTwintails", "ShoulderLengthHair", "Spiky", "TexturedFringe",
        "TwinBraids", "Updo", "WavyShag",
    )
)  # fmt: skip
# The second line holds the names of an older reference page, which the provider still takes.
CATEGORIES = frozenset(
    (
        *("auto", "clothing", "eyewear", "footwear", "headwear", "jewelry", "accessories", "others"),
        *("tops", "bottoms", "one-pieces"),
    )
)
CLOTHING_SUBCATEGORIES = frozenset(["tops", "bottoms", "dresses"])
NEED_SUBCATEGORY = frozenset(["clothing", "jewelry", "accessories"])
MODES = frozenset(["performance", "balanced", "quality"])
MODERATION_LEVELS = frozenset(["conservative", "permissive", "none"])
OUTPUT_FORMATS = frozenset(["png", "jpeg"])

_DATA_URL = re.compile(r"data:image/[a-z0-9.+-]+;base64,", re.IGNORECASE)
_WEB_URL = re.compile(r"https?://[^\s/]+(/\S*)?", re.IGNORECASE)


class Endpoint(StrEnum):
    """The try-on endpoints; CLOTHES and FASHION are two names of one thing."""

    CLOTHES = "clothes"
    FASHION = "fashion"
    HAIRSTYLE = "hairstyle"
    TATTOO = "tattoo"

    @property
    def is_clothing(self) -> bool:
        """Return whether a garment is put on a person."""
        return self in {Endpoint.CLOTHES, Endpoint.FASHION}


@dataclass(frozen=True, slots=True)
class ImageInput:
    """A picture as it was given: its bytes, or the address of one on the web (never fetched here)."""

    data: bytes | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle on the body photo, normalised to 0..1 from the top left."""

    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True, slots=True)
class Order:
    """A submission that passed every check."""

    endpoint: Endpoint
    person: ImageInput
    item: ImageInput | None = None
    category: str = "auto"
    subcategory: str | None = None
    mode: str = "balanced"
    samples: int = 1
    output_format: str = "webp"
    haircut: str | None = None
    hair_color: str | None = None
    placement: str | None = None
    region: Region | None = None


def parse_order(endpoint: Endpoint, raw: bytes) -> Order:
    """Read and check a body, its pictures included (slow: keep it off the event loop); raise ``ApiError``."""
    body = _parse_object(raw)
    if endpoint.is_clothing:
        return _clothes_order(endpoint, body)
    if endpoint is Endpoint.HAIRSTYLE:
        return _hairstyle_order(body)
    return _tattoo_order(body)


def _clothes_order(endpoint: Endpoint, body: Mapping[str, object]) -> Order:
    category = _choice(body, "category", CATEGORIES) or "auto"
    subcategory = _text(body, "subcategory")
    if category in NEED_SUBCATEGORY and subcategory is None:
        raise _bad(f"subcategory is required when category is '{category}'")
    if category == "clothing" and subcategory not in CLOTHING_SUBCATEGORIES:
        raise _bad("subcategory must be one of: " + ", ".join(sorted(CLOTHING_SUBCATEGORIES)))
    _choice(body, "moderation_level", MODERATION_LEVELS)
    return Order(
        endpoint=endpoint,
        person=_image(body, "model_image"),
        item=_image(body, "garment_image"),
        category=category,
        subcategory=subcategory,
        mode=_choice(body, "mode", MODES) or "balanced",
        samples=_samples(body),
        output_format=_choice(body, "output_format", OUTPUT_FORMATS) or "webp",
    )


def _hairstyle_order(body: Mapping[str, object]) -> Order:
    haircut = _text(body, "haircut")
    if haircut is None:
        raise _bad("haircut is required")
    if haircut not in HAIRCUTS:
        raise _bad(f"haircut '{haircut}' is not supported")
    return Order(
        endpoint=Endpoint.HAIRSTYLE,
        person=_image(body, "face_image"),
        haircut=haircut,
        hair_color=_text(body, "hair_color"),
        samples=_samples(body),
        output_format=_choice(body, "output_format", OUTPUT_FORMATS) or "webp",
    )


def _tattoo_order(body: Mapping[str, object]) -> Order:
    return Order(
        endpoint=Endpoint.TATTOO,
        person=_image(body, "body_image"),
        item=_image(body, "design_image"),
        placement=_text(body, "placement"),
        region=_region(body),
        samples=_samples(body),
        output_format=_choice(body, "output_format", OUTPUT_FORMATS) or "webp",
    )


def _bad(message: str) -> ApiError:
    return ApiError(ErrorName.BAD_REQUEST, message)


def _parse_object(raw: bytes) -> Mapping[str, object]:
    if len(raw) > MAX_BODY_BYTES:
        raise _bad("Request body is too large")
    try:
        body = json.loads(raw)
    except ValueError as exc:
        raise ApiError(ErrorName.BAD_REQUEST) from exc
    if not isinstance(body, dict):
        raise ApiError(ErrorName.BAD_REQUEST)
    return body


def _text(body: Mapping[str, object], name: str) -> str | None:
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        raise _bad(f"{name} must be a non-empty string")
    return value


def _choice(body: Mapping[str, object], name: str, choices: frozenset[str]) -> str | None:
    value = _text(body, name)
    if value is not None and value not in choices:
        raise _bad(f"{name} must be one of: " + ", ".join(sorted(choices)))
    return value


def _samples(body: Mapping[str, object]) -> int:
    value = body.get("num_samples", 1)
    if value is None:
        return 1
    # True is an int to Python, not to JSON.
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_SAMPLES:
        raise _bad(f"num_samples must be an integer from 1 to {MOST_SAMPLES}")
    return value


def _region(body: Mapping[str, object]) -> Region | None:
    value = body.get("region")
    if value is None:
        return None
    if not isinstance(value, dict):
        raise _bad("region must be an object with x, y, w and h")
    x, y, w, h = (_share(value, name) for name in "xywh")
    if w < SMALLEST_REGION_SIDE or h < SMALLEST_REGION_SIDE:
        raise _bad(f"region is too small: w and h must be at least {SMALLEST_REGION_SIDE}")
    # Rounded shares such as 0.7 + 0.3 may add up to a hair more than one.
    if x + w > 1 + 1e-6 or y + h > 1 + 1e-6:
        raise _bad("region must lie within the image")
    return Region(x, y, w, h)


def _share(region: Mapping[str, object], name: str) -> float:
    value = region.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise _bad(f"region.{name} must be a number from 0 to 1")
    return float(value)


def _image(body: Mapping[str, object], name: str) -> ImageInput:
    value = _text(body, name)
    if value is None:
        raise _bad(f"{name} is required")
    if _WEB_URL.fullmatch(value):
        return ImageInput(url=value)
    head = _DATA_URL.match(value)
    if head is None:
        raise _bad(f"{name} must be a public URL or a base64 data URL (data:image/...;base64,...)")
    try:
        data = base64.b64decode(value[head.end() :], validate=True)
    except binascii.Error as exc:
        raise _bad(f"{name} is not valid base64") from exc
    _check_picture(name, data)
    return ImageInput(data=data)


def _check_picture(name: str, data: bytes) -> None:
    complaint = picture_complaint(data)
    if complaint is not None:
        raise _bad(f"{name} {complaint}")
