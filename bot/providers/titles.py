"""What is known of each provider, by the name stored with submissions: its title, and its pictures' host."""

from collections.abc import Mapping
from types import MappingProxyType

PICTURES_FROM: Mapping[str, str] = MappingProxyType(
    {"tryiton": "cdn.tryiton.now", "fitroom": "storage.googleapis.com"}
)
TITLES: Mapping[str, str] = MappingProxyType({"tryiton": "TryItOn", "fitroom": "FitRoom"})
