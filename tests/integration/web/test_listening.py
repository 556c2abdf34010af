"""Answers are sent at once, however they are put together."""

import socket

import pytest

from bot.sandbox.telegram.serving import listen
from bot.web import server

pytestmark = pytest.mark.network


@pytest.mark.parametrize(
    "listening", [lambda: server._listen("127.0.0.1", 0), listen], ids=["web", "sandbox"]
)
def test_connections_send_what_there_is_at_once(listening):
    with listening() as listener, socket.create_connection(listener.getsockname()):
        connection, _ = listener.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
