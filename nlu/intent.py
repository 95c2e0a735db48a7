"""What a viewer wants, by its words: softmax regression over hashed n-grams, and a few certain rules.

The model is one matrix of int8 weights that `training.intent` fits on the corpus. `unknown` is no class of it: whether
something is known is for the room's knowledge to say, so questions about the room come out as `ask_faq` or
`ask_product` and the caller turns them into `unknown` where nothing answers them.
"""

import re
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from core.arrays import AGAIN, read_arrays
from core.errors import ModelError
from nlu.intents import INTENTS
from nlu.language import fold

WEIGHTS: Final = Path(__file__).parent / "weights" / "intent.npz"
CLASSES: Final[tuple[str, ...]] = tuple(
    intent.name for intent in INTENTS.values() if intent.spoken and intent.name != "unknown"
)
ROOM_INTENTS: Final = frozenset(
    name for name in CLASSES if name.startswith(("ask_", "recommend_")) or name in {"buying", "haggle"}
)
"""What is asked of the room and its shop; everything else is talk."""
SURE: Final = 0.5
"""The probability from which an intent of `ROOM_INTENTS` is acted on where the message names nothing that we know."""
BUCKETS: Final = 1 << 16
"""Rows of the weight matrix; an n-gram's CRC-32 chooses its row."""
READ_CHARACTERS: Final = 160
"""What is read of a message: intent stands in its first clauses, and time is bounded."""
MENTION: Final = "〇"
"""Stands for a product's name."""

_SIGNS = re.compile(r"[^\w\s?+=$¥〇']|_")
_MEMES: Final = (
    (re.compile(r"(?<!\d)6{2,}(?!\d)"), "liuliuliu"),
    (re.compile(r"(?<!\d)23{2,}(?!\d)"), "ersansan"),
    (re.compile(r"(?<!\d)8{2,}6?(?!\d)"), "bababa"),
)
"""Numbers that are words: 666 (well done), 2333 (laughing), 886 (bye)."""
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_REPEATED = re.compile(r"(.)\1{2,}")
_UNIT = re.compile(r"[\u3400-\u9fff〇?+=$¥]|[a-z0']+|[^\s\w]|\w")
_RULES: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (
        re.compile(
            r"(?:(?=[哈啊]*哈哈)[哈啊]{2,}|"
            r"h{3,}|(?:ha|he|ah){2,}h?|l+o+l+|lmf?ao+|"
            r"23{2,}|x+s+w+l+|笑死(?:我了?)?)[!~。.]*"
        ),
        "laugh",
    ),
    (re.compile(r"(?:6{2,}|n+b+|yyds|牛+(?:[逼批]|啊)*|w)[!~。.]*"), "praise"),
    (
        re.compile(
            r"(?:(?:这个?|那个?)?(?:多少钱|什么价|啥价|价格)(?:啊|呀|呢)?|"
            r"how much(?: is (?:it|this|that))?|price)[?!。.]*"
        ),
        "ask_price",
    ),
    (re.compile(r"(?:谢+|谢谢你|谢谢主播|thx|thanks|thank you|ty)[!~。.]*"), "thanks"),
)
"""Whole messages that can mean but one thing."""


def rule(text: str) -> str:
    """Return the intent of a message that can mean but one thing, or nothing."""
    folded = fold(text)
    return next((intent for pattern, intent in _RULES if pattern.fullmatch(folded)), "")


def normalise(text: str, mentions: Iterable[str] = ()) -> str:
    """Return what the model reads: folded, product names as one sign, digits as 0, long repeats as two, no signs."""
    text = fold(text)
    for mention in sorted((fold(mention) for mention in mentions), key=len, reverse=True):
        if mention:
            text = text.replace(mention, MENTION)
    text = _SIGNS.sub(" ", text.replace("{product}", MENTION)[:READ_CHARACTERS])
    for number, word in _MEMES:
        text = number.sub(word, text)
    return " ".join(_REPEATED.sub(r"\1\1", _NUMBER.sub("0", text)).split())


def ngrams(text: str) -> set[str]:
    """Return the n-grams of a normalised text.

    A unit is a Chinese character, a Latin word or a sign: runs of one to four units, pairs with one unit between them,
    units alone, and runs of three to five letters within Latin words, which forgive misspelling.
    """
    units = ["^", *_UNIT.findall(text), "$"]
    grams: set[str] = set()
    for size in (1, 2, 3, 4):
        grams.update("\t".join(units[i : i + size]) for i in range(len(units) - size + 1))
    grams.update(f"{a}\t*\t{b}" for a, b in zip(units, units[2:], strict=False))
    for unit in units:
        if unit[0].isascii() and unit.isalnum():
            padded = f"<{unit}>"
            grams.update(padded[i : i + n] for n in (3, 4, 5) for i in range(len(padded) - n + 1))
    return grams


def rows(text: str, buckets: int = BUCKETS) -> NDArray[np.int64]:
    """Return the rows that a normalised text switches on, shape (n,), sorted, each once."""
    return np.unique(np.fromiter((zlib.crc32(gram.encode()) % buckets for gram in ngrams(text)), np.int64))


class IntentModel:
    """Scores the spoken intents of a message. Immutable, so any thread may use it."""

    def __init__(self, weights: NDArray[np.int8], scale: NDArray[np.float32], bias: NDArray[np.float32]) -> None:
        """Take weights of shape (buckets, `CLASSES`), one scale and bias a class (temperature included)."""
        self._weights = weights
        self._scale = scale
        self._bias = bias

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> Self:
        """Return the model at `path`; raise `ModelError` where it is missing or no such file."""
        found = read_arrays(path, "the intent model")
        size = (len(CLASSES),)
        shapes = {name: array.shape for name, array in found.items()}
        fits = shapes.get("weights", (0,))[1:] == shapes.get("scale") == shapes.get("bias") == size
        if not fits or tuple(map(str, found.get("classes", ()))) != CLASSES:
            raise ModelError(f"the intent model {path.name} has parts that do not fit together; {AGAIN}")
        return cls(found["weights"], found["scale"], found["bias"])

    def save(self, path: Path) -> None:
        """Write the model to `path`."""
        np.savez_compressed(path, weights=self._weights, scale=self._scale, bias=self._bias, classes=np.array(CLASSES))

    def log_probabilities(self, normalised: str) -> NDArray[np.float32]:
        """Return one logarithm for each class, of a text as `normalise` returns it; calibrated on held-out messages."""
        active = rows(normalised, len(self._weights))
        scores = self._weights[active].sum(axis=0, dtype=np.float32) * self._scale / np.sqrt(np.float32(len(active)))
        scores += self._bias
        scores -= scores.max()
        return np.asarray(scores - np.log(np.exp(scores).sum()), np.float32)
