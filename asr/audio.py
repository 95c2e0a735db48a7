"""Sound files to samples: wav, flac, ogg and mp3 through libsndfile, everything else through FFmpeg's libraries."""

from pathlib import Path
from typing import Any, Final

import numpy as np
import soundfile
import soxr

from asr.engine import Samples
from core.errors import AudioError
from core.events import SAMPLE_RATE

LONGEST_S: Final = 4 * 3600.0
"""Seconds of the longest file that is read: four hours are 0.9 GB of samples."""


def load(path: Path, longest_s: float = LONGEST_S) -> Samples:
    """Return the file's sound, 16 kHz mono float32 of shape [n], -1 to 1; channels are averaged.

    Raise `AudioError`, naming the file, for one that is missing, empty, no audio, damaged or longer than `longest_s`.
    """
    if not path.is_file():
        raise AudioError(f"{path}: there is no such file")
    if not path.stat().st_size:
        raise AudioError(f"{path}: the file is empty")
    try:
        samples, rate = _with_sndfile(path, longest_s)
    except soundfile.LibsndfileError:
        samples, rate = _with_ffmpeg(path, longest_s)
    if not len(samples):
        raise AudioError(f"{path}: no sound in it")
    if not np.isfinite(samples).all():
        raise AudioError(f"{path}: damaged, it holds values that are no sound")
    if rate != SAMPLE_RATE:
        samples = soxr.resample(samples, rate, SAMPLE_RATE)
    return np.ascontiguousarray(samples, np.float32)


def _with_sndfile(path: Path, longest_s: float) -> tuple[Samples, int]:
    with soundfile.SoundFile(path) as file:
        _check_length(path, file.frames / file.samplerate, longest_s)
        return file.read(dtype="float32", always_2d=True).mean(axis=1, dtype=np.float32), file.samplerate


def _with_ffmpeg(path: Path, longest_s: float) -> tuple[Samples, int]:
    import av

    pieces: list[Samples] = []
    length = 0
    try:
        with av.open(str(path), metadata_errors="ignore") as container:
            if not container.streams.audio:
                raise AudioError(f"{path}: no sound in it, only {_kinds(container)}")
            resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE)
            for frame in container.decode(audio=0):
                for piece in resampler.resample(frame):
                    pieces.append(piece.to_ndarray()[0])
                    length += len(pieces[-1])
                _check_length(path, length / SAMPLE_RATE, longest_s)
            pieces.extend(piece.to_ndarray()[0] for piece in resampler.resample(None))
    except (av.FFmpegError, ValueError) as error:
        raise AudioError(f"{path}: not a sound file that can be read; wav, flac, ogg, mp3 and m4a can") from error
    return np.concatenate(pieces) if pieces else np.zeros(0, np.float32), SAMPLE_RATE


def _check_length(path: Path, seconds: float, longest_s: float) -> None:
    if seconds > longest_s:
        raise AudioError(f"{path}: longer than {longest_s / 60:.0f} minutes; cut it into pieces")


def _kinds(container: Any) -> str:
    return ", ".join(sorted({stream.type for stream in container.streams})) or "nothing"
