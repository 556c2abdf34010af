"""What people call the providers, and that nothing else knows them by name."""

import re
from pathlib import Path

from pydantic import SecretStr

from bot.providers.clients import open_clients
from bot.providers.titles import PICTURES_FROM, TITLES
from bot.providing import provider_keys
from bot.settings import Settings


async def test_every_provider_there_can_be_a_key_for_has_a_name_for_people():
    fields = [name for name in Settings.model_fields if name.endswith("_api_key")]
    keys = {name: (SecretStr(f"key-of-{name}"),) for name in fields}
    settings = Settings(telegram_bot_token=SecretStr(f"123456789:{'a' * 35}"), **keys)
    async with open_clients() as http:
        names = [keyed.provider.name for keyed in provider_keys(settings, http)]
    assert len(names) == len(fields)
    assert set(names) == set(TITLES) == set(PICTURES_FROM)


def test_a_provider_is_named_only_where_it_is_made_known():
    root = Path(__file__).parents[3]
    known = {"bot/providing.py", "bot/providers/titles.py"}
    code = [path for folder in ("bot", "handlers", "storage") for path in (root / folder).rglob("*.py")]
    naming = {
        path.relative_to(root).as_posix()
        for path in code
        if re.search(
            r"[\"'](tryiton|fitroom)[\"'_]|settings\.(tryiton|fitroom)_", path.read_text(encoding="utf-8")
        )
    }
    own = {name for name in naming if re.match(r"bot/(sandbox/|providers/(tryiton|fitroom))", name)}
    assert naming - own == known
