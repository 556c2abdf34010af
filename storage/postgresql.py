"""Connections to PostgreSQL: encrypted as the address says, with limits on every wait, and never half-open.

Limits are set with ``set_config`` after connecting and not as start-up parameters, which poolers such as
PgBouncer refuse. A pooler must be in its session mode: in transaction mode it hands out another session
for each transaction, and the lease is a lock of one session.
"""

import socket
import ssl
from dataclasses import dataclass
from typing import Any

import asyncpg
from sqlalchemy.engine import URL

from storage.errors import DatabaseAway, StorageUnavailable

APPLICATION_NAME = "try-on-bot"
CONNECT_SECONDS = 5.0
# How much longer than the server's own limit a silent server is waited for.
GRACE = 5.0
# A silent peer is given up after half a minute: 15 s of silence, then three questions, 5 s apart.
_KEEP_ALIVE = {"TCP_KEEPIDLE": 15, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 30_000}

# What went wrong before there was a connection, by PostgreSQL's code; classes come after their members.
_REFUSALS = {
    "28": "it refuses this user, password or way of connecting",
    "3D": "it has no database of this name",
    "53300": "it has no connection left for us",
    "57P03": "it is starting up or shutting down",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How long things may take, in seconds; 0 is for ever.

    ``statement`` and ``lock`` are kept by the server, ``idle`` is how long a transaction may do nothing.
    When the server itself does not answer, a statement is given up ``GRACE`` after it should have.
    """

    statement: float = 30.0
    lock: float = 10.0
    idle: float = 60.0


async def connect(url: URL, limits: Limits | None = None) -> Any:  # noqa: ANN401 - asyncpg is not typed
    """Return a new connection of asyncpg.

    Raises:
        DatabaseAway: there is none; the reason never holds a password.
    """
    wanted = limits or Limits()
    try:
        connection = await asyncpg.connect(
            **_place(url),
            ssl=_encryption(url),
            timeout=CONNECT_SECONDS,
            command_timeout=wanted.statement + GRACE if wanted.statement else None,
        )
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as exc:
        raise DatabaseAway(f"the database cannot be used: {_reason(exc)}") from None
    try:
        _keep_alive(connection)
        await connection.fetch(_SETTINGS, *_settings(url, wanted))
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as exc:
        connection.terminate()
        raise DatabaseAway(f"the database cannot be used: {_reason(exc)}") from None
    except BaseException:
        connection.terminate()
        raise
    return connection


def _place(url: URL) -> dict[str, Any]:
    """Return where to go and as whom; several hosts are tried in order."""
    hosts = url.query.get("host") or url.host
    ports = url.query.get("port") or url.port
    place = {
        "host": list(hosts) if isinstance(hosts, tuple) else hosts,
        "port": [int(port) for port in ports] if isinstance(ports, tuple) else ports and int(ports),
        "user": url.username,
        "password": url.password,
        "database": url.database,
        "target_session_attrs": url.query.get("target_session_attrs"),
    }
    return {name: value for name, value in place.items() if value is not None}


def _encryption(url: URL) -> Any:  # noqa: ANN401 - what asyncpg takes: nothing, a word, a switch or a context
    """Return asyncpg's ``ssl`` for libpq's ``sslmode``.

    As in libpq, ``require`` encrypts without looking at who answers, unless a root certificate is named.
    Unlike libpq, ``verify-ca`` and ``verify-full`` trust the system's authorities when none is named.
    """
    mode, root = url.query.get("sslmode"), url.query.get("sslrootcert")
    if mode is None:
        return None
    if mode == "disable":
        return False
    if mode in {"allow", "prefer"}:
        return mode
    try:
        context = ssl.create_default_context(cafile=None if root in {None, "system"} else str(root))
        if certificate := url.query.get("sslcert"):
            context.load_cert_chain(str(certificate), _text(url.query.get("sslkey")))
    except (OSError, ssl.SSLError) as exc:
        raise StorageUnavailable(f"a certificate of the database cannot be read: {_reason(exc)}") from None
    context.check_hostname = mode == "verify-full"
    if mode == "require" and root is None:
        context.verify_mode = ssl.CERT_NONE
    return context


def _text(value: str | tuple[str, ...] | None) -> str | None:
    return None if value is None else str(value)


# Compiling queries to machine code costs more than our short queries take.
_SETTINGS = """
    SELECT set_config('application_name', $1, false), set_config('statement_timeout', $2, false),
           set_config('lock_timeout', $3, false),
           set_config('idle_in_transaction_session_timeout', $4, false),
           set_config('tcp_keepalives_idle', '15', false), set_config('tcp_keepalives_interval', '5', false),
           set_config('tcp_keepalives_count', '3', false), set_config('jit', 'off', false)
"""


def _settings(url: URL, limits: Limits) -> tuple[str, ...]:
    name = url.query.get("application_name") or APPLICATION_NAME
    seconds = (limits.statement, limits.lock, limits.idle)
    return (str(name), *(str(int(value * 1000)) for value in seconds))


def _keep_alive(connection: Any) -> None:  # noqa: ANN401 - asyncpg is not typed
    # asyncpg has no option for it and no public way to its socket.
    sock = connection._transport.get_extra_info("socket")  # noqa: SLF001 - as said
    if sock is None or sock.family == getattr(socket, "AF_UNIX", None):
        return
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEP_ALIVE.items():
        if hasattr(socket, name):
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def _reason(exc: BaseException) -> str:
    code = getattr(exc, "sqlstate", None)
    if code is None:
        if isinstance(exc, socket.gaierror):
            return "its host is not known"
        return "it does not answer in time" if isinstance(exc, TimeoutError) else type(exc).__name__
    return next((text for start, text in _REFUSALS.items() if code.startswith(start)), str(code))
