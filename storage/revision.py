"""Which schema a database has, compared with the one this code works with."""

from sqlalchemy import Text, cast, column, func, select, table

from storage.errors import SchemaOutOfDate, SchemaTooNew
from storage.link import Link
from storage.schema import HEAD

# Every revision this code knows, oldest first; a test compares it with the migrations.
KNOWN = (HEAD,)

_VERSION = table("alembic_version", column("version_num"))


async def check_revision(link: Link) -> None:
    """Raise unless the schema is at ``HEAD``.

    Raises:
        SchemaOutOfDate: empty or older. SchemaTooNew: a revision this code does not know.
    """
    current = await _current(link)
    if current is None or (current != HEAD and current in KNOWN):
        raise SchemaOutOfDate(current, HEAD)
    if current != HEAD:
        raise SchemaTooNew(current, HEAD)


async def _current(link: Link) -> str | None:
    if not await _has_version_table(link):
        return None
    found = await link.value(select(_VERSION.c.version_num))
    return None if found is None else str(found)


async def _has_version_table(link: Link) -> bool:
    name = _VERSION.name
    if link.dialect == "sqlite":
        catalogue = table("sqlite_master", column("type"), column("name"))
        query = select(catalogue.c.name).where(catalogue.c.type == "table", catalogue.c.name == name)
    else:
        # Looked for where an unqualified name is: a server holds other schemas, too.
        query = select(cast(func.to_regclass(name), Text))
    return await link.value(query) is not None
