"""From the addresses of finished pictures to bytes in the database.

The picture is paid for, so nothing short of the end of its 72 hours makes us give it up: hiccups are waited
out, the address is asked for anew, and a host that is not on the list keeps the job until the operator adds
it.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.images import Images, PictureError
from bot.jobs import attempts, steps
from bot.jobs.alerts import Alert
from bot.jobs.attempts import Ending, Telling
from bot.jobs.backoff import backoff
from bot.jobs.failures import Failure
from bot.jobs.floor import Floor, Running
from bot.jobs.polling import KEPT_SECONDS
from bot.jobs.steps import Onward
from bot.jobs.tenure import Tenure
from bot.providers.base import Downloaded, DownloadFailed, HostRefused, ResultDownloads
from storage.database import Tx
from storage.jobs import Job
from storage.states import SubmissionState

_log = logging.getLogger(__name__)

SETTING = "RESULT_HOSTS"

_FIRST_RETRY = 1.0
_LONGEST_RETRY = 300.0
_REFUSED_RETRY = 600.0
# A CDN may say "gone", or give a torso, for a moment right after the picture was made.
_FINAL_TRIES = 4


@dataclass(frozen=True, slots=True)
class _Body:
    """One picture as it is stored; ``place`` is where the provider's list of addresses names it, from 0."""

    place: int
    url: str
    data: bytes
    media_type: str
    width: int
    height: int


class Downloading:
    """Fetches, checks and stores the pictures of completed jobs."""

    def __init__(
        self,
        floor: Floor,
        tenure: Tenure,
        downloads: ResultDownloads,
        images: Images,
        onward: Onward,
        addresses: Callable[[Running], Awaitable[tuple[str, ...]]],
    ) -> None:
        self._floor = floor
        self._tenure = tenure
        self._downloads = downloads
        self._images = images
        self._onward = onward
        self._addresses = addresses

    async def download(self, running: Running, urls: tuple[str, ...]) -> None:
        """Fetch all pictures of a job's step and store them; let the job go on."""
        bodies: list[_Body] = []
        for place, url in enumerate(urls[: len(steps.numbers(running.job))]):
            body = await self._insist(running, place, url)
            if body is not None:
                bodies.append(body)
        if bodies:
            job = await self._store(running, bodies)
        else:
            ending = Ending(SubmissionState.DONE, Failure.RESULT_LOST, "no picture could be fetched")
            job = await attempts.end(self._tenure, running.job, running.submission, ending)
        self._onward.go(running.job.id, job, running.kept)

    async def _insist(self, running: Running, place: int, url: str) -> _Body | None:
        """Fetch one picture, retried until it is there or certainly lost."""
        tries = finals = 0
        while True:
            if tries:
                # A signed address is good for an hour or so, a picture for days.
                url = next(iter((await self._addresses(running))[place:]), url)
            outcome = await self._fetch(url)
            if isinstance(outcome, Downloaded):
                checked = await self._checked(place, url, outcome)
                if isinstance(checked, _Body):
                    return checked
                outcome = checked
            tries += 1
            finals += isinstance(outcome, DownloadFailed) and outcome.final
            if finals >= _FINAL_TRIES or self._is_too_late(running):
                _log.error("the picture of job %s is lost: %s", running.job.id, outcome)
                return None
            if isinstance(outcome, HostRefused):
                await self._host_refused(running, outcome.host)
                await self._tenure.clock.sleep(_REFUSED_RETRY)
                continue
            if tries == 1:
                _log.warning("the picture of job %s can't be fetched yet: %s", running.job.id, outcome)
            await self._tenure.clock.sleep(
                backoff(tries, first=_FIRST_RETRY, longest=_LONGEST_RETRY, chance=self._tenure.chance)
            )

    async def _fetch(self, url: str) -> Downloaded | HostRefused | DownloadFailed:
        try:
            return await self._downloads.fetch(url)
        except Exception as error:  # noqa: BLE001 - a picture that is paid for outlives our own mistakes
            _log.exception("a download raised")
            return DownloadFailed(type(error).__name__, final=False)

    async def _checked(self, place: int, url: str, downloaded: Downloaded) -> _Body | DownloadFailed:
        try:
            picture = await self._images.check_result(downloaded.data)
        except PictureError as error:
            return DownloadFailed(f"no usable picture: {error}", final=not error.reason.is_temporary)
        return _Body(place, url, downloaded.data, picture.media_type, picture.width, picture.height)

    def _is_too_late(self, running: Running) -> bool:
        return self._tenure.clock.now() - running.sent_at > KEPT_SECONDS

    async def _host_refused(self, running: Running, host: str) -> None:
        _log.error("job %s waits: its picture is on %s, which is not in %s", running.job.id, host, SETTING)
        telling = Telling(Alert.RESULT_HOST_REFUSED, {"host": host, "setting": SETTING}, once=host)

        async def change(tx: Tx) -> None:
            await telling.write(tx, self._tenure)

        await self._tenure.write(change)
        self._tenure.wake_notices()

    async def _store(self, running: Running, bodies: list[_Body]) -> Job | None:
        submission, epoch = running.submission, self._tenure.epoch

        async def change(tx: Tx) -> Job | None:
            now = self._tenure.clock.now()
            job = await steps.made(tx, running.job, epoch=epoch, at=now)
            if job is None:
                return await steps.went_on(tx, running.job, epoch)
            await tx.submissions.end(
                submission.id, epoch=epoch, source=submission.state, target=SubmissionState.DONE, at=now
            )
            for body in bodies:
                await self._add(tx, running.job, body, now)
            return job

        stored = await self._tenure.write(change)
        if stored is None:
            await self._tenure.check()
        return stored

    @staticmethod
    async def _add(tx: Tx, job: Job, body: _Body, now: float) -> None:
        n = steps.numbers(job)[body.place]
        # Nobody asks for the original of a picture that only led to another.
        url = body.url if n <= job.outputs else None
        await tx.results.add(job.id, n, body.data, body.media_type, body.width, body.height, now, url)
