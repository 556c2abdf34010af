"""The conversation as a pure function: a draft and an event make the next draft and what to ask.

No clock, no database, no Telegram: everything it needs is handed in, so every turn can be tested as a table.
"""

from bot.conversation.asks import Ask, ask
from bot.conversation.draft import (
    ALL_ROLES,
    CHECKED,
    ROLES,
    Advice,
    Draft,
    HairChoice,
    Placement,
    Role,
    Slot,
    draft_of_wish,
)
from bot.conversation.events import (
    AbilityChosen,
    Checked,
    Event,
    Extended,
    GarmentChosen,
    GarmentsSwapped,
    HairChosen,
    HdChosen,
    KindChosen,
    LookChosen,
    PhotoArrived,
    PhotoIsMe,
    PlacementChosen,
    Replaced,
    Swapped,
    UsedAnyway,
)
from bot.conversation.turns import turn

__all__ = [
    "ALL_ROLES",
    "CHECKED",
    "ROLES",
    "AbilityChosen",
    "Advice",
    "Ask",
    "Checked",
    "Draft",
    "Event",
    "Extended",
    "GarmentChosen",
    "GarmentsSwapped",
    "HairChoice",
    "HairChosen",
    "HdChosen",
    "KindChosen",
    "LookChosen",
    "PhotoArrived",
    "PhotoIsMe",
    "Placement",
    "PlacementChosen",
    "Replaced",
    "Role",
    "Slot",
    "Swapped",
    "UsedAnyway",
    "ask",
    "draft_of_wish",
    "turn",
]
