"""How PostgreSQL is reached: encrypted as the address says, with limits, and without telling secrets."""

import logging
import socket
import ssl

import pytest
from sqlalchemy import func, select

from storage import postgresql as module
from storage.database import Database
from storage.errors import StorageUnavailable
from storage.postgresql import connect
from storage.urls import normalise


def encryption(options):
    return module._encryption(normalise(f"postgresql://u:p@h/db{options}"))


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        ("", None),
        ("?sslmode=disable", False),
        ("?sslmode=allow", "allow"),
        ("?sslmode=prefer", "prefer"),
    ],
)
def test_without_a_wish_for_certainty_the_driver_decides(options, asked):
    assert encryption(options) == asked


@pytest.mark.parametrize(
    ("mode", "verify", "names"),
    [
        ("require", ssl.CERT_NONE, False),
        ("verify-ca", ssl.CERT_REQUIRED, False),
        ("verify-full", ssl.CERT_REQUIRED, True),
        ("verify-full&sslrootcert=system", ssl.CERT_REQUIRED, True),
    ],
)
def test_with_one_it_is_checked_as_far_as_the_address_says(mode, verify, names):
    context = encryption(f"?sslmode={mode}")
    assert (context.verify_mode, context.check_hostname) == (verify, names)


@pytest.mark.parametrize("option", ["sslrootcert", "sslcert"])
def test_a_certificate_that_is_not_there_is_told(option, tmp_path):
    with pytest.raises(StorageUnavailable, match="certificate"):
        encryption(f"?sslmode=require&{option}={tmp_path / 'missing.pem'}")


def test_options_of_the_address_reach_the_driver():
    url = normalise("postgresql://u:p@/db?host=a&host=b&port=1&port=2&target_session_attrs=read-write")
    assert module._place(url) == {
        "host": ["a", "b"],
        "port": [1, 2],
        "user": "u",
        "password": "p",
        "database": "db",
        "target_session_attrs": "read-write",
    }


async def refusal(url):
    with pytest.raises(StorageUnavailable) as caught:
        await Database(url).open()
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    return str(caught.value)


@pytest.mark.network
async def test_every_refusal_is_told_in_words_without_secrets(postgresql, caplog):
    caplog.set_level(logging.DEBUG)
    right = postgresql.address("postgres", tcp=True)
    wrong = right.replace(postgresql.password, "topsecret")
    assert "refuses this user" in await refusal(wrong)
    assert "no database of this name" in await refusal(postgresql.address("nowhere", tcp=True))
    assert "ConnectionRefusedError" in await refusal("postgresql://u:topsecret@127.0.0.1:1/db")
    assert "cannot be used" in await refusal(f"{right}?sslmode=require")
    assert postgresql.password not in caplog.text
    assert "topsecret" not in caplog.text


@pytest.mark.network
async def test_prefer_goes_on_without_encryption_where_there_is_none(postgresql):
    url = f"{postgresql.address('postgres', tcp=True)}?sslmode=prefer"
    connection = await connect(normalise(url))
    assert await connection.fetchval("SELECT 1") == 1
    await connection.close()


@pytest.mark.network
async def test_connections_say_who_they_are_and_notice_a_silent_end(postgresql):
    connection = await connect(normalise(postgresql.address("postgres", tcp=True)))
    sock = connection._transport.get_extra_info("socket")
    assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
    shown = [
        await connection.fetchval(f"SHOW {name}")
        for name in (
            *("application_name", "statement_timeout", "lock_timeout"),
            *("idle_in_transaction_session_timeout", "tcp_keepalives_idle", "jit"),
        )
    ]
    assert shown == ["try-on-bot", "30s", "10s", "1min", "15", "off"]
    await connection.close()


@pytest.mark.usefixtures("postgresql_only")
async def test_writers_see_what_is_new_readers_one_snapshot_and_connections_are_few(db):
    shown = select(func.current_setting("transaction_isolation"))
    async with db.transaction() as tx:
        writing = await tx.link.value(shown)
    async with db.reading() as tx:
        reading = await tx.link.value(shown)
    assert (writing, reading) == ("read committed", "repeatable read")
    assert db._writing.pool.size() + db._reading.pool.size() + 1 == 8
