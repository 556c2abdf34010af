"""What people write is taken as it reads."""

import pytest

from bot.conversation import tidied

FAMILY = "\U0001f469\u200d\U0001f467"


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ("  honey\n\tblonde ", "honey blonde"),
        ("\u202eeulb\u202c teal", "eulb teal"),
        ("\u2067blue\u2069", "blue"),
        ("re\x00d\ufeff", "red"),
        (f"pink {FAMILY}", f"pink {FAMILY}"),
        (
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        ),
        ("<b>&", "<b>&"),
        (" \u200b \u200d\u2066", ""),
    ],
)
def test_unseen_signs_go_and_what_is_seen_stays(written, taken):
    assert tidied(written) == taken
