"""The webhook's path: the same everywhere, different per bot, and no way back to the token."""

import re

import pytest

from bot.web.webhook import webhook_path, webhook_paths

TOKEN = f"{123456789}:" + "A" * 35
OTHER = f"{123456789}:" + "B" * 35


def test_path_is_the_same_at_every_start():
    assert webhook_path(TOKEN) == webhook_path(TOKEN)
    assert re.fullmatch(r"/telegram/[0-9a-f]{16}", webhook_path(TOKEN))


def test_each_token_has_its_own_path():
    assert webhook_path(TOKEN) != webhook_path(OTHER)


def test_path_holds_nothing_of_the_token():
    assert "123456789" not in webhook_path(TOKEN)
    assert "AAAA" not in webhook_path(TOKEN)


@pytest.mark.parametrize("url", ["https://shop.example", "https://shop.example:8443"])
def test_without_a_path_in_webhook_url_there_is_one(url):
    assert webhook_paths(TOKEN, url) == (webhook_path(TOKEN),)


def test_path_of_webhook_url_may_be_stripped_by_a_proxy_or_not():
    path = webhook_path(TOKEN)
    assert webhook_paths(TOKEN, "https://shop.example/bots/one") == (path, "/bots/one" + path)
