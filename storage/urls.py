"""Database addresses: what operators write, and what the async drivers need."""

from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

_SQLITE = {"sqlite", "sqlite+aiosqlite", "sqlite+pysqlite"}
_POSTGRESQL = {"postgres", "postgresql", "postgresql+asyncpg", "postgresql+psycopg", "postgresql+psycopg2"}

_SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
# What storage.postgresql understands, by libpq's names.
_OPTIONS = {
    *("host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey"),
    *("application_name", "target_session_attrs"),
}
# What hosting companies add for libpq; asyncpg decides these by itself, or they only save time.
_NEEDLESS = {
    *("channel_binding", "connect_timeout", "gssencmode", "sslnegotiation", "sslsni"),
    *("keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout"),
}


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
    query = {name: value for name, value in url.query.items() if name not in _NEEDLESS}
    unknown = sorted(set(query) - _OPTIONS)
    if unknown:
        raise InvalidUrl(f"PostgreSQL addresses take no {', '.join(unknown)} here")
    if query.get("sslmode", "prefer") not in _SSL_MODES:
        raise InvalidUrl(f"sslmode is one of {', '.join(_SSL_MODES)}")
    if not url.database:
        raise InvalidUrl("the address names no database, for example postgresql://user:password@host/tryon")
    return url.set(drivername="postgresql+asyncpg", query=query)
