"""Ears: several speakers at once, from frames of sound to partial and final utterances.

Frames are only enqueued where they arrive. One task judges voice activity (well under a millisecond a window) and
moves each speaker's endpointer; everything heavy runs in worker threads. When somebody falls silent for a moment their
remark is transcribed on suspicion, so that the text is ready when the wait for the end of the turn is over.
"""

import asyncio
import uuid
from collections.abc import Coroutine, Sequence
from functools import partial
from typing import Any, TypeVar

import msgspec
import structlog

from asr.endpoint import Change, EndpointOptions, Remark, joined
from asr.engine import Recogniser, Transcript
from asr.microphone import DROPPED, Pcm, Window
from asr.speaker import Attempt, Speaker
from asr.turn import Evidence, TurnDetector, TurnOptions, wait
from asr.vad import VoiceDetector, VoiceState
from core.channels import Channel, Overflow
from core.clock import Clock
from core.errors import OverloadError
from core.events import AudioFrame, Utterance, Viewer
from core.workers import Worker

_SHORTEST_S = 0.15
"""Seconds of speech below which a remark is a cough, not worth transcribing."""
_RESTARTED_S = 1.2
"""A remark that begins so soon after the last one was cut off by us, not ended by them."""
_RETRY_S = 0.05
_PATIENCE_S = 5.0
"""Seconds that a final transcription waits for a place in the worker."""
T = TypeVar("T")
_NOTHING = Transcript("", "", 0.0, (), 1.0, 0.0)
_LOST = Transcript("", "", 0.0, (), 0.0, 0.0)
"""What stands for words that were said and could not be made out; told from `_NOTHING` by being this very one."""
_log = structlog.get_logger(__name__)


class EarsOptions(msgspec.Struct, frozen=True):
    """How to listen."""

    language: str | None = None
    """ISO 639-1 code of what is spoken; None detects it for each remark."""
    hot_words: tuple[str, ...] = ()
    """Names that are likely to occur: products, persona, streamer."""
    endpoint: EndpointOptions = EndpointOptions()
    """When speech begins, pauses and must end."""
    turn: TurnOptions = TurnOptions()
    """How long to wait for the end."""
    speakers: int = 8
    """Speakers that are listened to at once."""
    idle_s: float = 10.0
    """Seconds without sound after which a speaker's place may go to another."""
    stalled_s: float = 1.0
    """Seconds without sound after which a remark is over although nobody said so."""
    partials: bool = True
    """Whether to transcribe while they speak."""
    first_partial_s: float = 0.5
    """Seconds of speech before the first partial transcript of a remark that `Ears.hurry` names."""
    partial_every_s: float = 1.0
    """Seconds between partial transcripts at least; twice their cost where that is more."""


class Ears:
    """Listens to several speakers at once; what they say comes out of `utterances`.

    For each remark: at once a partial without text (somebody may have begun to speak), more of them as they pause and
    go on before there are words (their `end` is when the last sound came), partial transcripts, and one final, all with
    the same id. A final without text means that nothing was said after all, or that it was lost. `recogniser`
    runs in `worker`; `turn` may be None. `options` may be replaced at any time: language, hot words and partials
    apply at once, how remarks begin and end to speakers who come later.
    """

    def __init__(
        self,
        recogniser: Recogniser,
        vad: VoiceDetector,
        turn: TurnDetector | None,
        *,
        options: EarsOptions,
        worker: Worker,
        clock: Clock,
        utterances: Channel[Utterance] | None = None,
    ) -> None:
        self.options = options
        self.utterances = utterances or Channel[Utterance](64, Overflow.DROP_OLDEST)
        self._recogniser = recogniser
        self._vad = vad
        self._turn = turn
        self._worker = worker
        self._turn_worker = Worker("turn", options.speakers)
        self._clock = clock
        self._speakers: dict[str, Speaker] = {}
        self._wake = asyncio.Event()
        self._closed = False
        self._tasks: asyncio.TaskGroup
        self._running: set[asyncio.Task[Any]] = set()
        self._ending: dict[asyncio.Task[None], tuple[Speaker, Attempt]] = {}

    def hear(self, frame: AudioFrame) -> None:
        """Take a frame in; never waits. One speaker too many, late and malformed frames are counted and dropped."""
        speaker = self._speakers.get(frame.speaker.id) or self._seat(frame.speaker)
        if speaker is None:
            DROPPED.labels("speakers").inc()
        elif not self._closed and speaker.microphone.accept(frame):
            speaker.heard = self._clock.monotonic()
            self._wake.set()

    def forget(self, speaker: str) -> None:
        """Drop everything of the speaker with this id: they left, or moderators silenced them."""
        gone = self._speakers.pop(speaker, None)
        if gone is not None and gone.attempt is not None:
            gone.attempt.drop_guess()
            self._emit(gone, gone.attempt, _NOTHING, final=True)
            gone.attempt = None
        elif gone is not None:
            self._retract(gone)
        for task, (who, attempt) in [*self._ending.items()]:  # also of one whose place went to another since
            if who.viewer.id == speaker and task.cancel():
                del self._ending[task]
                self._emit(who, attempt, _NOTHING, final=True)

    def hurry(self, utterance: str) -> None:
        """Transcribe the remark with this id, which may only be a sign yet, as soon as there is enough of it.

        It interrupts us. Others are better left alone at first: the end of a short one would wait for the partial.
        """
        for speaker in self._speakers.values():
            if speaker.sign == utterance:
                speaker.hurried = utterance
            elif speaker.attempt is not None and speaker.attempt.id == utterance and not speaker.attempt.text:
                speaker.attempt.due_s = min(speaker.attempt.due_s, speaker.attempt.soonest_s)

    async def run(self) -> None:
        """Work until `close`; then give up what is under way and close `utterances`."""
        try:
            async with asyncio.TaskGroup() as self._tasks:
                await self._listen()
                for task in self._running:
                    task.cancel()
        finally:
            self._turn_worker.close()
            self.utterances.close()

    def close(self) -> None:
        """Let `run` end."""
        self._closed = True
        self._wake.set()

    def _seat(self, viewer: Viewer) -> Speaker | None:
        now = self._clock.monotonic()
        if len(self._speakers) >= self.options.speakers:
            idle = now - self.options.idle_s
            quiet = [one for one in self._speakers.values() if one.attempt is None and one.heard < idle]
            if not quiet:
                return None
            del self._speakers[min(quiet, key=lambda one: one.heard).viewer.id]
        self._speakers[viewer.id] = speaker = Speaker(viewer, self.options.endpoint, now)
        return speaker

    async def _listen(self) -> None:
        while not self._closed:
            speaking = any(speaker.attempt or speaker.sign for speaker in self._speakers.values())
            try:
                async with asyncio.timeout(self.options.stalled_s / 4 if speaking else None):
                    await self._wake.wait()
            except TimeoutError:
                self._end_stalled()
            self._wake.clear()
            await self._judge()

    async def _judge(self) -> None:
        """Judge all sound that waits, one window of every speaker at a time so that nobody starves."""
        while not self._closed:
            ready: list[tuple[Speaker, Window]] = []
            for speaker in self._speakers.values():
                window = speaker.microphone.next_window()
                if window is not None:
                    ready.append((speaker, window))
            if not ready:
                return
            sound = [joined([window.pcm]) for _, window in ready]
            heard = self._vad.probabilities(sound, [speaker.voice for speaker, _ in ready])
            for (speaker, window), probability in zip(ready, heard, strict=True):
                self._step(speaker, window, probability)
            await asyncio.sleep(0)

    def _step(self, speaker: Speaker, window: Window, probability: float) -> None:
        self._follow(speaker, speaker.endpointer.push(window.pcm, probability, window.at), window.at)
        if window.last:
            self._follow(speaker, speaker.endpointer.finish(), window.at)
            speaker.voice = VoiceState()
            speaker.ended = None  # a key let go says nothing about pauses

    def _follow(self, speaker: Speaker, change: Change | None, at: float) -> None:
        """Do what a change asks for; `at` is when the window that changed it reached us."""
        remark, attempt = speaker.endpointer.remark, speaker.attempt
        if change is Change.STARTED and remark is not None:
            self._start(speaker, remark)
        elif change is Change.SIGN:
            speaker.sign = uuid.uuid4().hex
            self._tell(speaker, speaker.sign, at, at, _NOTHING, final=False)
        elif change is Change.NOTHING:
            self._retract(speaker)
        elif attempt is None:
            return
        elif change is Change.PAUSED:
            self._tell_of_sound(speaker, attempt)
            attempt.guess = self._spawn(self._guess(speaker, attempt))
            attempt.listening = self._spawn(self._listen_for_end(speaker, attempt))
        elif change is Change.RESUMED:
            speaker.pauses.add(attempt.remark.pause_s)
            attempt.drop_guess()
            self._tell_of_sound(speaker, attempt)
        elif change is Change.ENDED or change is Change.CUT:
            self._end(speaker, attempt)
            if remark is not None:
                self._start(speaker, remark)
        elif attempt.remark.silence_s == 0:
            self._maybe_partial(speaker, attempt)

    def _tell_of_sound(self, speaker: Speaker, attempt: Attempt) -> None:
        """Let others know that they pause or go on, where there are no words yet to tell them by."""
        if not attempt.text:
            self._emit(speaker, attempt, _NOTHING, final=False)

    def _start(self, speaker: Speaker, remark: Remark) -> None:
        if speaker.ended is not None and 0 < remark.start - speaker.ended < _RESTARTED_S:
            speaker.pauses.add(remark.start - speaker.ended)
        speaker.attempt = attempt = Attempt(speaker.sign or uuid.uuid4().hex, remark)
        speaker.sign = None
        attempt.due_s = remark.length_s + self.options.partial_every_s
        attempt.soonest_s = remark.length_s + self.options.first_partial_s
        if speaker.hurried == attempt.id:
            attempt.due_s = attempt.soonest_s
        self._emit(speaker, attempt, _NOTHING, final=False)
        self._wait_anew(speaker, attempt)

    def _retract(self, speaker: Speaker) -> None:
        """Take back that somebody may have begun to speak."""
        if speaker.sign is not None:
            now = self._clock.wall()
            self._tell(speaker, speaker.sign, now, now, _NOTHING, final=True)
            speaker.sign = None

    def _end(self, speaker: Speaker, attempt: Attempt) -> None:
        speaker.attempt = None
        speaker.ended = attempt.remark.end
        if attempt.listening is not None:
            attempt.listening.cancel()
        task = self._spawn(self._finish(speaker, attempt))
        self._ending[task] = speaker, attempt
        task.add_done_callback(lambda done: self._ending.pop(done, None))

    def _end_stalled(self) -> None:
        now = self._clock.monotonic()
        for speaker in self._speakers.values():
            if (speaker.attempt or speaker.sign) and now - speaker.heard > self.options.stalled_s:
                self._follow(speaker, speaker.endpointer.finish(), self._clock.wall())

    async def _guess(self, speaker: Speaker, attempt: Attempt) -> Transcript:
        """Transcribe on suspicion that the remark is over; the words shorten or lengthen the wait."""
        if attempt.remark.voiced_s < _SHORTEST_S:
            return _NOTHING
        found = await self._transcribe(attempt.remark)
        if speaker.attempt is attempt:
            self._learn(speaker, attempt, found)
        return found

    async def _listen_for_end(self, speaker: Speaker, attempt: Attempt) -> None:
        if self._turn is None:
            return
        try:
            attempt.complete = await self._turn_worker.run(partial(_complete, self._turn, attempt.remark.pcm()))
        except OverloadError:
            DROPPED.labels("turn").inc()
        except Exception as error:  # noqa: BLE001 - one signal of several is missing, the remark goes on
            _log.warning("turn_detection_failed", error=repr(error))
        else:
            self._wait_anew(speaker, attempt)

    def _maybe_partial(self, speaker: Speaker, attempt: Attempt) -> None:
        if not self.options.partials or attempt.partial or attempt.remark.length_s < attempt.due_s:
            return
        attempt.due_s = attempt.remark.length_s + self.options.partial_every_s
        if self._worker.queued:
            DROPPED.labels("partial").inc()
            return
        attempt.partial = self._spawn(self._partial(speaker, attempt))

    async def _partial(self, speaker: Speaker, attempt: Attempt) -> None:
        try:
            found = await self._recognise(attempt.remark.pcm())
        except OverloadError:
            DROPPED.labels("partial").inc()
        else:
            attempt.due_s = max(attempt.due_s, attempt.remark.length_s + 2 * found.compute_s)
            if speaker.attempt is attempt and attempt.guess is None:
                self._learn(speaker, attempt, found)
        finally:
            attempt.partial = None

    async def _finish(self, speaker: Speaker, attempt: Attempt) -> None:
        if attempt.remark.voiced_s < _SHORTEST_S:
            found = _NOTHING
        else:
            found = await (attempt.guess or self._transcribe(attempt.remark))
        self._emit(speaker, attempt, found, final=True)

    async def _transcribe(self, remark: Remark) -> Transcript:
        """Transcribe a whole remark, waiting for a place in the worker; it is lost where there is none for seconds."""
        sound = remark.pcm()
        give_up = self._clock.monotonic() + _PATIENCE_S
        while self._clock.monotonic() < give_up:
            try:
                return await self._recognise(sound)
            except OverloadError:
                await asyncio.sleep(_RETRY_S)
        DROPPED.labels("overload").inc()
        return _LOST

    async def _recognise(self, sound: list[Pcm]) -> Transcript:
        options = self.options
        try:
            return await self._worker.run(_recognised, self._recogniser, sound, options.language, options.hot_words)
        except OverloadError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever an engine raises costs one remark, not the room
            DROPPED.labels("failed").inc()
            _log.warning("transcription_failed", error=repr(error))
            return _LOST

    def _learn(self, speaker: Speaker, attempt: Attempt, found: Transcript) -> None:
        """Show a transcript of a remark that goes on, and wait accordingly."""
        attempt.text, attempt.language = found.text, found.language
        if found.text:
            self._emit(speaker, attempt, found, final=False)
        self._wait_anew(speaker, attempt)

    def _spawn(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        task = self._tasks.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    def _wait_anew(self, speaker: Speaker, attempt: Attempt) -> None:
        if speaker.attempt is attempt:
            evidence = Evidence(attempt.complete, attempt.text, attempt.language, speaker.pauses.usual())
            speaker.endpointer.wait_s = wait(evidence, self.options.turn)

    def _emit(self, speaker: Speaker, attempt: Attempt, found: Transcript, *, final: bool) -> None:
        self._tell(speaker, attempt.id, attempt.remark.start, attempt.remark.end, found, final=final)

    def _tell(
        self, speaker: Speaker, utterance: str, start: float, end: float, found: Transcript, *, final: bool
    ) -> None:
        told = Utterance(
            id=utterance,
            speaker=speaker.viewer,
            text=found.text,
            language=found.language,
            start=start,
            end=end,
            confidence=found.confidence,
            final=final,
            lost=final and found is _LOST,
        )
        if not self._closed and self.utterances.send(told) is not None:
            DROPPED.labels("unread").inc()


def _recognised(recogniser: Recogniser, sound: list[Pcm], language: str | None, hot_words: Sequence[str]) -> Transcript:
    return recogniser.transcribe(joined(sound), language, hot_words)


def _complete(turn: TurnDetector, sound: list[Pcm]) -> float:
    return turn.probability(joined(sound))
