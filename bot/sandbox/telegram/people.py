"""What people do in Telegram's apps."""

from collections.abc import Sequence
from dataclasses import replace

from bot.sandbox.telegram.attachments import KINDS, attachment
from bot.sandbox.telegram.changes import ChatChanged
from bot.sandbox.telegram.delivery import tell_bots, tell_membership, tell_reaction
from bot.sandbox.telegram.entities import find_entities, stripped, utf16_length, with_found_entities
from bot.sandbox.telegram.model import (
    Chat,
    ChatKind,
    Entity,
    ForwardOrigin,
    Media,
    Message,
    Person,
    Status,
    StyledText,
    Upload,
)
from bot.sandbox.telegram.pictures import HD_SIDE, NORMAL_SIDE
from bot.sandbox.telegram.state import ChatRef, NotPossibleError, WorldState

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_ALBUM = 10
FIRST_PERSON_ID = 500_000_001


class PeopleActions(WorldState):
    """The world seen from a phone; every action returns what appeared in the chat."""

    def add_person(
        self,
        first_name: str,
        *,
        language_code: str | None = "en",
        last_name: str | None = None,
        username: str | None = None,
        person_id: int | None = None,
        stars: int = 0,
    ) -> Person:
        """Let somebody join Telegram; the person has not spoken to any bot yet."""
        new_id = person_id or max([FIRST_PERSON_ID - 1, *self.people]) + 1
        person = Person(
            id=new_id,
            first_name=first_name,
            last_name=last_name,
            username=username,
            language_code=language_code,
        )
        self.people[new_id] = person
        self.stars[new_id] = stars
        return person

    async def person_starts(self, person_id: int, payload: str = "", bot_id: int | None = None) -> Message:
        """Press START, or follow a t.me link with a payload."""
        text = f"/start {payload}".strip()
        return await self.person_sends_text(person_id, self.private_chat(person_id, bot_id), text)

    async def person_sends_text(
        self,
        person_id: int,
        chat: ChatRef,
        text: str,
        *,
        entities: Sequence[Entity] = (),
        reply_to: int | None = None,
        quote: str | None = None,
        thread_id: int | None = None,
    ) -> Message:
        """Type and send a text; `quote` is the part of the message replied to that is cited."""
        styled = with_found_entities(stripped(StyledText(text, tuple(entities))))
        if not 0 < utf16_length(styled.text) <= MAX_TEXT:
            raise NotPossibleError(f"a text has 1 to {MAX_TEXT} characters")
        where = self._enter(person_id, chat)
        message = self._draft(person_id, where, reply_to=reply_to, quote=quote, thread_id=thread_id)
        return self._say(where, replace(message, text=styled.text, entities=styled.entities))

    async def person_sends_photos(  # noqa: PLR0913 - the choices an app offers when sending
        self,
        person_id: int,
        chat: ChatRef,
        photos: Sequence[bytes],
        *,
        caption: str = "",
        reply_to: int | None = None,
        thread_id: int | None = None,
        hd: bool = False,
        spoiler: bool = False,
        album_id: str | None = None,
    ) -> list[Message]:
        """Send one photo, or several as an album; the app shrinks them to 1280 pixels (2560 with `hd`).

        `album_id` (a message's media_group_id) sends further parts of an album that arrive late.
        PictureRefusedError when the bytes are no picture.
        """
        _check_album(photos)
        side = HD_SIDE if hd else NORMAL_SIDE
        ready = [await self.files.add_photo(data, longest_side=side, any_size=True) for data in photos]
        contents = [Media(photo=one, has_spoiler=spoiler) for one in ready]
        styled = self._caption(caption)
        where = self._enter(person_id, chat)
        draft = self._draft(person_id, where, reply_to=reply_to, thread_id=thread_id)
        return self._say_album(where, replace(draft, media_group_id=album_id), contents, styled)

    async def person_sends_documents(
        self,
        person_id: int,
        chat: ChatRef,
        uploads: Sequence[Upload],
        *,
        caption: str = "",
        reply_to: int | None = None,
        thread_id: int | None = None,
    ) -> list[Message]:
        """Send one file, or several as an album, unchanged; the caption stands under the last."""
        _check_album(uploads)
        ready = [
            await self.files.add_document(one.data, name=one.name, mime_type=one.mime_type) for one in uploads
        ]
        contents = [Media(document=one) for one in ready]
        styled = self._caption(caption)
        where = self._enter(person_id, chat)
        draft = self._draft(person_id, where, reply_to=reply_to, thread_id=thread_id)
        return self._say_album(where, draft, contents, styled, caption_at=-1)

    async def person_sends_document(
        self,
        person_id: int,
        chat: ChatRef,
        data: bytes,
        *,
        name: str,
        mime_type: str | None = None,
        caption: str = "",
        reply_to: int | None = None,
        thread_id: int | None = None,
    ) -> Message:
        """Send one file unchanged."""
        sent = await self.person_sends_documents(
            person_id,
            chat,
            [Upload(name, data, mime_type)],
            caption=caption,
            reply_to=reply_to,
            thread_id=thread_id,
        )
        return sent[0]

    async def person_sends_other(
        self, person_id: int, chat: ChatRef, kind: str, *, reply_to: int | None = None
    ) -> Message:
        """Send a sticker, voice message, video or the like (one of attachments.KINDS)."""
        if kind not in KINDS:
            raise NotPossibleError(f"one of {', '.join(KINDS)} is wanted")
        where = self._enter(person_id, chat)
        draft = self._draft(person_id, where, reply_to=reply_to)
        return self._say(where, replace(draft, attachment=attachment(kind)))

    async def person_forwards(
        self,
        person_id: int,
        from_chat: ChatRef,
        message_ids: Sequence[int],
        to_chat: ChatRef,
        *,
        hide_sender: bool = False,
    ) -> list[Message]:
        """Forward messages, albums staying albums; `hide_sender`: the author forbids links to the account."""
        source = self.chat(from_chat)
        originals = [self._must_see(source, message_id) for message_id in message_ids]
        where = self._enter(person_id, to_chat)
        albums: dict[str, str] = {}
        sent = []
        for original in originals:
            album = original.media_group_id
            group = albums.setdefault(album, self._new_album_id()) if album and len(originals) > 1 else None
            copy = replace(
                self._draft(person_id, where).with_content_of(original),
                forward_origin=self._origin(original, hide_sender=hide_sender),
                media_group_id=group,
            )
            sent.append(self._say(where, copy))
        return sent

    async def person_edits(self, person_id: int, chat: ChatRef, message_id: int, text: str) -> Message:
        """Change the text or caption of an own message."""
        where = self.chat(chat)
        old = self._must_see(where, message_id)
        if old.sender_id != person_id or old.forward_origin:
            raise NotPossibleError("people edit only what they wrote")
        styled = with_found_entities(stripped(StyledText(text)))
        limit = MAX_CAPTION if old.has_media else MAX_TEXT
        if utf16_length(styled.text) > limit or not (styled.text or old.has_media):
            raise NotPossibleError(f"this text may have up to {limit} characters")
        new = replace(old, text=styled.text or None, entities=styled.entities, edit_date=self.unix_now())
        self.replace_message(where, new)
        tell_bots(self, where, new, edited=True)
        return new

    async def person_replaces_photo(
        self, person_id: int, chat: ChatRef, message_id: int, data: bytes
    ) -> Message:
        """Put another photo into an own message, as the app does when a message is edited."""
        where = self.chat(chat)
        old = self._must_see(where, message_id)
        if old.sender_id != person_id or old.forward_origin or not old.photo:
            raise NotPossibleError("people replace only photos that they sent")
        photo = await self.files.add_photo(data, longest_side=NORMAL_SIDE, any_size=True)
        new = replace(old, photo=photo, edit_date=self.unix_now())
        self.replace_message(where, new)
        tell_bots(self, where, new, edited=True)
        return new

    async def person_deletes(self, person_id: int, chat: ChatRef, message_ids: Sequence[int]) -> None:
        """Delete messages for everybody; bots are not told. In groups only own messages."""
        where = self.chat(chat)
        for message_id in message_ids:
            message = self._must_see(where, message_id)
            if not where.is_private and message.sender_id != person_id:
                raise NotPossibleError("in a group people delete only what they wrote")
        self.remove_messages(where, message_ids)

    async def person_blocks(self, person_id: int, bot_id: int | None = None) -> None:
        """Block a bot: it cannot write to the person any more and is told so."""
        chat = self.private_chat(person_id, bot_id)
        if not chat.blocked:
            chat.blocked = True
            self._tell_block(chat, Status.MEMBER, Status.KICKED)

    async def person_unblocks(self, person_id: int, bot_id: int | None = None) -> None:
        """Unblock a bot."""
        chat = self.private_chat(person_id, bot_id)
        if chat.blocked:
            chat.blocked = False
            self._tell_block(chat, Status.KICKED, Status.MEMBER)

    async def person_reacts(
        self, person_id: int, chat: ChatRef, message_id: int, emoji: str | None
    ) -> Message:
        """Put a reaction under a message, or take it away with None."""
        where = self.chat(chat)
        message = self._must_see(where, message_id)
        tell_reaction(self, where, message, person_id, emoji)
        others = tuple(one for one in message.reactions if one[0] != person_id)
        mine = ((person_id, emoji),) if emoji else ()
        return self.replace_message(where, replace(message, reactions=others + mine))

    def _enter(self, person_id: int, ref: ChatRef) -> Chat:
        """Return the chat a person is about to write in; writing to a bot starts and unblocks it."""
        chat = self.chat(ref)
        self.person(person_id)
        if not chat.has_member(person_id):
            raise NotPossibleError(f"{person_id} is not in chat {chat.id}")
        if chat.migrated_to is not None:
            raise NotPossibleError(f"this group became the supergroup {chat.migrated_to}")
        if chat.is_channel and not chat.has_administrator(person_id):
            raise NotPossibleError("only administrators write in a channel")
        if chat.is_private:
            chat.started = True
            if chat.blocked:
                chat.blocked = False
                self._tell_block(chat, Status.KICKED, Status.MEMBER)
                self.publish(ChatChanged(chat))
        return chat

    def _tell_block(self, chat: Chat, before: Status, after: Status) -> None:
        tell_membership(self, self.bots[chat.bot_id], chat, chat.id, before, after)
        # In the chat's own list the bot stays: being blocked is kept apart.
        chat.members[chat.bot_id] = Status.MEMBER

    def _draft(
        self,
        sender_id: int,
        chat: Chat,
        *,
        reply_to: int | None = None,
        quote: str | None = None,
        thread_id: int | None = None,
    ) -> Message:
        original = self._must_see(chat, reply_to) if reply_to is not None else None
        if thread_id is not None and thread_id not in chat.topics:
            raise NotPossibleError(f"there is no topic {thread_id}")
        cited = StyledText(quote, find_entities(quote)) if quote else None
        if quote and (original is None or quote not in (original.text or "")):
            raise NotPossibleError("only a part of the message replied to can be quoted")
        thread, in_topic = self.thread_of(chat, thread_id, original)
        if in_topic and chat.is_closed_for(sender_id, thread):
            raise NotPossibleError("this topic is closed")
        return Message(
            chat_id=chat.id,
            id=0,
            date=self.unix_now(),
            sender_id=sender_id,
            sender_chat_id=chat.id if chat.is_channel else chat.speakers.get(sender_id),
            reply_to_id=reply_to,
            quote=cited,
            thread_id=thread,
            is_topic_message=in_topic,
        )

    def thread_of(
        self, chat: Chat, thread_id: int | None, original: Message | None
    ) -> tuple[int | None, bool]:
        """Return a new message's thread and whether that is a topic.

        Outside topics every reply in a supergroup carries the id of the first message answered as its thread.
        """
        topic = thread_id or (original.thread_id if original and original.is_topic_message else None)
        if topic is not None:
            return topic, True
        if chat.kind is ChatKind.SUPERGROUP and original is not None:
            return original.thread_id or original.id, False
        return None, False

    def _say(self, chat: Chat, message: Message) -> Message:
        """Give a message its id, show it and tell the bots; a channel's post goes to its group as well."""
        said = self.add_message(chat, replace(message, id=self.next_message_id(chat)))
        tell_bots(self, chat, said)
        if chat.is_channel and chat.linked_chat_id is not None:
            self._discuss(chat, said)
        return said

    def _discuss(self, channel: Chat, post: Message) -> None:
        """Forward a post into the channel's group, as Telegram does by itself."""
        group = self.chat(channel.linked_chat_id or 0)
        draft = Message(
            chat_id=group.id,
            id=0,
            date=self.unix_now(),
            sender_id=post.sender_id,
            sender_chat_id=channel.id,
            is_automatic_forward=True,
            forward_origin=self._origin(post, hide_sender=False),
            media_group_id=post.media_group_id,
        )
        self._say(group, draft.with_content_of(post))

    def _caption(self, caption: str) -> StyledText:
        styled = with_found_entities(stripped(StyledText(caption)))
        if utf16_length(styled.text) > MAX_CAPTION:
            raise NotPossibleError(f"a caption has up to {MAX_CAPTION} characters")
        return styled

    def _say_album(
        self, chat: Chat, draft: Message, contents: Sequence[Media], caption: StyledText, caption_at: int = 0
    ) -> list[Message]:
        album = draft.media_group_id or (self._new_album_id() if len(contents) > 1 else None)
        parts = [
            replace(
                draft,
                media_group_id=album,
                photo=content.photo,
                document=content.document,
                has_spoiler=content.has_spoiler,
            )
            for content in contents
        ]
        if caption.text:
            parts[caption_at] = replace(parts[caption_at], text=caption.text, entities=caption.entities)
        return [self._say(chat, part) for part in parts]

    def _new_album_id(self) -> str:
        return str(self.rng.randrange(10**16, 10**17))

    def _must_see(self, chat: Chat, message_id: int) -> Message:
        message = self.message(chat, message_id)
        if message is None:
            raise NotPossibleError(f"there is no message {message_id} in chat {chat.id}")
        return message

    def _origin(self, original: Message, *, hide_sender: bool) -> ForwardOrigin:
        if original.forward_origin is not None:
            return original.forward_origin
        if original.sender_chat_id is not None:
            in_channel = self.chat(original.chat_id).is_channel
            return ForwardOrigin(
                date=original.date,
                chat_id=original.sender_chat_id,
                post_id=original.id if in_channel else None,
            )
        if hide_sender and not self.is_bot(original.sender_id):
            name = self.person(original.sender_id).first_name
            return ForwardOrigin(date=original.date, hidden_name=name)
        return ForwardOrigin(date=original.date, user_id=original.sender_id)


def _check_album(parts: Sequence[object]) -> None:
    if not 1 <= len(parts) <= MAX_ALBUM:
        raise NotPossibleError(f"an album has 1 to {MAX_ALBUM} parts")
