"""What a job needs of a provider, told from what is stored with it."""

from bot.providers.base import Ability, Need
from bot.wish import Wish, wish_from_json, wish_needs
from storage.jobs import Job


def need_of_wish(wish: Wish, step: int = 1) -> Need:
    """Return what a provider has to be able to do for a step of a wish."""
    return wish_needs(wish)[step - 1]


def need_of_job(job: Job) -> Need:
    """Return the same for a job that is under way; of an unreadable wish at least the ability is known."""
    try:
        return need_of_wish(wish_from_json(job.request), job.step)
    except (IndexError, KeyError, TypeError, ValueError):
        return Need(Ability(job.ability))
