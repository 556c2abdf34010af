"""What people send besides texts, photos and files: made-up examples of each kind."""

from bot.sandbox.telegram.model import Attachment


def _file(name: str, **more: object) -> dict[str, object]:
    return {"file_id": f"BAACAgQAAxkB{name}", "file_unique_id": f"AgAD{name}", "file_size": 4096, **more}


_ANIMATION = _file("animation", width=320, height=240, duration=2, mime_type="video/mp4", file_name="a.mp4")
_PHOTO = [{**_file("live"), "width": 960, "height": 1280}]
_CONTENTS: dict[str, dict[str, object]] = {
    "sticker": {
        "sticker": _file(
            "sticker", type="regular", width=512, height=512, is_animated=False, is_video=False, emoji="👗"
        )
    },
    "voice": {"voice": _file("voice", duration=3, mime_type="audio/ogg")},
    "video": {"video": _file("video", width=720, height=1280, duration=5, mime_type="video/mp4")},
    "video_note": {"video_note": _file("note", length=240, duration=4)},
    "audio": {"audio": _file("audio", duration=180, title="Song", mime_type="audio/mpeg")},
    # Animations come as documents too, live photos as photos too.
    "animation": {"animation": _ANIMATION, "document": _ANIMATION},
    "live_photo": {
        "live_photo": _file("live", width=960, height=1280, duration=3, photo=_PHOTO),
        "photo": _PHOTO,
    },
    "location": {"location": {"latitude": 40.4, "longitude": -3.7}},
    "contact": {"contact": {"phone_number": "+10000000000", "first_name": "Somebody"}},
    "dice": {"dice": {"emoji": "🎲", "value": 4}},
}
KINDS = tuple(_CONTENTS)


def attachment(kind: str) -> Attachment:
    """Return an example of one of KINDS; KeyError for another."""
    return Attachment(kind, _CONTENTS[kind])
