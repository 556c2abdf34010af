"""Buttons people tap and inline queries they type."""

from dataclasses import replace

from bot.sandbox.telegram.changes import InlineAnswered
from bot.sandbox.telegram.entities import with_found_entities
from bot.sandbox.telegram.model import Button, Chat, InlineResult, Message
from bot.sandbox.telegram.people import PeopleActions
from bot.sandbox.telegram.queries import CallbackTap, InlineAsk
from bot.sandbox.telegram.shapes import message_json, user_json
from bot.sandbox.telegram.state import ChatRef, NotPossibleError

MAX_INLINE_QUERY = 256


class TapActions(PeopleActions):
    """Taps and inline queries: questions a bot answers while the person waits."""

    async def person_taps_button(
        self,
        person_id: int,
        chat: ChatRef,
        message_id: int,
        *,
        data: str | None = None,
        text: str | None = None,
    ) -> CallbackTap:
        """Tap the callback button with this data or this text; `await tap.answer(seconds)` says what pops up.

        Without data and text the first button is tapped. Tapping again while waiting asks again.
        """
        where = self.chat(chat)
        message = self._must_see(where, message_id)
        button = _find_button(message, data, text)
        if button.callback_data is None:
            raise NotPossibleError(f"the button {button.text!r} asks the bot nothing")
        if not where.has_member(person_id):
            raise NotPossibleError(f"{person_id} is not in chat {where.id}")
        bot = self.bots[message.via_bot_id or message.sender_id]
        tap = self.callbacks.ask(bot.id, person_id)
        payload = {
            "id": tap.id,
            "from": user_json(self, person_id),
            **self._tapped_json(where, message),
            "chat_instance": str(abs(hash((where.bot_id, where.id))) + 10**17),
            "data": button.callback_data,
        }
        bot.queue.push("callback_query", payload)
        return tap

    async def person_inline_query(
        self, person_id: int, query: str, *, offset: str = "", chat: ChatRef | None = None
    ) -> InlineAsk:
        """Type behind the bot's name in some chat; await `ask.answer(seconds)` for the offers.

        Telegram remembers answers: while one is fresh, it comes at once and the bot hears nothing.
        """
        if len(query) > MAX_INLINE_QUERY:
            raise NotPossibleError(f"an inline query has up to {MAX_INLINE_QUERY} characters")
        if not self.bot.inline_enabled:
            raise NotPossibleError("this bot has no inline mode")
        ask = self.inline_queries.ask(self.bot.id, person_id, query, offset)
        known = self.inline_cache.find(self.bot.id, person_id, query, offset)
        if known is not None:
            self.inline_queries.answer(self.bot.id, ask.id, known)
            self.publish(InlineAnswered(person_id, ask.id, known))
            return ask
        payload = {
            "id": ask.id,
            "from": user_json(self, person_id),
            "chat_type": self._inline_chat_type(person_id, chat),
            "query": query,
            "offset": offset,
        }
        self.bot.queue.push("inline_query", payload)
        return ask

    async def person_chooses_inline(
        self,
        person_id: int,
        chat: ChatRef,
        ask: InlineAsk,
        result_id: str,
        *,
        reply_to: int | None = None,
        thread_id: int | None = None,
    ) -> Message:
        """Pick an offer of an answered inline query; it is sent in the person's name, via the bot."""
        answer = await ask.answer(0)
        result = next((one for one in answer.results if one.id == result_id), None) if answer else None
        if result is None:
            raise NotPossibleError(f"nothing with the id {result_id!r} was offered")
        where = self._enter(person_id, chat)
        draft = self._draft(person_id, where, reply_to=reply_to, thread_id=thread_id)
        said = self._say(where, self._filled(draft, ask.bot_id, result))
        self._tell_choice(where, ask, said, result_id)
        return said

    def _tell_choice(self, chat: Chat, ask: InlineAsk, said: Message, result_id: str) -> None:
        """Queue chosen_inline_result where BotFather was told that the bot wants it (/setinlinefeedback)."""
        bot = self.bots[ask.bot_id]
        if not bot.inline_feedback:
            return
        chosen = {"result_id": result_id, "from": user_json(self, said.sender_id), "query": ask.text}
        if said.keyboard is not None:
            chosen["inline_message_id"] = self._inline_message_id(chat, said)
        bot.queue.push("chosen_inline_result", chosen)

    def _tapped_json(self, chat: Chat, message: Message) -> dict[str, object]:
        if message.via_bot_id is not None:
            return {"inline_message_id": self._inline_message_id(chat, message)}
        return {"message": message_json(self, chat, message)}

    def _inline_message_id(self, chat: Chat, message: Message) -> str:
        name = f"BAAAA{chat.bot_id}_{abs(chat.id)}_{message.id}"
        self.inline_messages[name] = (chat, message.id)
        return name

    def _inline_chat_type(self, person_id: int, ref: ChatRef | None) -> str:
        if ref is None:
            return "sender"
        chat = self.chat(ref)
        return "sender" if chat.is_private and chat.id == person_id else chat.kind.value

    def _filled(self, draft: Message, bot_id: int, result: InlineResult) -> Message:
        photo = self.files.photo(result.photo_file_id) if result.photo_file_id else None
        styled = with_found_entities(result.text) if result.text else None
        return replace(
            draft,
            text=styled.text if styled else None,
            entities=styled.entities if styled else (),
            photo=photo,
            keyboard=result.keyboard,
            via_bot_id=bot_id,
        )


def _find_button(message: Message, data: str | None, text: str | None) -> Button:
    buttons = message.keyboard.buttons() if message.keyboard else ()
    for button in buttons:
        if data is not None and button.callback_data != data:
            continue
        if text is None or button.text == text:
            return button
    raise NotPossibleError(f"message {message.id} has no such button")
