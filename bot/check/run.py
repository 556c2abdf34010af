"""The check as a whole: the settings first, then the database, then everything outside at the same time."""

import asyncio
import itertools
from collections.abc import Sequence
from pathlib import Path

from bot.check.database import look, try_writing
from bot.check.lines import Line, Verdict, ok, problem, warning
from bot.check.providers import ask_providers
from bot.check.telegram import ask_telegram
from bot.errors import SettingsError
from bot.images.compositions.lettering import can_shape
from bot.log import Redactor, set_up_logging
from bot.providers.downloads import ResultHost
from bot.providers.titles import PICTURES_FROM, TITLES
from bot.settings import Settings, load_settings, misspelt

# All parts together stay below it, unless a thread hangs in a look-up that nothing can end.
LONGEST = 29.0

# Where pictures come from when a provider is asked at its usual address.


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
    stored = await look(settings.database_url)
    _show(stored.lines, redact)
    asked = await asyncio.gather(
        try_writing(settings.database_url) if stored.ready and not stored.running else _nothing(),
        ask_telegram(settings, running=stored.running),
        ask_providers(settings),
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
    return lines + _lettering()


def _result_hosts(settings: Settings) -> list[Line]:
    lines = []
    names = set()
    for host in settings.result_hosts:
        try:
            names.add(ResultHost.parse(host))
        except ValueError:
            lines.append(problem(f"RESULT_HOSTS: {host} is not host or host:port. Correct or remove it."))
    for provider, host in PICTURES_FROM.items():
        if _is_asked_as_usual(settings, provider) and ResultHost.parse(host) not in names:
            lines.append(
                warning(
                    f"RESULT_HOSTS lacks {host}, from where {TITLES[provider]}'s pictures come. Add it back."
                )
            )
    return lines or [ok(f"result hosts: {', '.join(settings.result_hosts)}")]


def _lettering() -> list[Line]:
    if can_shape():
        return []
    return [
        warning(
            "FriBiDi is not installed: sheets have numbers in place of Arabic names. "
            "On Debian and Ubuntu: apt install libfribidi0."
        )
    ]


def _is_asked_as_usual(settings: Settings, provider: str) -> bool:
    usual = Settings.model_fields[f"{provider}_api_url"].default
    keys = getattr(settings, f"{provider}_api_key")
    return bool(keys) and getattr(settings, f"{provider}_api_url") == usual


async def _nothing() -> list[Line]:
    return []
