"""What a job needs of a provider, told from what is stored with it."""

from collections.abc import Set as AbstractSet
from dataclasses import fields

from bot.providers.base import Ability, Need, Picture
from bot.wish import Wish, wish_from_json, wish_needs
from storage.jobs import Job


def needs_left(wish: Wish, step: int = 1) -> tuple[Need, ...]:
    """Return what a provider has to be able to do for this step of a wish and each one after it."""
    if not 1 <= step <= wish.steps:
        raise ValueError(f"this wish has no step {step}")
    return wish_needs(wish)[step - 1 :]


def needs_of_job(job: Job) -> tuple[Need, ...]:
    """Return the same for a stored job; of an unreadable wish at least the ability is known."""
    try:
        return needs_left(wish_from_json(job.request), job.step)
    except (KeyError, TypeError, ValueError):
        return (Need(Ability(job.ability)),)


def roles_of_step(wish: Wish, step: int) -> AbstractSet[str]:
    """Return the roles of the pictures that a step takes; the request itself says it."""
    blanks = {role: Picture(role.encode()) for role in wish.photos}
    request = wish.request(blanks, step)
    taken = [getattr(request, field.name) for field in fields(request)]
    return {role for role, blank in blanks.items() if any(one is blank for one in taken)}
