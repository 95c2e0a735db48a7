"""Sound files."""

import wave
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from asr.audio import load
from core.errors import AudioError


def tone(rate: int, seconds: float = 1.0, channels: int = 1) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    wave_form = 0.5 * np.sin(2 * np.pi * 440 * np.arange(int(rate * seconds)) / rate)
    return np.repeat(wave_form[:, None], channels, axis=1).astype(np.float32)


def write_m4a(path: Path) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=44_100, layout="mono")
        frame = av.AudioFrame.from_ndarray(tone(44_100).T.copy(), format="fltp", layout="mono")
        frame.rate = 44_100
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.ogg", "a.mp3", "a.m4a"])
def test_common_formats_become_16_khz_mono(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if path.suffix == ".m4a":
        write_m4a(path)
    else:
        soundfile.write(path, tone(44_100, channels=2), 44_100)
    samples = load(path)
    assert samples.dtype == np.float32
    assert samples.shape == (len(samples),)
    assert len(samples) == pytest.approx(16_000, rel=0.1)
    middle = samples[4000:12_000]
    assert np.abs(np.fft.rfft(middle)).argmax() / 0.5 == pytest.approx(440, abs=4)
    assert np.abs(middle).max() == pytest.approx(0.5, abs=0.1)


def test_a_sound_at_16_khz_comes_back_as_it_is(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", tone(16_000), 16_000, subtype="FLOAT")
    assert np.array_equal(load(tmp_path / "a.wav"), tone(16_000)[:, 0])


def test_a_missing_an_empty_and_a_text_file_are_named(tmp_path: Path) -> None:
    (tmp_path / "empty.wav").touch()
    (tmp_path / "text.wav").write_text("I am no sound at all, whatever my name says. " * 50)
    for name in ("missing.wav", "empty.wav", "text.wav"):
        with pytest.raises(AudioError, match=name):
            load(tmp_path / name)


def test_a_file_without_a_single_sample_is_named(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "none.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
    with pytest.raises(AudioError, match=r"none\.wav: no sound"):
        load(tmp_path / "none.wav")


def test_a_film_without_sound_is_named(tmp_path: Path) -> None:
    path = tmp_path / "silent.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        picture = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")
        for packet in [*stream.encode(picture), *stream.encode(None)]:
            container.mux(packet)
    with pytest.raises(AudioError, match=r"silent\.mp4.*video"):
        load(path)


def test_a_file_longer_than_allowed_is_refused_before_it_is_read(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "long.wav", tone(8000, 3.0), 8000)
    with pytest.raises(AudioError, match=r"long\.wav: longer"):
        load(tmp_path / "long.wav", longest_s=2.0)
    write_m4a(tmp_path / "long.m4a")
    with pytest.raises(AudioError, match=r"long\.m4a: longer"):
        load(tmp_path / "long.m4a", longest_s=0.5)


def test_values_that_are_no_sound_are_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "nan.wav", np.full(1600, np.nan, np.float32), 16_000, subtype="FLOAT")
    with pytest.raises(AudioError, match=r"nan\.wav"):
        load(tmp_path / "nan.wav")
