"""The words for what the scheduler reports: progress, pictures and notices."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from bot.chat.messages import (
    CAME_PRIVATELY,
    GROUP_IS_OVER,
    PICTURE_WAITS,
    WENT_BACK,
    Delivery,
    NoticeText,
    Progress,
    SheetPart,
    Stage,
)
from bot.chat.screen import Screen
from bot.chat.screens import comparing, grouped, operator, results, waiting
from bot.chat.screens.parts import credits_text, try_button
from bot.providers.base import Ability
from bot.texts import Texts, Translator

Params = dict[str, Any]


class Words:
    """Finds the screen for each thing that is told about a job."""

    def __init__(self, texts: Texts, bot_username: str) -> None:
        self._texts = texts
        self._private_chat = grouped.private_chat_url(bot_username)

    def progress(self, progress: Progress, language: str | None) -> Screen:
        """Return the card of a job on its way."""
        screen = self._progress(progress, language)
        return grouped.to_one(screen, progress.addressee) if progress.addressee else screen

    def _progress(self, progress: Progress, language: str | None) -> Screen:
        t = self._texts.speak(language)
        job_id, can_cancel = progress.job_id, progress.can_cancel
        match progress.stage:
            case Stage.WAITING:
                return waiting.waiting(
                    t,
                    job_id=job_id,
                    place=progress.place,
                    seconds_left=progress.seconds_left,
                    can_cancel=can_cancel,
                    was_passed=progress.was_passed,
                )
            case Stage.PREPARING:
                return waiting.preparing(
                    t, job_id=job_id, seconds_left=progress.seconds_left, can_cancel=can_cancel
                )
            case Stage.RENDERING:
                return waiting.rendering(
                    t,
                    fraction=progress.fraction or 0.0,
                    seconds_left=progress.seconds_left,
                    step=progress.step,
                    steps=progress.steps,
                    is_late=progress.is_late,
                )
            case Stage.DELIVERING:
                return waiting.delivering(t)
            case Stage.PAUSED:
                return waiting.paused(t, job_id=job_id, can_cancel=can_cancel)

    def picture_caption(self, delivery: Delivery) -> Screen:
        """Return the caption and the buttons of a finished picture."""
        t = self._texts.speak(delivery.language)
        # What somebody has left is nobody else's business.
        balance = None if delivery.addressee else delivery.balance
        facts = waiting.Cost(delivery.price, balance, delivery.missing, delivery.returned)
        if delivery.parts:
            screen = comparing.caption(t, delivery.parts, facts, job_id=delivery.job_id)
        else:
            screen = waiting.caption(t, facts, job_id=delivery.job_id, n=delivery.n, ability=delivery.ability)
        if delivery.shows:
            screen = comparing.named(t, delivery.shows, screen)
        if delivery.addressee is None:
            return screen
        if delivery.earlier:
            screen = replace(
                screen, rows=(*screen.rows, grouped.ask_group_row(t, delivery.job_id, delivery.n))
            )
        return grouped.to_one(screen, delivery.addressee)

    def part_labels(self, parts: Sequence[SheetPart], language: str | None) -> list[str]:
        """Return what stands below the pictures of a comparison."""
        return comparing.labels(self._texts.speak(language), parts)

    def notice(self, notice: NoticeText) -> Screen:
        """Return the message of a notice."""
        t = self._texts.speak(notice.language)
        screen = NOTICES[notice.kind](t, {"private_chat": self._private_chat, **notice.params})
        return grouped.to_one(screen, notice.addressee) if notice.addressee else screen


def _job_failed(t: Translator, params: Params) -> Screen:
    return waiting.failed(
        t,
        job_id=params["job_id"],
        failure=params["failure"],
        role=params.get("role"),
        price=params["price"],
        ability=params.get("ability", Ability.CLOTHES.value),
    )


def _job_cancelled(t: Translator, params: Params) -> Screen:
    return waiting.cancelled(t, price=params["price"])


def _picture_waits(t: Translator, params: Params) -> Screen:
    return grouped.waits_for_you(t, url=params["private_chat"])


def _came_privately(t: Translator, params: Params) -> Screen:
    return grouped.came_elsewhere(t, url=params["private_chat"])


def _went_back(t: Translator, params: Params) -> Screen:
    return grouped.went_back(t, url=params.get("group"))


def _group_is_over(t: Translator, params: Params) -> Screen:
    del params
    return grouped.group_is_over(t)


def _granted(t: Translator, params: Params) -> Screen:
    text = t(
        "🎁 You were given {credits}. You now have {balance}.",
        credits=credits_text(t, params["credits"]),
        balance=credits_text(t, params["balance"]),
    )
    return Screen(text, ((try_button(t),),))


def _credit_back(t: Translator, params: Params) -> Screen:
    return results.credit_back(
        t,
        job_id=params["job_id"],
        credits_=params["credits"],
        balance=params["balance"],
        left=params["left"],
    )


def _goodwill_limit(t: Translator, params: Params) -> Screen:
    return results.limit_reached(
        t, user_id=params["user_id"], pictures=params["pictures"], days=params["days"]
    )


NOTICES: dict[str, Callable[[Translator, Params], Screen]] = {
    "job_failed": _job_failed,
    "job_cancelled": _job_cancelled,
    PICTURE_WAITS: _picture_waits,
    CAME_PRIVATELY: _came_privately,
    WENT_BACK: _went_back,
    GROUP_IS_OVER: _group_is_over,
    "granted": _granted,
    "credit_back": _credit_back,
    "operator_out_of_credits": operator.out_of_credits,
    "operator_key_refused": operator.key_refused,
    "operator_key_gone": operator.key_gone,
    "operator_result_host_refused": operator.result_host_refused,
    "operator_endpoint_missing": operator.endpoint_missing,
    "operator_ability_missing": operator.ability_missing,
    "operator_goodwill_limit": _goodwill_limit,
}
