"""How loud clauses are, and the silence around them.

Loudness is the mean power of the blocks that hold speech, in dBFS: blocks of 100 ms, half overlapping, without those
more than 10 dB below the mean of what is above -60 dBFS. That is ITU-R BS.1770's two-step gate without its weighting
filter, which for one voice moves all results alike.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_BLOCK_S: Final = 0.1
_ABSOLUTE_GATE: Final = -60.0
_RELATIVE_GATE: Final = -10.0
_KNEE: Final = 0.7
"""Samples beyond it are bent, so that none reaches `_CEILING`."""
_CEILING: Final = 0.97
_EDGE_S: Final = 0.01
"""Resolution of trimming."""
_AUDIBLE_DB: Final = -38.0
"""What lies this far below the loudest 10 ms at the ends of a clause is silence."""
_LEAD_S, _TAIL_S = 0.03, 0.05
"""Silence kept before and after, so that soft consonants and breath survive."""
_FADE_S: Final = 0.005


def loudness(pcm: Floats, sample_rate: int) -> float:
    """Return the gated loudness of `pcm`, shape [n], in dBFS; -inf where it holds no speech."""
    size = max(1, int(_BLOCK_S * sample_rate))
    padded = pcm if len(pcm) >= size else np.pad(pcm, (0, size - len(pcm)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, size)[:: max(1, size // 2)]
    power = np.mean(np.square(windows, dtype=np.float64), axis=1)
    power = power[power > 10 ** (_ABSOLUTE_GATE / 10)]
    if not power.size:
        return float("-inf")
    power = power[power >= power.mean() * 10 ** (_RELATIVE_GATE / 10)]
    return float(10 * np.log10(power.mean()))


def level(pcm: Floats, sample_rate: int, target: float) -> Floats:
    """Return `pcm` at `target` dBFS, peaks bent below full scale; silence stays silence."""
    found = loudness(pcm, sample_rate)
    if not np.isfinite(found):
        return pcm
    louder = pcm * np.float32(10 ** ((target - found) / 20))
    size = np.abs(louder)
    room = _CEILING - _KNEE
    bent = np.sign(louder) * (_KNEE + room * np.tanh((size - _KNEE) / room))
    return np.where(size > _KNEE, bent, louder).astype(np.float32)


def trim(pcm: Floats, sample_rate: int) -> Floats:
    """Return `pcm` without the silence at its ends, but for 30 ms before and 50 ms after, faded in and out."""
    size = int(_EDGE_S * sample_rate)
    blocks = len(pcm) // size
    if not blocks:
        return pcm
    power = np.mean(np.square(pcm[: blocks * size].reshape(blocks, size), dtype=np.float64), axis=1)
    loud = np.flatnonzero(power > max(power.max() * 10 ** (_AUDIBLE_DB / 10), 1e-10))
    if not loud.size:
        return pcm[:0]
    start = max(0, int(loud[0]) * size - int(_LEAD_S * sample_rate))
    end = min(len(pcm), (int(loud[-1]) + 1) * size + int(_TAIL_S * sample_rate))
    kept = pcm[start:end].copy()
    fade = min(int(_FADE_S * sample_rate), len(kept) // 2)
    ramp = np.linspace(0, 1, fade, dtype=np.float32)
    kept[:fade] *= ramp
    kept[len(kept) - fade :] *= ramp[::-1]
    return kept


def to_int16(pcm: Floats) -> bytes:
    """Return `pcm` as int16 little-endian."""
    return (np.clip(pcm, -1, 1) * 32767).astype("<i2").tobytes()
