"""Paints the results of FitRoom's tasks."""

from bot.sandbox.pictures.compose import Garment, Outfit, Photo, Scene, compose, encode, enlarged
from bot.sandbox.providers.fitroom.orders import Order


def paint(order: Order) -> bytes:
    """Return a result as JPEG (slow): 2048 pixels high in HD, 1296 otherwise."""
    cloth = Photo(order.cloth)
    addition = (
        Garment(cloth, order.cloth_type)
        if order.lower_cloth is None
        else Outfit(cloth, Photo(order.lower_cloth))
    )
    picture = compose(Scene(Photo(order.model), addition))
    return encode(enlarged(picture) if order.hd else picture, "jpeg")
