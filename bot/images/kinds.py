"""Which kind of file the first bytes announce; nothing is decoded here."""

from enum import StrEnum

from bot.images.errors import PictureError, Reason


class Kind(StrEnum):
    """A kind of picture that is read."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    GIF = "gif"
    BMP = "bmp"
    TIFF = "tiff"
    HEIF = "heif"
    AVIF = "avif"

    @property
    def media_type(self) -> str:
        """Return the media type, such as ``image/jpeg``."""
        return f"image/{self.value}"

    @property
    def pillow_format(self) -> str:
        """Return Pillow's name of the format."""
        return self.value.upper()


_SIGNATURES = (
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"GIF87a", Kind.GIF),
    (b"GIF89a", Kind.GIF),
    (b"II*\0", Kind.TIFF),
    (b"MM\0*", Kind.TIFF),
    (b"BM", Kind.BMP),
)

# Pictures too, so that the person is told to send another kind and not that this was no picture.
_OTHER_PICTURES = (
    b"8BPS",  # Photoshop
    b"\0\0\0\x0cjP  ",  # JPEG 2000
    b"\xff\x4f\xff\x51",  # JPEG 2000 without a container
    b"\0\0\0\x0cJXL ",  # JPEG XL
    b"\xff\x0a",  # JPEG XL without a container
    b"II+\0",  # TIFF for files beyond 4 GB
    b"MM\0+",
    b"\0\0\1\0",  # Windows icon
    b"<svg",
    b"<?xml",
)

_HEIF_BRANDS = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}
)
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_RAW_BRANDS = frozenset({b"crx "})
_MAX_BRANDS = 64


def kind_of(data: bytes) -> Kind:
    """Return the kind of picture; raise ``PictureError`` where it is none that is read."""
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return Kind.WEBP
    if data[4:8] == b"ftyp":
        return _kind_by_brands(data)
    if data.startswith(_OTHER_PICTURES):
        raise PictureError(Reason.UNSUPPORTED)
    raise PictureError(Reason.NOT_A_PICTURE)


def _kind_by_brands(data: bytes) -> Kind:
    """Tell AVIF from HEIF, which share a container and often the major brand."""
    end = min(int.from_bytes(data[:4], "big"), 16 + 4 * _MAX_BRANDS, len(data))
    brands = {data[8:12], *(data[at : at + 4] for at in range(16, end, 4))}
    if brands & _AVIF_BRANDS:
        return Kind.AVIF
    if brands & _HEIF_BRANDS:
        return Kind.HEIF
    raise PictureError(Reason.UNSUPPORTED if brands & _RAW_BRANDS else Reason.NOT_A_PICTURE)
