"""What the two checks say of a picture: decided by the picture alone, the same every time.

The project's own samples are recognized and get the answer that a look at them would give. Of other pictures
only size, shape and background are looked at; nobody is searched for in them.
"""

import io
from collections.abc import Mapping

from PIL import Image, ImageOps, ImageStat

from bot.sandbox.pictures.compose import kind_by_shape
from bot.sandbox.pictures.cutout import cut_out
from bot.sandbox.pictures.recognition import sample_shown
from bot.sandbox.pictures.samples import garment_names, people_names

NOBODY, SEVERAL_PEOPLE, TOO_SMALL, SLIGHTLY_SMALL = "400001", "400002", "400004", "410001"
TYPES = ("upper", "lower", "full")

# Pixels on the short side.
SMALLEST, SMALL = 200, 400
# Standard deviation of the brightness below which a picture shows nothing at all.
BLANK = 2.0
# Wider than this, for its height, is no picture of a garment that was not cut out of a plain background.
WIDE = 1.2
LOOKED_AT = (600, 600)

_GARMENTS = {"t-shirt": "upper", "jacket": "upper", "trousers": "lower", "dress": "full"}
_SHAPES = {"top": "upper", "bottom": "lower", "dress": "full"}


def check_model(picture: bytes) -> dict[str, object]:
    """Answer the check of a person's photo (slow)."""
    return model_answer(_model_code(picture))


def model_answer(code: str | None) -> dict[str, object]:
    """Return the documented answer for a code: none at all, a warning (410...), or an error (400...)."""
    if code is None:
        return {"is_good": True, "good_clothes_types": list(TYPES)}
    is_good = code.startswith("410")
    return {"is_good": is_good, "error_code": code, "good_clothes_types": list(TYPES) if is_good else []}


def check_clothes(picture: bytes) -> Mapping[str, object]:
    """Answer the check of a garment's photo (slow)."""
    clothes_type, is_clothes = _clothes(picture)
    return {"clothes_type": clothes_type, "is_clothes": is_clothes}


def _model_code(picture: bytes) -> str | None:
    seen, size = _look(picture)
    sample = sample_shown(seen)
    if sample == "two-friends":
        return SEVERAL_PEOPLE
    if (sample is not None and sample not in people_names()) or _is_blank(seen):
        return NOBODY
    if min(size) < SMALLEST:
        return TOO_SMALL
    return SLIGHTLY_SMALL if min(size) < SMALL else None


def _clothes(picture: bytes) -> tuple[str, bool]:
    seen, _ = _look(picture)
    sample = sample_shown(seen)
    if sample is not None:
        return _GARMENTS.get(sample, "full"), sample in garment_names()
    if _is_blank(seen):
        return "upper", False
    cut = cut_out(seen)
    if cut is not None:
        return _SHAPES[kind_by_shape(cut)], True
    return "upper", seen.width <= seen.height * WIDE


def _is_blank(seen: Image.Image) -> bool:
    return ImageStat.Stat(seen.convert("L")).stddev[0] < BLANK


def _look(picture: bytes) -> tuple[Image.Image, tuple[int, int]]:
    """Return the picture upright and small enough to look at, and its real size."""
    with Image.open(io.BytesIO(picture)) as opened:
        size = opened.size
        opened.draft("RGB", LOOKED_AT)
        seen = ImageOps.exif_transpose(opened).convert("RGB")
    seen.thumbnail(LOOKED_AT)
    return seen, size
