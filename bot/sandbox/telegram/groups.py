"""Groups: who is in, what they may do, and the move to a supergroup."""

from collections.abc import Sequence

from bot.sandbox.telegram.changes import ChatChanged
from bot.sandbox.telegram.delivery import tell_bots, tell_membership
from bot.sandbox.telegram.model import Chat, ChatKind, Message, ServiceNote, Status
from bot.sandbox.telegram.people import PeopleActions
from bot.sandbox.telegram.state import ChatRef, NotPossibleError


class GroupActions(PeopleActions):
    """What owners and members of groups do."""

    def add_group(
        self,
        title: str,
        people: list[int],
        *,
        kind: ChatKind = ChatKind.SUPERGROUP,
        is_forum: bool = False,
        username: str | None = None,
        with_bot: bool = True,
    ) -> Chat:
        """Make a group owned by the first of the people; bots are not told of how it began."""
        chat = Chat(id=self._new_group_id(kind), kind=kind, title=title, is_forum=is_forum, username=username)
        chat.members = dict.fromkeys(people, Status.MEMBER)
        chat.members[people[0]] = Status.CREATOR
        if with_bot:
            chat.members[self.bot.id] = Status.MEMBER
        self.groups[chat.id] = chat
        self.publish(ChatChanged(chat))
        return chat

    async def person_creates_group(self, person_id: int, title: str) -> Chat:
        """Make a basic group with the bot in it; the group's first message tells of it."""
        chat = self.add_group(title, [person_id], kind=ChatKind.GROUP)
        self._note(chat, person_id, ServiceNote(kind="group_chat_created", title=title))
        return chat

    def add_channel(
        self,
        title: str,
        owner_id: int,
        *,
        readers: Sequence[int] = (),
        username: str | None = None,
        group: ChatRef | None = None,
    ) -> Chat:
        """Make a channel with the bot as an administrator; its posts also appear in `group`."""
        chat = Chat(
            id=self._new_group_id(ChatKind.CHANNEL), kind=ChatKind.CHANNEL, title=title, username=username
        )
        chat.members = dict.fromkeys(readers, Status.MEMBER)
        chat.members |= {owner_id: Status.CREATOR, self.bot.id: Status.ADMINISTRATOR}
        chat.linked_chat_id = self.chat(group).id if group is not None else None
        self.groups[chat.id] = chat
        self.publish(ChatChanged(chat))
        return chat

    def set_anonymous(self, group: ChatRef, person_id: int, *, on: bool) -> None:
        """Let an administrator of a supergroup speak as the group, or under the own name again."""
        chat = self.chat(group)
        if chat.kind is ChatKind.GROUP or not chat.has_administrator(person_id):
            raise NotPossibleError("only administrators of supergroups stay anonymous")
        self._set_speaker(chat, person_id, chat if on else None)

    def set_speaking_channel(self, group: ChatRef, person_id: int, channel: ChatRef | None) -> None:
        """Let somebody speak in a group as a channel of the own, or under the own name again."""
        speaker = self.chat(channel) if channel is not None else None
        if speaker is not None and not (speaker.is_channel and speaker.has_administrator(person_id)):
            raise NotPossibleError("people speak as channels of their own only")
        self._set_speaker(self.chat(group), person_id, speaker)

    def _set_speaker(self, chat: Chat, person_id: int, speaker: Chat | None) -> None:
        if speaker is None:
            chat.speakers.pop(person_id, None)
        else:
            chat.speakers[person_id] = speaker.id
        self.publish(ChatChanged(chat))

    async def person_adds_to_group(self, person_id: int, group: ChatRef, user_id: int) -> Message:
        """Bring a person or a bot into a group."""
        chat = self._enter(person_id, group)
        before = chat.members.get(user_id, Status.LEFT)
        if chat.has_member(user_id):
            raise NotPossibleError(f"{user_id} is in the group already")
        chat.members[user_id] = Status.MEMBER
        if self.is_bot(user_id):
            tell_membership(self, self.bots[user_id], chat, person_id, before, Status.MEMBER)
        self.publish(ChatChanged(chat))
        return self._note(chat, person_id, ServiceNote(kind="new_chat_members", user_ids=(user_id,)))

    async def person_removes_from_group(self, person_id: int, group: ChatRef, user_id: int) -> Message:
        """Throw a person or a bot out of a group, or leave it (when both ids are the same)."""
        chat = self._enter(person_id, group)
        before = chat.members.get(user_id, Status.LEFT)
        if not chat.has_member(user_id):
            raise NotPossibleError(f"{user_id} is not in the group")
        after = Status.LEFT if person_id == user_id else Status.KICKED
        note = self._note(chat, person_id, ServiceNote(kind="left_chat_member", user_ids=(user_id,)))
        if self.is_bot(user_id):
            tell_membership(self, self.bots[user_id], chat, person_id, before, after)
        chat.members[user_id] = after
        self.publish(ChatChanged(chat))
        return note

    async def person_promotes(self, person_id: int, group: ChatRef, user_id: int, status: Status) -> None:
        """Make somebody an administrator or an ordinary member again."""
        chat = self._enter(person_id, group)
        before = chat.members.get(user_id, Status.LEFT)
        if self.is_bot(user_id):
            tell_membership(self, self.bots[user_id], chat, person_id, before, status)
        chat.members[user_id] = status
        if chat.is_anonymous(user_id) and not chat.has_administrator(user_id):
            del chat.speakers[user_id]
        self.publish(ChatChanged(chat))

    def bot_leaves(self, chat: Chat, bot_id: int) -> None:
        """Let a bot leave a group by itself."""
        before = chat.members.get(bot_id, Status.LEFT)
        self._note(chat, bot_id, ServiceNote(kind="left_chat_member", user_ids=(bot_id,)))
        tell_membership(self, self.bots[bot_id], chat, bot_id, before, Status.LEFT)
        self.publish(ChatChanged(chat))

    def set_group_rights(
        self,
        group: ChatRef,
        *,
        messages: bool | None = None,
        photos: bool | None = None,
        documents: bool | None = None,
    ) -> Chat:
        """Allow or forbid members who are no administrators (so most bots) to send things."""
        chat = self.chat(group)
        chat.can_send_messages = chat.can_send_messages if messages is None else messages
        chat.can_send_photos = chat.can_send_photos if photos is None else photos
        chat.can_send_documents = chat.can_send_documents if documents is None else documents
        self.publish(ChatChanged(chat))
        return chat

    def set_privacy_mode(self, bot_id: int, *, on: bool) -> None:
        """Switch what BotFather calls group privacy."""
        self.bots[bot_id].privacy_mode = on

    def set_inline_feedback(self, bot_id: int, *, on: bool) -> None:
        """Switch whether a bot is told which of its offers was chosen; BotFather begins with off."""
        self.bots[bot_id].inline_feedback = on

    async def person_migrates_group(self, person_id: int, group: ChatRef) -> Chat:
        """Turn a basic group into a supergroup with another id; the old id is dead from now on."""
        old = self._enter(person_id, group)
        if old.kind is not ChatKind.GROUP:
            raise NotPossibleError("only a basic group becomes a supergroup")
        new = self.add_group(old.title or "", [person_id], kind=ChatKind.SUPERGROUP, with_bot=False)
        new.members = dict(old.members)
        new.can_send_messages, new.can_send_photos = old.can_send_messages, old.can_send_photos
        new.can_send_documents, new.speakers = old.can_send_documents, dict(old.speakers)
        self._note(old, person_id, ServiceNote(kind="migrate_to_chat_id", chat_id=new.id))
        old.migrated_to = new.id
        # Telegram reports bots as new members of the supergroup, and never as gone from the old group.
        for bot in self.bots_in(new):
            tell_membership(self, bot, new, person_id, Status.LEFT, new.members[bot.id])
        self._note(new, person_id, ServiceNote(kind="migrate_from_chat_id", chat_id=old.id))
        self.publish(ChatChanged(old))
        self.publish(ChatChanged(new))
        return new

    def _note(self, chat: Chat, actor_id: int, note: ServiceNote) -> Message:
        message = Message(
            chat_id=chat.id,
            id=self.next_message_id(chat),
            date=self.unix_now(),
            sender_id=actor_id,
            note=note,
        )
        shown = self.add_message(chat, message)
        tell_bots(self, chat, shown)
        return shown

    def _new_group_id(self, kind: ChatKind) -> int:
        number = len(self.groups) + 1
        base = -4_000_000_000 if kind is ChatKind.GROUP else -1_002_000_000_000
        return base - number
