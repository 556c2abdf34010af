"""What people call the providers, by the names that are stored with submissions."""

from collections.abc import Mapping
from types import MappingProxyType

TITLES: Mapping[str, str] = MappingProxyType({"tryiton": "TryItOn", "fitroom": "FitRoom"})
