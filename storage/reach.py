"""Whether the database's server can be reached: told once when it goes away, and once when it is back."""

import logging

_log = logging.getLogger(__name__)


class Reach:
    """Hears from everybody who uses the database, and tells of an outage once instead of each of them.

    Who uses it takes the ``era`` along from the beginning and gives it back with what came of it: what began
    before the newest turn of events, and ends after it, says nothing new.
    """

    def __init__(self) -> None:
        self.era = 0
        self._was_found = False
        self._is_away = False

    def found(self, era: int) -> None:
        """Note that the database did what it was asked to."""
        self._was_found = True
        if self._is_away and era == self.era:
            self._is_away = False
            self.era += 1
            _log.warning("the database is back")

    def lost(self, era: int, error: Exception) -> None:
        """Note that the server could not be reached.

        Nothing is told before it was reached for the first time: then something is set up wrongly, and
        whoever opens the database says so.
        """
        if self._was_found and not self._is_away and era == self.era:
            self._is_away = True
            self.era += 1
            _log.warning("the database is away; everything waits until it is back: %s", error)
