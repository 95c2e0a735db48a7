"""What the command line does without a room: transcribe files, speak to a file, reply to lines."""

import json
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import soundfile
from rich.console import Console
from rich.progress import Progress

from asr.audio import load as load_audio
from bot import build
from bot.engines import Engines
from bot.moderation import care_options, safety
from bot.output import print_json
from core.clock import SystemClock
from core.errors import AudioError, DanmateError, EngineError
from core.events import SAMPLE_RATE, Directive, Reply, Viewer
from core.settings import Room, Settings
from nlu.commands import Granted
from nlu.intents import INTENTS, decent_tone
from nlu.language import detect
from nlu.memory import Memory
from nlu.mind import Occasion

LINE_LIMIT: Final = 10_000
"""Characters of an input line; longer ones are refused."""


async def transcribe(settings: Settings, files: Sequence[Path], language: str, console: Console) -> bool:
    """Print a JSON line for each file; name those that cannot be read. Return whether all went well."""
    engines = Engines(settings.models)
    await engines.load(mind=False, voice=False)
    recogniser = engines.recogniser
    if recogniser is None:
        await engines.close()
        raise EngineError("there is nothing to transcribe with: `danmate models fetch`")
    well = True
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        for file in progress.track(files, description="transcribing"):
            try:
                audio = await engines.listening.run(load_audio, file)
                spoken = None if language == "auto" else language
                begun = time.perf_counter()
                heard = await engines.listening.run(recogniser.transcribe, audio, spoken, ())
            except (AudioError, EngineError) as error:
                console.print(f"{error}", style="red", markup=False, highlight=False, soft_wrap=True)
                well = False
                continue
            row = {
                "file": str(file),
                "language": heard.language,
                "text": heard.text,
                "audio_s": round(len(audio) / SAMPLE_RATE, 3),
                "compute_s": round(time.perf_counter() - begun, 3),
                "segments": [
                    {"start": round(part.start, 2), "end": round(part.end, 2), "text": part.text}
                    for part in heard.segments
                ],
            }
            print_json(row)
    await engines.close()
    return well


async def say(settings: Settings, text: str, output: Path, voice: str | None) -> None:
    """Speak `text` into a WAV file and print what it took."""
    language = detect(text)
    if voice:
        model = settings.models.voice.model_copy(update={"zh": voice, "en": voice})
        settings = settings.model_copy(update={"models": settings.models.model_copy(update={"voice": model})})
        language = "zh" if voice.startswith("z") else language
    engines = Engines(settings.models)
    await engines.load(ears=False, mind=False)
    if engines.mouth is None:
        await engines.close()
        raise EngineError("there is no voice to speak with: `danmate models fetch`")
    begun, first, rate, sound = time.perf_counter(), 0.0, 0, []
    try:
        async for speech in engines.mouth.speak("say", text, language):
            first = first or time.perf_counter() - begun
            rate = speech.sample_rate
            sound.append(np.frombuffer(speech.pcm, np.int16))
    finally:
        await engines.close()
    if not sound or not rate:
        raise EngineError("nothing in this text can be spoken")
    pcm = np.concatenate(sound)
    try:
        soundfile.write(output, pcm, rate)
    except (soundfile.LibsndfileError, OSError) as error:
        raise AudioError(f"{output} cannot be written: {error}; choose another place with -o") from error
    chosen = voice or getattr(settings.models.voice, language)
    print_json(
        {
            "voice": chosen,
            "audio_s": round(len(pcm) / rate, 3),
            "first_audio_s": round(first, 3),
            "compute_s": round(time.perf_counter() - begun, 3),
        }
    )


async def reply(settings: Settings, lines: Iterable[str], console: Console) -> bool:
    """Read `{"viewer", "text"}` lines and print a reply line each; return whether all lines could be read."""
    engines = Engines(settings.models)
    await engines.load(ears=False, voice=False)
    talk = Conversation(settings, settings.rooms[0], engines)
    well = True
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            asked = json.loads(line[:LINE_LIMIT])
            viewer, text = str(asked["viewer"]), str(asked["text"])
        except (ValueError, KeyError, TypeError) as error:
            console.print(f"line {number}: not an object with viewer and text ({error})", markup=False, style="red")
            well = False
            continue
        print_json(await talk.answer(viewer[:24], text[:500]))
    await engines.close()
    return well


class Conversation:
    """The mind of one room without the room."""

    def __init__(self, settings: Settings, room: Room, engines: Engines) -> None:
        self._room = room
        self._understander = build.understander(room, engines)
        self._commands = build.commands(room, SystemClock())
        self._planner = build.planner(room, settings)
        self._mind = build.mind(room, settings, engines)
        self._memory = Memory(SystemClock())
        self._judge, self._help = safety(room, None), care_options(room.filters.distress).help
        self._count = 0

    async def answer(self, name: str, text: str) -> dict[str, Any]:
        """Return one reply as the fields that `danmate reply` prints."""
        begun = time.perf_counter()
        viewer = Viewer(id=name, name=name)
        self._count += 1
        danger = self._judge.check(text, "message")
        if danger.verdict == "care":
            return {
                "reply": self._help[danger.category].in_(detect(text)), "language": detect(text), "intent": "care",
                "directive": None, "facts": {}, "route": "care", "ms": round((time.perf_counter() - begun) * 1000, 1),
            }  # fmt: skip
        verdict = self._commands.match(text, viewer)
        if isinstance(verdict, Granted):
            return {
                "reply": verdict.reply, "language": detect(verdict.reply), "intent": "command", "directive": None,
                "facts": {}, "route": "command", "ms": round((time.perf_counter() - begun) * 1000, 1),
            }  # fmt: skip
        meaning = self._understander.understand(text, viewer, memory=self._memory)
        plan = self._planner.answer(meaning, (name,), self._memory.last_product(name))
        persona = self._room.persona
        tone = decent_tone(plan.intent, persona.tone)
        directive = Directive(goal=INTENTS[plan.intent].goals[0], tone=tone, length=persona.length)
        occasion = Occasion(
            f"reply-{self._count}", f"line-{self._count}", text, (viewer,), meaning.understanding.language
        )
        whole = await _last(self._mind.reply(plan, directive, occasion))
        self._memory.heard(name, text, whole.text, plan.product)
        return {
            "reply": whole.text,
            "language": whole.language,
            "intent": plan.intent,
            "directive": {"goal": directive.goal, "tone": directive.tone, "length": directive.length},
            "facts": whole.facts,
            "route": whole.route,
            "ms": round((time.perf_counter() - begun) * 1000, 1),
        }


async def _last(growing: AsyncIterator[tuple[Reply, bool]]) -> Reply:
    whole: Reply | None = None
    async for made, _ in growing:
        whole = made
    if whole is None:
        raise DanmateError("the mind said nothing; this is a fault of ours, please report it")
    return whole
