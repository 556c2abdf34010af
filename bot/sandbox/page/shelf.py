"""The sample photos of the tray: what there is, and the pictures."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from bot.sandbox.page.requests import BadRequestError
from bot.sandbox.pictures.samples import garment_names, people_names, sample_jpeg


@dataclass(frozen=True, slots=True)
class Shelf:
    """Names of the people and garments, and a way from a name to a JPEG."""

    people: Callable[[], Sequence[str]] = people_names
    garments: Callable[[], Sequence[str]] = garment_names
    jpeg: Callable[[str], bytes] = sample_jpeg

    def as_json(self) -> list[dict[str, str]]:
        """Return the tray's contents."""
        groups = (("People", self.people()), ("Garments", self.garments()))
        return [_sample(name, group) for group, names in groups for name in names]

    async def picture(self, name: str) -> bytes:
        """Return a sample as JPEG, drawn off the event loop; BadRequestError for an unknown name."""
        if name not in self.people() and name not in self.garments():
            raise BadRequestError("There is no such sample.", 404)
        return await asyncio.to_thread(self.jpeg, name)


def _sample(name: str, group: str) -> dict[str, str]:
    label = name.replace("-", " ").replace("_", " ")
    return {
        "name": name,
        "label": label.capitalize() if group == "People" else label,
        "group": group,
        "url": f"/page/api/samples/{quote(name)}",
    }
