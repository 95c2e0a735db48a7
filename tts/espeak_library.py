"""The espeak-ng library through ctypes, as the optional package `espeakng-loader` carries it (GPL-3.0; see NOTICE).

The library keeps one global state, so everything here goes through one lock. Constants and signatures are those of
espeak-ng's speak_lib.h.
"""

import ctypes
import threading
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.errors import EngineError

_SYNCHRONOUS: Final = 2
"""AUDIO_OUTPUT_SYNCHRONOUS: samples come to the callback in the calling thread. In the other modes the library starts
threads of its own, and a second initialisation waits for ever on the first one's queue."""
_DONT_EXIT: Final = 0x8000  # espeakINITIALIZE_DONT_EXIT: report missing data and stay alive
_UTF8: Final = 1  # espeakCHARS_UTF8
_BY_CHARACTER: Final = 1  # POS_CHARACTER
_RATE: Final = 1  # espeakRATE
_IPA_TIED: Final = 0x02 | 0x80 | ord("^") << 8  # IPA, with ^ between the letters of one sound
_BUFFER_MS: Final = 200
_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
_lock = threading.Lock()


class EspeakLibrary:
    """The loaded library: phonemes of a text, and its speech. One a process: `library` makes it."""

    def __init__(self) -> None:
        try:
            import espeakng_loader
        except ImportError as error:
            raise EngineError("espeak-ng is not installed; `pip install 'danmate[espeak]'` adds it") from error
        try:
            self._library: Any = ctypes.CDLL(espeakng_loader.get_library_path())
        except OSError as error:
            raise EngineError(f"espeak-ng cannot be loaded: {error}; reinstall espeakng-loader") from error
        data = espeakng_loader.get_data_path().encode()
        self._library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self.sample_rate = int(self._library.espeak_Initialize(_SYNCHRONOUS, _BUFFER_MS, data, _DONT_EXIT))
        """Samples a second of what `speech` returns."""
        if self.sample_rate <= 0:
            raise EngineError("espeak-ng does not find its data; reinstall espeakng-loader")
        self._samples: list[NDArray[np.int16]] = []
        self._callback = _Callback(self._collect)  # kept alive here: the library holds a bare pointer to it
        self._library.espeak_SetSynthCallback(self._callback)

    def phonemes(self, text: str, voice: str) -> str:
        """Return the IPA of `text` with stress marks, `^` between the letters of one sound."""
        with _lock:
            self._use(voice)
            encoded = ctypes.c_char_p(text.encode())
            left = ctypes.pointer(encoded)
            parts: list[str] = []
            while encoded.value:
                part = self._library.espeak_TextToPhonemes(left, _UTF8, _IPA_TIED)
                parts.append((part or b"").decode())
            return " ".join(parts).strip()

    def speech(self, text: str, voice: str, words_per_minute: int) -> NDArray[np.float32]:
        """Return the samples of `text` as `voice` speaks it, shape [n]."""
        with _lock:
            self._use(voice)
            self._library.espeak_SetParameter(_RATE, words_per_minute, 0)
            self._samples = []
            encoded = text.encode()
            status = self._library.espeak_Synth(
                encoded, len(encoded) + 1, 0, _BY_CHARACTER, 0, _UTF8, None, None
            )  # fmt: skip
            if status:
                raise EngineError(f"espeak-ng failed with status {status}; choose another voice engine")
            collected, self._samples = self._samples, []
        if not collected:
            return np.zeros(0, np.float32)
        return np.concatenate(collected).astype(np.float32) / np.float32(32768)

    def _use(self, voice: str) -> None:
        if self._library.espeak_SetVoiceByName(voice.encode()):
            raise EngineError(f"espeak-ng has no voice called {voice!r}; use a language code such as en-us or cmn")

    def _collect(self, samples: Any, count: int, _: object) -> int:
        if samples and count > 0:
            self._samples.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 0


def library() -> EspeakLibrary:
    """Return the one library of this process; raise `EngineError` where it is not installed."""
    with _lock:  # `cache` alone lets two threads make two
        return _library()


@cache
def _library() -> EspeakLibrary:
    return EspeakLibrary()
