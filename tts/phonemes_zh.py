"""Chinese text to Kokoro's phonemes: words by jieba, pinyin by pypinyin, IPA with arrows for tones by misaki.

Kokoro v1.0 was trained on what misaki's first Chinese front end writes (citation tones, no sandhi; the model adds it by
itself). misaki's version 1.1 writes bopomofo, which the v1.0 vocabulary does not hold.
"""

import logging
import re
from typing import Final

from tts.script import HAN

_HAN_RUN: Final = re.compile(rf"[{HAN}]+")


class ChinesePhonemes:
    """Phonemes of Chinese. Loading reads jieba's dictionary: about a second."""

    def __init__(self) -> None:
        import jieba
        from misaki.zh import ZHG2P

        jieba.setLogLevel(logging.WARNING)
        jieba.initialize()
        self._words = jieba.lcut
        self._syllables = ZHG2P.word2ipa

    def __call__(self, text: str) -> str:
        """Return phonemes of the characters in `text`; everything else stays as it is."""
        return _HAN_RUN.sub(lambda match: self._run(match.group()), text)

    def _run(self, characters: str) -> str:
        # misaki marks neutral tones with a combining bridge (U+032F) that the vocabulary does not hold
        return " ".join(self._syllables(word) for word in self._words(characters)).replace("\u032f", "")
