"""A switch that opens when a provider is out of order, so that no paid call is risked while it is."""

import math
import random

from bot.jobs.backoff import backoff

# A call whose outcome nobody knows may have cost money: two of them are as telling as three plain failures.
PLAIN_FAILURE = 1.0
UNKNOWN_OUTCOME = 1.5

_OPENS_AT = 3.0
_FIRST_WAIT = 5.0
_LONGEST_WAIT = 60.0


class Circuit:
    """Closed while all is well, open in an outage, on trial (for one paid call at a time) after a good probe.

    Only an answer to a paid call ends an outage: a provider may well answer reads and fail at everything
    else.
    """

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._paid_failures = 0.0
        self._read_failures = 0.0
        self._setbacks = 0
        self._on_trial = False
        self.probe_at = math.inf

    @property
    def is_open(self) -> bool:
        """Return whether paid calls are held back altogether."""
        return self._setbacks > 0 and not self._on_trial

    @property
    def on_trial(self) -> bool:
        """Return whether one paid call at a time may find out if the outage is over."""
        return self._on_trial

    def failed(self, now: float, weight: float = PLAIN_FAILURE) -> bool:
        """Note a failed paid call; return whether an outage begins with it."""
        self._paid_failures += weight
        return self._weigh(now)

    def read_failed(self, now: float) -> bool:
        """Note a failed read; return whether an outage begins with it."""
        self._read_failures += PLAIN_FAILURE
        return self._weigh(now)

    def _weigh(self, now: float) -> bool:
        # Failures of calls that were already under way when it opened say nothing new.
        if self.is_open:
            return False
        if self._setbacks == 0 and self._paid_failures + self._read_failures < _OPENS_AT:
            return False
        self.probe_failed(now)
        return self._setbacks == 1

    def probe_failed(self, now: float) -> None:
        """Stay open, or open again, until a later probe."""
        self._on_trial = False
        self._setbacks += 1
        self.probe_at = now + backoff(
            self._setbacks, first=_FIRST_WAIT, longest=_LONGEST_WAIT, chance=self._chance
        )

    def read_well(self) -> None:
        """Note that a read was answered: in an outage the next paid call is a trial."""
        self._read_failures = 0.0
        if self._setbacks:
            self._on_trial = True
            self.probe_at = math.inf

    def answered(self) -> bool:
        """Note that a paid call was answered in a documented way; return whether that ends an outage."""
        was_out = self._setbacks > 0
        self._paid_failures = self._read_failures = 0.0
        self._setbacks, self._on_trial = 0, False
        self.probe_at = math.inf
        return was_out
