"""A picture on its way, arrived, or ended: progress, captions and what went wrong."""

from dataclasses import dataclass, replace

from bot.chat.codes import Verb
from bot.chat.screen import Button, Screen
from bot.chat.screens import hair_pages, outfits, tattoos
from bot.chat.screens.durations import duration_text
from bot.chat.screens.parts import back_text, button, credits_text, help_button, try_button
from bot.chat.screens.results import more_button
from bot.providers.base import Ability
from bot.texts import Translator

BAR_CELLS = 12


def waiting(
    t: Translator,
    *,
    job_id: int,
    place: int | None,
    seconds_left: float | None,
    can_cancel: bool,
    was_passed: bool = False,
) -> Screen:
    """Show a place in the queue and an estimate; ``was_passed``: the place was a better one before."""
    lines = [t("⏳ <b>Your picture is in the queue.</b>")]
    if place is not None and place > 1:
        lines.append(t("You are number {place}.", place=place))
    if was_passed:
        lines.append(t("Somebody who has had fewer pictures was let in first."))
    lines += _left(t, seconds_left)
    return Screen("\n".join(lines), _cancel(t, job_id, can_cancel=can_cancel))


def preparing(t: Translator, *, job_id: int, seconds_left: float | None, can_cancel: bool) -> Screen:
    """Show that the photos are being made ready."""
    lines = [t("📐 <b>Preparing your photos.</b>"), *_left(t, seconds_left)]
    return Screen("\n".join(lines), _cancel(t, job_id, can_cancel=can_cancel))


def rendering(
    t: Translator,
    *,
    fraction: float,
    seconds_left: float | None,
    step: int = 1,
    steps: int = 1,
    is_late: bool = False,
) -> Screen:
    """Show a moving bar, and which of several steps it has come to; ``is_late``: nobody knows how long yet."""
    what = t("🪡 <b>Putting it on you.</b>")
    if steps > 1:
        what = t("🪡 <b>Putting it on you: {step} of {steps}.</b>", step=step, steps=steps)
    left = [t("It is taking longer than usual.")] if is_late else _left(t, seconds_left)
    lines = [what, _bar(fraction), *left]
    return Screen("\n".join(lines))


def delivering(t: Translator) -> Screen:
    """Show that only the sending is left."""
    return Screen("\n".join([t("🎁 <b>Done, here it comes.</b>"), _bar(1.0)]))


def paused(t: Translator, *, job_id: int, can_cancel: bool) -> Screen:
    """Show that the picture service is having a pause."""
    text = t(
        "⏸ <b>The picture service is taking a break.</b>\nYou keep your place, and I go on by myself as soon as it is back."
    )
    return Screen(text, _cancel(t, job_id, can_cancel=can_cancel))


def started(t: Translator, *, job_id: int) -> Screen:
    """Show the card in the moment after the tap."""
    return waiting(t, job_id=job_id, place=None, seconds_left=None, can_cancel=True)


def on_its_way(t: Translator) -> Screen:
    """Show a new card of a picture of which the next report tells more."""
    return Screen(t("⏳ <b>Your picture is on its way.</b>"))


@dataclass(frozen=True, slots=True)
class Cost:
    """What a picture cost, what is left, and what came back for those of the same wish that never came.

    ``balance`` None where others read along.
    """

    price: int
    balance: int | None
    missing: int = 0
    returned: int = 0


def caption(
    t: Translator, cost: Cost, *, job_id: int, n: int, ability: str = Ability.CLOTHES.value
) -> Screen:
    """Caption a delivered picture, with what can follow."""
    return Screen("\n".join(cost_lines(t, cost)), picture_buttons(t, job_id=job_id, n=n, ability=ability))


def cost_lines(t: Translator, cost: Cost) -> list[str]:
    """Say what it cost, and what did not work out."""
    price = credits_text(t, cost.price)
    if cost.balance is None:
        lines = [t("Here you are! It cost {price}.", price=price)]
    else:
        balance = credits_text(t, cost.balance)
        lines = [t("Here you are! It cost {price}; you have {balance} left.", price=price, balance=balance)]
    if cost.missing:
        lost = t.plural("{n} more did not work out.", "{n} more did not work out.", cost.missing)
        lines.append(f"{lost} {back_text(t, cost.returned)}")
    return lines


def picture_buttons(t: Translator, *, job_id: int, n: int, ability: str) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons under a delivered picture."""
    return (
        *again_rows(t, job_id=job_id, ability=ability),
        (go_on_button(t, job_id=job_id, n=n),),
        (
            button(t("⬇️ Full-size file"), Verb.FULL_SIZE, job_id, n),
            more_button(t, job_id=job_id, n=n),
        ),
    )


def go_on_button(t: Translator, *, job_id: int, n: int) -> Button:
    """Return the button that takes a picture for the next photo."""
    return button(t("➡️ Go on with this picture"), Verb.GO_ON, job_id, n)


def again_rows(t: Translator, *, job_id: int, ability: str) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons that begin another try-on like this one, with something else in it."""
    if ability == Ability.HAIRSTYLE.value:
        return hair_pages.again_rows(t, job_id=job_id)
    if ability == Ability.TATTOO.value:
        return tattoos.again_rows(t, job_id=job_id)
    if ability == Ability.OUTFIT.value:
        upper, lower, person = (outfits.other_photo(t, role, job_id=job_id) for role in outfits.ROLES)
        return ((upper,), (lower,), (person,))
    return (
        (button(t("👗 Another garment"), Verb.OTHER_GARMENT, job_id),),
        (button(t("🤳 Another photo of me"), Verb.OTHER_PERSON, job_id),),
    )


def sure_to_delete(t: Translator, *, job_id: int, n: int) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons that ask once before a picture is removed."""
    yes = button(t("🗑 Yes, delete it"), Verb.DELETE_SURE, job_id)
    return ((yes,), (button(t("Keep it"), Verb.KEEP, job_id, n),))


def deleted(t: Translator, *, is_saved: bool = False, is_needed: bool = False) -> Screen:
    """Confirm a removal, and say which of the picture's photos stay: saved ones, and those still in use."""
    if not is_saved and not is_needed:
        lines = [t("Deleted. I no longer have this picture or the photos you sent for it.")]
    else:
        lines = [t("Deleted. I no longer have this picture.")]
    if is_saved:
        lines.append(t("Of its photos I keep the one that you saved yourself; it is in /looks."))
    if is_needed:
        lines.append(
            t(
                "One of its photos is still needed for a picture that is being made. "
                "Delete that one as well when it comes."
            )
        )
    return Screen("\n".join(lines), ((try_button(t),),))


def full_size_original(t: Translator) -> Screen:
    """Caption the file of a picture."""
    return Screen(t("The picture in full size, exactly as it was made."))


def full_size_part(t: Translator, *, job_id: int, n: int) -> Screen:
    """Caption the file of one picture of a comparison, which was on a sheet only until now."""
    return replace(full_size_original(t), rows=((go_on_button(t, job_id=job_id, n=n),),))


def full_size_copy(t: Translator, *, for_now: bool) -> Screen:
    """Caption a copy: the original is gone, or can't be reached now."""
    if for_now:
        return Screen(
            t("The original can't be had just now; this is the largest copy there is. Try again in a while.")
        )
    return Screen(t("The original is no longer kept; this is the largest copy there is."))


def full_size_sheet(t: Translator) -> Screen:
    """Caption the sheet of a comparison, sent where its single pictures are gone."""
    return Screen(
        t("The single pictures are no longer kept; this is the sheet with all of them, as large as there is.")
    )


def full_size_gone(t: Translator) -> str:
    """Say in one alert that the file can't be had any more."""
    return t("I no longer have this picture or its photos. Send me a photo, and we make a new one.")


def file_gone(t: Translator, *, job_id: int, ability: str | None = Ability.CLOTHES.value) -> Screen:
    """Say that the file can't be had any more, with ways to a new picture; None: nothing is known of it."""
    again = again_rows(t, job_id=job_id, ability=ability)[:1] if ability else ()
    return Screen(full_size_gone(t), (*again, (try_button(t),)))


def cancelled(t: Translator, *, price: int) -> Screen:
    """Show a cancelled card."""
    text = t("Cancelled. {back}", back=back_text(t, price))
    return Screen(text, ((try_button(t),),))


def too_late_to_cancel(t: Translator) -> str:
    """Say in one alert that the picture is already being made."""
    return t("It is already being made, so it can't be stopped any more. It comes in a moment.")


def failed(
    t: Translator,
    *,
    job_id: int,
    failure: str,
    role: str | None,
    price: int,
    ability: str = Ability.CLOTHES.value,
) -> Screen:
    """Say why no picture came, that it cost nothing, and what to do."""
    what = _failures(t).get(failure, t("The picture could not be made."))
    if ability == Ability.TATTOO.value:
        retry = (button(t("🔄 Try again"), Verb.RETRY, job_id),)
        what = tattoos.failure(t, failure, role) or what
        return Screen(
            f"{what}\n\n{back_text(t, price)}",
            tattoos.failure_rows(t, retry, job_id=job_id, failure=failure, role=role),
        )
    is_lost = failure in {"photo_gone", "photo_unreadable"}
    if is_lost and role in {"garment", "upper", "lower"}:
        what = _garment_failures(t)[failure]
    if ability == Ability.HAIRSTYLE.value:
        what = hair_pages.failure(t, failure) or what
    text = f"{what}\n\n{back_text(t, price)}"
    retry = (button(t("🔄 Try again"), Verb.RETRY, job_id),)
    other = (button(t("👗 Another garment"), Verb.OTHER_GARMENT, job_id),)
    person = (button(t("🤳 Another photo of me"), Verb.OTHER_PERSON, job_id),)
    if is_lost and ability == Ability.OUTFIT.value:
        return Screen(text, ((outfits.other_photo(t, role, job_id=job_id),), (help_button(t),)))
    if is_lost:
        return Screen(text, ((other if role == "garment" else person), (help_button(t),)))
    return Screen(text, (retry, *again_rows(t, job_id=job_id, ability=ability)))


def _failures(t: Translator) -> dict[str, str]:
    return {
        "photo_gone": t("😕 <b>Telegram no longer has your photo.</b> Please send it again."),
        "photo_unreadable": t("😕 <b>Your photo could not be read.</b> Please send another one."),
        "waited_too_long": t("⌛ <b>It took too long for your turn to come.</b> I am sorry for the wait."),
        "provider_failed": t(
            "😕 <b>The picture did not work out.</b> It often helps to use a photo with the whole body, "
            "facing the camera, or a clearer photo of the garment."
        ),
        "provider_refused": t(
            "😕 <b>The picture service did not accept these photos.</b> Please try others."
        ),
        "outcome_unknown": t(
            "😕 <b>The connection to the picture service broke.</b> One tap, and I try it again."
        ),
        "took_too_long": t(
            "⌛ <b>The picture service did not finish in time.</b> One tap, and I try it again."
        ),
        "result_lost": t(
            "😕 <b>The finished picture got lost on its way to me.</b> One tap, and I try it again."
        ),
        "undeliverable": t("📭 <b>I could not reach you with your picture in time.</b>"),
    }


def _garment_failures(t: Translator) -> dict[str, str]:
    return {
        "photo_gone": t("😕 <b>Telegram no longer has the photo of the garment.</b> Please send it again."),
        "photo_unreadable": t(
            "😕 <b>The photo of the garment could not be read.</b> Please send another one."
        ),
    }


def _bar(fraction: float) -> str:
    full = max(0, min(BAR_CELLS, round(fraction * BAR_CELLS)))
    return "▓" * full + "░" * (BAR_CELLS - full)


def _left(t: Translator, seconds: float | None) -> list[str]:
    if seconds is None:
        return []
    if seconds < 2:  # noqa: PLR2004 - not worth a number
        return [t("Any moment now.")]
    return [t("Ready in {duration}.", duration=duration_text(t, seconds))]


def _cancel(t: Translator, job_id: int, *, can_cancel: bool) -> tuple[tuple[Button, ...], ...]:
    return ((button(t("✖️ Cancel"), Verb.CANCEL, job_id),),) if can_cancel else ()
