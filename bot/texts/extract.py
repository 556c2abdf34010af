"""Bring the catalogues up to date with the sources: ``make texts``.

New messages appear untranslated at their place, changed ones are marked fuzzy, gone ones are dropped. A test
fails while any catalogue is incomplete.
"""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from bot.texts.catalogues import LOCALES

SOURCES = Path(__file__).parents[1] / "chat" / "screens"
KEYWORDS = {"t": None, "plural": (1, 2)}


def source_catalogue() -> Catalog:
    """Return every message of the screens, with the places it is used in."""
    catalogue = Catalog(project="try-on-bot", version="1", charset="utf-8")
    found = extract_from_dir(SOURCES, method_map=[("**.py", "python")], keywords=KEYWORDS)
    for name, _line, message, comments, _context in sorted(found, key=lambda item: (item[0], item[1])):
        catalogue.add(message, locations=[(name, 0)], auto_comments=comments)
    return catalogue


def update(path: Path, source: Catalog) -> Catalog:
    """Return the catalogue of a file with the messages of the sources."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.stem)
    catalogue.update(source, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def main() -> None:
    """Rewrite every catalogue."""
    source = source_catalogue()
    for path in sorted(LOCALES.glob("*.po")):
        catalogue = update(path, source)
        with path.open("wb") as file:
            write_po(file, catalogue, width=100, include_lineno=False, omit_header=False)


if __name__ == "__main__":
    main()
