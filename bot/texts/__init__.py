"""Words in people's languages: gettext catalogues, one ``.po`` file a language, read as they are."""

from bot.texts.catalogues import LANGUAGES, Texts, Translator

__all__ = ["LANGUAGES", "Texts", "Translator"]
