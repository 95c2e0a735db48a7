"""Whisper on CTranslate2: the default engine.

Stock Whisper pads every remark to 30 s, so that "hello" costs as much as half a minute of speech. Here a remark gets
a context of its own length plus a margin, at least a floor; both are what keeps the model from running in circles on
contexts shorter than it was trained on. The padding is silence, as in training; what the model dates after the end of
the sound is cut off; the number of tokens is capped by duration; and a text that reaches the cap or repeats itself is
done again with the whole 30 s. Audio beyond 30 s takes faster-whisper's own long-form method.
"""

import math
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np

from asr.engine import Samples, Segment, Transcript
from asr.invented import Evidence, filtered, loops, stutters
from asr.script import Script, Writer, prompt
from asr.sound import named_in
from core.engines import Capabilities
from core.errors import EngineError, ModelError
from core.events import SAMPLE_RATE

WINDOW_S: Final = 30.0
"""Seconds that Whisper was trained on: the longest context."""
_FRAMES_PER_S = 100
_MAX_TOKENS = 448
_HOT_WORD_TOKENS = 96
_UNSURE = 0.4
"""Probability of no speech above which hot words do more harm than good."""
_BRIEF_S = 1.3
"""Seconds of sound, the silence around it included, in which a hot word must be heard without the prompt as well: of
a laugh Whisper makes the name that it was told to expect."""
_NOISE = 0.7
"""Probability of no speech above which a loop is not worth another look."""
_TICK_S = 0.02
"""Seconds that one timestamp token stands for."""
_AFTER_END_S = 0.05


class ShortContext(msgspec.Struct, frozen=True):
    """How much context a remark gets."""

    margin_s: float = 2.0
    """Seconds of padding after the remark."""
    floor_s: float = 6.0
    """Seconds that every remark gets at least."""
    tokens_per_s: float = 16.0
    """Tokens that fast speech needs a second; Chinese takes up to two a character."""
    spare_tokens: int = 16
    """Tokens on top of that."""

    def frames(self, samples: int) -> int:
        """Return the feature frames (10 ms each) that a remark of so many samples gets, even and at most 3,000."""
        seconds = min(max(samples / SAMPLE_RATE + self.margin_s, self.floor_s), WINDOW_S)
        return math.ceil(seconds * _FRAMES_PER_S / 2) * 2

    def tokens(self, samples: int) -> int:
        """Return how many tokens a remark of so many samples may have."""
        return int(samples / SAMPLE_RATE * self.tokens_per_s) + self.spare_tokens


class Dated(msgspec.Struct, frozen=True):
    """A stretch of tokens between two timestamps."""

    start: float
    """Seconds from the start of the audio."""
    end: float
    """Seconds from the start of the audio."""
    tokens: list[int]
    """Text tokens alone."""


def dated(tokens: Sequence[int], first_timestamp: int, duration_s: float) -> list[Dated]:
    """Return the stretches of a decoder's output; those that begin where the sound is over were never said.

    Tokens from `first_timestamp` on are times in steps of 20 ms.
    """
    found: list[Dated] = []
    start, text = 0.0, list[int]()
    for token in [*tokens, first_timestamp + round(duration_s / _TICK_S)]:
        if token < first_timestamp:
            text.append(token)
            continue
        time_s = min((token - first_timestamp) * _TICK_S, duration_s)
        if text:
            found.append(Dated(start, max(time_s, start), text))
            text = []
        start = time_s
        if found and start >= duration_s - _AFTER_END_S:
            break
    return found


class _Decoded(msgspec.Struct, frozen=True):
    """What one pass of the decoder gave."""

    parts: list[tuple[float, float, str]]
    """Start and end in seconds, and text."""
    evidence: Evidence
    suspicious: bool
    """Whether it looks like a loop."""


class CTranslate2Recogniser:
    """Whisper in int8 with a short context for short remarks.

    `model_dir` is a CTranslate2 model folder with its tokenizer.json. `beam` is the number of beams, by language where
    it is a mapping. `languages` are those that detection chooses from; empty means all. `prompts` are sentences put
    before a remark's hot words, by language. Raise `ModelError` where the folder is incomplete or damaged.
    """

    def __init__(
        self,
        model_dir: Path,
        *,
        compute_type: str = "int8",
        threads: int = 2,
        beam: int | Mapping[str, int] = 1,
        script: Script | str = Script.SIMPLIFIED,
        languages: Sequence[str] = ("zh", "en"),
        prompts: Mapping[str, str] | None = None,
        context: ShortContext | None = None,
    ) -> None:
        self.capabilities = Capabilities("ctranslate2", frozenset(languages))
        self._whisper: Any = _load(model_dir, compute_type, threads)
        self._beam = beam
        self._writer = Writer(script)
        self._languages = frozenset(languages)
        self._prompts = dict(prompts or {})
        self._context = context or ShortContext()
        self._tokenizers: dict[str, tuple[Any, list[int]]] = {}
        self.transcribe(np.zeros(SAMPLE_RATE, np.float32), None, ())  # the first run allocates; a viewer shall not wait

    def transcribe(self, audio: Samples, language: str | None, hot_words: Sequence[str]) -> Transcript:
        """Return what is said in `audio`, 16 kHz mono float32 of shape [n]; see `asr.engine.Recogniser`."""
        begun = time.perf_counter()
        try:
            if len(audio) > WINDOW_S * SAMPLE_RATE:
                return self._long(audio, language, hot_words, begun)
            return self._short(audio, language, hot_words, begun)
        except (RuntimeError, ValueError) as error:
            raise EngineError(
                f"Whisper failed on {len(audio) / SAMPLE_RATE:.1f} s of audio: {error}; if it happens again, "
                "`danmate models verify` checks the weights"
            ) from error

    def close(self) -> None:
        """Give the model's memory back."""
        self._whisper.model.unload_model()

    def _short(self, audio: Samples, language: str | None, hot_words: Sequence[str], begun: float) -> Transcript:
        if not len(audio):
            return Transcript("", language or "", 0.0, (), 1.0, 0.0)
        features = self._whisper.feature_extractor(audio)
        encoded = self._encode(features, self._context.frames(len(audio)))
        language = language or self._detect(encoded)
        decoded = self._decode(encoded, language, hot_words, len(audio))
        if hot_words and (decoded.suspicious or decoded.evidence.no_speech > _UNSURE):
            decoded = self._decode(encoded, language, (), len(audio))  # on noise, Whisper reads its prompt back
        elif len(audio) < _BRIEF_S * SAMPLE_RATE:
            decoded = self._without_prompted(decoded, encoded, language, hot_words, len(audio))
        if decoded.suspicious and decoded.evidence.no_speech < _NOISE:
            encoded = self._encode(features, int(WINDOW_S * _FRAMES_PER_S))
            decoded = self._decode(encoded, language, (), len(audio))
        text = self._writer.write("".join(part for _, _, part in decoded.parts), language)
        text = filtered(text, decoded.evidence, hot_words)
        confidence = _confidence(decoded.evidence.log_probability) if text else 0.0
        segments = self._segments(decoded.parts, language, confidence, text)
        compute_s = time.perf_counter() - begun
        return Transcript(text, language, confidence, segments, decoded.evidence.no_speech, compute_s)

    def _without_prompted(
        self, decoded: _Decoded, encoded: Any, language: str, hot_words: Sequence[str], samples: int
    ) -> _Decoded:
        """Return `decoded`, or where a hot word in it is only read off the prompt, what is heard without the prompt."""
        text = "".join(part for _, _, part in decoded.parts)
        named = [word for word in hot_words if named_in(word, text)]
        if not named:
            return decoded
        bare = self._decode(encoded, language, (), samples)
        heard = "".join(part for _, _, part in bare.parts)
        return decoded if any(named_in(word, heard) for word in named) else bare

    def _segments(
        self, parts: list[tuple[float, float, str]], language: str, confidence: float, text: str
    ) -> tuple[Segment, ...]:
        """Return the parts as segments; one over all of them where filtering changed the text."""
        if not text:
            return ()
        written = [(start, end, self._writer.write(part, language)) for start, end, part in parts]
        if ("" if language == "zh" else " ").join(part for _, _, part in written) != text:
            return (Segment(parts[0][0], parts[-1][1], text, confidence),)
        return tuple(Segment(start, end, part, confidence) for start, end, part in written)

    def _encode(self, features: np.ndarray[Any, Any], frames: int) -> Any:
        """Return the encoder's output for `features` [mels, n], cut or padded with silence to `frames`."""
        from ctranslate2 import StorageView

        padded = np.full((1, features.shape[0], frames), features.min(), np.float32)
        kept = min(frames, features.shape[1])
        padded[0, :, :kept] = features[:, :kept]
        return self._whisper.model.encode(StorageView.from_array(padded))

    def _detect(self, encoded: Any) -> str:
        """Return the likeliest of our languages, from the encoder output that the decoder uses anyway."""
        if not self._whisper.model.is_multilingual:
            return "en"
        ranked = [str(token)[2:-2] for token, _ in self._whisper.model.detect_language(encoded)[0]]
        return next((code for code in ranked if not self._languages or code in self._languages), ranked[0])

    def _decode(self, encoded: Any, language: str, hot_words: Sequence[str], samples: int) -> _Decoded:
        tokenizer, suppressed = self._tokenizer(language)
        start = [*self._prefix(tokenizer, language, hot_words), *tokenizer.sot_sequence]
        cap = self._context.tokens(samples)
        result = self._whisper.model.generate(
            encoded,
            [start],
            beam_size=self._beam if isinstance(self._beam, int) else self._beam.get(language, 1),
            max_length=min(len(start) + cap, _MAX_TOKENS),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_tokens=suppressed,
        )[0]
        tokens = result.sequences_ids[0]
        # The score is the mean over the tokens without the closing one, as faster-whisper reads it too.
        log_probability = result.scores[0] * len(tokens) / (len(tokens) + 1)
        stretches = dated(tokens, tokenizer.timestamp_begin, samples / SAMPLE_RATE)
        parts = [(part.start, part.end, tokenizer.decode(part.tokens)) for part in stretches]
        text = "".join(part for _, _, part in parts)
        suspicious = len(tokens) >= cap or loops(text) or stutters(text)
        return _Decoded(parts, Evidence(log_probability, result.no_speech_prob), suspicious)

    def _prefix(self, tokenizer: Any, language: str, hot_words: Sequence[str]) -> list[int]:
        """Return the tokens that stand before the transcript as if they had been said earlier."""
        before = " ".join(filter(None, (self._prompts.get(language, ""), prompt(hot_words, language))))
        if not before:
            return []
        return [tokenizer.sot_prev, *tokenizer.encode(" " + before)[:_HOT_WORD_TOKENS]]

    def _tokenizer(self, language: str) -> tuple[Any, list[int]]:
        """Return the tokenizer for a language and the tokens that no transcript may hold."""
        if language not in self._tokenizers:
            from faster_whisper.tokenizer import Tokenizer
            from faster_whisper.transcribe import get_suppressed_tokens

            multilingual = self._whisper.model.is_multilingual
            tokenizer = Tokenizer(self._whisper.hf_tokenizer, multilingual, "transcribe", language)
            self._tokenizers[language] = tokenizer, list(get_suppressed_tokens(tokenizer, [-1]))
        return self._tokenizers[language]

    def _long(self, audio: Samples, language: str | None, hot_words: Sequence[str], begun: float) -> Transcript:
        """Transcribe audio of more than 30 s as faster-whisper does, its voice activity filter on."""
        if language is None:
            window = self._whisper.feature_extractor(audio[: int(WINDOW_S * SAMPLE_RATE)])
            language = self._detect(self._encode(window, int(WINDOW_S * _FRAMES_PER_S)))
        found, _ = self._whisper.transcribe(
            audio,
            language=language,
            beam_size=self._beam if isinstance(self._beam, int) else self._beam.get(language, 1),
            condition_on_previous_text=False,  # what keeps one loop from infecting the rest
            vad_filter=True,
            initial_prompt=prompt(hot_words, language) or None,
        )
        segments: list[Segment] = []
        silence: list[float] = []
        for part in found:
            silence.append(part.no_speech_prob)
            text = self._writer.write(part.text, language)
            text = filtered(text, Evidence(part.avg_logprob, part.no_speech_prob), hot_words)
            if text:
                segments.append(Segment(part.start, part.end, text, _confidence(part.avg_logprob)))
        weights = [max(len(segment.text), 1) for segment in segments]
        confidence = float(np.average([part.confidence for part in segments], weights=weights)) if segments else 0.0
        text = ("" if language == "zh" else " ").join(segment.text for segment in segments)
        no_speech = float(np.mean(silence)) if silence else 1.0
        return Transcript(text, language, confidence, tuple(segments), no_speech, time.perf_counter() - begun)


def _confidence(log_probability: float) -> float:
    return math.exp(min(log_probability, 0.0))


def _load(model_dir: Path, compute_type: str, threads: int) -> Any:
    # Without these, faster-whisper would look for them on the network.
    for name in ("model.bin", "config.json", "tokenizer.json"):
        if not (model_dir / name).is_file():
            raise ModelError(f"{model_dir} has no {name}; `danmate models fetch` brings what is missing")
    from faster_whisper import WhisperModel

    try:
        return WhisperModel(str(model_dir), device="cpu", compute_type=compute_type, cpu_threads=threads)
    except (RuntimeError, ValueError) as error:
        raise ModelError(
            f"{model_dir} cannot be loaded: {error}; `danmate models verify` checks the weights"
        ) from error
    except Exception as error:  # tokenizers raises bare Exception for a damaged tokenizer.json
        raise ModelError(
            f"{model_dir}/tokenizer.json cannot be read: {error}; `danmate models fetch` brings it again"
        ) from error
