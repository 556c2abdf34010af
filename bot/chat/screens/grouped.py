"""What is said in groups: to one person, by name, with buttons that are theirs alone."""

from dataclasses import replace
from html import escape

from bot.chat.codes import Verb, owned, parse
from bot.chat.messages import Addressee
from bot.chat.screen import Button, Screen
from bot.chat.screens.parts import button, try_button
from bot.providers.base import Ability
from bot.texts import Translator
from bot.texts.direction import RIGHT_TO_LEFT_MARK, begins_right_to_left

LONGEST_NAME = 40
TALLY_CELLS = 8
HERE, SPOILER, PRIVATE = "here", "spoiler", "private"
# How a picture comes, by the name of its button, as it is stored.
WAYS = {HERE: None, SPOILER: SPOILER, PRIVATE: PRIVATE}
# In a group everybody may tap these.
PUBLIC = frozenset({Verb.VOTE})
# What belongs into the private chat, or asks for what a group does not show.
NOT_IN_GROUPS = frozenset(
    {
        *(Verb.AGREE, Verb.DECLINE, Verb.SWAP, Verb.PHOTO_IS_ME),
        *(Verb.CREDITS, Verb.LANGUAGES, Verb.LANGUAGE),
        *(Verb.LOOKS, Verb.LOOK_USE, Verb.LOOK_NAME, Verb.LOOK_DELETE, Verb.LOOK_DELETE_SURE),
        *(Verb.WARDROBE, Verb.WEAR),
        # Pointing shows the person's own photo.
        Verb.POINT,
    }
)

Rows = tuple[tuple[Button, ...], ...]


def private_chat_url(bot_username: str) -> str:
    """Return the address that leads from a group into the private chat with the bot."""
    return f"https://t.me/{bot_username}?start=group"


def to_one(screen: Screen, addressee: Addressee) -> Screen:
    """Return a screen as it is shown to one person in a group."""
    name = escape(addressee.name[:LONGEST_NAME], quote=False)
    # Isolated, so that a name turns nothing around it; its line runs as the others do, whatever its letters.
    mark = RIGHT_TO_LEFT_MARK if begins_right_to_left(screen.text) else ""
    text = f"<b>{mark}\u2068{name}\u2069</b>\n{screen.text}" if name else screen.text
    return replace(screen, text=text, rows=own_rows(screen.rows, addressee.user_id))


def own_rows(rows: Rows, user_id: int) -> Rows:
    """Return buttons that only one person can use."""
    kept = (tuple(_own(one, user_id) for one in row if _is_for_groups(one)) for row in rows)
    return tuple(row for row in kept if row)


def _own(one: Button, user_id: int) -> Button:
    if one.code is None or _verb(one) in PUBLIC:
        return one
    return replace(one, code=owned(one.code, user_id))


def _is_for_groups(one: Button) -> bool:
    return _verb(one) not in NOT_IN_GROUPS


def _verb(one: Button) -> Verb | None:
    code = parse(one.code) if one.code else None
    return code.verb if code else None


def not_yours(t: Translator, name: str | None) -> str:
    """Say in one alert whose button it is."""
    if not name:
        return t("This button is somebody else's. Send /tryon, and you get your own.")
    return t("This button is for {name}. Send /tryon, and you get your own.", name=name[:LONGEST_NAME])


def not_your_vote(t: Translator, name: str | None) -> str:
    """Say in one alert who may end a vote."""
    if not name:
        return t("Only who asked can end this vote. You can vote with the numbers.")
    return t("Only {name} can end this vote. You can vote with the numbers.", name=name[:LONGEST_NAME])


def how_to(t: Translator, abilities: tuple[Ability, ...], *, url: str) -> Screen:
    """Explain what can be done in a group."""
    lines = [
        t("👕 Reply to a photo of a garment with /tryon, or send a photo of one with /tryon under it."),
    ]
    if Ability.OUTFIT in abilities:
        lines.append(t("👔 /outfit puts a top and a bottom half on you."))
    if Ability.HAIRSTYLE in abilities:
        lines.append(t("💇 /hair shows you with another haircut."))
    if Ability.TATTOO in abilities:
        lines.append(t("✒️ Reply to a picture with /tattoo, and see it on your skin."))
    parts = (
        t("<b>Try things on, right here</b>"),
        "\n".join(lines),
        t("I use your own saved photo and your own credits, and look at no other message in this group."),
    )
    return Screen("\n\n".join(parts), ((_private_button(t, url),),))


def balance_is_private(t: Translator, *, url: str) -> Screen:
    """Answer /credits where others read it."""
    return Screen(t("What you have left stays between the two of us."), ((_private_button(t, url),),))


def only_privately(t: Translator, *, url: str) -> Screen:
    """Answer a command about what is nobody else's business."""
    return Screen(t("Let us do that in our private chat."), ((_private_button(t, url),),))


def anonymous(t: Translator, *, url: str) -> Screen:
    """Answer somebody who speaks as a group or a channel."""
    text = t(
        "I can't see who you are while you write in the name of a chat. Write as yourself, or to me alone."
    )
    return Screen(text, ((_private_button(t, url),),))


def not_offered(t: Translator, *, url: str) -> Screen:
    """Say that a command asks for what is not offered."""
    return Screen(
        t("I don't have that here, but I do have clothes: reply to a photo with /tryon."),
        ((_private_button(t, url),),),
    )


def needs_photo(t: Translator, *, url: str, again: bool) -> Screen:
    """Ask for the person's own photo, in the private chat."""
    text = (
        t("Show me the other photo of you in our private chat. Then I go on here by myself.")
        if again
        else t("I need a photo of you first. Show it to me in our private chat; then I go on here by myself.")
    )
    add = Button(t("🤳 Show my photo privately"), url=url)
    return Screen(text, ((add,), (button(t("✖️ Stop"), Verb.DISCARD),)))


def another_photo(t: Translator, *, url: str) -> tuple[Button, ...]:
    """Return the row that leads to another photo of the person."""
    return (Button(t("🤳 Show another photo"), url=url),)


def reply_with_garment(t: Translator, *, part: str | None = None) -> Screen:
    """Ask for the garment, or for a part of an outfit; only answers to this very message surely arrive."""
    text = {
        "garment": t("<b>Which top?</b>\nReply to this message with its photo."),
        "lower": t("<b>Which trousers or skirt?</b>\nReply to this message with a photo of them."),
    }.get(part or "", t("<b>Which garment?</b>\nReply to this message with its photo."))
    return Screen(text, ((button(t("✖️ Stop"), Verb.DISCARD),),))


def only_replies(t: Translator, screen: Screen) -> Screen:
    """Say under a question that may be answered without a button how that is done."""
    hint = t("Here I only read replies to this very message.")
    return replace(screen, text=f"{screen.text}\n\n{hint}")


def on_saved_photo(t: Translator, screen: Screen) -> Screen:
    """Say whose photo it is: somebody may have called while replying to a photo of somebody else."""
    first, *rest = screen.text.split("\n")
    return replace(screen, text="\n".join((first, t("On you: I use your saved photo."), *rest)))


def goes_on_here(t: Translator, screen: Screen, *, was_moved: bool) -> Screen:
    """Say above a question why it is asked here."""
    why = (
        t("The group has become a supergroup: this card replaces the one further up.")
        if was_moved
        else t("I can't write in the group, so let us go on here.")
    )
    return replace(screen, text=f"<i>{why}</i>\n\n{screen.text}")


def where_on_skin(t: Translator) -> str:
    """Ask where a tattoo goes; pointing at it is left out, since it shows the person's photo."""
    return t(
        "<b>Where should it go?</b>\nTap a place, or reply to this message in your own words, such as "
        "“inside of the left wrist”."
    )


def delivery_row(t: Translator, chosen: str | None) -> tuple[Button, ...]:
    """Return the choice of how the picture comes."""
    labels = {HERE: t("👥 Here"), SPOILER: t("🙈 Covered"), PRIVATE: t("🔒 Only to me")}
    now = chosen or HERE
    return tuple(
        button(("● " if way == now else "") + label, Verb.SHOW, way) for way, label in labels.items()
    )


def card(t: Translator, screen: Screen, chosen: str | None) -> Screen:
    """Let the person choose on a card how the picture comes; what begins it says what the card says.

    The choice is remembered for all groups: made anew elsewhere, it must not change what this card promises.
    """
    rows = [tuple(_shown_as(one, chosen or HERE) for one in row) for row in screen.rows]
    first = next((at for at, row in enumerate(rows) if any(map(_ends_card, row))), len(rows) - 1)
    return replace(screen, rows=(*rows[:first], delivery_row(t, chosen), *rows[first:]))


def _shown_as(one: Button, way: str) -> Button:
    return replace(one, code=f"{one.code}:{way}") if _shows(one) else one


def _ends_card(one: Button) -> bool:
    return _shows(one) or _verb(one) is Verb.DISCARD


def _shows(one: Button) -> bool:
    return _verb(one) in {Verb.GO, Verb.SHOW_AGAIN}


def comes_privately(t: Translator, *, url: str) -> Screen:
    """Say in the group that the picture goes to the private chat."""
    return Screen(t("🔒 It is being made; you get it in our private chat."), ((_private_button(t, url),),))


def came_privately(t: Translator, *, url: str) -> Screen:
    """Say in the group that the picture is in the private chat."""
    return Screen(t("🔒 I sent it to you in our private chat."), ((_private_button(t, url),),))


def waits_for_you(t: Translator, *, url: str) -> Screen:
    """Say in the group that a picture can't be sent there, and how to get it."""
    text = t(
        "📭 <b>Your picture is ready, but I can send no pictures here.</b> Write me a word in our private "
        "chat, and you get it there."
    )
    return Screen(text, ((_private_button(t, url),),))


def came_elsewhere(t: Translator, *, url: str) -> Screen:
    """Say in the group that a picture couldn't be sent there, and where it is."""
    text = t("🔒 I can send no pictures here, so you have it in our private chat.")
    return Screen(text, ((_private_button(t, url),),))


def waits_privately(t: Translator, *, url: str) -> Screen:
    """Say in the group that the private chat has to be opened first."""
    text = t("🔒 It is being made. I can't write to you yet: open our private chat, and you get it there.")
    return Screen(text, ((_private_button(t, url),),))


def private_chat_closed(t: Translator) -> str:
    """Say in one alert that the bot is blocked."""
    return t(
        "You have blocked me, so I can't write to you alone. Open our chat, or choose another way. Nothing was charged."
    )


def file_sent(t: Translator) -> str:
    """Say in one alert where the file went."""
    return t("I sent it to you in our private chat.")


def file_waits(t: Translator) -> str:
    """Say in one alert that the file can't be sent yet."""
    return t("I send that in our private chat, but can't write to you there. Open it once, then tap again.")


def not_now(t: Translator) -> str:
    """Say in one alert that something of ours failed."""
    return t("Something went wrong on my side. Nothing was charged. Please tap once more.")


def went_back(t: Translator, *, url: str | None = None) -> Screen:
    """Say in the private chat that the group's try-on goes on, with the way there if one can be linked to."""
    text = t("✅ Thank you. I have gone on in the group, with this photo of you.")
    return Screen(text, ((Button(t("↩️ Back to the group"), url=url) if url else try_button(t),),))


def group_is_over(t: Translator) -> Screen:
    """Say in the private chat that nothing waits in a group any more."""
    text = t("What you began in the group is over by now. Send /tryon there once more, or begin here.")
    return Screen(text, ((try_button(t),),))


def ask_group_row(t: Translator, job_id: int, n: int) -> tuple[Button, ...]:
    """Return the button that puts a picture and the one before it to the vote."""
    return (button(t("🗳 Ask the group"), Verb.ASK_GROUP, job_id, n),)


def vote(t: Translator, poll_id: int, counts: tuple[int, ...], *, addressee: Addressee) -> Screen:
    """Show a vote that is open: numbers for all, the end for its owner."""
    tally = _tally(t, counts) if any(counts) else [t("Tap the number. Only the totals are shown.")]
    text = "\n".join((t("🗳 <b>Which one suits me better?</b>"), *tally))
    choices = tuple(
        button(_digit(number), Verb.VOTE, poll_id, number) for number in range(1, len(counts) + 1)
    )
    end = (button(t("🏁 End the vote"), Verb.CLOSE_VOTE, poll_id),)
    return to_one(Screen(text, (choices, end)), addressee)


def vote_over(t: Translator, counts: tuple[int, ...], *, addressee: Addressee) -> Screen:
    """Show how a vote ended."""
    best = [number for number, count in enumerate(counts, start=1) if count == max(counts)]
    if not any(counts):
        result, tally = t("Nobody voted."), []
    elif len(best) > 1:
        result, tally = t("It is a draw."), _tally(t, counts)
    else:
        result, tally = t("Number {number} it is!", number=best[0]), _tally(t, counts)
    text = "\n".join((t("🏁 <b>The vote is over.</b>"), result, *tally))
    return to_one(Screen(text), addressee)


def voted(t: Translator, number: int) -> str:
    """Confirm a vote in passing."""
    return t("You are for number {number}.", number=number)


def vote_is_over(t: Translator) -> str:
    """Say in one alert that a vote counts no more."""
    return t("This vote is over.")


def nothing_to_compare(t: Translator) -> str:
    """Say in one alert that two pictures are needed."""
    return t("For a vote I need two pictures of yours in this group. Try something else on, then ask.")


def vote_is_open(t: Translator) -> str:
    """Say in one alert that these pictures are put to the vote already."""
    return t("These two are already put to the vote, a little further up.")


def vote_not_now(t: Translator) -> str:
    """Say in one alert that the card could not be made."""
    return t("I could not put the pictures side by side just now. Please tap once more.")


def no_vote_here(t: Translator) -> str:
    """Say in one alert that the card can't be sent."""
    return t("I can send no pictures here, so I can't ask the group.")


def _tally(t: Translator, counts: tuple[int, ...]) -> list[str]:
    """Return a bar for each choice."""
    lines = []
    for number, count in enumerate(counts, start=1):
        full = round(TALLY_CELLS * count / max(1, sum(counts)))
        bar = "▓" * full + "░" * (TALLY_CELLS - full)
        votes = t.plural("{n} vote", "{n} votes", count)
        lines.append(f"{_digit(number)} {bar} {votes}")
    return lines


def _digit(number: int) -> str:
    return f"{number}\N{VARIATION SELECTOR-16}\N{COMBINING ENCLOSING KEYCAP}"


def _private_button(t: Translator, url: str) -> Button:
    return Button(t("Open the private chat"), url=url)
