"""Every unusable setting is refused in plain words, all at once, and never quoted when it is a secret."""

import logging

import pytest
from hypothesis import example, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from bot.errors import SettingsError
from bot.providers.downloads import ResultHost
from bot.providers.keys import ApiKey
from bot.settings import CreditPack, Seconds, Settings, _is_place, load_settings

TOKEN = f"{123456789}:" + "A" * 35
GOOD = {"TELEGRAM_BOT_TOKEN": TOKEN, "TRYITON_API_KEY": "key-1"}


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch):
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def load(monkeypatch):
    def from_environment(**changes: str) -> Settings:
        for name, value in {**GOOD, **changes}.items():
            monkeypatch.setenv(name, value)
        return load_settings(None)

    return from_environment


@pytest.fixture
def problems(load):
    def refused(**changes: str) -> tuple[str, ...]:
        with pytest.raises(SettingsError) as caught:
            load(**changes)
        assert caught.value.__context__ is None
        return caught.value.problems

    return refused


def test_two_settings_are_enough(load):
    settings = load()
    assert settings.telegram_bot_token.get_secret_value() == TOKEN
    assert [key.get_secret_value() for key in settings.tryiton_api_key] == ["key-1"]
    assert settings.credit_packs == (CreditPack(10, 75), CreditPack(30, 200), CreditPack(100, 600))
    assert settings.tryiton_seconds == Seconds(6.0, 9.0, 120.0)


def test_empty_values_mean_the_default(load):
    settings = load(PORT="", ADMIN_IDS="", WEBHOOK_URL="", RESULT_HOSTS="")
    assert settings.port == 8080
    assert settings.result_hosts == ("cdn.tryiton.now", "storage.googleapis.com")


def test_a_file_is_read_and_the_environment_goes_before_it(load, tmp_path, monkeypatch):
    path = tmp_path / ".env"
    path.write_text("PORT=1234\nFREE_CREDITS=9 # as a welcome\n")
    for name, value in {**GOOD, "PORT": "4321"}.items():
        monkeypatch.setenv(name, value)
    settings = load_settings(path)
    assert (settings.port, settings.free_credits) == (4321, 9)


def test_a_file_in_another_encoding_is_told(problems, tmp_path):
    path = tmp_path / ".env"
    path.write_bytes(b"FREE_CREDITS=\xff\xfe\n")
    with pytest.raises(SettingsError, match=r"can't be read"):
        load_settings(path)


def test_every_problem_is_told_at_once(problems):
    found = problems(
        TELEGRAM_BOT_TOKEN="oops",
        TRYITON_API_KEY="",
        PORT="70000",
        RESULT_HOSTS="good.example,a..b",
        ADMIN_IDS="-5,12",
        WEBHOOK_URL="http://shop.example",
        DATABASE_URL="mysql://x",
        LOG_LEVEL="chatty",
    )
    told = " ".join(found)
    assert len(found) == 9
    for name in (
        "TELEGRAM_BOT_TOKEN",
        "TRYITON_API_KEY",
        "PORT",
        "RESULT_HOSTS (number 2)",
        "ADMIN_IDS (number 1)",
        "WEBHOOK_URL",
        "WEBHOOK_SECRET",
        "DATABASE_URL",
        "LOG_LEVEL",
    ):
        assert name in told
    assert not any(word in told for word in ("pydantic", "Value error", "Input should", "oops"))


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("FREE_CREDITS", "-1", "FREE_CREDITS: the number must be 0 or more."),
        ("FREE_CREDITS", "many", "FREE_CREDITS: write a whole number."),
        ("FREE_CREDITS", "1.5", "FREE_CREDITS: write a whole number."),
        ("PRICE_HD", "1001", "PRICE_HD: the number must be 1000 or less."),
        ("MAX_OPEN_JOBS", "0", "MAX_OPEN_JOBS: the number must be 1 or more."),
        ("MAX_QUEUE_AGE", "59", "MAX_QUEUE_AGE: the number must be 60 or more."),
        ("RETENTION_DAYS", "0", "RETENTION_DAYS: the number must be 1 or more."),
        ("TRYITON_CONCURRENCY", "0", "TRYITON_CONCURRENCY: the number must be 1 or more."),
        ("PORT", "0", "PORT: the number must be 1 or more."),
        ("PORT", "65536", "PORT: the number must be 65535 or less."),
        ("ADMIN_IDS", "0", "ADMIN_IDS (number 1): the number must be 1 or more."),
        ("ADMIN_IDS", "1,-100123", "ADMIN_IDS (number 2): the number must be 1 or more."),
        ("ADMIN_IDS", "@anna", "ADMIN_IDS (number 1): write a whole number."),
        ("ADMIN_IDS", str(2**52), f"ADMIN_IDS (number 1): the number must be less than {2**52}."),
        ("LOG_LEVEL", "chatty", "LOG_LEVEL: use one of 'DEBUG', 'INFO', 'WARNING' or 'ERROR'."),
        ("LOG_FORMAT", "xml", "LOG_FORMAT: use one of 'text' or 'json'."),
        ("WEBHOOK_URL", "http://a.example", "WEBHOOK_URL: Telegram calls https:// addresses only."),
    ],
)
def test_numbers_and_choices_are_refused_in_plain_words(problems, name, value, words):
    assert words in problems(**{name: value})


@pytest.mark.parametrize("value", ["debug", "Warning"])
def test_names_of_levels_may_be_written_small(load, value):
    assert load(LOG_LEVEL=value).log_level == value.upper()
    assert hasattr(logging, load(LOG_LEVEL=value).log_level)


# --- secrets


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_BOT_TOKEN", "123:short-but-secret"),
        ("TELEGRAM_BOT_TOKEN", f"bot{TOKEN}"),
        ("TRYITON_API_KEY", "key with-secret-space"),
        ("TRYITON_API_KEY", "good-key,schlüssel-secret"),
        ("TRYITON_API_KEY", "k" * 513),
        ("TRYITON_API_KEY", "twice-secret,twice-secret"),
        ("FITROOM_API_KEY", "tab\tsecret"),
        ("WEBHOOK_SECRET", "with space secret"),
        ("WEBHOOK_SECRET", "s" * 257),
        ("DATABASE_URL", "postgresql://bot:pass-secret@127.0.0.1:port/tryon"),
        ("DATABASE_URL", "mysql://bot:pass-secret@127.0.0.1/tryon"),
        ("TELEGRAM_API_URL", "https://me:pass-secret@a.example"),
    ],
)
def test_a_refused_secret_is_named_and_never_quoted(problems, name, value):
    found = problems(**{name: value})
    assert [problem.split(":")[0].split(" ")[0] for problem in found] == [name]
    for part in (value, *value.split(","), "secret", "k" * 20, "s" * 20):
        assert part not in found[0]


@trying(deadline=None)
@given(key=st.text(min_size=1, max_size=20))
def test_a_key_is_accepted_exactly_when_a_client_can_use_it(key):
    try:
        ApiKey(key)
        usable = True
    except ValueError:
        usable = False
    try:
        Settings(telegram_bot_token=TOKEN, tryiton_api_key=(key,))
        accepted = True
    except ValueError:
        accepted = False
    assert accepted == usable


def test_the_same_key_counts_once(problems):
    (problem,) = problems(TRYITON_API_KEY="a1,b2,a1")
    assert "twice" in problem


def test_one_provider_is_needed(problems):
    (problem,) = problems(TRYITON_API_KEY=" , ")
    assert problem.startswith("TRYITON_API_KEY or FITROOM_API_KEY")


def test_a_webhook_needs_its_secret(problems, load):
    (problem,) = problems(WEBHOOK_URL="https://shop.example/hook")
    assert problem.startswith("WEBHOOK_SECRET: set one too")
    settings = load(WEBHOOK_SECRET="aZ09_-" * 42)
    assert settings.webhook_url == "https://shop.example/hook"


def test_only_a_bot_api_server_of_ones_own_may_call_without_https(problems, load):
    hook = {"WEBHOOK_URL": "http://127.0.0.1:8080", "WEBHOOK_SECRET": "secret"}
    for theirs in ({}, {"TELEGRAM_API_URL": "https://api.telegram.org/"}):
        (problem,) = problems(**hook, **theirs)
        assert problem == "WEBHOOK_URL: Telegram calls https:// addresses only."
    assert load(**hook, TELEGRAM_API_URL="http://127.0.0.1:8081").webhook_url == hook["WEBHOOK_URL"]


def test_no_secret_shows_in_the_repr_and_all_are_listed_for_redaction(load):
    settings = load(
        TRYITON_API_KEY="first-key,second-key",
        FITROOM_API_KEY="room-key",
        WEBHOOK_URL="https://shop.example",
        WEBHOOK_SECRET="hook-secret",
        DATABASE_URL="postgresql://bot:data%2Fpassword@127.0.0.1/tryon",
    )
    expected = {TOKEN, "first-key", "second-key", "room-key", "hook-secret", "data/password"}
    assert set(settings.secrets) == expected
    for secret in (*expected, "data%2Fpassword"):
        assert secret not in repr(settings)
        assert secret not in str(settings)


# --- addresses and hosts

HOSTS = [
    "cdn.example",
    "CDN.example:8443",
    "localhost:8000",
    "127.0.0.1:9",
    "under_score.example",
    "[::1]:8080",
    "[2001:db8::1]",
    "münchen.example",
    "παράδειγμα.example:443",
    "例え.テスト",
    "final.example.",
]
NO_HOSTS = [
    "a..b",
    ".example",
    "host:0",
    "host:65536",
    "host:99999",
    "host:",
    "host:http",
    "::1",
    "[::1",
    "[::g]",
    "[]:80",
    "https://cdn.example",
    "cdn.example/path",
    "me@cdn.example",
    "*.example",
    "two words",
    "back\\slash",
    "-dash.example",
    "a" * 64 + ".example",
    ".".join(["a" * 60] * 5),
    "emoji😀.example",
]


@pytest.mark.parametrize("host", HOSTS)
def test_hosts_that_can_be_reached_are_accepted(load, host):
    assert load(RESULT_HOSTS=host).result_hosts == (host.lower(),)
    assert ResultHost.parse(host)
    assert load(TRYITON_API_URL=f"http://{host}/api/").tryiton_api_url == f"http://{host}/api"


@pytest.mark.parametrize("host", NO_HOSTS)
def test_malformed_hosts_are_refused(problems, host):
    (problem,) = problems(RESULT_HOSTS=f"good.example,{host}")
    assert problem == (
        "RESULT_HOSTS (number 2): write a host as host or host:port, without https:// and without a path."
    )


@trying(deadline=None)
@example("-é")
@example("ab--é")
@example("_é")
@example("a_b.é")
@example("é.xn--a")
@given(st.text(alphabet="aZ09.-_:[]ßéя漢。٣😀%/@ ", max_size=12))
def test_what_the_settings_accept_the_downloader_can_use(text):
    if _is_place(text):
        ResultHost.parse(text.lower())


@pytest.mark.parametrize(
    "address",
    [
        "ftp://a.example",
        "a.example",
        "https://",
        "https:///path",
        "https://a..b",
        "https://a.example:0",
        "https://a.example?x=1",
        "https://a.example/#part",
        "https://a.example/two words",
        "https://a.example/line\tbreak",
    ],
)
def test_malformed_addresses_are_refused(problems, address):
    (problem,) = problems(TELEGRAM_API_URL=address)
    assert problem.startswith("TELEGRAM_API_URL: write a full address such as https://example.com")


@pytest.mark.parametrize(
    "address", ["sqlite:///data/tryon.db", "postgres://a/b", "postgresql://u:p@h:5432/db"]
)
def test_database_addresses(load, address):
    assert load(DATABASE_URL=address).database_url == address


@pytest.mark.parametrize("address", ["data/tryon.db", "mysql://h/db", "sqlite://", "sqlite:///:memory:"])
def test_other_databases_are_refused(problems, address):
    (problem,) = problems(DATABASE_URL=address)
    assert problem.startswith("DATABASE_URL: ")


# --- packs and seconds


@pytest.mark.parametrize(
    "packs", ["10", "10:0", "0:75", "10:75,", "10:75;20:90", "10:75,10:90", "1e3:5", "٣:٣"]
)
def test_unusable_packs_are_refused(problems, packs):
    (problem,) = problems(CREDIT_PACKS=packs)
    assert problem.startswith("CREDIT_PACKS: ")


@pytest.mark.parametrize("seconds", ["6", "6:9", "0:1:2", "9:6:120", "6:9:120:150", "a:b:c", "6:9:1e400"])
def test_unusable_seconds_are_refused(problems, seconds):
    (problem,) = problems(TRYITON_SECONDS=seconds)
    assert problem.startswith("TRYITON_SECONDS: ")


def test_packs_and_seconds_are_read(load):
    settings = load(CREDIT_PACKS="5:40, 20:150", TRYITON_SECONDS="0.5:1:12.5")
    assert settings.credit_packs == (CreditPack(5, 40), CreditPack(20, 150))
    assert settings.tryiton_seconds == Seconds(0.5, 1.0, 12.5)
