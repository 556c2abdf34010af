"""Several haircuts or colours on one sheet: what is on it, and each at full size with one tap."""

import html
from collections.abc import Sequence
from dataclasses import replace

from bot.chat.codes import Verb
from bot.chat.messages import SheetPart
from bot.chat.screen import Button, Screen
from bot.chat.screens import hair, hair_pages
from bot.chat.screens.parts import button
from bot.chat.screens.results import SHEET, more_button
from bot.chat.screens.waiting import Cost, cost_lines
from bot.texts import Translator
from bot.wish import HairStyle

BUTTONS_A_ROW = 5
# Nine names and the rest of a caption have to fit into 1024 characters.
LONGEST_COLOR = 40


def caption(t: Translator, parts: Sequence[SheetPart], cost: Cost, *, job_id: int) -> Screen:
    """Caption a sheet: the numbers on it with their names, and a button for each."""
    lines = [*_listed(t, parts), "", *cost_lines(t, cost)]
    if len(parts) > 1:
        lines.append(t("Tap a number to get that picture in full size."))
    return Screen("\n".join(lines), sheet_buttons(t, [part.n for part in parts], job_id=job_id))


def named(t: Translator, part: SheetPart, screen: Screen) -> Screen:
    """Return the caption of a picture with the haircut that it shows."""
    return replace(screen, text=f"<b>{html.escape(style_name(t, part), quote=False)}</b>\n{screen.text}")


def with_names(t: Translator, parts: Sequence[SheetPart], screen: Screen) -> Screen:
    """Return the caption of a sheet that is shown again with the numbers on it and their names."""
    return replace(screen, text="\n".join([*_listed(t, parts), "", screen.text]))


def sheet_buttons(t: Translator, numbers: Sequence[int], *, job_id: int) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons under a sheet of the pictures with these numbers."""
    buttons = [
        button(
            t("⬇️ {place}", place=place) if len(numbers) > 1 else t("⬇️ Full-size file"),
            Verb.FULL_SIZE,
            job_id,
            n,
        )
        for place, n in enumerate(numbers, start=1)
    ]
    rows = [tuple(buttons[start : start + BUTTONS_A_ROW]) for start in range(0, len(buttons), BUTTONS_A_ROW)]
    return (*rows, *hair_pages.again_rows(t, job_id=job_id), (more_button(t, job_id=job_id, n=SHEET),))


def _listed(t: Translator, parts: Sequence[SheetPart]) -> list[str]:
    names = [html.escape(style_name(t, part), quote=False) for part in parts]
    if len(names) == 1:
        return names
    return [f"{place}. {name}" for place, name in enumerate(names, start=1)]


def labels(t: Translator, parts: Sequence[SheetPart]) -> list[str]:
    """Return what tells the parts of a sheet apart, as short as that can be."""
    names = hair.told_apart(t, [_style(part) for part in parts])
    return [f"{name[:1].upper()}{name[1:]}" for name in names]


def style_name(t: Translator, part: SheetPart) -> str:
    """Return a haircut and its colour in words."""
    return hair.style_name(t, _style(part))


def _style(part: SheetPart) -> HairStyle:
    color = part.color.strip()[:LONGEST_COLOR] if part.color else None
    return HairStyle(part.haircut, color or None)
