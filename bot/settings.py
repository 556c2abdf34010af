"""The operator's settings: names, defaults and rules, all in one place (design section 6)."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import SettingsError

TOKEN_SHAPE = re.compile(r"\d+:[A-Za-z0-9_-]{30,}")
DEFAULT_RESULT_HOSTS = ("cdn.tryiton.now", "storage.googleapis.com")


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
        match = re.fullmatch(r"\s*(\d+)\s*:\s*(\d+)\s*", part)
        if not match or not int(match[1]) or not int(match[2]):
            raise ValueError("write packs as credits:stars, separated by commas, for example 10:75,30:200")
        packs.append(CreditPack(int(match[1]), int(match[2])))
    return tuple(packs)


def _seconds(value: object) -> object:
    if not isinstance(value, str):
        return value
    numbers = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*:\s*(\d+(?:\.\d+)?)\s*:\s*(\d+(?:\.\d+)?)\s*", value)
    if not numbers or not 0 < float(numbers[1]) <= float(numbers[2]) <= float(numbers[3]):
        raise ValueError("write shortest:typical:longest in rising order, for example 6:9:120")
    return Seconds(float(numbers[1]), float(numbers[2]), float(numbers[3]))


def _token(value: SecretStr) -> SecretStr:
    if not TOKEN_SHAPE.fullmatch(value.get_secret_value()):
        raise ValueError("this does not look like a token from BotFather (digits, a colon, then letters)")
    return value


def _http_url(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", value):
        raise ValueError("write a full address such as https://example.com, without user, query or fragment")
    return value.rstrip("/")


def _host(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.-]+(:\d{1,5})?", value):
        raise ValueError(f"write hosts as host or host:port, without https:// (got {value!r})")
    return value.lower()


Url = Annotated[str, AfterValidator(_http_url)]
Host = Annotated[str, AfterValidator(_host)]
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
Secrets = Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_split)]
Price = Annotated[int, Field(ge=0, le=1000)]
PerMinute = Annotated[int, Field(ge=1, le=100_000)]


class Settings(BaseSettings):
    """Everything an operator can set; secrets never show in its repr."""

    model_config = SettingsConfigDict(
        extra="ignore", env_ignore_empty=True, frozen=True, hide_input_in_errors=True
    )

    telegram_bot_token: Annotated[SecretStr, AfterValidator(_token)]
    telegram_api_url: Url = "https://api.telegram.org"
    tryiton_api_key: Secrets = ()
    fitroom_api_key: Secrets = ()
    tryiton_api_url: Url = "https://tryiton.now/api/v1"
    fitroom_api_url: Url = "https://platform.fitroom.app"
    result_hosts: Annotated[tuple[Host, ...], NoDecode, BeforeValidator(_split)] = DEFAULT_RESULT_HOSTS
    database_url: str = "sqlite:///data/tryon.db"
    admin_ids: Annotated[tuple[int, ...], NoDecode, BeforeValidator(_split)] = ()
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
    webhook_secret: SecretStr | None = None
    port: Annotated[int, Field(ge=1, le=65535)] = 8080
    retention_days: Annotated[int, Field(ge=1, le=3650)] = 30
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"
    tryiton_submits_per_minute: PerMinute = 20
    tryiton_status_per_minute: PerMinute = 300
    tryiton_concurrency: Annotated[int, Field(ge=1, le=1000)] = 6
    tryiton_seconds: Annotated[Seconds, NoDecode, BeforeValidator(_seconds)] = Seconds(6.0, 9.0, 120.0)
    fitroom_requests_per_minute: PerMinute = 60

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return every secret value, for redaction only."""
        secrets = [self.telegram_bot_token, *self.tryiton_api_key, *self.fitroom_api_key]
        if self.webhook_secret:
            secrets.append(self.webhook_secret)
        return tuple(secret.get_secret_value() for secret in secrets)


class _Keys(BaseSettings):
    """The provider keys alone, so that a missing one is told together with every other problem."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True)

    tryiton_api_key: str = ""
    fitroom_api_key: str = ""


def load_settings(env_file: Path | None) -> Settings:
    """Read the settings from the environment and, if given, an env file.

    Raises:
        SettingsError: with one line for every problem, and no secret value in any of them.
    """
    problems: list[str] = []
    settings = None
    try:
        settings = Settings(_env_file=env_file)
    except ValidationError as error:
        problems += [_problem(item["loc"], item["msg"], item["type"]) for item in error.errors()]
    keys = _Keys(_env_file=env_file)
    if not keys.tryiton_api_key.strip(", ") and not keys.fitroom_api_key.strip(", "):
        problems.append("Set TRYITON_API_KEY or FITROOM_API_KEY: without a provider there are no pictures.")
    if settings is None or problems:
        raise SettingsError(tuple(problems))
    return settings


def _problem(location: tuple[int | str, ...], message: str, kind: str) -> str:
    text = message.removeprefix("Value error, ")
    if not location:
        return text
    name = str(location[0]).upper()
    if kind == "missing":
        return f"{name} is not set."
    return f"{name}: {text[:1].lower()}{text[1:]}."
