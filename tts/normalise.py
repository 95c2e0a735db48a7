"""From what is written to what is said: numbers, prices, times, links and signs become words.

After it a text holds words of its languages, spaces and the punctuation of `PUNCTUATION`, nothing else.
"""

import re
from typing import Final

from tts.normalise_en import say_english
from tts.normalise_zh import say_chinese
from tts.script import HAN, runs
from tts.symbols import clean

PUNCTUATION: Final = ",.!?;:，。！？；：、…'-"
"""The marks that normalised text may hold; speakers make pauses and melody of them."""

_UNSPEAKABLE: Final = re.compile(rf"[^{HAN}A-Za-z {re.escape(PUNCTUATION)}]+")
_LOOSE: Final = re.compile(r"(?<![A-Za-z])['-]+|['-]+(?![A-Za-z])")
_DOUBLED: Final = re.compile(r"([,.!?;:，。！？；：、…])(?:\s*[,.!?;:，。！？；：、…])+")
_EDGES: Final = re.compile(r"^[\s,.!?;:，。！？；：、…]+")


def normalise(text: str, language: str) -> str:
    """Return `text` as it is spoken; empty where nothing in it can be.

    `language`, `zh` or `en`, reads what belongs to neither: "99" is 九十九 or ninety-nine. Numbers inside a passage of
    the other language are read in that one.
    """
    spoken = "".join(
        say_english(run.text) if run.language == "en" else say_chinese(run.text)
        for run in runs(clean(text, language), language)
    )
    spoken = _UNSPEAKABLE.sub(" ", spoken)
    spoken = _DOUBLED.sub(r"\1", _LOOSE.sub(" ", spoken))
    spoken = re.sub(r"\s+(?=[,.!?;:，。！？；：、…])", "", spoken)
    spoken = re.sub(rf"(?<=[{HAN}，。！？；：、]) +(?=[{HAN}])", "", re.sub(r" +", " ", spoken))
    return _EDGES.sub("", spoken).strip()
