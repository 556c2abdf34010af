"""What the rest of the bot asks about pictures; everything that takes long runs in threads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import TracebackType
from typing import Self

from PIL import Image

from bot.images import designs, haircuts
from bot.images.compositions import sheet
from bot.images.compositions.card import share_card
from bot.images.compositions.contact import contact_sheet, lone_tile
from bot.images.compositions.pair import before_after
from bot.images.compositions.placing import marked_region, numbered_grid
from bot.images.decode import Decoding, fit, padded
from bot.images.encode import encode_jpeg
from bot.images.errors import PictureError, Reason
from bot.images.kinds import Kind
from bot.images.pillow import set_up_pillow
from bot.images.shelf import Shelf
from bot.images.source import Source, read_source
from bot.images.workers import Workers
from bot.regions import Grid, Region

MAX_UPLOAD_BYTES = 20 * 1024 * 1024  # a bot can't fetch more (Bot API, getFile)
MAX_RESULT_BYTES = 50 * 1024 * 1024  # a bot can't send more (Bot API, sendDocument)

# The providers work on about 864 pixels of width: less than a quarter of that is paid for and looks like it.
MIN_SIDE = 200
# Shrunk to the 1296 pixels a provider works on, a strip of 6:1 still has a short side of 216.
MAX_RATIO = 6.0

# Bot API, sendPhoto: width + height, ratio and bytes; and more than 2560 pixels Telegram throws away itself.
TELEGRAM_MAX_BYTES = 10 * 1000 * 1000
TELEGRAM_MAX_SUM = 10_000
TELEGRAM_MAX_RATIO = 20.0
TELEGRAM_LONG_SIDE = 2_560

MOST_HAIRCUTS = 9
MOST_DESIGNS = 12
_KEPT_DRAWINGS = 64  # about 150 KB each


@dataclass(frozen=True, slots=True)
class Prepared:
    """A picture for a provider: upright RGB JPEG without metadata."""

    data: bytes = field(repr=False)
    width: int
    height: int
    untouched: bool  # the very bytes that came in


@dataclass(frozen=True, slots=True)
class Inspected:
    """A picture that can be used: its upright size in pixels and its kind."""

    width: int
    height: int
    format: Kind


@dataclass(frozen=True, slots=True)
class ResultPicture:
    """A provider's picture that decodes: its upright size in pixels and its media type."""

    width: int
    height: int
    media_type: str


class Images:
    """Checks and prepares pictures in a few threads.

    ``workers`` pictures at once; ``time_limit`` seconds for one, from its turn on, in real time (a decoder
    doesn't follow a virtual clock); ``wait_limit`` seconds until its turn; ``max_waiting_bytes`` for all that
    wait and run; ``min_side`` is the shortest side in pixels that is worth a try-on.
    """

    def __init__(
        self,
        *,
        workers: int = 2,
        time_limit: float = 20.0,
        wait_limit: float = 120.0,
        max_waiting_bytes: int = 512 * 1024 * 1024,
        min_side: int = MIN_SIDE,
    ) -> None:
        set_up_pillow()
        self._min_side = min_side
        self._workers = Workers(
            workers, time_limit=time_limit, wait_limit=wait_limit, max_bytes=max_waiting_bytes
        )
        self._drawings = Shelf(_KEPT_DRAWINGS)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Refuse new pictures, and end within about a second even when a decoder is stuck."""
        await self._workers.close()

    async def inspect(self, data: bytes) -> Inspected:
        """Check, decoding all of it, that a picture can be used; raise ``PictureError`` with the reason."""
        return await self._workers.run(partial(_inspect, data, self._min_side), len(data))

    async def prepare(self, data: bytes, *, long_side: int, max_bytes: int | None = None) -> Prepared:
        """Make the JPEG for a provider, its long side at most ``long_side`` pixels and never enlarged.

        A JPEG that is already upright RGB, small enough and without metadata passes byte for byte.

        Raises:
            PictureError: as ``inspect``; TOO_LARGE_FILE also where ``max_bytes`` can't be met.
        """
        work = partial(_prepare, data, long_side, max_bytes, self._min_side)
        return await self._workers.run(work, len(data))

    async def check_result(self, data: bytes) -> ResultPicture:
        """Check, decoding all of it, that a provider's answer is a picture; raise ``PictureError``."""
        return await self._workers.run(partial(_check_result, data), len(data))

    async def for_telegram(self, data: bytes) -> bytes:
        """Return a provider's picture as a JPEG that sendPhoto accepts; raise ``PictureError``.

        The same bytes where they fit; else smaller, or with white beside it where it is too narrow.
        """
        return await self._workers.run(partial(_for_telegram, data), len(data))

    async def compare_sheet(self, pictures: Sequence[bytes], labels: Sequence[str] = ()) -> bytes:
        """Return 2 to 9 pictures as one sheet, numbered from 1; raise ``PictureError``.

        Labels stand below the pictures, in one or two lines. One that the font can't write is its number
        there, and a long one may be cut, so the names belong into the caption as well.
        """
        if not sheet.FEWEST <= len(pictures) <= sheet.MOST:
            raise ValueError(f"a sheet of {len(pictures)} pictures")
        if labels and len(labels) != len(pictures):
            raise ValueError(f"{len(labels)} labels for {len(pictures)} pictures")
        work = partial(sheet.compare_sheet, tuple(pictures), tuple(labels), MAX_RESULT_BYTES)
        return await self._compose(work, sum(map(len, pictures)))

    async def before_after(self, before: bytes, after: bytes) -> bytes:
        """Return a person's photo and the result in one picture; raise ``PictureError``."""
        return await self._compose(
            partial(before_after, before, after, MAX_RESULT_BYTES), len(before) + len(after)
        )

    async def share_card(self, result: bytes, footer: str) -> bytes:
        """Return a result in a frame with a short line below, such as @botname; raise ``PictureError``."""
        return await self._compose(partial(share_card, result, footer, MAX_RESULT_BYTES), len(result))

    async def numbered_grid(self, photo: bytes, grid: Grid) -> bytes:
        """Return a person's photo under a grid whose cells are numbered; raise ``PictureError``."""
        return await self._compose(partial(numbered_grid, photo, grid, MAX_UPLOAD_BYTES), len(photo))

    async def marked_region(self, photo: bytes, region: Region) -> bytes:
        """Return a person's photo on which one rectangle stands out; raise ``PictureError``."""
        return await self._compose(partial(marked_region, photo, region, MAX_UPLOAD_BYTES), len(photo))

    async def haircut_sheet(self, names: Sequence[str], colors: Sequence[str | None] = ()) -> bytes:
        """Return the icons of 1 to 9 haircuts, numbered from 1; drawn once and kept.

        ``colors`` has a key of ``bot.hairstyles.COLORS`` for each, or None, or is left out.
        """
        _check_names(names, haircuts.HAIRCUTS, MOST_HAIRCUTS)
        looks = tuple(zip(names, colors or [None] * len(names), strict=True))
        work = partial(contact_sheet, looks, haircuts.render_dyed)
        return await self._drawings.get(("haircuts", *looks), partial(self._compose, work, 0))

    async def haircut(self, name: str, color: str | None = None) -> bytes:
        """Return the icon of one haircut, in a colour, without a number; drawn once and kept."""
        _check_names([name], haircuts.HAIRCUTS, 1)
        work = partial(lone_tile, (name, color), haircuts.render_dyed)
        return await self._drawings.get(("haircut", name, color), partial(self._compose, work, 0))

    async def design_sheet(self, names: Sequence[str]) -> bytes:
        """Return 1 to 12 tattoo designs of the starter set, numbered from 1; drawn once and kept."""
        _check_names(names, designs.DESIGNS, MOST_DESIGNS)
        work = partial(contact_sheet, tuple(names), designs.render_tile)
        return await self._drawings.get(("designs", *names), partial(self._compose, work, 0))

    async def design(self, name: str) -> bytes:
        """Return one design of the starter set as PNG, 768 x 768, black on white; drawn once and kept."""
        _check_names([name], designs.DESIGNS, 1)
        make = partial(self._workers.run, partial(designs.draw, name), 0)
        return await self._drawings.get(("design", name), make)

    async def _compose(self, work: Callable[[], Image.Image], size: int) -> bytes:
        return await self._workers.run(partial(_composed, work), size)


def _check_names(names: Sequence[str], known: Sequence[str], most: int) -> None:
    unknown = set(names) - set(known)
    if unknown or not 1 <= len(names) <= most:
        raise ValueError(f"{len(names)} names to be drawn, of which unknown: {sorted(unknown)}")


def _composed(work: Callable[[], Image.Image]) -> bytes:
    jpeg, _ = encode_jpeg(work(), TELEGRAM_MAX_BYTES)
    return jpeg


def _check_shape(size: tuple[int, int], min_side: int) -> None:
    if max(size) > MAX_RATIO * min(size):
        raise PictureError(Reason.EXTREME_RATIO)
    if min(size) < min_side:
        raise PictureError(Reason.TOO_SMALL)


def _open_upload(data: bytes, min_side: int) -> tuple[Source, Decoding]:
    source = read_source(data, MAX_UPLOAD_BYTES)
    decoding = Decoding(source)
    _check_shape(decoding.size, min_side)
    return source, decoding


def _inspect(data: bytes, min_side: int) -> Inspected:
    source, decoding = _open_upload(data, min_side)
    width, height = decoding.size
    decoding.verify()
    return Inspected(width, height, source.kind)


def _prepare(data: bytes, long_side: int, max_bytes: int | None, min_side: int) -> Prepared:
    source, decoding = _open_upload(data, min_side)
    width, height = decoding.size
    fits = max(width, height) <= long_side and (max_bytes is None or len(data) <= max_bytes)
    if source.is_plain and fits:
        decoding.verify()
        return Prepared(data, width, height, untouched=True)
    image = decoding.render(fit((width, height), long_side))
    jpeg, (width, height) = encode_jpeg(image, max_bytes)
    return Prepared(jpeg, width, height, untouched=False)


def _check_result(data: bytes) -> ResultPicture:
    source = read_source(data, MAX_RESULT_BYTES)
    decoding = Decoding(source)
    width, height = decoding.size
    decoding.verify()
    return ResultPicture(width, height, source.kind.media_type)


def _for_telegram(data: bytes) -> bytes:
    source = read_source(data, MAX_RESULT_BYTES)
    decoding = Decoding(source)
    size = decoding.size
    is_slim = max(size) > TELEGRAM_MAX_RATIO * min(size)
    if source.is_plain and sum(size) <= TELEGRAM_MAX_SUM and len(data) <= TELEGRAM_MAX_BYTES and not is_slim:
        decoding.verify()
        return data
    image = padded(decoding.render(fit(size, TELEGRAM_LONG_SIDE)), TELEGRAM_MAX_RATIO)
    jpeg, _ = encode_jpeg(image, TELEGRAM_MAX_BYTES)
    return jpeg
