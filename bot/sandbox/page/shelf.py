"""The sample photos of the tray: what there is, and the pictures."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from bot.sandbox.page.requests import BadRequestError
from bot.sandbox.pictures.samples import garment_names, people_names, sample_jpeg, tricky_names


@dataclass(frozen=True, slots=True)
class Shelf:
    """Names of the samples by group, and a way from a name to a JPEG."""

    people: Callable[[], Sequence[str]] = people_names
    garments: Callable[[], Sequence[str]] = garment_names
    tricky: Callable[[], Sequence[str]] = tricky_names
    jpeg: Callable[[str], bytes] = sample_jpeg

    def as_json(self) -> list[dict[str, str]]:
        """Return the tray's contents."""
        return [_sample(name, group) for group, names in self._groups() for name in names]

    def _groups(self) -> tuple[tuple[str, Sequence[str]], ...]:
        return (
            ("People", self.people()),
            ("Garments", self.garments()),
            ("Tricky photos", self.tricky()),
        )

    async def picture(self, name: str) -> bytes:
        """Return a sample as JPEG, drawn off the event loop; BadRequestError for an unknown name."""
        if not any(name in names for _, names in self._groups()):
            raise BadRequestError("There is no such sample.", 404)
        return await asyncio.to_thread(self.jpeg, name)


def _sample(name: str, group: str) -> dict[str, str]:
    label = name.replace("-", " ").replace("_", " ")
    return {
        "name": name,
        "label": label if group == "Garments" else label.capitalize(),
        "group": group,
        "url": f"/page/api/samples/{quote(name)}",
    }
