"""The HTTP clients that all providers share: one for reads, one for paid calls."""

import logging
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

USER_AGENT = "try-on-bot"

# Connecting is quick or hopeless. A paid POST carries megabytes up and is answered after the provider has
# looked at them; giving up early would make an outcome unknown that a few seconds more would have told.
READ_TIMEOUT = httpx.Timeout(connect=10.0, read=20.0, write=10.0, pool=10.0)
PAID_TIMEOUT = httpx.Timeout(connect=10.0, read=60.0, write=30.0, pool=10.0)

READ_LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=15.0)
# A kept-alive connection may have been closed by the server while the request is on its way to it; then
# nobody knows whether the request was read. A connection of its own per paid POST cannot be stale.
PAID_LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=0)


@dataclass(frozen=True, slots=True)
class HttpClients:
    """The two clients; neither holds a key, each provider adds its own to every request."""

    reads: httpx.AsyncClient
    paid: httpx.AsyncClient


def _client(
    *, tls: ssl.SSLContext, timeout: httpx.Timeout, limits: httpx.Limits, headers: dict[str, str]
) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        verify=tls,
        timeout=timeout,
        limits=limits,
        # Answers are read raw and capped, so that a small compressed answer cannot grow in memory.
        headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity", **headers},
        # No proxy or .netrc from the environment: it is read in one place, bot.__main__; a forwarding proxy's
        # own error page would pass for the provider's answer; and the sandbox is on 127.0.0.1.
        trust_env=False,
        follow_redirects=False,
        # No cookies: requests must not depend on what an earlier answer said.
        cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
    )


def silence_wire_logs() -> None:
    """Keep httpx and httpcore from logging requests: addresses carry tokens and signatures."""
    for name in ("httpx", "httpcore"):
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.level, logging.WARNING))


@asynccontextmanager
async def open_clients() -> AsyncIterator[HttpClients]:
    """Open both clients and close them at the end."""
    silence_wire_logs()
    tls = httpx.create_ssl_context(trust_env=False)
    reads = _client(tls=tls, timeout=READ_TIMEOUT, limits=READ_LIMITS, headers={})
    paid = _client(tls=tls, timeout=PAID_TIMEOUT, limits=PAID_LIMITS, headers={"Connection": "close"})
    async with reads, paid:
        yield HttpClients(reads=reads, paid=paid)
