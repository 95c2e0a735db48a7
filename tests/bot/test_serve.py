"""`danmate serve` as people run it: edits while it lives, damaged models, missing voices, Ctrl-C at any time."""

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from benchmarks.room_client import Viewer

pytestmark = [pytest.mark.weights, pytest.mark.timeout(180)]
ROOT = Path(__file__).parent.parent.parent
SETTINGS = """
server: {{port: {port}}}
ears: {{enabled: {ears}}}
rooms: [{{id: main}}]
idle: {{after: 1h}}
knowledge:
  products: [{{id: 1, title: 蓝色卫衣, price: {price}元}}]
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(config: Path, log: Path, **environment: str) -> Iterator["subprocess.Popen[bytes]"]:
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "--log", "info", "serve", "-c", str(config)],
            cwd=ROOT,
            stderr=out,
            env={**os.environ, **environment},
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait(10)


def health(port: int) -> dict[str, Any]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1) as answer:
            found: dict[str, Any] = json.load(answer)
            return found
    except OSError:
        return {"ready": False}


def wait_until_ready(port: int, process: "subprocess.Popen[bytes]") -> dict[str, Any]:
    for _ in range(1200):
        assert process.poll() is None
        if (found := health(port))["ready"]:
            return found
        time.sleep(0.1)
    raise AssertionError("never ready")


def answers(port: int, *texts: str) -> list[str]:
    async def ask() -> list[str]:
        viewer = await Viewer.join(f"ws://127.0.0.1:{port}/rooms/main")
        await asyncio.sleep(0.5)
        found = []
        for text in texts:
            answer = viewer.expect()
            await viewer.send(type="chat", text=text, ref="asked")
            for _ in range(200):
                if answer.say and "元" in answer.text:
                    break
                await asyncio.sleep(0.1)
            found.append(answer.text)
        await viewer.close()
        return found

    return asyncio.run(ask())


def test_a_good_edit_is_applied_while_the_room_lives_and_a_bad_one_changes_nothing(
    tmp_path: Path, models: Path
) -> None:
    port, config, log = free_port(), tmp_path / "room.yaml", tmp_path / "log"
    (tmp_path / "none").mkdir()
    config.write_text(SETTINGS.format(port=port, ears="false", price=99), encoding="utf-8")
    with serving(config, log, DANMATE_MODELS=str(tmp_path / "none")) as process:  # no models: the text must do
        found = wait_until_ready(port, process)
        assert found["ears"] is False
        assert "99元" in answers(port, "蓝色卫衣多少钱")[0]
        config.write_text(SETTINGS.format(port=port, ears="false", price=79), encoding="utf-8")
        wait_for(log, "settings_applied")
        assert "79元" in answers(port, "蓝色卫衣多少钱")[0]
        wait_for(log, "rooms.main.knowledge.products.0.price")
        config.write_text("rooms: [{id: main, prsona: {}}]", encoding="utf-8")
        wait_for(log, "did you mean 'persona'")
        config.write_text("rooms: [{id: main, title: 2026-02-30}]", encoding="utf-8")
        wait_for(log, "put quotes round a text")
        config.write_text("behaviour: {chain: ~nobody_here/x.npz}", encoding="utf-8")
        wait_for(log, "no home folder")
        config.write_text('commands: [{name: "!a", reply: "$(usr)"}]', encoding="utf-8")
        wait_for(log, "did you mean $(user)")
        config.write_text("rooms: [{id: main, connect: {platform: natve}}]", encoding="utf-8")
        wait_for(log, "did you mean native")
        assert "79元" in answers(port, "蓝色卫衣什么价")[0]
        assert "danmate models fetch" in log.read_text()


def test_a_damaged_model_is_said_at_start_with_the_command_that_mends_it(tmp_path: Path, models: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    for model in models.iterdir():
        if model.is_dir() and model.name != "silero-vad":
            (folder / model.name).symlink_to(model)
    shutil.copytree(models / "silero-vad", folder / "silero-vad")
    damaged = folder / "silero-vad" / "silero_vad.onnx"
    damaged.write_bytes(b"damaged" + damaged.read_bytes()[7:])
    port, config, log = free_port(), tmp_path / "room.yaml", tmp_path / "log"
    config.write_text(SETTINGS.format(port=port, ears="true", price=99), encoding="utf-8")
    with serving(config, log, DANMATE_MODELS=str(folder)) as process:
        found = wait_until_ready(port, process)
        assert found["ears"] is False
        assert found["voice"] is True
    assert "danmate models fetch silero-vad" in log.read_text()


@pytest.mark.parametrize("after_s", [0.5, 2.5])
def test_ctrl_c_while_models_load_ends_everything_within_five_seconds(
    tmp_path: Path, models: Path, after_s: float
) -> None:
    port, config = free_port(), tmp_path / "room.yaml"
    config.write_text(SETTINGS.format(port=port, ears="true", price=99), encoding="utf-8")
    with serving(config, tmp_path / "log") as process:
        while health_never_answered(port) and process.poll() is None:
            time.sleep(0.05)
        time.sleep(after_s)
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.wait(15) == 0
        assert time.monotonic() - begun < 5


def test_a_port_in_use_is_one_sentence_and_exit_code_1(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        config = tmp_path / "room.yaml"
        config.write_text(SETTINGS.format(port=taken.getsockname()[1], ears="false", price=1), encoding="utf-8")
        result = subprocess.run(
            [sys.executable, "-m", "bot.cli", "serve", "-c", str(config)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert result.returncode == 1
    assert "cannot be opened" in result.stderr
    assert "Traceback" not in result.stderr


def health_never_answered(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1).close()
    except urllib.error.HTTPError:
        return False  # 503: listening, not ready
    except OSError:
        return True
    return False


def wait_for(log: Path, words: str) -> None:
    for _ in range(200):
        if words in log.read_text():
            return
        time.sleep(0.1)
    raise AssertionError(f"{words!r} not in the log: {log.read_text()}")
