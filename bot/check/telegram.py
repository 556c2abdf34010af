"""Does Telegram take the token, and do updates come to us and to nobody else?

Asking for updates can be felt by others: Telegram hands them to one program at a time and ends the request of
whoever asked before (a 409 there, after which programs ask again). So it is done only when we would poll, no
webhook is set, and no process holds this database's lease: a bot of ours that runs is never disturbed. No
offset is sent, so nothing is confirmed and every update stays for the bot.
"""

import asyncio
from urllib.parse import urlsplit

from telegram import Bot, WebhookInfo
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import HTTPXRequest

from bot.check.lines import Line, ok, problem, warning
from bot.settings import Settings

ANSWER_SECONDS = 5.0
TELEGRAM_SECONDS = 16.0
# A program whose request was ended by ours asks again after a second or two.
POLLER_SECONDS = 4
POLLER_PAUSE = 2.0


async def ask_telegram(settings: Settings, *, running: bool) -> list[Line]:
    """Ask who the token belongs to, and where its updates go; ``running``: a bot works on our database."""
    lines: list[Line] = []
    try:
        async with asyncio.timeout(TELEGRAM_SECONDS), _bot(settings) as bot:
            lines.append(ok(f"Telegram: the token belongs to @{bot.username}"))
            info = await bot.get_webhook_info()
            if settings.webhook_url is not None:
                lines += _ours(settings.webhook_url, info, running=running)
            elif info.url:
                lines.append(_in_the_way(info))
            elif running:
                lines.append(ok("updates: fetched by the bot that is running"))
            else:
                lines.append(await _other_poller(bot))
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


def _ours(url: str, info: WebhookInfo, *, running: bool) -> list[Line]:
    """Say what is to say with WEBHOOK_URL set; the bot keeps the webhook set while it runs."""
    ours = urlsplit(url).hostname
    if info.url.startswith(f"{url}/"):
        if info.last_error_message and info.pending_update_count:
            # Telegram's words are about the connection or the status, as in "Connection refused".
            return [
                warning(
                    f"updates: {info.pending_update_count} wait, as Telegram could not post to {ours} lately "
                    f"({info.last_error_message}). Is the bot running, and WEBHOOK_URL open to the internet?"
                )
            ]
        return [ok(f"updates: Telegram posts them to {ours}")]
    if running:
        return [
            warning(
                f"updates: the webhook is not at {ours} yet, although a bot is running. It sets it within a "
                "minute; if it does not, its log says why."
            )
        ]
    if info.url:
        return [
            warning(f"updates: Telegram posts them to {_host(info)} until the bot starts, then to {ours}")
        ]
    return [ok(f"updates: posted by Telegram to {ours} as soon as the bot runs")]


def _in_the_way(info: WebhookInfo) -> Line:
    return problem(
        f"updates: Telegram posts them to {_host(info)}, so they can't be fetched. If nothing needs that any "
        "more, call deleteWebhook of the Bot API once; to work that way yourself, set WEBHOOK_URL."
    )


def _host(info: WebhookInfo) -> str:
    # Only the host is shown: a webhook's path is often as secret as a token.
    return urlsplit(info.url).hostname or "nowhere"


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
