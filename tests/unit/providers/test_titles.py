"""What people call the providers."""

from pydantic import SecretStr

from bot.providers.clients import open_clients
from bot.providers.titles import TITLES
from bot.providing import provider_keys
from bot.settings import Settings


async def test_every_provider_there_can_be_a_key_for_has_a_name_for_people():
    fields = [name for name in Settings.model_fields if name.endswith("_api_key")]
    keys = {name: (SecretStr(f"key-of-{name}"),) for name in fields}
    settings = Settings(telegram_bot_token=SecretStr(f"123456789:{'a' * 35}"), **keys)
    async with open_clients() as http:
        names = [keyed.provider.name for keyed in provider_keys(settings, http)]
    assert len(names) == len(fields)
    assert set(names) == set(TITLES)
