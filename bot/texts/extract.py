"""Bring the catalogues up to date with the sources: ``make texts``.

Translations are kept; new and changed messages appear untranslated at their place, gone ones are dropped. A
test fails while any catalogue is incomplete.
"""

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from bot.texts.catalogues import LOCALES

SOURCES = Path(__file__).parents[1] / "chat" / "screens"
# A command that is one file brings its words along.
COMMANDS = Path(__file__).parents[2] / "handlers" / "commands"
KEYWORDS = {"t": None, "plural": (1, 2)}


def source_catalogue() -> Catalog:
    """Return every message of the screens and commands, with the files it is used in."""
    catalogue = Catalog(project="try-on-bot", version="1", charset="utf-8")
    found = [
        message
        for folder in (SOURCES, COMMANDS)
        for message in extract_from_dir(folder, method_map=[("**.py", "python")], keywords=KEYWORDS)
    ]
    for name, _line, message, comments, _context in sorted(found, key=lambda item: (item[0], item[1])):
        catalogue.add(message, locations=[(name, 0)], auto_comments=comments)
    return catalogue


def updated(path: Path, source: Catalog) -> bytes:
    """Return what the file of a language is to hold: all messages of the sources, translations kept.

    The file changes only when a message does: it carries no dates.
    """
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.stem)
    catalogue.update(source, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    content = BytesIO()
    write_po(content, catalogue, width=100, include_lineno=False, omit_header=True)
    return _header(catalogue) + content.getvalue().lstrip()


def _header(catalogue: Catalog) -> bytes:
    """Return what translators' tools need to know."""
    lines = (
        "Project-Id-Version: try-on-bot",
        f"Language: {catalogue.locale_identifier}",
        f"Plural-Forms: {catalogue.plural_forms}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
    )
    quoted = "".join(f'"{line}\\n"\n' for line in lines)
    return f'msgid ""\nmsgstr ""\n{quoted}\n'.encode()


def main() -> None:
    """Rewrite every catalogue."""
    source = source_catalogue()
    for path in sorted(LOCALES.glob("*.po")):
        path.write_bytes(updated(path, source))


if __name__ == "__main__":
    main()
