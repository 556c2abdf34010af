"""Does each provider take each key, and is there anything left on it? No question costs anything."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.check.lines import Line, ok, problem, warning
from bot.providers.base import Balance, NoAnswer, Provider, Trouble
from bot.providers.clients import open_clients
from bot.providers.titles import TITLES
from bot.providing import provider_keys
from bot.settings import Settings

PROVIDERS_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class _Asked:
    """One key, what its provider said of it, and how to name it to the operator."""

    label: str
    title: str
    setting: str
    url: str
    answer: Balance | NoAnswer

    @property
    def is_good(self) -> bool:
        """Return whether pictures can be made with this key now, as far as it can be told for free."""
        if isinstance(self.answer, Balance):
            return self.answer.available > 0
        # FitRoom tells no balance; that it looked for the task we asked about shows that it takes the key.
        return self.answer.trouble is Trouble.NOT_FOUND


async def ask_providers(settings: Settings) -> list[Line]:
    """Ask about every key; trouble with one is only a warning while another can make pictures."""
    async with open_clients() as http:
        providers = [keyed.provider for keyed in provider_keys(settings, http)]
        answers = await asyncio.gather(*(_answer(provider) for provider in providers))
    asked = [
        _Asked(
            label=_label(provider, providers),
            title=TITLES[provider.name],
            setting=provider.name.upper(),
            url=getattr(settings, f"{provider.name}_api_url"),
            answer=answer,
        )
        for provider, answer in zip(providers, answers, strict=True)
    ]
    others_work = any(one.is_good for one in asked)
    return [_line(one, others_work=others_work) for one in asked]


async def _answer(provider: Provider) -> Balance | NoAnswer:
    try:
        async with asyncio.timeout(PROVIDERS_SECONDS):
            return await provider.balance()
    except TimeoutError:
        return NoAnswer(Trouble.CONNECTION, "no answer in time")


def _label(provider: Provider, providers: Sequence[Provider]) -> str:
    title = f"{TITLES[provider.name]} key"
    alike = [one for one in providers if one.name == provider.name]
    if len(alike) == 1:
        return title
    return f"{title} {alike.index(provider) + 1} ({provider.key_fingerprint})"


def _line(asked: _Asked, *, others_work: bool) -> Line:
    if asked.is_good:
        return ok(_good(asked))
    trouble = f"{asked.label}: {_trouble(asked)}"
    return warning(f"{trouble} Until then the other keys are used.") if others_work else problem(trouble)


def _good(asked: _Asked) -> str:
    if isinstance(asked.answer, Balance):
        return f"{asked.label}: {asked.answer.available} credits left"
    return f"{asked.label}: accepted; {asked.title} tells nobody how many credits are left"


def _trouble(asked: _Asked) -> str:
    if isinstance(asked.answer, Balance):
        return f"no credits left. Buy some at {asked.title}."
    match asked.answer.trouble:
        case Trouble.KEY:
            return f"refused. Correct it in {asked.setting}_API_KEY, or remove it."
        case Trouble.CONNECTION:
            return f"{asked.url} can't be reached. Check {asked.setting}_API_URL and the connection."
        case Trouble.RATE:
            return "asked too often just now. Wait a minute, then check again."
        case Trouble.SERVER:
            return f"{asked.title} has trouble on its side. Check again later."
        case _:
            return f"{asked.url} does not answer like {asked.title}. Check {asked.setting}_API_URL."
