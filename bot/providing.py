"""The providers that the settings give us: one client for each key, with the limits of that key."""

from bot.jobs.keys import KeyedProvider, KeyLimits
from bot.providers.base import Ability, Timing
from bot.providers.clients import HttpClients
from bot.providers.fitroom import FitRoomClient, FitRoomOptions
from bot.providers.keys import ApiKey
from bot.providers.tryiton import TryItOnClient, TryItOnOptions
from bot.settings import Seconds, Settings


def provider_keys(settings: Settings, http: HttpClients) -> tuple[KeyedProvider, ...]:
    """Return every key of every provider."""
    return (*_tryiton(settings, http), *_fitroom(settings, http))


def _tryiton(settings: Settings, http: HttpClients) -> tuple[KeyedProvider, ...]:
    options = TryItOnOptions(timings=dict.fromkeys(Ability, _timing(settings.tryiton_seconds)))
    limits = KeyLimits(
        submits=settings.tryiton_submits_per_minute,
        reads=settings.tryiton_status_per_minute,
        concurrency=settings.tryiton_concurrency,
    )
    clients = (
        TryItOnClient(
            api_key=ApiKey(key.get_secret_value()),
            paid=http.paid,
            reads=http.reads,
            base_url=settings.tryiton_api_url,
            options=options,
        )
        for key in settings.tryiton_api_key
    )
    return tuple(KeyedProvider(client, limits) for client in clients)


def _fitroom(settings: Settings, http: HttpClients) -> tuple[KeyedProvider, ...]:
    options = FitRoomOptions(
        normal=_timing(settings.fitroom_seconds), hd=_timing(settings.fitroom_hd_seconds)
    )
    # One window for calls of every kind.
    limits = KeyLimits(submits=settings.fitroom_requests_per_minute)
    clients = (
        FitRoomClient(
            api_key=ApiKey(key.get_secret_value()),
            paid=http.paid,
            reads=http.reads,
            base_url=settings.fitroom_api_url,
            options=options,
        )
        for key in settings.fitroom_api_key
    )
    return tuple(KeyedProvider(client, limits, checks=client) for client in clients)


def _timing(seconds: Seconds) -> Timing:
    return Timing(seconds.shortest, seconds.typical, seconds.longest)
