"""Reads forms into typed orders, or says what is wrong with them."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from bot.sandbox.providers.fitroom.forms import Form
from bot.sandbox.providers.fitroom.replies import ApiError, ErrorName
from bot.sandbox.providers.inputs import picture_complaint

CLOTH_TYPES = ("upper", "lower", "full_set", "combo")


class Check(StrEnum):
    """The two checks; their values end their addresses."""

    MODEL = "model"
    CLOTHES = "clothes"


@dataclass(frozen=True, slots=True)
class Order:
    """A task's form that passed every check; ``lower_cloth`` belongs to ``combo`` alone."""

    cloth_type: str
    model: bytes
    cloth: bytes
    lower_cloth: bytes | None = None
    hd: bool = False


def parse_order(form: Form) -> Order:
    """Read and check a task's form, its pictures included (slow); raise ``ApiError``."""
    cloth_type = form.get("cloth_type")
    if not isinstance(cloth_type, str) or cloth_type not in CLOTH_TYPES:
        raise _bad("cloth_type must be one of: " + ", ".join(CLOTH_TYPES))
    hd_mode = form.get("hd_mode", "false")
    if hd_mode not in {"true", "false"}:
        raise _bad('hd_mode must be "true" or "false"')
    return Order(
        cloth_type=cloth_type,
        model=_picture(form, "model_image"),
        cloth=_picture(form, "cloth_image"),
        lower_cloth=_picture(form, "lower_cloth_image") if cloth_type == "combo" else None,
        hd=hd_mode == "true",
    )


def checked_picture(form: Form) -> bytes:
    """Return the picture that is to be checked (slow); raise ``ApiError``."""
    return _picture(form, "input_image")


def fingerprint(form: Form) -> str:
    """Return the SHA-256 of a form's fields; the boundary, which differs every time, is no part of them."""
    digest = hashlib.sha256()
    for name, value in sorted(form.items()):
        data = value.encode() if isinstance(value, str) else value
        digest.update(f"{name}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()


def _picture(form: Form, name: str) -> bytes:
    value = form.get(name)
    if not isinstance(value, bytes) or not value:
        raise _bad(f"{name} is required and must be a file")
    complaint = picture_complaint(value)
    if complaint is not None:
        raise _bad(f"{name} {complaint}")
    return value


def _bad(message: str) -> ApiError:
    return ApiError(ErrorName.BAD_REQUEST, message)
