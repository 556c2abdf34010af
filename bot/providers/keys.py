"""API keys as things that can be used but not seen."""

import dataclasses
import hashlib
import hmac
import re
from collections.abc import Generator
from typing import Any, NoReturn, TypeVar

import httpx

_WELL_FORMED = re.compile(r"[\x21-\x7e]{1,512}")
_SAYING_FIELDS = frozenset({"message", "name", "reason"})
_HIDDEN = "[key]"

OutcomeT = TypeVar("OutcomeT")


class ApiKey:
    """A provider's API key whose repr, str and pickle never hold the secret.

    Raises:
        ValueError: The key is empty or holds spaces, control or non-ASCII characters; such a key can't be
            sent as a header, and the library that refuses it later would quote it.
    """

    __slots__ = ("_fingerprint", "_secret")

    def __init__(self, secret: str) -> None:
        if not _WELL_FORMED.fullmatch(secret):
            # Neither quoted nor left in this frame: what was refused may be the key with a slip in it.
            del secret
            raise ValueError("an API key is 1 to 512 printable ASCII characters without spaces")
        self._secret = secret
        # Plain SHA-256, not a keyed hash: it is stored with submissions, so it must stay the same over
        # restarts and machines without one more secret to keep. Keys are long random strings, so 48 bits of
        # a hash neither reveal them nor collide among the few that an operator has.
        self._fingerprint = hashlib.sha256(b"try-on-bot api key\0" + secret.encode()).hexdigest()[:12]

    @property
    def fingerprint(self) -> str:
        """Return 12 hexadecimal digits that name the key without revealing it."""
        return self._fingerprint

    def reveal(self) -> str:
        """Return the secret itself; never bind it to a local name, tracebacks can show those."""
        return self._secret

    def redact(self, text: str) -> str:
        """Return the text with every occurrence of the key replaced."""
        return text.replace(self._secret, _HIDDEN)

    def __repr__(self) -> str:
        return f"ApiKey({self._fingerprint})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ApiKey):
            return NotImplemented
        return hmac.compare_digest(self._secret, other._secret)

    def __hash__(self) -> int:
        return hash(self._fingerprint)

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("an API key is not pickled or copied into anything")

    def __copy__(self) -> "ApiKey":
        return self

    def __deepcopy__(self, memo: object) -> "ApiKey":
        return self


class KeyHeader(httpx.Auth):
    """Put the key into one header at the moment of sending."""

    def __init__(self, key: ApiKey, *, header: str = "Authorization", prefix: str = "Bearer ") -> None:
        self._key = key
        self._header = header
        self._prefix = prefix

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the header; the request is sent once and never again."""
        request.headers[self._header] = self._prefix + self._key.reveal()
        yield request


def without_key(outcome: OutcomeT, key: ApiKey) -> OutcomeT:
    """Return a provider's outcome with the key removed from what the provider said: some quote it back."""
    changes: dict[str, Any] = {
        field.name: key.redact(getattr(outcome, field.name))
        for field in dataclasses.fields(outcome)  # type: ignore[arg-type]  # every outcome is a dataclass
        if field.name in _SAYING_FIELDS
    }
    return dataclasses.replace(outcome, **changes)  # type: ignore[type-var]  # as above
