"""Sees every call of the Bot API that is made while tests run, and holds it against the schema.

A call is looked at where it leaves a bot in this process (python-telegram-bot's connection, whatever answers
it) and where it arrives at a server of this process (the sandbox's Telegram; the plain servers of the end to
end tests note theirs), which is how bots in processes of their own are seen. The bot knows nothing of it.
"""

from telegram.request import HTTPXRequest

from bot.sandbox.telegram.server import TelegramServer
from tests.botapi.record import note_call


def watch() -> None:
    """Look at calls from now on, until the process ends."""
    leave, arrive = HTTPXRequest.do_request, TelegramServer.call

    async def leaving(self, url, method, request_data=None, *args, **kwargs):
        if "/file/bot" not in url:
            files = (request_data.multipart_data or {}) if request_data else {}
            values = request_data.json_parameters if request_data else {}
            note_call(url.rsplit("/", 1)[1], values, {name: len(file[1]) for name, file in files.items()})
        return await leave(self, url, method, request_data, *args, **kwargs)

    async def arriving(self, token, method, params, gone):
        note_call(method, params.values, {name: len(one.data) for name, one in params.uploads.items()})
        return await arrive(self, token, method, params, gone)

    HTTPXRequest.do_request = leaving
    TelegramServer.call = arriving
