"""Words for the place or the style of a tattoo."""

from bot.chat.screen import Screen
from bot.chat.screens import drafting, tattoo_names, tattoo_places
from bot.tattoos import LONGEST_WORDS
from bot.texts import Translator
from bot.tryon.drafting import TextAnswer
from bot.visit import Visit
from handlers.context import Services
from handlers.dressing import for_visit
from handlers.reading import place_of


async def words(services: Services, visit: Visit, t: Translator, said: str) -> bool:
    """Take words that tell the place or the style; False when none are waited for."""
    match await services.drafting.text(visit, said, tattoo_names.meant(t, said)):
        case TextAnswer.TAKEN:
            return True
        case TextAnswer.TOO_LONG:
            too_long = drafting.words_too_long(t, most=LONGEST_WORDS)
            await services.chat.say(place_of(visit), for_visit(visit, too_long))
            return True
        case TextAnswer.NO_SUCH_SQUARE:
            no_square = Screen(tattoo_places.no_such_square(t))
            await services.chat.say(place_of(visit), for_visit(visit, no_square))
            return True
        case TextAnswer.NOT_ASKED:
            return False
