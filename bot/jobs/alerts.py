"""What the operator is told, each once: kinds for the chat's words, causes that say what "once" means."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from bot.jobs.ending import tell_operator
from bot.jobs.tenure import Tenure
from storage.database import Tx


class Alert(StrEnum):
    """The kind of a notice to the operator; its parameters are given with each.

    OUT_OF_CREDITS, KEY_REFUSED: ``provider``, ``key`` (a fingerprint)
    KEY_GONE: ``provider``, ``key``, ``job_id``; a job was paid with a key that is no longer in the settings
    RESULT_HOST_REFUSED: ``host``, ``setting``
    ENDPOINT_MISSING: ``provider``; it answers 404 to a submission
    ABILITY_MISSING: ``ability``; no key in the settings belongs to a provider that can do what a job needs
    """

    OUT_OF_CREDITS = "operator_out_of_credits"
    KEY_REFUSED = "operator_key_refused"
    KEY_GONE = "operator_key_gone"
    RESULT_HOST_REFUSED = "operator_result_host_refused"
    ENDPOINT_MISSING = "operator_endpoint_missing"
    ABILITY_MISSING = "operator_ability_missing"


async def alert(tx: Tx, tenure: Tenure, kind: Alert, params: Mapping[str, Any], *, once: str) -> None:
    """Add a notice for every admin, in the caller's transaction, unless that cause has had one."""
    await tell_operator(
        tx,
        cause=f"{kind}:{once}",
        kind=kind.value,
        params=dict(params),
        admin_ids=tenure.admin_ids,
        at=tenure.clock.now(),
    )
