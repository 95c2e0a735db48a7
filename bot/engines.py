"""Engines from settings: found by name, loaded in the threads that will run them, shared by all rooms."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import structlog
from threadpoolctl import threadpool_limits

from asr.engine import RECOGNISERS, Recogniser
from asr.turn import SmartTurn, TurnDetector
from asr.vad import SileroVad, VoiceDetector
from core import catalogue
from core.engines import resolve
from core.errors import DanmateError, EngineError, ModelError
from core.settings import Models, OpenModel, ReplyModel, VoiceModel
from core.workers import Worker
from nlu import selection
from nlu.engine import RESPONDERS, Responder
from nlu.intent_reader import IntentReader
from nlu.names import Names
from nlu.safety import Classifier
from nlu.sentence_encoder import SentenceEncoder
from nlu.templates import Templates
from tts.engine import SPEAKERS, Speaker
from tts.fallback import FallbackSpeaker
from tts.mouth import Mouth, MouthOptions

T = TypeVar("T")
_log = structlog.get_logger(__name__)


class Engines:
    """Every model of this process, each with its worker."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self.listening = Worker("asr")
        self.thinking = Worker("reply")
        self.talking = Worker("tts")
        self.recogniser: Recogniser | None = None
        self.voice_detector: VoiceDetector | None = None
        self.turn_detector: TurnDetector | None = None
        self.responder: Responder | None = None
        self.open: Responder | None = None
        self.names: Names | None = None
        self.mouth: Mouth | None = None
        self.intents: IntentReader | None = None
        self.templates: Templates | None = None
        self.offence: Classifier | None = None
        self._speaker: Speaker | None = None

    async def load(self, *, ears: bool = True, mind: bool = True, voice: bool = True) -> None:
        """Load what is wanted, side by side. A missing voice or ears are said and done without; a mind is needed."""
        jobs = []
        if ears:
            jobs.append(self._or_without("ears", self._load_recogniser))
        if mind:
            jobs.append(self._load_mind())
        if voice:
            jobs.append(self._or_without("voice", self._load_voice))
        await asyncio.gather(*jobs)

    async def close(self) -> None:
        """Let go of everything."""
        for talking in (self.responder, self.open):
            if talking is not None:
                await talking.close()
        for engine, worker in ((self.recogniser, self.listening), (self._speaker, self.talking)):
            if engine is not None:
                await worker.run(engine.close)
        for worker in (self.listening, self.thinking, self.talking):
            worker.close()

    async def _or_without(self, what: str, load: Callable[[], Any]) -> None:
        try:
            await load()
        except DanmateError as error:
            _log.warning("engine_missing", engine=what, error=str(error))

    async def _load_recogniser(self) -> None:
        asr = self._models.asr
        engine = resolve(asr.engine, RECOGNISERS)

        def load() -> Recogniser:
            folder = catalogue.locate(asr.model)
            self.voice_detector = SileroVad(catalogue.locate("silero-vad") / "silero_vad.onnx")
            self.turn_detector = SmartTurn(catalogue.locate("smart-turn") / "smart-turn-v3.2-cpu.onnx")
            made: Recogniser = engine(folder, threads=self._models.threads, beam=asr.beam, script=asr.script)
            return made

        self.recogniser = await self.listening.run(load)

    async def _load_mind(self) -> None:
        self.intents = await self.thinking.run(intent_reader)
        self.templates = await self.thinking.run(Templates.load)
        await self._or_without("offence", self._load_offence)
        self.responder = await responder(self._models.reply, self.thinking, self._models.threads)
        if self._models.open is not None:
            self.names = await self.thinking.run(Names)
            self.open = await responder(self._models.open, self.thinking, self._models.threads)

    async def _load_offence(self) -> None:
        self.offence = await self.thinking.run(Classifier.load)

    async def _load_voice(self) -> None:
        voice = self._models.voice
        self._speaker = await self.talking.run(speaker, voice, self._models.threads)
        options = MouthOptions(voices={"zh": voice.zh, "en": voice.en}, speed=voice.speed, volume=voice.volume)
        self.mouth = Mouth(self._speaker, self.talking, options)


def intent_reader() -> IntentReader:
    """Return what reads intents; without the sentence encoder, where that is not here, and then that is said."""
    try:
        encoder = SentenceEncoder.load(catalogue.locate("sentence-encoder"))
    except ModelError as error:
        _log.warning("engine_missing", engine="sense", error=str(error))
        encoder = None
    selection.load()  # read here, once, before any room is made
    # Products this small only wait for one another's threads, and take them from Whisper and the voice.
    threadpool_limits(1, "blas")
    return IntentReader.load(encoder)


async def responder(reply: ReplyModel, worker: Worker, threads: int) -> Responder:
    """Return the responder that settings name; raise `EngineError` or `ModelError`."""
    engine = resolve(reply.engine, RESPONDERS)
    made: Responder
    if reply.engine == "openai":
        if not reply.url:
            raise EngineError(f"{_place(reply)}.url is missing: where is the OpenAI-compatible server?")
        made = engine(reply.url, reply.model, reply.key, reply.timeout)
    elif reply.model:
        folder = await worker.run(catalogue.locate, reply.model)
        made = await worker.run(engine, worker, folder, threads)
    else:
        made = await worker.run(engine, worker)
    return made


def _place(reply: ReplyModel) -> str:
    return "models.open" if isinstance(reply, OpenModel) else "models.reply"


def speaker(voice: VoiceModel, threads: int) -> Speaker:
    """Return the speaker that settings name, or the best that this machine has; raise `ModelError` for none.

    espeak-ng, where it is installed, speaks the clauses that the first one fails at.
    """
    found: list[Speaker] = []
    reasons = []
    for name in dict.fromkeys((voice.engine, "piper", "espeak")):
        if found and name != "espeak":
            continue
        try:
            found.append(_speaker(name, voice, threads))
        except (EngineError, ModelError) as error:
            reasons.append(f"{name}: {error}")
            if name == voice.engine:
                _log.warning("voice_missing", engine=name, error=str(error))
    if not found:
        raise ModelError("no voice can be loaded; " + "; ".join(reasons))
    return FallbackSpeaker(found)


def _speaker(name: str, voice: VoiceModel, threads: int) -> Speaker:
    engine = resolve(name, SPEAKERS)
    given = voice.model if name == voice.engine else ""
    made: Speaker
    if name == "kokoro":
        folder = catalogue.locate(given or "kokoro")
        catalogue.locate(given or "kokoro-voices")
        made = engine(folder / "model.onnx", folder / "voices", threads=threads)
    elif name == "piper":
        made = engine(_piper_voice(catalogue.locate(given or "piper-joe")))
    elif given:
        made = engine(catalogue.locate(given))
    else:
        made = engine()
    return made


def _piper_voice(folder: Path) -> Path:
    voices = sorted(folder.glob("*.onnx"))
    if not voices:
        raise ModelError(f"{folder} holds no Piper voice (*.onnx); fetch one with `danmate models fetch piper-joe`")
    return voices[0]
