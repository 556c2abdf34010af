"""What storage raises; nothing of SQLAlchemy or a driver ever leaves the package.

StorageError
|- StorageUnavailable       the database cannot be used now: busy, full, closed, too slow
|  `- DatabaseAway          its server cannot be reached; told once, by ``storage.reach``
|- ReadOnlyError            a write inside ``reading()``
|- ConstraintError          a rule of the schema would be broken
|- SchemaError
|  |- SchemaOutOfDate       the database is older than the code
|  `- SchemaTooNew          the database is newer than the code
|- StaleDraft               somebody else saved the draft first
|- LeaseLost                another process owns the work now
|- CopyRefused              a database is not copied, and the target is as it was
`- CreditError
   |- NotEnoughCredits      the balance does not cover it
   |- InvalidAmount         not a whole positive number of credits
   |- HoldMissing           the job has no hold
   `- HoldExceeded          closing more than is still held
"""


class StorageError(Exception):
    """Anything that storage reports."""


class StorageUnavailable(StorageError):  # noqa: N818 - says the state, as the callers' texts do
    """The database cannot be used now."""


class DatabaseAway(StorageUnavailable):
    """The database's server cannot be reached, or the connection to it broke."""


class ReadOnlyError(StorageError):
    """A write was tried inside ``reading()``."""


class ConstraintError(StorageError):
    """A rule of the schema would have been broken; the transaction is over."""


class SchemaError(StorageError):
    """The schema of the database is not the one this code works with."""

    def __init__(self, current: str | None, head: str, text: str) -> None:
        super().__init__(text)
        self.current = current
        self.head = head


class SchemaOutOfDate(SchemaError):  # noqa: N818 - says the state
    """The database needs ``python -m bot migrate``."""

    def __init__(self, current: str | None, head: str) -> None:
        was = f"at {current}" if current else "empty"
        super().__init__(current, head, f"the database is {was}, this version needs {head}: migrate it first")


class SchemaTooNew(SchemaError):  # noqa: N818 - says the state
    """The database was migrated by a newer version of the program."""

    def __init__(self, current: str | None, head: str) -> None:
        text = f"the database is at {current}, which this version (at {head}) does not know: it is newer"
        super().__init__(current, head, text)


class StaleDraft(StorageError):  # noqa: N818 - says the state
    """The draft was changed since it was read."""


class LeaseLost(StorageError):  # noqa: N818 - says the event
    """Another process took the work over."""


class CopyRefused(StorageError):  # noqa: N818 - says the event
    """The database is not copied; the target is as it was."""


class CreditError(StorageError):
    """The ledger refuses; nothing was changed."""


class NotEnoughCredits(CreditError):  # noqa: N818 - says the state
    """The balance does not cover what is asked."""

    def __init__(self, available: int, needed: int) -> None:
        super().__init__(f"{needed} credits needed, {available} available")
        self.available = available
        self.needed = needed


class InvalidAmount(CreditError, ValueError):  # noqa: N818 - says the state
    """An amount of credits must be a whole number between 1 and the largest allowed."""


class HoldMissing(CreditError):  # noqa: N818 - says the state
    """The job to be closed has no hold."""


class HoldExceeded(CreditError):  # noqa: N818 - says the event
    """Closing would take more than is still held."""

    def __init__(self, remaining: int, asked: int) -> None:
        super().__init__(f"{asked} credits to close, {remaining} still held")
        self.remaining = remaining
        self.asked = asked
