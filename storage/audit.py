"""Prove that the books are right, by the rules of ``storage.audit_rules``."""

from dataclasses import dataclass

from sqlalchemy import func, select

from storage.audit_rules import RULES
from storage.database import Database, Tx
from storage.schema import accounts, jobs, ledger, results, submissions

_LOOKED_AT = (accounts, ledger, jobs, submissions, results)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong; ``code`` names a rule."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Audit:
    """What was found, how many rows of each table were looked at, and by how many rules."""

    findings: tuple[Finding, ...]
    checked: dict[str, int]
    rules: int

    @property
    def is_clean(self) -> bool:
        """Return whether nothing is wrong."""
        return not self.findings


async def audit(database: Database) -> list[Finding]:
    """Return everything that is wrong with the books; an empty list means that they are right."""
    return list((await run_audit(database)).findings)


async def run_audit(database: Database) -> Audit:
    """Return everything that is wrong with the books, and what was looked at.

    All rules see one snapshot, so this may run beside a working bot.
    """
    async with database.reading() as tx:
        return await audit_in(tx)


async def audit_in(tx: Tx) -> Audit:
    """Return the same for what one transaction sees."""
    findings: list[Finding] = []
    for rule in RULES:
        rows = await tx.link.rows(rule.query())
        findings += [Finding(rule.code, rule.text.format(*row)) for row in rows]
    checked = {
        table.name: int(await tx.link.value(select(func.count()).select_from(table))) for table in _LOOKED_AT
    }
    return Audit(tuple(findings), checked, len(RULES))
