"""The garments that a person tried on lately, to be tried on again."""

from dataclasses import dataclass

from bot.providers.base import Ability
from bot.tryon.showing import Leaf, leaf
from bot.wish import ClothesWish, GarmentKind, OutfitWish, PhotoRef, wish_from_json
from storage.database import Database
from storage.jobs import Job

ABILITIES = (Ability.CLOTHES, Ability.OUTFIT)
JOBS_LOOKED_AT = 100


@dataclass(frozen=True, slots=True)
class Garment:
    """A garment of an earlier try-on, in the role that it had there."""

    job_id: int
    role: str
    photo: PhotoRef
    kind: GarmentKind

    @property
    def key(self) -> tuple[int, str]:
        """Return what names it in a button."""
        return self.job_id, self.role


GarmentLeaf = Leaf[Garment]


class Wardrobe:
    """Reads the garments out of a person's own try-ons, as long as those are not forgotten."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, user_id: int, job_id: int = 0, role: str = "") -> GarmentLeaf | None:
        """Return a page of the garments, the latest where none is asked for; None when there are none."""
        garments = await self._garments(user_id)
        asked = (place for place, one in enumerate(garments) if (one.job_id, one.role) == (job_id, role))
        return leaf(garments, next(asked, 0))

    async def find(self, user_id: int, job_id: int, role: str) -> Garment | None:
        """Return a garment, or None when it is forgotten."""
        async with self._database.reading() as tx:
            job = await tx.jobs.get(job_id)
        if job is None or job.user_id != user_id:
            return None
        return next((one for one in _garments_of(job) if one.role == role), None)

    async def _garments(self, user_id: int) -> list[Garment]:
        """Return each garment once, however often it was tried on, the latest first."""
        async with self._database.reading() as tx:
            jobs = await tx.jobs.remembered(user_id, ABILITIES, JOBS_LOOKED_AT)
        found: dict[str, Garment] = {}
        for job in jobs:
            for garment in _garments_of(job):
                found.setdefault(garment.photo.identity, garment)
        return list(found.values())


def _garments_of(job: Job) -> tuple[Garment, ...]:
    """Return what was tried on, but for what its person deleted with another picture."""
    return tuple(one for one in _all_garments_of(job) if not one.photo.is_forgotten)


def _all_garments_of(job: Job) -> tuple[Garment, ...]:
    match wish_from_json(job.request) if job.request else None:
        case ClothesWish(_, garment, kind):
            return (Garment(job.id, "garment", garment, kind),)
        case OutfitWish(_, upper, lower):
            return (
                Garment(job.id, "upper", upper, GarmentKind.TOP),
                Garment(job.id, "lower", lower, GarmentKind.BOTTOM),
            )
        case _:
            return ()
