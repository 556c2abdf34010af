"""``python -m bot check``: tell in plain words whether the bot could run, and what to do where it could not.

Every question is a read, and the harmless ones come first. Only the last one can be felt by somebody else:
Telegram hands a bot's updates to one program at a time, so asking for them ends the request of whoever asked
before (a 409 there, after which programs ask again). That question is therefore asked only when we would
poll, no webhook is set, and no process holds this database's lease: a bot of ours that runs is never
disturbed. No offset is sent, so nothing is confirmed and every update stays for the bot.
"""

import asyncio
import itertools
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from telegram import Bot, WebhookInfo
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import HTTPXRequest

from bot.errors import SettingsError
from bot.log import Redactor, set_up_logging
from bot.providers.base import Balance, NoAnswer, Trouble
from bot.providers.clients import open_clients
from bot.providers.downloads import ResultHost
from bot.providers.keys import ApiKey
from bot.providers.tryiton import TryItOnClient, TryItOnOptions
from bot.settings import DEFAULT_RESULT_HOSTS, Settings, load_settings, misspelt
from storage import migrate
from storage.database import Database
from storage.errors import StorageError
from storage.lease import BrainLease
from storage.urls import sqlite_file

# Together below 30 s: the database is looked at first, then everything else at the same time.
DATABASE_SECONDS = 5.0
WRITING_SECONDS = 20.0
ANSWER_SECONDS = 5.0
TELEGRAM_SECONDS = 16.0
PROVIDERS_SECONDS = 10.0
# A program whose request was ended by ours asks again after a second or two.
POLLER_SECONDS = 4
POLLER_PAUSE = 2.0

# Even when a thread hangs in a look-up that nothing can end.
LONGEST = 29.0

LITTLE_SPACE = 500_000_000
TOO_LITTLE_SPACE = 50_000_000


class Verdict(StrEnum):
    """How one item looks; a warning does not keep the bot from running."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Line:
    """One item and what was found, in one line of plain words."""

    verdict: Verdict
    text: str


@dataclass(frozen=True, slots=True)
class Stored:
    """What is to say about the database; ``ready``: its tables are there; ``running``: a bot works on it."""

    lines: list[Line]
    ready: bool = False
    running: bool = False


def ok(text: str) -> Line:
    """Return a line for what is as it should be."""
    return Line(Verdict.OK, text)


def warning(text: str) -> Line:
    """Return a line for what the operator should know."""
    return Line(Verdict.WARNING, text)


def problem(text: str) -> Line:
    """Return a line for what keeps the bot from running, with what to do."""
    return Line(Verdict.PROBLEM, text)


async def run_check(env_file: Path | None) -> int:
    """Print one line per item and return 0 only when the bot could run; 2 when the settings can't be used."""
    try:
        settings = load_settings(env_file)
    except SettingsError as error:
        _show([problem(f"settings: {text}") for text in error.problems], Redactor(()))
        print("Fix these first, the rest is checked then. Every setting is explained in .env.example.")
        return 2
    # The lines below say it all; what the libraries log of the same failures is for developers.
    set_up_logging(level="CRITICAL", form=settings.log_format, secrets=settings.secrets)
    redact = Redactor(settings.secrets)
    found = _settings_lines(settings, env_file)
    _show(found, redact)
    stored = await _database(settings.database_url)
    _show(stored.lines, redact)
    asked = await asyncio.gather(
        _writing(settings.database_url) if stored.ready and not stored.running else _nothing(),
        _telegram(settings, running=stored.running),
        _providers(settings),
    )
    for lines in asked:
        _show(lines, redact)
    problems = _problems([*found, *stored.lines, *itertools.chain(*asked)])
    if problems:
        count = "one problem" if problems == 1 else f"{problems} problems"
        print(f"Not ready yet: {count}, see above.")
        return 1
    print("The bot is running." if stored.running else "The bot can run: make run, or python -m bot.")
    return 0


def _show(lines: Sequence[Line], redact: Redactor) -> None:
    for line in lines:
        print(f"{line.verdict.value:<8} {redact(line.text)}", flush=True)


def _problems(lines: Sequence[Line]) -> int:
    return sum(line.verdict is Verdict.PROBLEM for line in lines)


def _settings_lines(settings: Settings, env_file: Path | None) -> list[Line]:
    lines = [ok("settings: all of them can be used")]
    for name, meant in misspelt(env_file) if env_file else ():
        lines.append(warning(f"settings: {name} in {env_file} is none. Did you mean {meant}?"))
    lines += _result_hosts(settings)
    if not settings.admin_ids:
        lines.append(
            warning(
                "ADMIN_IDS is empty: nobody is told when a key is refused or out of credits. "
                "Put your own Telegram user id there."
            )
        )
    return lines


def _result_hosts(settings: Settings) -> list[Line]:
    lines = []
    names = set()
    for host in settings.result_hosts:
        try:
            names.add(ResultHost.parse(host))
        except ValueError:
            lines.append(problem(f"RESULT_HOSTS: {host} is not host or host:port. Correct or remove it."))
    wanted = ResultHost.parse(DEFAULT_RESULT_HOSTS[0])
    is_default = settings.tryiton_api_url == Settings.model_fields["tryiton_api_url"].default
    if is_default and wanted not in names:
        lines.append(
            warning(f"RESULT_HOSTS lacks {wanted.name}, from where TryItOn's pictures come. Add it back.")
        )
    return lines or [ok(f"result hosts: {', '.join(settings.result_hosts)}")]


async def _database(url: str) -> Stored:
    """Look without changing or making anything."""
    lines: list[Line] = []
    try:
        async with asyncio.timeout(DATABASE_SECONDS):
            database = Database(url)
            if database.dialect == "sqlite":
                lines.append(await asyncio.to_thread(_disk, _existing(sqlite_file(database.url).parent)))
            status = await asyncio.to_thread(migrate.status, url)
            lines.append(_schema(status))
            running = status.is_current and await asyncio.to_thread(BrainLease(database).is_taken)
    except (StorageError, TimeoutError) as error:
        return Stored([*lines, problem(_database_trouble(error))])
    if running:
        lines.append(ok("the bot is running already on this database"))
    return Stored(lines, ready=status.is_current, running=running)


def _existing(folder: Path) -> Path:
    """Return the folder itself, or the nearest one above it that is there."""
    return next(place for place in (folder, *folder.parents) if place.exists())


def _disk(folder: Path) -> Line:
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"written by the check")
            file.flush()
            os.fsync(file.fileno())
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return problem(f"disk: {folder} can't be written ({error.strerror}). Let the bot write there.")
    room = f"disk: {free // 1_000_000} MB free beside the database"
    if free < TOO_LITTLE_SPACE:
        return problem(f"{room}, too little to go on. Make room.")
    if free < LITTLE_SPACE:
        return warning(f"{room}. Make room soon.")
    return ok(room)


def _schema(status: migrate.SchemaStatus) -> Line:
    if status.is_too_new:
        return problem(
            "database: a newer version of the bot has changed it. Run that version, "
            "or let DATABASE_URL name the copy that was made before."
        )
    if status.current is None:
        return ok("database: new, its tables are made at the first start")
    if not status.is_current:
        return warning(
            "database: made by an older version; the bot copies it and brings it up to date when it starts. "
            "To do that now, run python -m bot migrate."
        )
    return ok("database: its tables fit this version")


async def _writing(url: str) -> list[Line]:
    """Take the write lock for a moment and change nothing; a running bot proves by itself that it can."""
    try:
        async with asyncio.timeout(WRITING_SECONDS), Database(url) as database, database.transaction():
            return [ok("database: can be written")]
    except (StorageError, TimeoutError) as error:
        return [problem(_database_trouble(error))]


async def _nothing() -> list[Line]:
    return []


def _database_trouble(error: StorageError | TimeoutError) -> str:
    if isinstance(error, TimeoutError):
        return "database: no answer in time. Can it be reached, and does another program keep it locked?"
    return f"database: {error}. Check DATABASE_URL, the rights on what it names, and who else uses it."


async def _telegram(settings: Settings, *, running: bool) -> list[Line]:
    lines: list[Line] = []
    try:
        async with asyncio.timeout(TELEGRAM_SECONDS), _bot(settings) as bot:
            lines.append(ok(f"Telegram: the token belongs to @{bot.username}"))
            webhook = _webhook(settings, await bot.get_webhook_info())
            lines.append(webhook)
            if settings.webhook_url is None and webhook.verdict is Verdict.OK:
                lines.append(
                    ok("updates: fetched by the bot that is running") if running else await _other_poller(bot)
                )
    except (TelegramError, TimeoutError) as error:
        lines.append(problem(_telegram_trouble(error, settings.telegram_api_url)))
    return lines


def _bot(settings: Settings) -> Bot:
    def request() -> HTTPXRequest:
        seconds = ANSWER_SECONDS
        return HTTPXRequest(
            connection_pool_size=1,
            connect_timeout=seconds,
            read_timeout=seconds,
            write_timeout=seconds,
            pool_timeout=seconds,
        )

    return Bot(
        settings.telegram_bot_token.get_secret_value(),
        base_url=f"{settings.telegram_api_url}/bot",
        base_file_url=f"{settings.telegram_api_url}/file/bot",
        request=request(),
        get_updates_request=request(),
    )


def _webhook(settings: Settings, info: WebhookInfo) -> Line:
    # Only the host is shown: a webhook's path is often as secret as a token.
    theirs = urlsplit(info.url).hostname
    if settings.webhook_url is None:
        if not info.url:
            return ok("webhook: none, the bot fetches its updates itself")
        return problem(
            f"webhook: updates of this bot go to {theirs}, so they can't be fetched. If nothing needs that "
            "any more, call deleteWebhook of the Bot API once; to work that way yourself, set WEBHOOK_URL."
        )
    if info.url and theirs != urlsplit(settings.webhook_url).hostname:
        return warning(f"webhook: updates go to {theirs} until the bot starts, then to WEBHOOK_URL")
    return ok("webhook: set by the bot when it starts")


async def _other_poller(bot: Bot) -> Line:
    """Find out whether another program fetches this bot's updates; see the module's docstring.

    Two programs show in one of two ways: ours is ended with a 409 when the other one asks again, or an update
    that we were shown is gone a moment later, since only another one can have confirmed it.
    """
    other = problem(
        "updates: another program is fetching this bot's updates. Stop it, or use another token: "
        "Telegram gives each update to only one of them."
    )
    try:
        first = await bot.get_updates(limit=1, timeout=POLLER_SECONDS)
        if not first:
            return ok("updates: no other program fetches them")
        await asyncio.sleep(POLLER_PAUSE)
        second = await bot.get_updates(limit=1, timeout=0)
    except Conflict:
        return other
    if [update.update_id for update in second] != [update.update_id for update in first]:
        return other
    return ok("updates: no other program fetches them; some are waiting for the bot")


def _telegram_trouble(error: TelegramError | TimeoutError, url: str) -> str:
    # The texts of these exceptions may hold the token, so only their types speak.
    match error:
        case InvalidToken():
            return (
                "Telegram: TELEGRAM_BOT_TOKEN is not accepted. Copy the token from @BotFather again; "
                "if TELEGRAM_API_URL is set, check that too."
            )
        case RetryAfter():
            return "Telegram: asks us to slow down. Wait a minute, then check again."
        case TimedOut() | TimeoutError():
            return f"Telegram: no answer in time from {url}. Check the connection, then check again."
        case NetworkError():
            return f"Telegram: {url} can't be reached or gives odd answers. Check it and the connection."
        case _:
            return f"Telegram: {url} does not answer like a Bot API server. Check TELEGRAM_API_URL."


async def _providers(settings: Settings) -> list[Line]:
    lines = []
    if settings.tryiton_api_key:
        lines += await _tryiton(settings)
    if settings.fitroom_api_key and settings.tryiton_api_key:
        lines.append(warning("FITROOM_API_KEY is not used: this version makes its pictures with TryItOn."))
    elif settings.fitroom_api_key:
        lines.append(problem("FITROOM_API_KEY alone is not enough for this version. Set TRYITON_API_KEY."))
    return lines


async def _tryiton(settings: Settings) -> list[Line]:
    url = settings.tryiton_api_url
    keys = [ApiKey(secret.get_secret_value()) for secret in settings.tryiton_api_key]
    async with open_clients() as http:
        options = TryItOnOptions(read_deadline=PROVIDERS_SECONDS)
        clients = [
            TryItOnClient(api_key=key, paid=http.paid, reads=http.reads, base_url=url, options=options)
            for key in keys
        ]
        answers = await asyncio.gather(*(client.balance() for client in clients))
    names = [
        f"TryItOn key {place} ({key.fingerprint})" if len(keys) > 1 else "TryItOn key"
        for place, key in enumerate(keys, 1)
    ]
    some_left = any(isinstance(answer, Balance) and answer.available > 0 for answer in answers)
    return [
        _balance(name, answer, some_left=some_left)
        if isinstance(answer, Balance)
        else problem(_key_trouble(name, answer, url))
        for name, answer in zip(names, answers, strict=True)
    ]


def _balance(name: str, balance: Balance, *, some_left: bool) -> Line:
    if balance.available > 0:
        return ok(f"{name}: {balance.available} credits left")
    text = f"{name}: no credits left. Buy some at TryItOn"
    return warning(f"{text}; the other keys are used until then.") if some_left else problem(f"{text}.")


def _key_trouble(name: str, answer: NoAnswer, url: str) -> str:
    match answer.trouble:
        case Trouble.KEY:
            return f"{name}: refused. Correct it in TRYITON_API_KEY, or remove it."
        case Trouble.CONNECTION:
            return f"{name}: {url} can't be reached. Check TRYITON_API_URL and the connection."
        case Trouble.RATE:
            return f"{name}: asked too often just now. Wait a minute, then check again."
        case Trouble.SERVER:
            return f"{name}: TryItOn has trouble on its side. Check again later."
        case _:
            return f"{name}: {url} does not answer like TryItOn. Check TRYITON_API_URL."
