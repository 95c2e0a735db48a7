"""The command line: results on stdout, problems on stderr, and the exit code says which."""

import json
import subprocess
import sys
import wave
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent


def danmate(*arguments: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", *arguments],
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )


def lines(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def test_check_accepts_the_demo_and_names_a_mistake_with_its_line(tmp_path: Path) -> None:
    assert danmate("check", "configs/demo.yaml").returncode == 0
    bad = tmp_path / "bad.yaml"
    bad.write_text("rooms:\n  - id: main\n    persna: {}\n")
    result = danmate("check", str(bad), "configs/demo.yaml")
    assert result.returncode == 2
    assert f"{bad}:3: unknown key 'persna'; did you mean 'persona'?" in result.stderr
    assert "demo.yaml" in result.stdout
    row = lines(danmate("check", "--json", str(bad)).stdout)[0]
    assert (row["ok"], row["line"]) == (False, 3)


@pytest.mark.parametrize("arguments", [("nonsense",), ("say",), ("bench", "nonsense")])
def test_wrong_usage_is_exit_code_2(arguments: tuple[str, ...]) -> None:
    assert danmate(*arguments).returncode == 2


def test_serving_bad_settings_is_exit_code_2(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("floor: {expire: 20}\n")
    result = danmate("serve", "-c", str(bad))
    assert result.returncode == 2
    assert "bad.yaml:1" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_catalogue_can_be_listed() -> None:
    rows = lines(danmate("models", "list", "--json").stdout)
    assert {"whisper-base", "kokoro", "silero-vad", "smart-turn"} <= {row["name"] for row in rows}
    assert all(row["licence"] for row in rows)


@pytest.mark.weights
def test_files_that_are_no_audio_are_named_and_the_others_are_done(tmp_path: Path, models: Path) -> None:
    (tmp_path / "text.wav").write_text("this is no audio")
    (tmp_path / "empty.wav").write_bytes(b"")
    with wave.open(str(tmp_path / "quiet.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(16000))
    names = [str(tmp_path / name) for name in ("text.wav", "empty.wav", "none.wav", "quiet.wav")]
    result = danmate("transcribe", *names)
    assert result.returncode == 1
    assert [row["file"] for row in lines(result.stdout)] == [names[3]]
    assert lines(result.stdout)[0]["text"] == ""
    assert all(name in result.stderr for name in names[:3])


@pytest.mark.weights
def test_a_text_is_spoken_into_a_file_and_transcribed_again(tmp_path: Path, models: Path) -> None:
    target = tmp_path / "out.wav"
    spoken = danmate("say", "欢迎来到直播间。", "-o", str(target))
    assert spoken.returncode == 0, spoken.stderr
    row = lines(spoken.stdout)[0]
    assert set(row) == {"voice", "audio_s", "first_audio_s", "compute_s"}
    heard = lines(danmate("transcribe", str(target)).stdout)[0]
    assert set(heard) == {"file", "language", "text", "audio_s", "compute_s", "segments"}
    assert heard["language"] == "zh"
    assert "直播" in heard["text"]


@pytest.mark.weights
def test_lines_are_replied_to_and_broken_ones_are_named(models: Path) -> None:
    asked = [
        '{"viewer": "小鱼", "text": "蓝色卫衣多少钱"}',
        "nonsense",
        '{"viewer": "Lily", "text": "when do you end?"}',
    ]
    result = danmate("reply", stdin="\n".join(asked))
    assert result.returncode == 1
    assert "line 2" in result.stderr
    first, second = lines(result.stdout)
    assert set(first) == {"reply", "language", "intent", "directive", "facts", "route", "ms"}
    assert "99元" in first["reply"]
    assert (first["language"], second["language"]) == ("zh", "en")
    assert "ten tonight" in second["reply"]
