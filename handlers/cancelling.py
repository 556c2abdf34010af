"""/cancel, wherever it is said: what is stopped, and what the cards of stopped pictures say then."""

from bot.chat.messages import Addressee
from bot.chat.outcomes import MessageRef
from bot.chat.screen import Screen
from bot.chat.screens import basics, grouped, waiting
from bot.texts import Translator
from bot.visit import Visit
from handlers.context import Services


async def cancel_all(services: Services, visit: Visit, t: Translator) -> Screen:
    """Stop everything of a person's that can be stopped; in a group what they began there."""
    done = await services.confirming.cancel_all(visit)
    for question in done.questions:
        await services.chat.remove(question)
    for job in done.jobs:
        if job.card_message_id:
            screen = waiting.cancelled(t, price=job.price)
            if job.chat_id != job.user_id:
                screen = grouped.to_one(screen, Addressee(job.user_id, job.addressee or ""))
            await services.chat.edit(MessageRef(job.chat_id, job.card_message_id), screen)
    if done.jobs or done.had_draft or done.still_running:
        return basics.cancelled(
            t, jobs=len(done.jobs), still_running=done.still_running, had_draft=done.had_draft
        )
    return basics.nothing_to_cancel(t)
