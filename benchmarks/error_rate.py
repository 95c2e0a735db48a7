"""Word and character error rates, after the normalisation that both sides get alike."""

import re
import unicodedata
from collections.abc import Sequence

import cn2an
import jiwer
from num2words import num2words
from opencc import OpenCC

_ABBREVIATIONS = {"mr": "mister", "mrs": "missus", "dr": "doctor", "st": "saint"}
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_LONG_NUMBER = 5
_simplified = OpenCC("t2s")


def english(text: str) -> str:
    """Return `text` as lower-case words: no punctuation, figures and abbreviations spelt out."""
    text = _NUMBER.sub(lambda match: f" {num2words(match[0])} ", text.casefold().replace(",", ""))
    words = re.sub(r"[^\w\s']|_", " ", text).split()
    return " ".join(_ABBREVIATIONS.get(word, word) for word in words)


def chinese(text: str) -> str:
    """Return `text` as simplified characters alone: no punctuation or spaces, figures as they are spoken."""
    text = unicodedata.normalize("NFKC", str(_simplified.convert(text))).casefold()
    text = _NUMBER.sub(lambda match: _spoken(match[0]), text)
    return "".join(character for character in text if character.isalnum())


def rate(language: str, references: Sequence[str], hypotheses: Sequence[str]) -> float:
    """Return the error rate over all pairs together, 0 and up: of characters in Chinese, of words elsewhere."""
    if language == "zh":
        return float(jiwer.cer([chinese(text) for text in references], [chinese(text) for text in hypotheses]))
    return float(jiwer.wer([english(text) for text in references], [english(text) for text in hypotheses]))


def _spoken(number: str) -> str:
    """Return a figure in Chinese: digit by digit where it is as long as a telephone number."""
    way = "direct" if len(number) >= _LONG_NUMBER else "low"
    return str(cn2an.an2cn(number, way))
