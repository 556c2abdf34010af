"""Database addresses: what operators write, and what the async drivers need."""

from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

_SQLITE = {"sqlite", "sqlite+aiosqlite", "sqlite+pysqlite"}
_POSTGRESQL = {"postgres", "postgresql", "postgresql+asyncpg", "postgresql+psycopg", "postgresql+psycopg2"}


class InvalidUrl(ValueError):  # noqa: N818 - says the state
    """The address names no database this program can use; the text never contains the password."""


def normalise(url: str) -> URL:
    """Return the address with an async driver and that driver's own options.

    Raises:
        InvalidUrl: another database, or SQLite without a file.
    """
    try:
        parsed = make_url(url.strip())
    except (ArgumentError, ValueError):
        raise InvalidUrl("this is not a database address") from None
    if parsed.drivername in _SQLITE:
        return _sqlite(parsed)
    if parsed.drivername in _POSTGRESQL:
        return _postgresql(parsed)
    raise InvalidUrl(f"{parsed.drivername} is not supported: use sqlite:///file or postgresql://")


def sqlite_file(url: URL) -> Path:
    """Return the absolute path of a SQLite address."""
    return Path(str(url.database)).absolute()


def _sqlite(url: URL) -> URL:
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise InvalidUrl("SQLite needs a file, for example sqlite:///data/tryon.db")
    if url.query:
        raise InvalidUrl("SQLite addresses take no options")
    return url.set(drivername="sqlite+aiosqlite")


def _postgresql(url: URL) -> URL:
    # asyncpg calls libpq's sslmode "ssl" and knows no channel_binding.
    query = dict(url.query)
    sslmode = query.pop("sslmode", None)
    query.pop("channel_binding", None)
    if sslmode is not None:
        query["ssl"] = sslmode
    return url.set(drivername="postgresql+asyncpg", query=query)
