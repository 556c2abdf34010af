"""The bot object and its connections: time-outs and pool sizes in one place."""

from telegram.error import InvalidToken
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.chat.gate import Gate, Turn

CONNECT_SECONDS = 5.0
READ_SECONDS = 20.0
WRITE_SECONDS = 20.0
POOL_SECONDS = 10.0
# Uploading and storing a picture of 10 MB takes a while on a slow line.
MEDIA_SECONDS = 60.0
CONNECTIONS = 64


class Bot(ExtBot[Turn]):
    """The library's bot, except that neither its repr nor what it raises at the start holds the token."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Bot()"

    async def initialize(self) -> None:
        """Open the connections and ask who we are; raise ``InvalidToken`` without naming the token."""
        try:
            await super().initialize()
        except InvalidToken:
            refused = True
        else:
            refused = False
        # Raised out here, so that it has no context: the library's own message is the token.
        if refused:
            raise InvalidToken("Telegram does not accept the bot's token")


def build_bot(*, token: str, api_url: str, rate_limiter: Gate) -> Bot:
    """Return a bot that talks to a Bot API server; it connects only when initialized.

    Long polling has connections of its own (``bot.chat.polling``), so that it never takes one from an answer.
    """
    return Bot(
        token,
        base_url=f"{api_url.rstrip('/')}/bot",
        base_file_url=f"{api_url.rstrip('/')}/file/bot",
        request=build_request(CONNECTIONS),
        get_updates_request=build_request(1),
        rate_limiter=rate_limiter,
    )


def build_request(connections: int) -> HTTPXRequest:
    """Return connections to a Bot API server."""
    return HTTPXRequest(
        connection_pool_size=connections,
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        write_timeout=WRITE_SECONDS,
        pool_timeout=POOL_SECONDS,
        media_write_timeout=MEDIA_SECONDS,
    )
