"""What a job needs of a provider, told from what is stored with it."""

from bot.providers.base import Ability, Need, Picture
from bot.wish import Wish, wish_from_json
from storage.jobs import Job

_BLANK = Picture(b"")


def need_of_wish(wish: Wish, step: int = 1) -> Need:
    """Return what a provider has to be able to do; the request itself says it, so nothing is said twice."""
    return wish.request(dict.fromkeys(wish.photos, _BLANK), step).need


def need_of_job(job: Job) -> Need:
    """Return the same for a job that is under way; of an unreadable wish at least the ability is known."""
    try:
        return need_of_wish(wish_from_json(job.request), job.step)
    except (KeyError, TypeError, ValueError):
        return Need(Ability(job.ability))
