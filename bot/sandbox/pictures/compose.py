"""Composes a result from the photos that were sent, and says on it plainly that it is a sample."""

import io
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont, ImageOps

from bot.sandbox.pictures.cutout import cut_out

WIDTH, HEIGHT = 864, 1296
LARGE = (1365, 2048)
LABEL = "SAMPLE - no AI was used"

Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture's bytes, or the web address of one that is not fetched."""

    data: bytes | None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Garment:
    """A garment's photo and the provider's word for its kind."""

    photo: Photo
    kind: str


@dataclass(frozen=True, slots=True)
class Haircut:
    """A haircut's name and, where wished, a colour in free text."""

    name: str
    colour: str | None


@dataclass(frozen=True, slots=True)
class Tattoo:
    """A design's photo, where it goes in words, and a region (x, y, w, h; 0..1) where one was given."""

    photo: Photo
    placement: str | None
    region: tuple[float, float, float, float] | None


@dataclass(frozen=True, slots=True)
class Outfit:
    """A garment for the upper body and one for the lower body."""

    upper: Photo
    lower: Photo


Addition = Garment | Outfit | Haircut | Tattoo


@dataclass(frozen=True, slots=True)
class Scene:
    """One result: picture ``number`` (from 0) of ``of``."""

    person: Photo
    addition: Addition
    number: int = 0
    of: int = 1


def compose(scene: Scene) -> Image.Image:
    """Return a picture of 864 x 1296 pixels (some 200 ms: keep it off the event loop)."""
    picture = ImageOps.fit(
        _open(scene.person), (WIDTH, HEIGHT), Image.Resampling.LANCZOS, centering=(0.5, 0.3)
    )
    addition = scene.addition
    if isinstance(addition, Garment):
        _wear(picture, addition)
    elif isinstance(addition, Outfit):
        # The upper garment hangs over the lower one's waistband.
        _wear(picture, Garment(addition.lower, "lower"), row=1)
        _wear(picture, Garment(addition.upper, "upper"))
    elif isinstance(addition, Tattoo):
        _ink(picture, addition)
    else:
        _caption(picture, "Haircut", _with_colour(addition))
    _ribbon(picture, f"{LABEL} · {scene.number + 1}/{scene.of}" if scene.of > 1 else LABEL)
    return picture


def enlarged(picture: Image.Image) -> Image.Image:
    """Return a composed picture as large as FitRoom's largest, 2048 pixels high."""
    return picture.resize(LARGE, Image.Resampling.LANCZOS)


def encode(picture: Image.Image, output_format: str) -> bytes:
    """Return a picture as webp, png or jpeg."""
    out = io.BytesIO()
    picture.save(out, output_format.upper(), **({"quality": 88} if output_format != "png" else {}))
    return out.getvalue()


def _open(photo: Photo) -> Image.Image:
    if photo.data is None:
        return _not_fetched(photo.url or "")
    with Image.open(io.BytesIO(photo.data)) as opened:
        opened.draft("RGB", (WIDTH, HEIGHT))
        upright = ImageOps.exif_transpose(opened)
        if "A" in upright.getbands() or "transparency" in upright.info:
            rgba = upright.convert("RGBA")
            ground = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
            return Image.alpha_composite(ground, rgba).convert("RGB")
        return upright.convert("RGB")


def _not_fetched(url: str) -> Image.Image:
    """Return a card in place of a picture on the web: the sandbox never leaves this machine."""
    card = Image.new("RGB", (WIDTH, HEIGHT), (226, 230, 238))
    draw = ImageDraw.Draw(card)
    draw.text((WIDTH / 2, HEIGHT * 0.44), "picture on the web", (70, 78, 96), _font(44), "mm")
    draw.text((WIDTH / 2, HEIGHT * 0.50), _shortened(url, 44), (110, 118, 136), _font(28), "mm")
    return card


# Where a cut-out goes: top edge, height and greatest width as shares of the picture. The samples fit so.
_PLACES = {"top": (0.268, 0.367, 0.62), "dress": (0.277, 0.523, 0.60), "bottom": (0.531, 0.417, 0.50)}
_KINDS = {
    "tops": "top",
    "bottoms": "bottom",
    "dresses": "dress",
    "one-pieces": "dress",
    "upper": "top",
    "lower": "bottom",
    "full_set": "dress",
}


def _wear(picture: Image.Image, garment: Garment, *, row: int = 0) -> None:
    """Put a garment on; the photo it came from is shown on a card at the side, in row 0 or below that."""
    photo = _open(garment.photo)
    photo.thumbnail((1000, 1000))
    cut = cut_out(photo)
    if cut is None:
        left = WIDTH - 330 if row == 0 else 30
        _card(picture, photo, (left, HEIGHT - 470, left + 300, HEIGHT - 110))
        return
    top, height, width = _PLACES[_KINDS.get(garment.kind) or kind_by_shape(cut)]
    worn = ImageOps.contain(cut, (round(WIDTH * width), round(HEIGHT * height)), Image.Resampling.LANCZOS)
    left = (WIDTH - worn.width) // 2
    _shadow(picture, worn.getchannel("A"), (left, round(HEIGHT * top)))
    picture.paste(worn, (left, round(HEIGHT * top)), worn)
    _card(picture, photo, (WIDTH - 216, 36 + row * 240, WIDTH - 36, 256 + row * 240))


def kind_by_shape(cut: Image.Image) -> str:
    """Return what a garment that was cut out looks like: ``top``, ``dress`` or ``bottom``."""
    slenderness = cut.height / cut.width
    if slenderness < 1.3:  # noqa: PLR2004 - wider than that is a shirt or a jacket
        return "top"
    return "dress" if slenderness < 1.7 else "bottom"  # noqa: PLR2004 - longer than that are trousers


def _ink(picture: Image.Image, tattoo: Tattoo) -> None:
    design = _open(tattoo.photo)
    x, y, w, h = tattoo.region or (0.36, 0.36, 0.28, 0.18)
    box = (round(WIDTH * w), round(HEIGHT * h))
    drawn = ImageOps.contain(ImageOps.grayscale(design), box, Image.Resampling.LANCZOS)
    place = (round(WIDTH * x) + (box[0] - drawn.width) // 2, round(HEIGHT * y) + (box[1] - drawn.height) // 2)
    area = (place[0], place[1], place[0] + drawn.width, place[1] + drawn.height)
    skin = picture.crop(area)
    ink = Image.merge("RGB", [ImageOps.autocontrast(drawn)] * 3)
    picture.paste(Image.blend(skin, ImageChops.multiply(skin, ink), 0.85), place)
    _card(picture, design, (WIDTH - 216, 36, WIDTH - 36, 256))
    if tattoo.placement:
        _caption(picture, "Tattoo", tattoo.placement)


def _with_colour(haircut: Haircut) -> str:
    return f"{haircut.name}, {haircut.colour}" if haircut.colour else haircut.name


def _card(picture: Image.Image, photo: Image.Image, box: Box) -> None:
    """Lay a photo on the picture as a white-framed card with round corners."""
    left, top, right, bottom = box
    size = (right - left, bottom - top)
    card = Image.new("RGB", size, (255, 255, 255))
    frame = 10
    inner = ImageOps.fit(photo, (size[0] - 2 * frame, size[1] - 2 * frame), Image.Resampling.LANCZOS)
    card.paste(inner, (frame, frame), _rounded(inner.size, 16))
    mask = _rounded(size, 24)
    _shadow(picture, mask, (left, top))
    picture.paste(card, (left, top), mask)


def _caption(picture: Image.Image, title: str, words: str) -> None:
    """Write a title and a line of words on a card above the ribbon."""
    box = (36, HEIGHT - 250, WIDTH - 36, HEIGHT - 110)
    mask = _rounded((box[2] - box[0], box[3] - box[1]), 28)
    _shadow(picture, mask, box[:2])
    picture.paste((255, 255, 255), box, mask)
    draw = ImageDraw.Draw(picture)
    draw.text((box[0] + 36, box[1] + 46), title, (120, 126, 140), _font(28), "lm")
    draw.text((box[0] + 36, box[1] + 94), _shortened(words, 40), (40, 44, 56), _font(40), "lm")


def _ribbon(picture: Image.Image, words: str) -> None:
    font = _font(30)
    width = round(font.getlength(words)) + 68
    box = ((WIDTH - width) // 2, HEIGHT - 88, (WIDTH + width) // 2, HEIGHT - 32)
    mask = _rounded((width, box[3] - box[1]), 28)
    _shadow(picture, mask, box[:2])
    picture.paste((38, 42, 54), box, mask)
    draw = ImageDraw.Draw(picture)
    draw.text(((box[0] + box[2]) / 2, (box[1] + box[3]) / 2), words, (255, 255, 255), font, "mm")


def _shadow(picture: Image.Image, mask: Image.Image, place: tuple[int, int]) -> None:
    margin, drop = 40, 8
    soft = Image.new("L", (mask.width + 2 * margin, mask.height + 2 * margin))
    soft.paste(mask.point([level // 3 for level in range(256)]), (margin, margin + drop))
    soft = soft.filter(ImageFilter.GaussianBlur(12))
    picture.paste((30, 24, 40), (place[0] - margin, place[1] - margin), soft)


def _rounded(size: tuple[int, int], radius: int) -> Image.Image:
    scale = 3
    large = Image.new("L", (size[0] * scale, size[1] * scale))
    area = (0, 0, large.width - 1, large.height - 1)
    ImageDraw.Draw(large).rounded_rectangle(area, radius * scale, 255)
    return large.resize(size, Image.Resampling.LANCZOS)


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _shortened(words: str, length: int) -> str:
    # Pillow's own font knows little beyond Western European letters.
    words = words.encode("latin-1", "replace").decode("latin-1")
    return words if len(words) <= length else words[: length - 3] + "..."
