"""Topics of forums: opened, closed, opened again, deleted."""

from dataclasses import replace

from bot.sandbox.telegram.changes import ChatChanged
from bot.sandbox.telegram.delivery import tell_bots
from bot.sandbox.telegram.groups import GroupActions
from bot.sandbox.telegram.model import Chat, Message, ServiceNote, Topic
from bot.sandbox.telegram.state import ChatRef, NotPossibleError


class TopicActions(GroupActions):
    """What people do with the topics of a forum; closing and deleting is for its administrators."""

    async def person_opens_topic(self, person_id: int, group: ChatRef, name: str) -> Topic:
        """Begin a topic in a forum."""
        return self.open_topic(person_id, self._enter(person_id, group), name)

    def open_topic(self, person_id: int, chat: Chat, name: str) -> Topic:
        """Begin a topic in somebody's name."""
        if not chat.is_forum:
            raise NotPossibleError("this group has no topics")
        topic = Topic(self.next_message_id(chat), name)
        self._tell(chat, person_id, topic, ServiceNote(kind="forum_topic_created", title=name), topic.id)
        return topic

    async def person_closes_topic(self, person_id: int, group: ChatRef, topic_id: int) -> Topic:
        """Close a topic: only administrators write there from now on."""
        chat, topic = self._run_topic(person_id, group, topic_id)
        closed = replace(topic, closed=True)
        self._tell(chat, person_id, closed, ServiceNote(kind="forum_topic_closed"))
        return closed

    async def person_reopens_topic(self, person_id: int, group: ChatRef, topic_id: int) -> Topic:
        """Let everybody write in a topic again."""
        chat, topic = self._run_topic(person_id, group, topic_id)
        opened = replace(topic, closed=False)
        self._tell(chat, person_id, opened, ServiceNote(kind="forum_topic_reopened"))
        return opened

    async def person_deletes_topic(self, person_id: int, group: ChatRef, topic_id: int) -> None:
        """Delete a topic with all its messages; bots are not told."""
        chat, topic = self._run_topic(person_id, group, topic_id)
        del chat.topics[topic.id]
        self.remove_messages(chat, [one.id for one in self.messages(chat) if one.thread_id == topic.id])
        self.publish(ChatChanged(chat))

    def _run_topic(self, person_id: int, group: ChatRef, topic_id: int) -> tuple[Chat, Topic]:
        chat = self._enter(person_id, group)
        topic = chat.topics.get(topic_id)
        if topic is None:
            raise NotPossibleError(f"there is no topic {topic_id}")
        if not chat.has_administrator(person_id):
            raise NotPossibleError("only administrators close and delete topics")
        return chat, topic

    def _tell(
        self, chat: Chat, actor_id: int, topic: Topic, note: ServiceNote, message_id: int | None = None
    ) -> None:
        """Show in a topic what became of it."""
        chat.topics[topic.id] = topic
        message = Message(
            chat_id=chat.id,
            id=message_id or self.next_message_id(chat),
            date=self.unix_now(),
            sender_id=actor_id,
            thread_id=topic.id,
            is_topic_message=True,
            note=note,
        )
        tell_bots(self, chat, self.add_message(chat, message))
        self.publish(ChatChanged(chat))
