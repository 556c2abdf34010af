"""The one error of this package and the reasons it carries; the texts for people live elsewhere."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a picture was not taken."""

    NOT_A_PICTURE = "not_a_picture"  # empty, a video, a document, noise
    TRUNCATED = "truncated"  # a picture that is incomplete or damaged
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_SMALL = "too_small"  # the short side has too few pixels for a try-on
    TOO_LARGE_FILE = "too_large_file"
    EXTREME_RATIO = "extreme_ratio"  # a strip: very long and very narrow
    UNSUPPORTED = "unsupported"  # a kind of picture, or a trick with one, that is not read; also out of time
    BUSY = "busy"  # nothing is wrong with the picture: too many at once, or shutting down

    @property
    def is_temporary(self) -> bool:
        """Return whether the same picture may be taken a little later."""
        return self is Reason.BUSY


class PictureError(Exception):
    """A picture was not taken; the text is the reason's name and never anything of the picture."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason
