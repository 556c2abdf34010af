"""The operator's settings: names, defaults and rules, all in one place (design section 6)."""

import difflib
import ipaddress
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import SettingsError
from storage.urls import InvalidUrl, normalise

TOKEN_SHAPE = re.compile(r"\d+:[A-Za-z0-9_-]{30,}")
TELEGRAM_API_URL = "https://api.telegram.org"
DEFAULT_RESULT_HOSTS = ("cdn.tryiton.now", "storage.googleapis.com")

# What can be sent as a header; bot.providers.keys refuses everything else.
_KEY_SHAPE = re.compile(r"[\x21-\x7e]{1,512}")
# Telegram's rule for setWebhook's secret_token.
_WEBHOOK_SECRET_SHAPE = re.compile(r"[A-Za-z0-9_-]{1,256}")
_PLACE = re.compile(r"(?P<host>\[[0-9a-fA-F:.]+\]|[^\[\]:/@?#\s\\]+)(:(?P<port>[0-9]{1,5}))?")
_LABEL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?")
_LONGEST_LABEL = 63
_LONGEST_NAME = 253
_LARGEST_PORT = 65535
_ASSIGNMENT = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=")
_NEARLY = 0.8


@dataclass(frozen=True, slots=True)
class CreditPack:
    """So many credits for so many Telegram Stars."""

    credits: int
    stars: int


@dataclass(frozen=True, slots=True)
class Seconds:
    """How long a provider takes for one picture."""

    shortest: float
    typical: float
    longest: float


def _split(value: object) -> object:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def _packs(value: object) -> object:
    if not isinstance(value, str):
        return value
    packs = []
    for part in value.split(","):
        match = re.fullmatch(r"\s*(\d{1,6})\s*:\s*(\d{1,6})\s*", part, re.ASCII)
        if not match or not int(match[1]) or not int(match[2]):
            raise ValueError("write packs as credits:stars, separated by commas, for example 10:75,30:200")
        packs.append(CreditPack(int(match[1]), int(match[2])))
    if len({pack.credits for pack in packs}) < len(packs):
        raise ValueError("two packs have the same number of credits")
    return tuple(packs)


def _seconds(value: object) -> object:
    if not isinstance(value, str):
        return value
    part = r"\s*(\d{1,5}(?:\.\d{1,3})?)\s*"
    numbers = re.fullmatch(f"{part}:{part}:{part}", value, re.ASCII)
    if not numbers or not 0 < float(numbers[1]) <= float(numbers[2]) <= float(numbers[3]):
        raise ValueError("write shortest:typical:longest in rising order, for example 6:9:120")
    return Seconds(float(numbers[1]), float(numbers[2]), float(numbers[3]))


def _token(value: SecretStr) -> SecretStr:
    if not TOKEN_SHAPE.fullmatch(value.get_secret_value()):
        raise ValueError("this does not look like a token from @BotFather (digits, a colon, then letters)")
    return value


def _key(value: SecretStr) -> SecretStr:
    if not _KEY_SHAPE.fullmatch(value.get_secret_value()):
        raise ValueError("a key is printable ASCII without spaces; copy it once more")
    return value


def _different_keys(keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
    if len(set(keys)) < len(keys):
        raise ValueError("the same key is there twice; each key counts once")
    return keys


def _webhook_secret(value: SecretStr) -> SecretStr:
    if not _WEBHOOK_SECRET_SHAPE.fullmatch(value.get_secret_value()):
        raise ValueError("use 1 to 256 of the characters A-Z, a-z, 0-9, _ and -")
    return value


def _is_place(text: str) -> bool:
    """Return whether a text is ``host`` or ``host:port``, IPv6 in brackets, international names allowed."""
    found = _PLACE.fullmatch(text)
    if found is None or not 0 < int(found["port"] or 1) <= _LARGEST_PORT:
        return False
    host = found["host"]
    return _is_ipv6(host[1:-1]) if host.startswith("[") else _is_name(host.removesuffix("."))


def _is_ipv6(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True


def _is_name(name: str) -> bool:
    if not name.isascii() and not all(map(_is_written_label, name.split("."))):
        return False
    try:
        # The codec turns every script into the ASCII that is looked up.
        labels = name.encode("idna").decode().split(".")
    except UnicodeError:
        return False
    return len(".".join(labels)) <= _LONGEST_NAME and all(map(_is_label, labels))


def _is_written_label(label: str) -> bool:
    """Return whether a part of an international name is plain letters; the codec would take more."""
    kinds = [unicodedata.category(char)[0] for char in label if not char.isascii()]
    dashes = label.startswith("-") or label.endswith("-") or label[2:4] == "--"
    return set(kinds) <= {"L", "M"} and "_" not in label and not dashes and label[:1].isalnum()


def _is_label(label: str) -> bool:
    return len(label) <= _LONGEST_LABEL and _LABEL.fullmatch(label) is not None


def _http_url(value: str) -> str:
    match = re.fullmatch(r"https?://([^/?#]+)(/[^\s?#\x00-\x1f\x7f]*)?", value)
    if not match or not _is_place(match[1]):
        raise ValueError("write a full address such as https://example.com, without user, query or fragment")
    return value.rstrip("/")


def _host(value: str) -> str:
    if not _is_place(value):
        raise ValueError("write a host as host or host:port, without https:// and without a path")
    return value.lower()


def _database(value: str) -> str:
    try:
        normalise(value)
    except InvalidUrl as error:
        raise ValueError(str(error)) from None
    return value


def _loud(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _quiet(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


Url = Annotated[str, AfterValidator(_http_url)]
Host = Annotated[str, AfterValidator(_host)]
# Telegram's ids have at most 52 significant bits; groups are negative and nobody's administrator.
UserId = Annotated[int, Field(ge=1, lt=2**52)]
Key = Annotated[SecretStr, AfterValidator(_key)]
Keys = Annotated[tuple[Key, ...], NoDecode, BeforeValidator(_split), AfterValidator(_different_keys)]
Price = Annotated[int, Field(ge=0, le=1000)]
PerMinute = Annotated[int, Field(ge=1, le=100_000)]


class Settings(BaseSettings):
    """Everything an operator can set; secrets never show in its repr."""

    model_config = SettingsConfigDict(
        extra="ignore", env_ignore_empty=True, frozen=True, hide_input_in_errors=True
    )

    telegram_bot_token: Annotated[SecretStr, AfterValidator(_token)]
    telegram_api_url: Url = TELEGRAM_API_URL
    tryiton_api_key: Keys = ()
    fitroom_api_key: Keys = ()
    tryiton_api_url: Url = "https://tryiton.now/api/v1"
    fitroom_api_url: Url = "https://platform.fitroom.app"
    result_hosts: Annotated[tuple[Host, ...], NoDecode, BeforeValidator(_split)] = DEFAULT_RESULT_HOSTS
    # It may hold a password, so it is not shown either.
    database_url: Annotated[str, AfterValidator(_database), Field(repr=False)] = "sqlite:///data/tryon.db"
    admin_ids: Annotated[tuple[UserId, ...], NoDecode, BeforeValidator(_split)] = ()
    free_credits: Annotated[int, Field(ge=0, le=1000)] = 3
    price_clothes: Price = 1
    price_outfit: Price = 2
    price_hairstyle: Price = 1
    price_tattoo: Price = 1
    price_hd: Price = 1
    max_open_jobs: Annotated[int, Field(ge=1, le=1000)] = 5
    max_queue_age: Annotated[int, Field(ge=60, le=7 * 86400)] = 3600
    credit_packs: Annotated[tuple[CreditPack, ...], NoDecode, BeforeValidator(_packs)] = (
        CreditPack(10, 75),
        CreditPack(30, 200),
        CreditPack(100, 600),
    )
    webhook_url: Url | None = None
    webhook_secret: Annotated[SecretStr, AfterValidator(_webhook_secret)] | None = None
    port: Annotated[int, Field(ge=1, le=65535)] = 8080
    retention_days: Annotated[int, Field(ge=1, le=3650)] = 30
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_loud)] = "INFO"
    log_format: Annotated[Literal["text", "json"], BeforeValidator(_quiet)] = "text"
    tryiton_submits_per_minute: PerMinute = 20
    tryiton_status_per_minute: PerMinute = 300
    tryiton_concurrency: Annotated[int, Field(ge=1, le=1000)] = 6
    tryiton_seconds: Annotated[Seconds, NoDecode, BeforeValidator(_seconds)] = Seconds(6.0, 9.0, 120.0)
    fitroom_requests_per_minute: PerMinute = 60
    fitroom_seconds: Annotated[Seconds, NoDecode, BeforeValidator(_seconds)] = Seconds(8.8, 9.0, 120.0)
    fitroom_hd_seconds: Annotated[Seconds, NoDecode, BeforeValidator(_seconds)] = Seconds(28.0, 30.0, 240.0)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return every secret value, for redaction only."""
        secrets = [self.telegram_bot_token, *self.tryiton_api_key, *self.fitroom_api_key]
        if self.webhook_secret:
            secrets.append(self.webhook_secret)
        password = normalise(self.database_url).password
        return (*(secret.get_secret_value() for secret in secrets), *([password] if password else ()))


class _Together(BaseSettings):
    """What depends on each other, unchecked, so that it is told together with every other problem."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True, hide_input_in_errors=True)

    tryiton_api_key: str = ""
    fitroom_api_key: str = ""
    telegram_api_url: str = TELEGRAM_API_URL
    webhook_url: str = ""
    webhook_secret: str = ""

    @property
    def problems(self) -> list[str]:
        """Return what is missing beside something else."""
        found = []
        if not self.tryiton_api_key.strip(", ") and not self.fitroom_api_key.strip(", "):
            found.append("TRYITON_API_KEY or FITROOM_API_KEY: set one, without it there are no pictures.")
        if self.webhook_url and not self.webhook_secret:
            found.append("WEBHOOK_SECRET: set one too, it proves that an update comes from Telegram.")
        # A Bot API server of one's own calls http:// too, for example from the same machine.
        theirs = self.telegram_api_url.rstrip("/") == TELEGRAM_API_URL
        if theirs and self.webhook_url and not self.webhook_url.startswith("https://"):
            found.append("WEBHOOK_URL: Telegram calls https:// addresses only.")
        return found


def load_settings(env_file: Path | None) -> Settings:
    """Read the settings from the environment and, if given, an env file.

    Raises:
        SettingsError: with one line for every problem, and no secret value in any of them.
    """
    problems: list[str] = []
    settings = None
    try:
        problems += _Together(_env_file=env_file).problems
        settings = Settings(_env_file=env_file)
    except ValidationError as error:
        own = [_problem(item["loc"], item["msg"], item["type"], item.get("ctx")) for item in error.errors()]
        problems = own + problems
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"The file {env_file} can't be read ({type(error).__name__}).")
    if settings is None or problems:
        raise SettingsError(tuple(problems))
    return settings


def misspelt(env_file: Path) -> list[tuple[str, str]]:
    """Return names in an env file that are no setting but nearly one, each with the one that was meant.

    Other names are left alone: the file may serve other programs too.
    """
    known = [name.upper() for name in Settings.model_fields]
    lines = env_file.read_text(encoding="utf-8").splitlines() if env_file.is_file() else ()
    found = [match[1].upper() for line in lines if (match := _ASSIGNMENT.match(line))]
    near = {name: difflib.get_close_matches(name, known, 1, _NEARLY) for name in found if name not in known}
    return [(name, meant[0]) for name, meant in near.items() if meant]


def _problem(
    location: tuple[int | str, ...], message: str, kind: str, context: Mapping[str, Any] | None
) -> str:
    name = str(location[0]).upper()
    if kind == "missing":
        return f"{name} is not set."
    entry = f" (number {int(location[1]) + 1})" if len(location) > 1 else ""
    return f"{name}{entry}: {_in_plain_words(message, kind, context or {})}."


def _in_plain_words(message: str, kind: str, context: Mapping[str, Any]) -> str:
    match kind:
        case "int_parsing" | "int_type" | "int_from_float" | "int_parsing_size":
            return "write a whole number"
        case "greater_than_equal":
            return f"the number must be {context['ge']} or more"
        case "less_than_equal":
            return f"the number must be {context['le']} or less"
        case "less_than":
            return f"the number must be less than {context['lt']}"
        case "literal_error":
            return f"use one of {context['expected']}"
        case _:
            return message.removeprefix("Value error, ")
