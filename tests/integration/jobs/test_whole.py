"""The scheduler with the real deliveries, notices and progress board; only Telegram itself is made up."""

import random
from dataclasses import dataclass, field
from pathlib import Path

from bot.chat.outcomes import EditOutcome, MessageRef, Place, SendOutcome, Sent
from bot.jobs.brain import Brain, BrainSettings
from bot.jobs.delivery import Deliveries
from bot.jobs.keys import KeyedProvider, KeyLimits
from bot.jobs.notices import NoticePump
from bot.jobs.packing import Sheets
from bot.jobs.progress import ProgressBoard
from bot.jobs.sending import Delivery, NoticeText, Progress, Stage
from bot.jobs.shift import Tools
from bot.providers.downloads import ResultDownloader
from bot.sandbox.providers.tryiton.faults import Fate, FateKind
from bot.wish import ComparisonWish, HairStyle
from storage.jobs import JobState
from tests.integration.jobs.models import JPEG
from tests.integration.jobs.virtual_time import on_virtual_time
from tests.integration.jobs.world import FakeChat, World, open_world, photo


@dataclass
class WholeChat(FakeChat):
    """A chat in which everything arrives."""

    progress: list[Progress] = field(default_factory=list)
    pictures: list[Delivery] = field(default_factory=list)
    notices: list[NoticeText] = field(default_factory=list)
    removed: list[MessageRef] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def show_progress(self, card: MessageRef, progress: Progress, language: str | None) -> None:
        self.progress.append(progress)

    async def forget_progress(self, card: MessageRef) -> None:
        pass

    async def send_picture(self, place: Place, delivery: Delivery) -> SendOutcome:
        self.pictures.append(delivery)
        return Sent(1000 + len(self.pictures), "file", "unique")

    async def turn_into_picture(self, card: MessageRef, delivery: Delivery) -> EditOutcome:
        raise AssertionError("nothing was uncertain")

    async def remove(self, card: MessageRef) -> None:
        self.removed.append(card)

    async def send_notice(self, place: Place, notice: NoticeText) -> SendOutcome:
        self.notices.append(notice)
        return Sent(2000 + len(self.notices))

    async def turn_into_notice(self, card: MessageRef, notice: NoticeText) -> EditOutcome:
        self.notices.append(notice)
        return Sent(card.message_id)


def put_together(world: World, chat: WholeChat) -> tuple[Brain, NoticePump]:
    """Build the parts as the program does."""
    chance = random.Random(1)
    notices = NoticePump(world.db, chat, world.clock, chance)
    board = ProgressBoard(chat, world.clock)
    sheets = Sheets(world.images, lambda parts, language: [part.haircut for part in parts])
    deliveries = Deliveries(world.db, chat, board, notices, world.clock, chance, sheets, retention_days=30)
    tools = Tools(
        keys=[KeyedProvider(world.provider("sandbox-a"), KeyLimits(20, 300, 6))],
        downloads=ResultDownloader(world.http, world.hosts, defaults=()),
        images=world.images,
        sending=chat,
        board=board,
        deliveries=deliveries,
    )
    world.brain = Brain(
        db=world.db,
        clock=world.clock,
        chance=chance,
        tools=tools,
        settings=BrainSettings(max_queue_age=3600.0, admin_ids=()),
        wake_notices=notices.wake,
    )
    return world.brain, notices


@on_virtual_time
async def test_a_confirmed_wish_becomes_a_picture_and_a_failed_one_a_notice(database: Path) -> None:
    async with open_world(database) as world:
        chat = WholeChat()
        _, notices = put_together(world, chat)
        world.server.faults.add_fate(Fate())
        world.server.faults.add_fate(Fate(FateKind.FAIL))
        await world.start()
        await notices.start(world.epoch)
        good = await world.confirm(user_id=1)
        await world.clock.sleep(2)
        bad = await world.confirm(user_id=2)
        await world.brain.wait_idle()
        await world.clock.sleep(2)

        assert await world.state(good) is JobState.DELIVERED
        assert await world.entries(good) == ["hold", "capture"]
        assert [(each.job_id, each.data) for each in chat.pictures] == [(good, JPEG)]
        assert await world.state(bad) is JobState.FAILED
        assert [notice.kind for notice in chat.notices] == ["job_failed"]
        shown = [each.stage for each in chat.progress if each.job_id == good]
        assert Stage.RENDERING in shown
        fractions = [each.fraction for each in chat.progress if each.job_id == good and each.fraction]
        assert fractions == sorted(fractions)
        assert not any(each.can_cancel for each in chat.progress if each.stage is Stage.RENDERING)
        await notices.stop(1)


@on_virtual_time
async def test_a_comparison_with_a_failed_step_becomes_one_sheet_paid_for_by_its_shares(
    database: Path,
) -> None:
    async with open_world(database) as world:
        chat = WholeChat()
        _, notices = put_together(world, chat)
        for kind in (FateKind.COMPLETE, FateKind.FAIL, FateKind.COMPLETE):
            world.server.faults.add_fate(Fate(kind))
        await world.start()
        await notices.start(world.epoch)
        styles = (HairStyle("BobCut", "red"), HairStyle("Afro"), HairStyle("Spiky"))
        job_id = await world.confirm(wish=ComparisonWish(photo("person", 1), styles))
        await world.brain.wait_idle()
        await world.clock.sleep(2)

        (sheet,) = chat.pictures
        assert sheet.data == b"sheet of 2: BobCut, Spiky"
        assert [(part.n, part.haircut, part.color) for part in sheet.parts] == [
            (1, "BobCut", "red"),
            (3, "Spiky", None),
        ]
        assert (sheet.price, sheet.missing, sheet.returned, sheet.balance) == (2, 1, 1, 1)
        assert await world.entries(job_id) == ["hold", "capture", "capture", "release"]
        shown = [(one.step, one.steps) for one in chat.progress if one.stage is Stage.RENDERING]
        assert shown == sorted(shown)
        assert {(1, 3), (2, 3), (3, 3)} <= set(shown)
        assert len(chat.removed) == 1
        await notices.stop(1)
