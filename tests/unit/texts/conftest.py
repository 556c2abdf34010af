"""Every screen the bot can show, with the most extreme facts it can be shown with."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest

from bot.chat.messages import Addressee, Delivery, NoticeText, Progress, SheetPart, Stage
from bot.chat.screen import Illustration, Screen
from bot.chat.screens import (
    basics,
    comparing,
    drafting,
    grouped,
    hair_pages,
    looks,
    outfits,
    results,
    sharing,
    tattoo_places,
    tattoos,
    waiting,
)
from bot.chat.screens.menu import command_descriptions, group_command_descriptions
from bot.chat.screens.words import NOTICES, Words
from bot.hairstyles import ALL_HAIRCUTS, GROUPS
from bot.images.designs import DESIGNS
from bot.images.errors import Reason
from bot.jobs.failures import Failure
from bot.providers.base import Ability, GarmentKind, PhotoProblem
from bot.regions import Grid, Nudge, Region, RegionSize
from bot.tattoos import LONGEST_WORDS, BodyPlace, TattooStyle
from bot.texts import LANGUAGES, Texts, Translator
from bot.wish import MOST_COMPARED, MOST_VARIANTS, HairStyle

HUGE = 2**63 - 1
NUMBERS = (0, 1, 2, HUGE)
# As confirmations are minted: 32 hexadecimal digits at most.
CONFIRMATION = "f" * 32

# The largest that Telegram's ids become, and a name that is no markup.
LONG_NAME = Addressee(2**52, "N & <M> " * 16)

TEXTS = Texts()


def basic_screens(t: Translator) -> Iterator[tuple[str, Screen]]:
    for n in NUMBERS:
        for others in ((), (Ability.HAIRSTYLE,), (Ability.TATTOO,), tuple(Ability)):
            yield f"welcome {n} {others}", basics.welcome(t, available=n, abilities=others)
        facts = {"price": n, "retention_days": n, "abilities": tuple(Ability)}
        yield f"help {n}", basics.help_screen(t, **facts)
        yield f"credits {n}", basics.credits_screen(t, available=n, held=n, price=n)
        yield f"poor {n}", basics.credits_screen(t, available=0, held=n, price=max(n, 1))
        yield f"consent {n}", basics.consent(t, retention_days=n)
        yield f"cancelled {n}", basics.cancelled(t, jobs=n, still_running=n, had_draft=True)
    yield "languages", basics.language_screen(t)
    yield "language set", basics.language_set(t)
    yield "declined", basics.declined(t)
    yield "nothing to cancel", basics.nothing_to_cancel(t)
    yield "not understood", basics.not_understood(t)
    yield "not understood with all", basics.not_understood(t, abilities=tuple(Ability))
    yield "only pictures", basics.only_pictures(t)
    yield "something broke", basics.something_broke(t)


def draft_screens(t: Translator) -> Iterator[tuple[str, Screen]]:
    for yes in (True, False):
        yield f"ask person {yes}", drafting.ask_person(t, has_look=yes, again=yes)
        yield f"ask person again {yes}", drafting.ask_person(t, has_look=yes, again=not yes)
        yield f"ask garment {yes}", drafting.ask_garment(t, has_person_photo=yes)
        asked = drafting.ask_garment(t, has_person_photo=False)
        yield f"ask garment for a saved photo {yes}", drafting.for_saved_photo(t, asked, several=yes)
        for kind in GarmentKind:
            for n in NUMBERS:
                kinds = tuple(GarmentKind) if yes else tuple(GarmentKind)[1:]
                facts = drafting.CardFacts(CONFIRMATION, kind, kinds, max(n, 1), n, yes, yes, suits=yes)
                yield f"card {kind} {n} {yes}", drafting.card(t, facts)
                rich = replace(
                    facts,
                    is_outfit=yes,
                    on_picture=yes,
                    photos_at_hand=2,
                    can_extend=True,
                    hd=yes,
                    hd_price=99,
                )
                yield f"rich card {kind} {n} {yes}", drafting.card(t, rich)
    for problem in PhotoProblem:
        usable = problem.is_warning
        screen = drafting.person_advice(t, (problem,), can_be_used=usable, has_garment=usable)
        yield f"advice {problem}", screen
    yield "garment advice", drafting.garment_advice(t)
    yield "garment advice with accessories", drafting.garment_advice(t, tuple(GarmentKind)[-3:])
    yield "garment advice beside a saved photo", drafting.garment_advice(t, on_saved_photo=True)
    yield "discarded", drafting.discarded(t)
    yield "telegram slow", drafting.telegram_slow(t)
    for reason in (None, *Reason):
        yield f"photo problem {reason}", drafting.photo_problem(t, reason)


LONGEST_STYLE = HairStyle("LongWavyCurtainBangs", "<&>" * 13)


def hair_screens(t: Translator) -> Iterator[tuple[str, Screen]]:
    """The way to a haircut; every one of them stands under a sheet of icons."""
    for yes in (True, False):
        yield f"ask selfie {yes}", hair_pages.ask_selfie(t, has_look=yes, again=yes)
        for group, haircuts in {**GROUPS, "fav": ALL_HAIRCUTS[:9], "found": ()}.items():
            facts = hair_pages.PageFacts(group, haircuts, favourites=haircuts if yes else ())
            query = "<&>" * 13 if group == "found" else ""
            yield f"browser {group} {yes}", hair_pages.browser(t, replace(facts, query=query), None)
            chosen = tuple(HairStyle(one, LONGEST_STYLE.color) for one in haircuts[:MOST_COMPARED])
            more = replace(facts, styles=chosen, adding=True, query=query, price=HUGE)
            yield f"browser {group} {yes} comparing", hair_pages.browser(t, more, None)
        styles = (LONGEST_STYLE,) * (MOST_COMPARED if yes else 1)
        yield f"colors {yes}", hair_pages.colors(t, styles, adding=yes, price=HUGE, sheet=None)
        for n in range(1, MOST_COMPARED + 1):
            for cut in ("Afro", LONGEST_STYLE.haircut):
                styles = (LONGEST_STYLE,) * (n - 1) + (HairStyle(cut),)
                variants = MOST_VARIANTS if n == 1 else 1
                card = hair_pages.HairCard(CONFIRMATION, styles, variants, HUGE, HUGE, n, yes, yes)
                yield f"hair card {n} {cut} {yes}", hair_pages.card(t, card, None)
    yield "no haircuts here", hair_pages.not_offered(t)
    yield "words too long", drafting.words_too_long(t, most=HUGE)


def own_screens(t: Translator) -> Iterator[tuple[str, Screen]]:
    """Outfits, saved photos, the wardrobe, and what leads from one picture to the next."""
    for has_lower in (True, False):
        yield f"ask upper {has_lower}", outfits.ask_upper(t, has_person_photo=True, has_lower=has_lower)
    yield "ask lower", outfits.ask_lower(t)
    yield "lower advice", outfits.lower_advice(t)
    yield "not offered", outfits.not_offered(t)
    for yes in (True, False):
        yield f"no looks {yes}", looks.no_looks(t, has_consent=yes)
        yield f"look saved {yes}", looks.look_saved(t, look_id=HUGE, name="x" if yes else None)
    yield "ask name", looks.ask_name(t, look_id=HUGE)
    yield "what on it", looks.what_on_it(t, look_id=HUGE, abilities=tuple(Ability))
    yield "wardrobe empty", looks.wardrobe_empty(t)
    yield "what next", looks.what_next(t, job_id=HUGE, n=10, abilities=tuple(Ability))
    asked = looks.with_repeat(t, outfits.ask_lower(t), confirmation_id=CONFIRMATION)
    yield "with all ways", looks.with_step_back(t, asked)


def own_captions(t: Translator) -> Iterator[tuple[str, Screen]]:
    for name in (None, "<b>beach & sun" + "x" * 30):
        page = looks.look_page(t, look_id=HUGE, name=name, n=1, of=HUGE, newer=HUGE, older=HUGE)
        yield f"look page {name}", page
    alone = looks.look_page(t, look_id=1, name=None, n=1, of=1, newer=None, older=None)
    yield "only look", alone
    key = (HUGE, "garment")
    for kind in GarmentKind:
        yield (
            f"garment page {kind}",
            looks.garment_page(t, this=key, kind=kind, n=1, of=HUGE, newer=key, older=key),
        )
    rows = waiting.picture_buttons(t, job_id=HUGE, n=10, ability="tattoo")
    yield "repeated", looks.repeated(t, rows=(looks.anew_row(t, job_id=HUGE), *rows))
    yield "sure to delete a look", Screen("-", looks.sure_to_delete_look(t, look_id=HUGE))


def tattoo_screens(t: Translator) -> Iterator[tuple[str, Screen]]:
    for yes in (True, False):
        yield f"ask body {yes}", tattoos.ask_body(t, has_look=yes, again=not yes)
        yield f"ask body again {yes}", tattoos.ask_body(t, has_look=yes, again=yes)
        yield f"ask place {yes}", tattoo_places.ask_place(t, can_swap=yes, can_go_back=yes)
        yield (
            f"ask style {yes}",
            tattoo_places.ask_style(t, chosen="fine line" if yes else None, is_pointed=yes),
        )
    yield "cannot point", tattoo_places.cannot_point(t)
    yield "no tattoos", tattoos.not_offered(t)
    words = (None, "<&>" * (LONGEST_WORDS // 3), *(place.phrase for place in BodyPlace))
    styles = (None, "<&>" * (LONGEST_WORDS // 3), *(style.phrase for style in TattooStyle))
    for place, style, design in product(words, styles, (None, *DESIGNS, "gone_since")):
        facts = tattoos.TattooFacts(
            CONFIRMATION,
            design,
            place,
            place is None,
            style,
            HUGE,
            0,
            on_saved_photo=True,
            photos_left_out=True,
        )
        yield f"tattoo card {place} {style} {design}", tattoos.card(t, facts)


def tattoo_pictures(t: Translator) -> Iterator[tuple[str, Screen]]:
    photo = Illustration(b"")
    for page in (1, 2):
        facts = tattoos.DesignFacts(DESIGNS[9 * page - 9 : 9 * page], page, 2, can_swap=page == 1)
        yield f"designs {page}", tattoos.ask_design(t, facts, photo)
    for size in RegionSize:
        yield (
            f"grid {size}",
            tattoo_places.ask_cell(t, tattoo_places.GridFacts("f" * 8, Grid(8, 8), size), photo),
        )
    for target in (None, Region(1.0, 1.0, 1.0, 1.0)):
        spot = tattoo_places.SpotFacts("f" * 8, dict.fromkeys(Nudge, target))
        yield f"spot {target}", tattoo_places.ask_spot(t, spot, photo)


def group_screens(t: Translator) -> Iterator[tuple[str, Screen]]:
    """What one person is told where others read along."""
    url = "https://t.me/bot?start=group"
    yield "how to", grouped.how_to(t, tuple(Ability), url=url)
    yield "balance is private", grouped.balance_is_private(t, url=url)
    yield "only privately", grouped.only_privately(t, url=url)
    yield "came privately", grouped.came_privately(t, url=url)
    yield "anonymous", grouped.anonymous(t, url=url)
    yield "not offered in groups", grouped.not_offered(t, url=url)
    for yes in (True, False):
        screen = grouped.needs_photo(t, url=url, again=yes)
        yield f"needs photo {yes}", grouped.to_one(screen, LONG_NAME)
    for part in (None, "garment", "lower"):
        yield f"reply with {part}", grouped.to_one(grouped.reply_with_garment(t, part=part), LONG_NAME)
    yield "comes privately", grouped.comes_privately(t, url=url)
    yield "waits privately", grouped.waits_privately(t, url=url)
    yield "went back", grouped.went_back(t)
    yield "went back with a link", grouped.went_back(t, url=url)
    yield "goes on in the private chat", grouped.goes_on_here(t, grouped.went_back(t), was_moved=False)
    yield "goes on in the new group", grouped.goes_on_here(t, grouped.went_back(t), was_moved=True)
    yield "group is over", grouped.group_is_over(t)
    for chosen in (None, grouped.SPOILER, grouped.PRIVATE):
        rows = (grouped.delivery_row(t, chosen), grouped.another_photo(t, url=url))
        yield f"choice {chosen}", grouped.to_one(Screen("-", rows), LONG_NAME)
    for name, screen in (*draft_screens(t), *ended_screens(t)):
        # No price is as long as that, and a code has to leave room for its owner.
        if str(HUGE) not in name:
            yield f"{name} in a group", grouped.to_one(grouped.card(t, screen, grouped.PRIVATE), LONG_NAME)
    where = replace(
        tattoo_places.ask_place(t, can_swap=True, can_go_back=True), text=grouped.where_on_skin(t)
    )
    yield "where on skin in a group", grouped.to_one(where, LONG_NAME)
    yield "lower advice in a group", grouped.to_one(outfits.lower_advice(t), LONG_NAME)
    going_on = looks.what_next(t, job_id=2**52, n=10, abilities=tuple(Ability))
    yield "what next in a group", grouped.to_one(looks.with_step_back(t, going_on), LONG_NAME)


def group_captions(t: Translator) -> Iterator[tuple[str, Screen]]:
    words = Words(TEXTS, "shop_bot")
    for name, screen in (*hair_screens(t), *tattoo_pictures(t)):
        if "card" not in name:
            yield (
                f"{name} in a group",
                grouped.to_one(grouped.only_replies(t, grouped.on_saved_photo(t, screen)), LONG_NAME),
            )
    for n in NUMBERS:
        yield f"vote {n}", grouped.vote(t, HUGE, (n, HUGE), addressee=LONG_NAME)
        yield f"vote over {n}", grouped.vote_over(t, (n, 1), addressee=LONG_NAME)
        facts = (HUGE, 1, "clothes", HUGE, HUGE, n, n, t.language, b"", "image/jpeg")
        shown = Delivery(*facts, missing=n, returned=n, addressee=LONG_NAME, earlier=True)
        yield f"caption in a group {n}", words.picture_caption(shown)


def link_screens(t: Translator) -> Iterator[tuple[str, Screen]]:
    url = "https://t.me/bot?start=" + "l" * 64
    for name, doubtful in product((sharing.garment_name(t), "<b>&" * 16), (False, True)):
        made = sharing.link_made(t, url=url, name=name, token="f" * 16, is_doubtful=doubtful)
        yield f"link made {name} {doubtful}", made
    for n in NUMBERS:
        listed = [("f" * 16, "<Name>" * 10, n)] * 10
        yield f"links {n}", sharing.links(t, listed, page=2**31 - 2, has_more=True)
    yield "link to nothing", sharing.link_to_nothing(t)
    yield "no links", sharing.links(t, [])
    for title in (None, "<b>&" * 16):
        yield f"link opened {title}", sharing.link_opened(t, title)
    yield "link gone", sharing.link_gone(t)


def progress_screens(language: str) -> Iterator[tuple[str, Screen]]:
    words = Words(TEXTS, "shop_bot")
    for stage in Stage:
        for seconds in (None, 0.0, 30.0, 90.0, 1e9):
            progress = Progress(
                HUGE, "clothes", stage, place=HUGE, seconds_left=seconds, fraction=2.0, can_cancel=True
            )
            yield f"progress {stage} {seconds}", words.progress(progress, language)
            one_of_many = replace(progress, step=HUGE, steps=HUGE)
            yield f"progress {stage} {seconds} in steps", words.progress(one_of_many, language)


def ended_screens(t: Translator) -> Iterator[tuple[str, Screen]]:
    yield "started", waiting.started(t, job_id=HUGE)
    for is_saved, is_needed in product((True, False), repeat=2):
        yield f"deleted {is_saved} {is_needed}", waiting.deleted(t, is_saved=is_saved, is_needed=is_needed)
    for n in NUMBERS:
        yield f"job cancelled {n}", waiting.cancelled(t, price=n)
        roles = (None, "person", "garment", "design")
        for ability, role, failure in product(("clothes", "tattoo"), roles, (*Failure, "a new one")):
            screen = waiting.failed(t, job_id=HUGE, failure=failure, role=role, price=n, ability=ability)
            yield f"failed {failure} {ability} {role} {n}", screen


def notice_screens(language: str) -> Iterator[tuple[str, Screen]]:
    words = Words(TEXTS, "shop_bot")
    params = {
        "job_id": HUGE,
        "failure": Failure.PROVIDER_FAILED.value,
        "price": HUGE,
        "credits": HUGE,
        "balance": HUGE,
        "provider": "<b>tryiton & co",
        "key": "ab<c",
        "host": "h" * 253 + "<&>",
        "ability": "tattoo",
        "left": 0,
        # The operator is told whom to grant credits; it is no id of ours.
        "user_id": 10**10,
        "pictures": 3,
        "days": 30,
    }
    for kind in NOTICES:
        yield f"notice {kind}", words.notice(NoticeText(kind, params, language))


def caption_screens(t: Translator) -> Iterator[tuple[str, Screen]]:
    words = Words(TEXTS, "shop_bot")
    for n in NUMBERS:
        facts = (HUGE, 1, "tattoo" if n else "clothes", HUGE, HUGE, n, n, t.language, b"", "image/jpeg")
        yield f"caption {n}", words.picture_caption(Delivery(*facts))
        short = Delivery(*facts, missing=n or 1, returned=n)
        yield f"caption {n} with some missing", words.picture_caption(short)
        for size in (1, 2, 9):
            parts = tuple(SheetPart(part, "LongWavyCurtainBangs", "<&>" * 400) for part in range(size))
            yield f"sheet {n} {size}", words.picture_caption(replace(short, parts=parts))
    yield "sure to delete", Screen("-", waiting.sure_to_delete(t, job_id=HUGE, n=10))
    menu = results.PictureMenu(HUGE, 10, has_before=True, thumb=True, doubtful=(10,), pictures=(10,))
    sheet = replace(menu, n=results.SHEET, has_before=False, thumb=None, doubtful=tuple(range(1, 10)))
    sheet = replace(sheet, pictures=sheet.doubtful)
    for what, one in (("picture", menu), ("sheet", sheet)):
        yield f"menu of a {what}", Screen("-", results.menu_rows(t, one))
        yield f"sure that a {what} is no good", Screen("-", results.sure_no_good_rows(t, one))
    yield "sheet again", Screen("-", comparing.sheet_buttons(t, sheet.pictures, job_id=HUGE))
    yield "before and after", Screen(results.before_after_caption(t))
    yield "share card", Screen(results.share_caption(t, bot_username="b" * 32))
    yield "full size", waiting.full_size_original(t)
    yield "full size of one", waiting.full_size_part(t, job_id=HUGE, n=10)
    yield "full size sheet", waiting.full_size_sheet(t)
    for for_now in (True, False):
        yield f"full size copy {for_now}", waiting.full_size_copy(t, for_now=for_now)


def alert_texts(t: Translator) -> Iterator[tuple[str, str]]:
    for n in NUMBERS:
        yield f"not enough {n}", drafting.not_enough(t, available=n, price=n)
        yield f"too many open {n}", drafting.too_many_open(t, limit=n)
    yield "out of date", drafting.out_of_date(t)
    yield "already going", drafting.already_going(t)
    yield "at the edge", tattoo_places.at_the_edge(t)
    yield "no such square", tattoo_places.no_such_square(t)
    yield "photo not there", tattoo_places.photo_not_there(t)
    yield "kind missing", drafting.kind_missing(t)
    yield "full size gone", waiting.full_size_gone(t)
    yield "look gone", looks.look_gone(t)
    yield "garment gone", looks.garment_gone(t)
    yield "picture gone", looks.picture_gone(t)
    yield "photo before gone", looks.photo_before_gone(t)
    yield "show later", looks.show_later(t)
    for good in (True, False):
        yield f"thanks {good}", results.thanks(t, good=good)
    yield "noted", results.noted(t)
    yield "back before", results.back_before(t)
    yield "complained late", results.too_late(t, hours=48)
    yield "complained often", results.too_often(t, pictures=3, days=30)
    yield "was free", results.was_free(t)
    yield "before gone", results.before_gone(t)
    yield "compose later", results.compose_later(t)
    yield "too few or many", hair_pages.too_few_or_many(t)
    yield "too late", waiting.too_late_to_cancel(t)
    for name in (None, "Name " * 20):
        yield f"not yours {name}", grouped.not_yours(t, name)
        yield f"not your vote {name}", grouped.not_your_vote(t, name)
    yield "voted", grouped.voted(t, HUGE)
    for text in (
        grouped.private_chat_closed,
        grouped.file_sent,
        grouped.file_waits,
        grouped.not_now,
        grouped.vote_is_over,
        grouped.vote_is_open,
        grouped.nothing_to_compare,
        grouped.vote_not_now,
        grouped.no_vote_here,
    ):
        yield text.__name__, text(t)


@pytest.fixture(params=LANGUAGES)
def t(request) -> Translator:
    return TEXTS.speak(request.param)


@pytest.fixture
def messages(t) -> dict[str, Screen]:
    """Everything that is a message of its own."""
    return dict(
        [
            *basic_screens(t),
            *draft_screens(t),
            *own_screens(t),
            *tattoo_screens(t),
            *hair_screens(t),
            *progress_screens(t.language),
            *ended_screens(t),
            *notice_screens(t.language),
            *group_screens(t),
            *link_screens(t),
        ]
    )


@pytest.fixture
def captions(t) -> dict[str, Screen]:
    """Everything that stands under a picture."""
    return dict(
        [
            *caption_screens(t),
            *own_captions(t),
            *group_captions(t),
            *hair_screens(t),
            *tattoo_pictures(t),
            ("welcome", basics.welcome(t, available=HUGE, abilities=tuple(Ability))),
        ]
    )


@pytest.fixture
def alerts(t) -> dict[str, str]:
    """Everything that is shown in a box after a tap."""
    return dict(alert_texts(t))


@pytest.fixture
def menu(t) -> dict[str, str]:
    return command_descriptions(t, tuple(Ability))


@pytest.fixture
def group_menu(t) -> dict[str, str]:
    return group_command_descriptions(t, tuple(Ability))
