"""Ears with real models: two people speak at the same time, in real time, in two languages."""

import asyncio
import itertools
from pathlib import Path

import numpy as np
import pytest

from asr.audio import load
from asr.ctranslate import CTranslate2Recogniser
from asr.ears import Ears, EarsOptions
from asr.engine import Samples
from asr.turn import SmartTurn
from asr.vad import SileroVad
from core.clock import SystemClock
from core.events import AudioFrame, Utterance, Viewer
from core.workers import Worker

FRAME = 320


async def speak(ears: Ears, viewer: Viewer, audio: Samples, clock: SystemClock) -> None:
    """Send a recording as a microphone would, with a second and a half of room noise after it."""
    noise = np.random.default_rng(0).normal(0, 3e-4, 24_000).astype(np.float32)
    pcm = (np.concatenate((audio, noise)).clip(-1, 1) * 32767).astype("<i2")
    begun = clock.monotonic()
    for sequence in range(len(pcm) // FRAME):
        await asyncio.sleep(max(begun + (sequence + 1) * FRAME / 16_000 - clock.monotonic(), 0))
        frame = pcm[sequence * FRAME : (sequence + 1) * FRAME].tobytes()
        ears.hear(AudioFrame(speaker=viewer, pcm=frame, sequence=sequence, at=clock.wall()))


@pytest.mark.weights
@pytest.mark.recordings
async def test_two_speakers_at_once_are_understood_each_in_their_language(models: Path, recordings: Path) -> None:
    clock, worker = SystemClock(), Worker("asr-test")
    recogniser = await worker.run(CTranslate2Recogniser, models / "whisper-base")
    ears = Ears(
        recogniser,
        SileroVad(models / "silero-vad" / "silero_vad.onnx"),
        SmartTurn(models / "smart-turn" / "smart-turn-v3.2-cpu.onnx"),
        options=EarsOptions(),
        worker=worker,
        clock=clock,
    )
    said = {"ann": "en_harvard_spk1_snt1.wav", "bob": "zh_aishell3_SSB00570140.wav"}
    heard: list[Utterance] = []

    async def collect() -> None:
        heard.extend([utterance async for utterance in ears.utterances])

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(ears.run())
        tasks.create_task(collect())
        async with asyncio.TaskGroup() as speakers:
            for name, file in said.items():
                audio = load(recordings / "audio" / file)
                speakers.create_task(speak(ears, Viewer(name, name), audio, clock))
        for _ in itertools.takewhile(lambda _: sum(one.final for one in heard) < len(said), range(200)):
            await asyncio.sleep(0.05)
        ears.close()
    recogniser.close()
    worker.close()

    finals = {one.speaker.id: one for one in heard if one.final and one.text}
    assert "the small dog" in finals["ann"].text
    assert "现代保险" in finals["bob"].text
    assert (finals["ann"].language, finals["bob"].language) == ("en", "zh")
    for final in finals.values():
        of_it = [one for one in heard if one.id == final.id]
        assert (of_it[0].text, of_it[0].final) == ("", False)
        assert of_it[-1] is final
        assert final.start < final.end
