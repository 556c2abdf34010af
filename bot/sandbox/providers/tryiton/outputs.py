"""The provider's picture store: pictures are composed when first asked for, and kept for a while."""

import asyncio
from collections import OrderedDict

from bot.sandbox.pictures.compose import Addition, Garment, Haircut, Photo, Scene, Tattoo, compose, encode
from bot.sandbox.providers.tryiton.accounts import Job
from bot.sandbox.providers.tryiton.orders import Endpoint, ImageInput, Order
from bot.sandbox.providers.tryiton.replies import Reply

KEPT_IN_MEMORY = 64


class OutputStore:
    """Composes results in a thread, each once as long as it is remembered."""

    def __init__(self) -> None:
        self._made: OrderedDict[str, asyncio.Task[bytes]] = OrderedDict()

    async def reply(self, job: Job, number: int) -> Reply:
        """Return one picture of a finished job."""
        name = job.outputs[number]
        if name not in self._made:
            self._made[name] = asyncio.create_task(asyncio.to_thread(_paint, job.order, number))
            if len(self._made) > KEPT_IN_MEMORY:
                self._made.popitem(last=False)
        self._made.move_to_end(name)
        # One caller who goes away must not end the painting for the others.
        body = await asyncio.shield(self._made[name])
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
