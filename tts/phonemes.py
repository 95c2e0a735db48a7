"""Mixed text to one line of Kokoro's phonemes, each language by its own rules."""

import re
from typing import Final

from tts.phonemes_en import EnglishPhonemes, espeak_words
from tts.phonemes_zh import ChinesePhonemes
from tts.script import runs

_MARKS: Final = str.maketrans({
    "，": ", ", "、": ", ", "。": ". ", "！": "! ", "？": "? ", "；": "; ", "：": ": ", "…": "… ",
})  # fmt: skip


class Phonemes:
    """Phonemes of normalised Chinese, English and mixtures. Loading both takes about two seconds."""

    def __init__(self) -> None:
        self._chinese = ChinesePhonemes()
        self._english = EnglishPhonemes(espeak_words)

    def __call__(self, text: str, language: str) -> str:
        """Return phonemes, words apart by spaces, with the marks that make pauses and melody."""
        spoken = " ".join(
            self._english(run.text) if run.language == "en" else self._chinese(run.text) for run in runs(text, language)
        )
        spoken = re.sub(r"\s+", " ", spoken.translate(_MARKS))
        return re.sub(r" (?=[,.!?;:…])", "", spoken).strip()
