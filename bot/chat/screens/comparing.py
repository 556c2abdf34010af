"""Several haircuts or colours on one sheet: what is on it, and each at full size with one tap."""

import html
from collections.abc import Sequence

from bot.chat.codes import Verb
from bot.chat.messages import SheetPart
from bot.chat.screen import Screen
from bot.chat.screens import hair
from bot.chat.screens.parts import button
from bot.chat.screens.waiting import Cost, cost_lines
from bot.texts import Translator
from bot.wish import HairStyle

BUTTONS_A_ROW = 5
# Nine names and the rest of a caption have to fit into 1024 characters.
LONGEST_COLOR = 40


def caption(t: Translator, parts: Sequence[SheetPart], cost: Cost, *, job_id: int) -> Screen:
    """Caption a sheet: the numbers on it with their names, and a button for each."""
    names = [html.escape(style_name(t, part)) for part in parts]
    listed = [f"{place}. {name}" for place, name in enumerate(names, start=1)]
    lines = [*listed, "", *cost_lines(t, cost)]
    if len(parts) == 1:
        lines = [*names, "", *cost_lines(t, cost)]
    buttons = [
        button(
            t("⬇️ {place}", place=place) if len(parts) > 1 else t("⬇️ Full-size file"),
            Verb.FULL_SIZE,
            job_id,
            part.n,
        )
        for place, part in enumerate(parts, start=1)
    ]
    rows = [tuple(buttons[start : start + BUTTONS_A_ROW]) for start in range(0, len(buttons), BUTTONS_A_ROW)]
    if len(parts) > 1:
        lines.append(t("Tap a number to get that picture in full size."))
    again = (button(t("🤳 Another photo of me"), Verb.OTHER_PERSON, job_id),)
    return Screen("\n".join(lines), (*rows, again, (button(t("🗑 Delete"), Verb.DELETE, job_id),)))


def style_name(t: Translator, part: SheetPart) -> str:
    """Return a haircut and its colour in words."""
    color = part.color.strip()[:LONGEST_COLOR] if part.color else None
    return hair.style_name(t, HairStyle(part.haircut, color or None))
