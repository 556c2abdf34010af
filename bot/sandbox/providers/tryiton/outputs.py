"""The provider's picture store: pictures are composed when first asked for, and kept for a while."""

from functools import partial

from bot.sandbox.pictures.compose import Addition, Garment, Haircut, Photo, Scene, Tattoo, compose, encode
from bot.sandbox.providers.gallery import Gallery
from bot.sandbox.providers.replies import Reply
from bot.sandbox.providers.tryiton.accounts import Job
from bot.sandbox.providers.tryiton.orders import Endpoint, ImageInput, Order


class OutputStore:
    """Composes results in a thread, each once as long as it is remembered."""

    def __init__(self) -> None:
        self._gallery = Gallery()

    async def reply(self, job: Job, number: int) -> Reply:
        """Return one picture of a finished job."""
        body = await self._gallery.picture(job.outputs[number], partial(_paint, job.order, number))
        return Reply(200, body, f"image/{job.order.output_format}")


def _paint(order: Order, number: int) -> bytes:
    scene = Scene(_photo(order.person), _addition(order), number, order.samples)
    return encode(compose(scene), order.output_format)


def _addition(order: Order) -> Addition:
    if order.endpoint is Endpoint.HAIRSTYLE:
        return Haircut(order.haircut or "", order.hair_color)
    item = _photo(order.item or ImageInput())
    if order.endpoint is Endpoint.TATTOO:
        region = order.region
        place = (region.x, region.y, region.w, region.h) if region else None
        return Tattoo(item, order.placement, place)
    return Garment(item, order.subcategory or order.category)


def _photo(given: ImageInput) -> Photo:
    return Photo(given.data, given.url)
