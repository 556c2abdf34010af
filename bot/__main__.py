"""The command line: ``python -m bot [COMMAND]``. The only place that reads the environment.

Exit codes: 0 all is well, 1 something was found wrong or failed, 2 the command or the settings can't be used.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.errors import SettingsError
from bot.settings import Settings, load_settings

USAGE_ERROR = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    given = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = given.command
    try:
        return command(given)
    except SettingsError as error:
        print(
            "The settings can't be used:",
            *(f"  - {problem}" for problem in error.problems),
            sep="\n",
            file=sys.stderr,
        )
        print("See .env.example for every setting.", file=sys.stderr)
        return USAGE_ERROR
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot", description="A Telegram bot for trying on clothes."
    )
    parser.set_defaults(command=_run)
    commands = parser.add_subparsers(title="commands", metavar="")
    sandbox = commands.add_parser("sandbox", help="talk to the bot in a browser, without any account")
    sandbox.add_argument("--port", type=int, default=8000)
    sandbox.add_argument("--no-bot", action="store_true", help="start the servers only")
    sandbox.add_argument("--speed", type=float, default=1.0, help="run everything so many times faster")
    sandbox.set_defaults(command=_sandbox)
    commands.add_parser("migrate", help="bring the database to this version").set_defaults(command=_migrate)
    commands.add_parser("check", help="tell whether the bot could run").set_defaults(command=_check)
    commands.add_parser("audit", help="prove that every credit is where it should be").set_defaults(
        command=_audit
    )
    grant = commands.add_parser("grant", help="give a person credits")
    grant.add_argument("user_id", type=int, metavar="USER_ID")
    grant.add_argument("credits", type=_positive, metavar="CREDITS")
    grant.add_argument("--reason", required=True, help="kept in the ledger")
    grant.set_defaults(command=_grant)
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if not 0 < number <= 1_000_000:  # noqa: PLR2004 - a slip of the finger, not a business rule
        raise argparse.ArgumentTypeError("credits are a number from 1 to 1000000")
    return number


def _settings() -> Settings:
    """Read the settings; TRYON_ENV_FILE names another file than ``.env``, or none when it is empty."""
    named = os.environ.get("TRYON_ENV_FILE", ".env")
    settings = load_settings(Path(named) if named else None)
    from bot.log import set_up_logging  # noqa: PLC0415 - each command imports what it needs

    set_up_logging(level=settings.log_level, form=settings.log_format, secrets=settings.secrets)
    return settings


def _run(_given: argparse.Namespace) -> int:
    settings = _settings()
    from bot.app import run  # noqa: PLC0415 - each command imports what it needs

    return asyncio.run(run(settings))


def _sandbox(given: argparse.Namespace) -> int:
    from bot.sandbox.run import run  # noqa: PLC0415 - each command imports what it needs

    arguments = ["--port", str(given.port), "--speed", str(given.speed)]
    return run([*arguments, "--no-bot"] if given.no_bot else arguments)


def _check(_given: argparse.Namespace) -> int:
    from bot.check import run_check  # noqa: PLC0415 - each command imports what it needs

    named = os.environ.get("TRYON_ENV_FILE", ".env")
    return asyncio.run(run_check(Path(named) if named else None))


def _migrate(_given: argparse.Namespace) -> int:
    from bot.operator import migrate  # noqa: PLC0415 - each command imports what it needs

    return migrate(_settings())


def _audit(_given: argparse.Namespace) -> int:
    from bot.operator import audit  # noqa: PLC0415 - each command imports what it needs

    return asyncio.run(audit(_settings()))


def _grant(given: argparse.Namespace) -> int:
    from bot.operator import grant  # noqa: PLC0415 - each command imports what it needs

    return asyncio.run(grant(_settings(), given.user_id, given.credits, given.reason))


if __name__ == "__main__":
    sys.exit(main())
