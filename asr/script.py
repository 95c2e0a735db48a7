"""Chinese as the room writes it: Whisper chooses between simplified and traditional by itself."""

import re
from collections.abc import Sequence
from enum import StrEnum

from opencc import OpenCC

_HAN = r"[\u3400-\u4dbf\u4e00-\u9fff]"
_GAP = re.compile(rf"(?<={_HAN})\s+(?={_HAN})")
_HALF_WIDTH = re.compile(rf"(?<={_HAN})\s*([,;:!?])\s*")
_FULL_WIDTH = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？"}


_ANY_HAN = re.compile(_HAN)


def prompt(hot_words: Sequence[str], language: str) -> str:
    """Return a sentence with the hot words that Whisper takes for said before; nothing where none fit the language.

    A whole sentence: a bare list makes Whisper go on with the list. Chinese names stay out of other languages, where
    they draw Chinese characters into the transcript.
    """
    if language == "zh":
        return f"直播间里有{'、'.join(hot_words)}。" if hot_words else ""
    words = [word for word in hot_words if not _ANY_HAN.search(word)]
    return f"In this room: {', '.join(words)}." if words else ""


class Script(StrEnum):
    """How Chinese is written."""

    SIMPLIFIED = "simplified"
    TRADITIONAL = "traditional"


class Writer:
    """Writes transcripts in one script; other languages pass unchanged but for spaces around them."""

    def __init__(self, script: Script | str) -> None:
        self._converter = OpenCC("t2s" if Script(script) is Script.SIMPLIFIED else "s2t")
        self._converter.convert("准备")  # loads the dictionaries now, not during the first remark

    def write(self, text: str, language: str) -> str:
        """Return `text` trimmed; Chinese in the script, without gaps and with full-width punctuation."""
        text = text.strip()
        if language != "zh":
            return text
        text = _HALF_WIDTH.sub(lambda match: _FULL_WIDTH[match[1]], _GAP.sub("", text))
        return str(self._converter.convert(text))
