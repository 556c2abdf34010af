"""What the sandbox's Telegram is made of: people, bots, chats, messages and what hangs on them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum


class ChatKind(StrEnum):
    """The kinds of chat a bot can be in."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"


class Status(StrEnum):
    """What a person or a bot is in a chat, in the Bot API's words."""

    CREATOR = "creator"
    ADMINISTRATOR = "administrator"
    MEMBER = "member"
    LEFT = "left"
    KICKED = "kicked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with a Telegram account."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = "en"
    is_premium: bool = False


@dataclass(frozen=True, slots=True)
class Entity:
    """A marked range of a text; offset and length count UTF-16 units."""

    type: str
    offset: int
    length: int
    url: str | None = None
    user_id: int | None = None
    language: str | None = None
    custom_emoji_id: str | None = None


@dataclass(frozen=True, slots=True)
class StyledText:
    """A text with its marked ranges."""

    text: str
    entities: tuple[Entity, ...] = ()


@dataclass(frozen=True, slots=True)
class PhotoSize:
    """One stored rendition of a picture; type is Telegram's letter (s, m, x, y, w)."""

    type: str
    file_id: str
    file_unique_id: str
    width: int
    height: int
    file_size: int


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture in all its sizes, smallest first."""

    sizes: tuple[PhotoSize, ...]

    @property
    def largest(self) -> PhotoSize:
        """Return the biggest rendition."""
        return self.sizes[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file sent as it is."""

    file_id: str
    file_unique_id: str
    file_name: str | None
    mime_type: str
    file_size: int
    thumbnail: PhotoSize | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """What a message carries beside its text: one of photo and document."""

    photo: Photo | None = None
    document: Document | None = None
    has_spoiler: bool = False


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it leaves somebody's device."""

    name: str
    data: bytes
    mime_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """One inline button: a text, an action, and perhaps a style (danger, success or primary)."""

    text: str
    callback_data: str | None = None
    url: str | None = None
    web_app_url: str | None = None
    switch_inline_query: str | None = None
    switch_inline_query_current_chat: str | None = None
    switch_inline_query_chosen_chat: Mapping[str, object] | None = None
    copy_text: str | None = None
    pay: bool = False
    style: str | None = None


@dataclass(frozen=True, slots=True)
class Keyboard:
    """Rows of inline buttons below a message."""

    rows: tuple[tuple[Button, ...], ...]

    def buttons(self) -> tuple[Button, ...]:
        """Return all buttons, row by row."""
        return tuple(button for row in self.rows for button in row)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyKeyboard:
    """Rows of texts shown in place of the person's keyboard."""

    rows: tuple[tuple[str, ...], ...]
    placeholder: str | None = None
    one_time: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """A bill; the amount is in the currency's smallest unit, for XTR in Stars."""

    title: str
    description: str
    payload: str
    currency: str
    amount: int
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A bill that was paid or refunded."""

    currency: str
    amount: int
    payload: str
    charge_id: str
    refunded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardOrigin:
    """Where a forwarded message came from; a person who hides the account has only a name.

    A post of a channel has the chat's id and the post's, an anonymous administrator's only the former.
    """

    date: int
    user_id: int | None = None
    hidden_name: str | None = None
    chat_id: int | None = None
    post_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceNote:
    """Something that happened in a chat and is shown as a small line."""

    kind: str
    user_ids: tuple[int, ...] = ()
    chat_id: int | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something other than text, photos and files, as the Bot API has it: a sticker, a voice message."""

    kind: str
    content: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message as it stands now; an edit makes a new value under the same id.

    `text` is the caption where there is a photo or document. Ids count per chat in supergroups and over all
    private chats and basic groups together, as bots see them. Who speaks as a chat (in a channel, or as an
    anonymous administrator) has that chat's id in `sender_chat_id`; `sender_id` still says who it was.
    """

    chat_id: int
    id: int
    date: int
    sender_id: int
    sender_chat_id: int | None = None
    is_automatic_forward: bool = False
    text: str | None = None
    entities: tuple[Entity, ...] = ()
    photo: Photo | None = None
    document: Document | None = None
    media_group_id: str | None = None
    reply_to_id: int | None = None
    quote: StyledText | None = None
    thread_id: int | None = None
    is_topic_message: bool = False
    forward_origin: ForwardOrigin | None = None
    edit_date: int | None = None
    keyboard: Keyboard | None = None
    attachment: Attachment | None = None
    invoice: Invoice | None = None
    payment: Payment | None = None
    note: ServiceNote | None = None
    via_bot_id: int | None = None
    has_spoiler: bool = False
    caption_above: bool = False
    protected: bool = False
    silent: bool = False
    link_preview_disabled: bool = False
    effect_id: str | None = None
    reactions: tuple[tuple[int, str], ...] = ()

    def with_content_of(self, other: "Message") -> "Message":
        """Return this message with the text and media of another, as forwards and copies have them."""
        return replace(
            self,
            text=other.text,
            entities=other.entities,
            photo=other.photo,
            document=other.document,
            attachment=other.attachment,
            has_spoiler=other.has_spoiler,
            caption_above=other.caption_above,
        )

    @property
    def has_media(self) -> bool:
        """Tell whether the text is a caption."""
        return self.photo is not None or self.document is not None


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of a forum; its id is the id of the message that opened it.

    In a closed one only administrators write.
    """

    id: int
    name: str
    closed: bool = False


@dataclass(slots=True, kw_only=True)
class Chat:
    """A chat with its members and rights.

    In a private chat `id` is the person's id and `bot_id` the bot's; elsewhere `bot_id` is 0. What is posted
    in a channel appears in the group of `linked_chat_id` too. `speakers` write in the name of the chat
    whose id stands with theirs.
    """

    id: int
    kind: ChatKind
    bot_id: int = 0
    title: str | None = None
    username: str | None = None
    members: dict[int, Status] = field(default_factory=dict)
    started: bool = True
    blocked: bool = False
    is_forum: bool = False
    topics: dict[int, Topic] = field(default_factory=dict)
    can_send_messages: bool = True
    can_send_photos: bool = True
    can_send_documents: bool = True
    migrated_to: int | None = None
    speakers: dict[int, int] = field(default_factory=dict)
    linked_chat_id: int | None = None
    reply_keyboard: ReplyKeyboard | None = None
    last_speaking_bot_id: int | None = None

    @property
    def is_channel(self) -> bool:
        """Tell whether administrators speak here in the chat's name and others only read."""
        return self.kind is ChatKind.CHANNEL

    @property
    def is_private(self) -> bool:
        """Tell whether this is a bot's chat with one person."""
        return self.kind is ChatKind.PRIVATE

    def has_administrator(self, user_id: int) -> bool:
        """Tell whether somebody runs the chat."""
        return self.members.get(user_id) in {Status.CREATOR, Status.ADMINISTRATOR}

    def is_anonymous(self, user_id: int) -> bool:
        """Tell whether an administrator speaks as the chat itself."""
        return self.speakers.get(user_id) == self.id

    def is_closed_for(self, user_id: int, topic_id: int | None) -> bool:
        """Tell whether somebody can't write in a topic since it was closed."""
        topic = self.topics.get(topic_id or 0)
        return topic is not None and topic.closed and not self.has_administrator(user_id)

    def has_member(self, user_id: int) -> bool:
        """Tell whether somebody is in the chat now."""
        return self.members.get(user_id, Status.LEFT) not in {Status.LEFT, Status.KICKED}


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackAnswer:
    """What the person sees after a tap."""

    text: str | None = None
    show_alert: bool = False
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineResult:
    """One offer of a bot to an inline query; photo_file_id or text is what choosing it sends."""

    id: str
    type: str
    title: str | None = None
    description: str | None = None
    text: StyledText | None = None
    photo_file_id: str | None = None
    keyboard: Keyboard | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineAnswer:
    """An answer to an inline query, kept for `cache_time` seconds for everybody or for the asker alone."""

    results: tuple[InlineResult, ...]
    next_offset: str = ""
    button_text: str | None = None
    start_parameter: str | None = None
    cache_time: int = 300
    is_personal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOutcome:
    """How a person's try to pay ended; `reason` says why when nothing was charged."""

    ok: bool
    reason: str | None = None
    charge_id: str | None = None
