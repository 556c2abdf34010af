"""One tap on a button, with all that its handler needs."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from html import escape

from telegram import CallbackQuery

from bot.chat.codes import Code
from bot.chat.outcomes import MessageRef
from bot.chat.screen import Button, Screen
from bot.chat.screens import drafting
from bot.chat.screens.grouped import own_rows
from bot.texts import Translator
from bot.visit import Visit
from handlers.context import Services
from handlers.dressing import for_visit
from handlers.reading import place_of


@dataclass(frozen=True, slots=True)
class Tap:
    """A tap with all that its handler needs."""

    services: Services
    visit: Visit
    t: Translator
    query: CallbackQuery
    code: Code
    message: MessageRef

    async def answer(self, text: str | None = None, *, alert: bool = False, is_secret: bool = False) -> None:
        """Answer the tap itself, once; what has to be read is said in the chat where the tap can't show it.

        A tap that had to wait was answered with nothing meanwhile, and one from before a restart is too old.
        Nobody but the person sees the answer to a tap; what ``is_secret`` no group sees instead of it.
        """
        seen = await self.services.chat.answer_tap(self.query.id, text, alert=alert)
        if alert and text and not seen:
            screen = Screen(escape(text, quote=False))
            if is_secret:
                await self.services.chat.say(place_of(self.alone), screen)
            else:
                await self.say(screen)

    async def say(self, screen: Screen) -> None:
        """Answer with a new message."""
        await self.services.chat.say(place_of(self.visit), for_visit(self.visit, screen))

    async def edit(self, screen: Screen) -> None:
        """Change the tapped message."""
        await self.services.chat.edit(self.message, for_visit(self.visit, screen))

    @property
    def alone(self) -> Visit:
        """Return the visit as if it were in the person's private chat: for what a group is not to see."""
        if self.visit.is_private:
            return self.visit
        return replace(self.visit, chat_id=self.visit.user_id, thread_id=None, message_id=None, name=None)

    async def edit_buttons(self, rows: tuple[tuple[Button, ...], ...]) -> None:
        """Change the buttons under the tapped message only."""
        own = rows if self.visit.is_private else own_rows(rows, self.visit.user_id)
        await self.services.chat.edit_buttons(self.message, own)

    async def refuse(self) -> None:
        """Say that the button is from another time."""
        await self.answer(drafting.out_of_date(self.t), alert=True)


TapHandler = Callable[[Tap], Awaitable[None]]


def which(tap: Tap) -> int:
    """Return which picture of a job a button is about."""
    # Buttons of earlier versions don't say it; there it was the only one.
    return tap.code.number(1) if tap.code.text(1) else 1
