"""What a provider's server answers, as bytes, free of any web framework."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer; its body is sent in small pieces over ``seconds`` where that is not zero."""

    status: int
    body: bytes
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    def json(self) -> dict[str, object]:
        """Return the body as an object; raise ``ValueError`` where it is none."""
        value = json.loads(self.body)
        if not isinstance(value, dict):
            raise ValueError("the body is not a JSON object")  # noqa: TRY004 - one error for every odd body
        return value


def json_reply(content: Mapping[str, object], status: int = 200) -> Reply:
    """Return a JSON answer."""
    return Reply(status=status, body=json.dumps(content).encode())
