"""Load the catalogues and pick a person's language.

English is the source language and has no file. A language is one file, ``locales/<tag>.po``; nothing is
compiled ahead, Babel reads the file when the program starts.
"""

import gettext
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.texts.direction import is_right_to_left, isolated

LOCALES = Path(__file__).parent / "locales"
SOURCE_LANGUAGE = "en"
LANGUAGES: tuple[str, ...] = (SOURCE_LANGUAGE, *sorted(path.stem for path in LOCALES.glob("*.po")))


class Translator:
    """Says things in one language; calling it is what the catalogue extraction looks for."""

    def __init__(self, language: str, catalogue: gettext.NullTranslations) -> None:
        self.language = language
        self._catalogue = catalogue

    @property
    def is_right_to_left(self) -> bool:
        """Return whether the language is written from right to left."""
        return is_right_to_left(self.language)

    def __call__(self, message: str, **values: object) -> str:
        """Return the message in this language, with ``{name}`` placeholders filled in."""
        return self._catalogue.gettext(message).format(**values)

    def plural(self, one: str, many: str, n: int, **values: object) -> str:
        """Return the form that fits ``n``, which is also the placeholder ``{n}``."""
        return self._catalogue.ngettext(one, many, n).format(n=n, **values)


class Texts:
    """All languages, ready to speak."""

    def __init__(self) -> None:
        self._translators = {SOURCE_LANGUAGE: english()}
        for tag in LANGUAGES[1:]:
            self._translators[tag] = Translator(tag, load(LOCALES / f"{tag}.po"))

    def speak(self, *tags: str | None) -> Translator:
        """Return the translator for the first tag we have (``es-MX`` finds ``es``), else English."""
        for tag in tags:
            known = self._translators.get((tag or "").replace("_", "-").split("-")[0].lower())
            if known:
                return known
        return self._translators[SOURCE_LANGUAGE]


def english() -> Translator:
    """Return the translator of the source language, which needs no catalogue."""
    return Translator(SOURCE_LANGUAGE, gettext.NullTranslations())


def language_name(tag: str) -> str:
    """Return a language's name in that language, such as ``Español``."""
    name = Locale.parse(tag).get_display_name(tag) or tag
    return name[:1].upper() + name[1:]


def load(path: Path) -> gettext.NullTranslations:
    """Read the catalogue of the language that the file is named after."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.stem)
    if is_right_to_left(path.stem):
        for message in catalogue:
            if message.id:
                message.string = _isolated_forms(message.string)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _isolated_forms(string: str | Sequence[str] | None) -> str | tuple[str, ...]:
    if isinstance(string, str):
        return isolated(string)
    return tuple(isolated(form) for form in string or ())
