"""Speech end to first sound of the answer, typed message to text, memory, readiness, stalls: through a real room.

`danmate serve` runs in a process of its own; this one is a viewer who speaks recordings in real time over the
websocket. The naive chain answers the same recordings in the same run: silence of a fixed 0.8 s, stock faster-whisper
on 30 s, a T5 of the house's size in transformers, and Kokoro on the whole sentence.
"""

import asyncio
import csv
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any, Final

import numpy as np
import psutil

from asr.audio import load
from asr.vad import SileroVad, VoiceState
from benchmarks.room_client import Viewer
from core.catalogue import locate

ROOT: Final = Path(__file__).parent.parent
TYPED: Final = (
    "蓝色卫衣多少钱", "hello", "how much is the hoodie", "还有货吗", "几点下播", "你是机器人吗", "when do you end",
    "保温杯能保温多久", "recommend me something", "包邮吗", "主播好可爱", "what's the link",
)  # fmt: skip
SHORT_S: Final = (1.5, 6.5)
WINDOW: Final = 512


def recordings(data: Path) -> list[tuple[str, np.ndarray[Any, np.dtype[np.int16]], float]]:
    """Return (name, 16 kHz int16 samples, end of speech in seconds) of the short Chinese and English clips."""
    vad = SileroVad(locate("silero-vad") / "silero_vad.onnx")
    found = []
    with (data / "audio" / "clips.tsv").open(encoding="utf-8") as table:
        for row in csv.DictReader(table, delimiter="\t"):
            if row["language"] not in {"zh", "en"} or not SHORT_S[0] <= float(row["duration_s"]) <= SHORT_S[1]:
                continue
            samples = load(data / "audio" / row["file"])
            state, last = VoiceState(), 0
            for start in range(0, len(samples) - WINDOW, WINDOW):
                if vad.probabilities([samples[start : start + WINDOW]], [state])[0] >= 0.5:  # noqa: PLR2004  # Silero's own
                    last = start + WINDOW
            end = last / 16_000
            found.append((row["file"], (samples[:last] * 32767).astype(np.int16), end))
    return found


class Server:
    """`danmate serve` on a free port."""

    def __init__(self, folder: Path, command: str = "") -> None:
        """Serve the demo room, with a further `command` where one is given, as a line of YAML."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        config = folder / "bench.yaml"
        demo = (ROOT / "configs" / "demo.yaml").read_text(encoding="utf-8")
        demo = demo.replace("commands:\n", f"commands:\n{command}", 1)
        config.write_text(
            f"server: {{port: {self.port}}}\n{demo.replace('idle: {after: 45s', 'idle: {after: 1h')}",
            encoding="utf-8",
        )
        begun = time.perf_counter()
        self.process = subprocess.Popen(  # noqa: S603  # our own program
            [sys.executable, "-m", "bot.cli", "serve", "-c", str(config)], cwd=ROOT, stderr=subprocess.DEVNULL
        )
        while not self._ready():
            if self.process.poll() is not None:
                raise SystemExit("danmate serve ended before it was ready; run it by hand to see why")
            time.sleep(0.05)
        self.ready_s = time.perf_counter() - begun

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=1) as answer:
                return bool(json.load(answer)["ready"])
        except OSError:
            return False

    def rehearse(self, at_most_s: float = 400) -> float:
        """Wait until likely openings are spoken ahead, as they are minutes after a start; return how long it took."""
        begun = time.perf_counter()
        while time.perf_counter() - begun < at_most_s and self._metric("danmate_openings_left") != 0:
            time.sleep(0.5)
        return time.perf_counter() - begun

    def _metric(self, name: str) -> float:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=2) as answer:
            lines = answer.read().decode().splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith((f"{name}{{", f"{name} ")))

    def memory_mb(self) -> float:
        """Return resident memory in MB."""
        return float(psutil.Process(self.process.pid).memory_info().rss / 1e6)

    def lag(self) -> list[tuple[float, float]]:
        """Return (bucket's upper bound in seconds, observations up to it) of the loop's lateness."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=2) as answer:
            lines = answer.read().decode().splitlines()
        rows = [line for line in lines if line.startswith("danmate_loop_lag_seconds_bucket")]
        return [(float(line.split('le="')[1].split('"')[0]), float(line.split()[-1])) for line in rows]

    def close(self) -> float:
        """Interrupt it as Ctrl-C does; return the seconds until it had ended."""
        begun = time.perf_counter()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(20)
        return time.perf_counter() - begun


def percentile(values: list[float], share: float) -> float:
    """Return the value below which `share` of `values` lie."""
    return float(np.percentile(values, share * 100)) if values else float("nan")


async def spoken(url: str, clips: list[Any], loops: int) -> dict[str, Any]:
    """Speak every clip and return delays in seconds with each stage's share."""
    viewer = await Viewer.join(url)
    await asyncio.sleep(1)
    stages: dict[str, list[float]] = {"listening": [], "thinking": [], "speaking": []}
    totals, lost = [], 0
    for _, pcm, end in clips * loops:
        answer = viewer.expect()
        ended = await viewer.speak(pcm, end)
        try:
            await asyncio.wait_for(answer.done.wait(), 15)
        except TimeoutError:
            lost += 1
            continue
        if not answer.sound:
            lost += 1
            continue
        totals.append(answer.sound - ended)
        stages["listening"].append(answer.caption - ended)
        stages["thinking"].append(answer.say - answer.caption)
        stages["speaking"].append(answer.sound - answer.say)
        await asyncio.sleep(2.5)
    await viewer.close()
    return {
        "remarks": len(totals),
        "without_answer": lost,
        "p50_s": percentile(totals, 0.5),
        "p95_s": percentile(totals, 0.95),
        "stages_p50_s": {name: percentile(values, 0.5) for name, values in stages.items()},
        "stages_p95_s": {name: percentile(values, 0.95) for name, values in stages.items()},
    }


async def typed(url: str, count: int) -> dict[str, Any]:
    """Type messages one after another and return delays in milliseconds."""
    viewer = await Viewer.join(url)
    await asyncio.sleep(1)
    delays, routes = [], []
    for number in range(count):
        answer = viewer.expect()
        begun = time.perf_counter()
        await viewer.send(type="chat", text=TYPED[number % len(TYPED)], ref=f"typed-{number}")
        await asyncio.wait_for(answer.done.wait(), 20)
        delays.append((answer.say - begun) * 1000)
        routes.append(answer.route)
        await asyncio.sleep(1.5)
    await viewer.close()
    templates = sum(not route.startswith("t5") for route in routes)
    return {
        "messages": count,
        "p50_ms": percentile(delays, 0.5),
        "p95_ms": percentile(delays, 0.95),
        "not_by_t5": templates,
    }


def stalls(before: list[tuple[float, float]], after: list[tuple[float, float]]) -> dict[str, Any]:
    """Return the event loop's lateness while models computed: the bucket that holds the 99th percentile, in ms."""
    counts = [(bound, late - early) for (bound, early), (_, late) in zip(before, after, strict=True)]
    total = counts[-1][1]
    p99 = next(bound for bound, count in counts if count >= 0.99 * total)
    return {"observations": int(total), "p99_ms_at_most": p99 * 1000}


def naive(clips: list[Any]) -> dict[str, Any]:
    """Answer the clips the way most chains do; returns the same figures, or why it could not be measured."""
    try:
        import torch
        from transformers import T5Config, T5ForConditionalGeneration
    except ImportError:
        return {"not_measured": "needs the torch extra: make .venv/.train"}
    from faster_whisper import WhisperModel

    from tts.kokoro import KokoroSpeaker

    torch.set_num_threads(2)
    whisper = WhisperModel(str(locate("whisper-base")), device="cpu", compute_type="int8", cpu_threads=2)
    config = T5Config(
        vocab_size=4000, d_model=256, d_ff=640, d_kv=64, num_layers=4, num_decoder_layers=4, num_heads=4,
        feed_forward_proj="gated-gelu", decoder_start_token_id=0,
    )  # fmt: skip
    t5 = T5ForConditionalGeneration(config).eval()  # random weights compute as long as trained ones
    folder = locate("kokoro")
    kokoro = KokoroSpeaker(folder / "model.onnx", folder / "voices", 2)
    totals = []
    for name, pcm, _ in clips:
        language = name[:2]
        begun = time.perf_counter()
        segments, _ = whisper.transcribe(pcm.astype(np.float32) / 32768, beam_size=5)
        list(segments)
        with torch.inference_mode():
            t5.generate(torch.randint(5, 4000, (1, 24)), min_new_tokens=16, max_new_tokens=16)
        text = (
            "蓝色卫衣现在是九十九元，喜欢的话可以看看哦。"
            if language == "zh"
            else "The blue hoodie is ninety nine yuan, have a look if you like it."
        )
        kokoro.synthesise(text, "zf_xiaobei" if language == "zh" else "af_heart", language, 1.0)
        totals.append(0.8 + time.perf_counter() - begun)
    kokoro.close()
    return {"remarks": len(totals), "p50_s": percentile(totals, 0.5), "p95_s": percentile(totals, 0.95)}


def run(data: Path, loops: int = 2, messages: int = 36) -> dict[str, Any]:
    """Return everything that `danmate bench voice` prints."""
    clips = recordings(data)
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        try:
            url = f"ws://127.0.0.1:{server.port}/rooms/main"
            cold = asyncio.run(spoken(url, clips[:6], 1))
            rehearsal_s = server.rehearse()
            before = server.lag()
            voice = asyncio.run(spoken(url, clips, loops))
            after = server.lag()
            chat = asyncio.run(typed(url, messages))
            memory = server.memory_mb()
        finally:
            closed = server.close()
    result = {
        "speech_to_first_sound": voice,
        "speech_to_first_sound_right_after_start": cold,
        "rehearsal_s": rehearsal_s,
        "naive_chain": naive(clips),
        "typed_to_text": chat,
        "event_loop_stalls": stalls(before, after),
        "ready_s": server.ready_s,
        "memory_mb": memory,
        "closed_s": closed,
    }
    naive_p50 = result["naive_chain"].get("p50_s") if isinstance(result["naive_chain"], dict) else None
    result["times_as_fast_as_naive"] = naive_p50 / voice["p50_s"] if naive_p50 else None
    return result


def main() -> None:
    """Print the figures as JSON."""
    data = Path(os.environ.get("DANMATE_DATA", ROOT.parent / "shared" / "data"))
    if not (data / "audio" / "clips.tsv").is_file():
        raise SystemExit("no recordings: set DANMATE_DATA to their folder (benchmarks/README.md)")
    print(json.dumps(_rounded(run(data)), ensure_ascii=False, indent=1))


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return value


if __name__ == "__main__":
    main()
