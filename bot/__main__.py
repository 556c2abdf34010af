"""The command line: ``python -m bot [COMMAND]``. The only place that reads the environment.

Exit codes: 0 all is well, 1 something was found wrong or failed, 2 the command or the settings can't be used.
"""

import argparse
import asyncio
import logging
import os
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.errors import SettingsError
from bot.log import log_the_uncaught, set_up_logging
from bot.settings import Settings, load_settings
from storage.urls import InvalidUrl, normalise

USAGE_ERROR = 2
# Telegram's ids have at most 52 significant bits.
LARGEST_USER_ID = 2**52 - 1
LONGEST_REASON = 200

log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    given = _parser().parse_args(arguments)
    # Until the settings say otherwise: a crash before that must not show a token either.
    set_up_logging()
    log_the_uncaught()
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
    except Exception:
        log.exception("a fault of the program")
        print(
            "The program stopped because of a fault of its own; the lines above say where.", file=sys.stderr
        )
        return 1


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
    grant.add_argument("user_id", type=_user_id, metavar="USER_ID")
    grant.add_argument("credits", type=_credits, metavar="CREDITS")
    grant.add_argument("--reason", required=True, type=_reason, help="kept in the ledger")
    grant.set_defaults(command=_grant)
    copy = commands.add_parser("copy-database", help="copy everything into an empty database of either kind")
    copy.add_argument(
        "source", metavar="FROM", help="an address as for DATABASE_URL; the bot must be stopped"
    )
    copy.add_argument("target", metavar="TO", help="the address of a database without any rows")
    copy.set_defaults(command=_copy_database)
    return parser


def _user_id(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= LARGEST_USER_ID:
        raise argparse.ArgumentTypeError("a person's Telegram id is a number such as 123456789")
    return int(text)


def _credits(text: str) -> int:
    # A bound against a slip of the finger, not a business rule.
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= 1_000_000:  # noqa: PLR2004 - as said
        raise argparse.ArgumentTypeError("credits are a whole number from 1 to 1000000")
    return int(text)


def _reason(text: str) -> str:
    if not text.strip() or not text.isprintable() or len(text) > LONGEST_REASON:
        raise argparse.ArgumentTypeError(f"a reason is one line of 1 to {LONGEST_REASON} characters")
    return text.strip()


def _env_file() -> Path | None:
    """Return the file of settings: TRYON_ENV_FILE names another than ``.env``, or none when it is empty."""
    named = os.environ.get("TRYON_ENV_FILE", ".env")
    return Path(named) if named else None


def _settings() -> Settings:
    settings = load_settings(_env_file())
    set_up_logging(level=settings.log_level, form=settings.log_format, secrets=settings.secrets)
    return settings


def _run(_given: argparse.Namespace) -> int:
    settings = _settings()
    from bot.app import run  # noqa: PLC0415 - each command imports what it needs

    # A platform or container that wants something on a port says so this way; a line in .env does not.
    return asyncio.run(run(settings, health=bool(os.environ.get("PORT"))))


def _sandbox(given: argparse.Namespace) -> int:
    from bot.sandbox.run import run  # noqa: PLC0415 - each command imports what it needs

    arguments = ["--port", str(given.port), "--speed", str(given.speed)]
    return run([*arguments, "--no-bot"] if given.no_bot else arguments)


def _check(_given: argparse.Namespace) -> int:
    from bot.check import LONGEST, run_check  # noqa: PLC0415 - each command imports what it needs

    # A thread that waits for a name server can't be cancelled, and the interpreter would wait for it.
    impatience = threading.Timer(LONGEST, os._exit, (1,))
    impatience.daemon = True
    impatience.start()
    try:
        return asyncio.run(run_check(_env_file()))
    finally:
        impatience.cancel()


def _migrate(_given: argparse.Namespace) -> int:
    from bot.operator import migrate  # noqa: PLC0415 - each command imports what it needs

    return migrate(_settings())


def _audit(_given: argparse.Namespace) -> int:
    from bot.operator import audit  # noqa: PLC0415 - each command imports what it needs

    return asyncio.run(audit(_settings()))


def _grant(given: argparse.Namespace) -> int:
    from bot.operator import grant  # noqa: PLC0415 - each command imports what it needs

    return asyncio.run(grant(_settings(), given.user_id, given.credits, given.reason))


def _copy_database(given: argparse.Namespace) -> int:
    from bot.operator import copy_database  # noqa: PLC0415 - each command imports what it needs

    # The addresses are all it needs: neither the token nor the keys.
    try:
        passwords = [normalise(address).password for address in (given.source, given.target)]
    except InvalidUrl as error:
        print(f"This can't be copied: {error}.", file=sys.stderr)
        return USAGE_ERROR
    set_up_logging(secrets=[password for password in passwords if password])
    return asyncio.run(copy_database(given.source, given.target))


if __name__ == "__main__":
    sys.exit(main())
