"""What must be true of a person's try-ons when everything has come to rest, whatever happened on the way."""

from tests.e2e.person import CARD, DONE, Person

# Anything of this belongs to a try-on under way; nothing of it may stay in a chat at rest.
_UNDER_WAY = ("▓", "░", "in the queue", "Preparing your photos", "here it comes")
FAILED = "It cost nothing"


async def ended_well(
    person: Person,
    *,
    delivered: int = 1,
    failed: int = 0,
    extra_pictures: int = 0,
    extra_cards: int = 0,
    credits_: int = 3,
) -> None:
    """Check the books and the chat of somebody whose try-ons are all over.

    ``extra_pictures`` are those that Telegram had taken without our learning of it: the next process cannot
    know and puts the picture into the card as well, but takes no credit for it. At most ``extra_cards``
    questions may stay for the same reason.
    """
    stage = person.stage
    await stage.quiet()
    states = stage.books.job_states(person.id)
    assert sorted(states) == ["delivered"] * delivered + ["failed"] * failed, stage.transcript(person.id)
    assert stage.books.balance(person.id) == (credits_ - delivered, 0)
    await nothing_under_way(person)
    assert len(person.finds(CARD)) <= extra_cards, stage.transcript(person.id)
    assert len(person.finds(DONE, photo=True)) == delivered + extra_pictures, stage.transcript(person.id)
    notices = stage.books.rows(
        "SELECT state FROM notices WHERE user_id = ? AND kind = 'job_failed'", person.id
    )
    assert [notice["state"] for notice in notices] == ["sent"] * failed
    assert await stage.books.findings() == []


async def nothing_under_way(person: Person) -> None:
    """Wait until a person's chat shows nothing any more of what was under way."""
    await person.stage.until(
        lambda: not _leftovers(person), what=f"nothing to be left of what was under way: {_leftovers(person)}"
    )


def _leftovers(person: Person) -> list[str]:
    texts = [message.text or "" for message in person.from_bot]
    return [text for text in texts if any(sign in text for sign in _UNDER_WAY)]
