"""What the operator reads: rare, plain, and with the setting to look at."""

from html import escape
from typing import Any

from bot.chat.screen import Screen
from bot.providers.titles import TITLES
from bot.texts import Translator

Params = dict[str, Any]


def _safe(params: Params) -> Params:
    return {name: escape(TITLES.get(str(value), str(value))) for name, value in params.items()}


def out_of_credits(t: Translator, params: Params) -> Screen:
    """Say that a key has no credits left at the provider."""
    return Screen(
        t(
            "⚠️ <b>{provider} says that key {key} has no credits left.</b>\n"
            "People keep their place in the queue. Buy credits there; I go on by myself.",
            **_safe(params),
        )
    )


def key_refused(t: Translator, params: Params) -> Screen:
    """Say that a key is not accepted."""
    return Screen(
        t(
            "⚠️ <b>{provider} does not accept key {key}.</b>\n"
            "Check it in the settings. Until then I go on with the other keys, if there are any.",
            **_safe(params),
        )
    )


def key_gone(t: Translator, params: Params) -> Screen:
    """Say that a running job's key is no longer set."""
    return Screen(
        t(
            "⚠️ <b>A picture was being made with {provider} key {key}, which is no longer in the settings.</b>\n"
            "I can't fetch it; the person has their credits back. It may have cost you one picture.",
            **_safe(params),
        )
    )


def result_host_refused(t: Translator, params: Params) -> Screen:
    """Say that finished pictures come from a host that is not allowed."""
    return Screen(
        t(
            "⚠️ <b>Finished pictures come from {host}, which is not in RESULT_HOSTS.</b>\n"
            "If it is the provider's, add it to RESULT_HOSTS and restart; nothing is lost until then.",
            **_safe(params),
        )
    )


def endpoint_missing(t: Translator, params: Params) -> Screen:
    """Say that the provider does not know the address that takes jobs."""
    return Screen(
        t(
            "⚠️ <b>{provider} answers that there is no such address.</b>\n"
            "Check the address of its API in the settings. The person has their credits back.",
            **_safe(params),
        )
    )


def ability_missing(t: Translator, params: Params) -> Screen:
    """Say that somebody waits for what no key in the settings can make."""
    return Screen(
        t(
            "⚠️ <b>Somebody waits for a picture that no key in the settings can make ({ability}).</b>\n"
            "Add a key of a provider that can, and restart. Until then they keep their place in the queue.",
            **_safe({"ability": params["ability"]}),
        )
    )
