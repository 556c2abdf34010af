"""Addresses as operators write them."""

import pytest

from storage.database import Database
from storage.urls import InvalidUrl, normalise, sqlite_file


@pytest.mark.parametrize(
    ("written", "used"),
    [
        ("sqlite:///data/tryon.db", "sqlite+aiosqlite:///data/tryon.db"),
        ("sqlite:////var/lib/tryon.db", "sqlite+aiosqlite:////var/lib/tryon.db"),
        ("sqlite+aiosqlite:///x.db", "sqlite+aiosqlite:///x.db"),
        (" postgres://u:p@h/db ", "postgresql+asyncpg://u:p@h/db"),
        ("postgresql://u:p@h:5433/db", "postgresql+asyncpg://u:p@h:5433/db"),
        ("postgresql+psycopg://h/db", "postgresql+asyncpg://h/db"),
        ("postgres://h/db?sslmode=require", "postgresql+asyncpg://h/db?sslmode=require"),
        (
            "postgres://h/db?sslmode=require&channel_binding=require",
            "postgresql+asyncpg://h/db?sslmode=require",
        ),
        ("postgres://h/db?application_name=x", "postgresql+asyncpg://h/db?application_name=x"),
    ],
)
def test_what_is_written_becomes_what_the_driver_needs(written, used):
    assert normalise(written).render_as_string(hide_password=False) == used


@pytest.mark.parametrize(
    "written",
    [
        "",
        "data/tryon.db",
        "mysql://h/db",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file:x?mode=ro",
        "sqlite:///x.db?cache=shared",
        "redis://:topsecret@h",
        "postgres://u:topsecret@h:port/db",
        "postgres://u:topsecret@h",
        "postgres://u:topsecret@h/db?sslmode=topsecret",
        "postgres://u:topsecret@h/db?pgbouncer=true",
    ],
)
def test_other_addresses_are_refused_without_repeating_them(written):
    with pytest.raises(InvalidUrl) as caught:
        normalise(written)
    assert "topsecret" not in str(caught.value)


def test_a_relative_file_is_looked_for_from_here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert sqlite_file(normalise("sqlite:///data/x.db")) == tmp_path / "data" / "x.db"


def test_a_database_never_shows_its_password():
    assert "topsecret" not in repr(Database("postgres://u:topsecret@h/db").url)
