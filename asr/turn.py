"""End of turn: how long to wait in a speaker's silence before taking the remark for finished.

No single signal is good enough. Smart Turn listens to the melody of the last 8 s, but hardly tells a finished Chinese
remark from an unfinished one; the words so far often do; and people pause differently. Each signal is a likelihood
ratio of "finished" against "goes on"; together they set a wait between two bounds, so that a wrong signal costs little.
"""

import math
import re
from collections import deque
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol

import msgspec
import numpy as np

from asr.engine import Samples
from asr.vad import session
from core.events import SAMPLE_RATE

HEARD_S: Final = 8.0
"""Seconds that Smart Turn listens to."""


class Clause(StrEnum):
    """What the words so far look like."""

    QUESTION = "question"
    FINISHED = "finished"
    OPEN = "open"
    """Neither; also where no words are known yet."""
    UNFINISHED = "unfinished"


class TurnOptions(msgspec.Struct, frozen=True):
    """Bounds of the wait."""

    min_wait_s: float = 0.35
    """Seconds of silence that end a turn when every signal says so."""
    max_wait_s: float = 1.0
    """Seconds of silence that end any turn."""
    prior: float = 2.0
    """Odds that a silence is the end, before any signal: remarks in live rooms are short."""


class Evidence(msgspec.Struct, frozen=True):
    """What is known in a speaker's silence."""

    complete: float | None = None
    """Smart Turn's probability that the remark is complete; None while it computes or where it is absent."""
    text: str = ""
    """The words so far."""
    language: str = ""
    """Their language, ISO 639-1."""
    usual_pause_s: float | None = None
    """How long this speaker pauses inside remarks; None where not known."""


_SURE: Final = 0.985
"""Where Smart Turn saturates: in Chinese only this tells a whole remark from a cut one."""
_COMPLETE: Final = {"zh": (2.5, 0.9, 0.3), "en": (3.0, 1.7, 0.45)}
"""Likelihood ratios of Smart Turn being sure, saying complete, and not; measured on whole and cut recordings, and drawn
towards 1 since these were few."""
_CLAUSE: Final = {Clause.QUESTION: 6.0, Clause.FINISHED: 1.5, Clause.OPEN: 1.0, Clause.UNFINISHED: 0.12}
"""Likelihood ratios of what the words look like; Whisper puts a full stop after many a cut remark too."""


def wait(evidence: Evidence, options: TurnOptions) -> float:
    """Return the seconds of silence after which the turn is over, between the two bounds.

    The likelier the end, the shorter the wait; a speaker who is known to pause longer gets that much, up to the bound.
    """
    odds = options.prior * _CLAUSE[clause(evidence.text, evidence.language)]
    if evidence.complete is not None:
        sure, yes, no = _COMPLETE.get(evidence.language, _COMPLETE["en"])
        # 0.5 is where its authors put the boundary.
        odds *= sure if evidence.complete >= _SURE else yes if evidence.complete > 0.5 else no  # noqa: PLR2004
    unsure = 1 / (1 + odds)
    seconds = options.min_wait_s + (options.max_wait_s - options.min_wait_s) * unsure
    if evidence.usual_pause_s is not None:
        # A sure end stays quick even for somebody who pauses long.
        seconds += max(evidence.usual_pause_s - seconds, 0.0) * math.sqrt(unsure)
    return min(max(seconds, options.min_wait_s), options.max_wait_s)


class Pauses:
    """One speaker's pauses inside remarks: those after which they went on."""

    def __init__(self, kept: int = 16) -> None:
        self._seconds: deque[float] = deque(maxlen=kept)

    def add(self, seconds: float) -> None:
        """Take note of a pause of so many seconds."""
        self._seconds.append(seconds)

    def usual(self) -> float | None:
        """Return a length that four pauses of five stay under, in seconds; None below three pauses."""
        return float(np.quantile(self._seconds, 0.8)) if len(self._seconds) > 2 else None  # noqa: PLR2004 - too few


class TurnDetector(Protocol):
    """Tells from sound alone whether somebody has finished."""

    def probability(self, audio: Samples) -> float:
        """Return the probability that the remark in `audio`, 16 kHz mono [n], is complete; blocking."""
        ...


class SmartTurn:
    """Smart Turn v3 from its ONNX file: a Whisper encoder with a classifier, on the last 8 s of a remark."""

    def __init__(self, path: Path) -> None:
        from faster_whisper.feature_extractor import FeatureExtractor

        self._session = session(path)
        self._features = FeatureExtractor(chunk_length=int(HEARD_S))

    def probability(self, audio: Samples) -> float:
        """Return the probability that the remark in `audio`, 16 kHz mono [n], is complete; some 60 ms on one thread."""
        length = int(HEARD_S * SAMPLE_RATE)
        heard = np.zeros(length, np.float32)
        tail = audio[-length:]
        if len(tail):
            heard[-len(tail) :] = tail  # silence in front, as in its training
        normal = (heard - heard.mean()) / np.sqrt(heard.var() + 1e-7)
        features = self._features(normal, padding=0).astype(np.float32)
        (result,) = self._session.run(None, {"input_features": features[None]})
        return float(result[0, 0])


_ZH_QUESTION = re.compile(
    r"什么|多少|几[个点块件号天折]|几时|怎么|哪[里个些款]|哪儿|谁|为啥|干嘛|何时|多久|多大|多长"
    r"|能不能|是不是|有没有|可不可以|可以不|要不要|好不好|会不会|行不行"
)
_ZH_ASKING = re.compile(r"[吗呢么]$")
_ZH_FINISHED = re.compile(r"[。！了啊呀哦吧啦哈嘛哇]$|谢谢$|再见$|拜拜$|好的$|你好$")
_ZH_UNFINISHED = re.compile(
    r"(?:[，、；：嗯呃额和跟与或把被给从对向比]|的话|因为|所以|但是|可是|不过|然后|而且|如果|虽然|还有|就是|那个|这个|或者"
    r"|我想|我要|我觉得|想问|请问|问一下|比如|关于|除了)[。….]*$"
)
_EN_GOES_ON = (
    "and but or so because if when while the a an to of for with in on at from by my your his her our their this these "
    "is are was were am i'm it's that's which that than as like um uh er very can could would should will do does "
    "please about into not don't i we they you're"
)
_EN_UNFINISHED = frozenset(_EN_GOES_ON.split())
_EN_ASKING = "how what what's when where where's who who's which why can could do does did is are will would should may"
_EN_ASKS = frozenset(_EN_ASKING.split())
_EN_SHORTEST_QUESTION = 3
_TRAILS_OFF = re.compile(r"(?:\.\.\.|…|[,;:—-])\s*$")


def clause(text: str, language: str) -> Clause:
    """Return whether `text` reads like a question, a finished clause, an unfinished one, or neither.

    Traditional characters are read as far as they equal the simplified ones.
    """
    text = text.strip()
    if not any(character.isalnum() for character in text):
        return Clause.OPEN
    if _TRAILS_OFF.search(text):
        return Clause.UNFINISHED
    return _chinese(text) if language == "zh" else _english(text)


def _chinese(text: str) -> Clause:
    if text.endswith(("？", "?")):
        return Clause.QUESTION
    if _ZH_UNFINISHED.search(text):
        return Clause.UNFINISHED
    if _ZH_QUESTION.search(text) or _ZH_ASKING.search(text):
        return Clause.QUESTION
    return Clause.FINISHED if _ZH_FINISHED.search(text) else Clause.OPEN


def _english(text: str) -> Clause:
    words = re.findall(r"[\w']+", text.casefold())
    if words and words[-1] in _EN_UNFINISHED:
        return Clause.UNFINISHED
    if text.endswith("?") or (words and words[0] in _EN_ASKS and len(words) >= _EN_SHORTEST_QUESTION):
        return Clause.QUESTION
    return Clause.FINISHED if text.endswith((".", "!")) else Clause.OPEN
