"""English text to Kokoro's phonemes: misaki's lexicons, endings by rule, unknown words by espeak-ng or by parts.

The alphabet is misaki's for American English: https://github.com/hexgrad/misaki/blob/main/EN_PHONES.md. Its own front
end (misaki.en) is not used: it needs spaCy and a downloaded model for what a few rules do well enough in a live room.
"""

import json
import re
from collections.abc import Callable
from importlib import resources
from typing import Final

from core.errors import EngineError

_WORD: Final = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)*")
_PARTS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z']+|[A-Z]+")
_VOWELS: Final = frozenset("AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻ")
_INITIALISM: Final = 5
"""Longest word in capitals that is spelt out when no lexicon knows it."""
_SHORTEST_PART: Final = 3
_LIVE_ROOM: Final = {
    "bilibili": "bˌɪlibˈɪli", "blog": "blˈɑɡ", "danmaku": "dˌɑnmˈɑku", "danmate": "dˈɑnmˌAt", "douyin": "dOjˈɪn",
    "emote": "ɪmˈOt", "iphone": "ˈIfˌOn", "ipad": "ˈIpˌæd", "livestream": "lˈIvstɹˌim", "vlog": "vlˈɑɡ",
    "wechat": "wˈiʧˌæt", "weibo": "wˈAbˌO", "wifi": "wˈIfˌI", "taobao": "tWbˈW", "tiktok": "tˈɪktˌɑk",
    "twitch": "twˈɪʧ", "youtube": "jˈutˌub",
}  # fmt: skip
"""Words of live rooms that the lexicons lack."""
_ESPEAK: Final = (
    ("ʔˌn\u0329", "tn"), ("ʔn\u0329", "tn"), ("a^ɪ", "I"), ("a^ʊ", "W"), ("d^ʒ", "ʤ"), ("t^ʃ", "ʧ"), ("e^ɪ", "A"),
    ("ɔ^ɪ", "Y"), ("o^ʊ", "O"), ("ə^l", "ᵊl"), ("ɜːɹ", "ɜɹ"), ("ɜː", "ɜɹ"), ("ɪə", "iə"), ("ɚ", "əɹ"), ("ɐ", "ə"),
    ("ʲ", ""), ("r", "ɹ"), ("x", "k"), ("ç", "k"), ("ɬ", "l"), ("g", "ɡ"), ("e", "A"), ("o", "ɔ"), ("ɾ", "T"),
    ("ʔ", "t"), ("ː", ""), ("^", ""), ("\u0329", ""), ("\u0303", ""), (" ", ""),
)  # fmt: skip
"""espeak-ng's IPA to misaki's letters, longest first, after misaki's own table (misaki/espeak.py)."""


class EnglishPhonemes:
    """Phonemes of American English; `unknown` pronounces what no lexicon knows, or returns nothing.

    Loading reads two lexicons of some 90,000 words each: about a third of a second.
    """

    def __init__(self, unknown: Callable[[str], str]) -> None:
        self._lexicon = {**_lexicon("us_silver.json"), **_lexicon("us_gold.json")}
        self._unknown = unknown

    def __call__(self, text: str) -> str:
        """Return phonemes of the words in `text`; spaces and marks stay, hyphens become spaces."""
        text = text.replace("’", "'").replace("-", " ")
        words = [match.group() for match in _WORD.finditer(text)]
        sounds = [self.word(word) for word in words]
        for index, word in enumerate(words):
            following = sounds[index + 1] if index + 1 < len(sounds) else ""
            sounds[index] = _weak_form(word, following) or sounds[index]
        spoken = iter(sounds)
        return _WORD.sub(lambda _: next(spoken), text).replace("ɾ", "T").replace("ʔ", "t")

    def word(self, word: str) -> str:
        """Return the phonemes of one word, whatever it is: the last resort spells it."""
        lower = word.lower()
        if lower in _LIVE_ROOM:
            return _LIVE_ROOM[lower]
        if word.isupper() and len(word) > 1 and word not in self._lexicon and len(word) <= _INITIALISM:
            known = len(word) > 2 and self._known(lower)  # noqa: PLR2004  # FREE and NEW are shouted, TV is spelt
            return known or self._spell(word)
        return self._known(word) or self._known(lower) or self._inflected(lower) or self._by_parts(word)

    def _known(self, word: str) -> str:
        return self._lexicon.get(word) or self._lexicon.get(word.capitalize(), "")

    def _inflected(self, word: str) -> str:
        """Take an ending off, look the stem up, put the ending's sound on."""
        for ending, stems in _stems(word):
            for stem in stems:
                if len(stem) > 1 and (sound := self._known(stem)):
                    return sound + _ENDINGS[ending](sound)
        return ""

    def _by_parts(self, word: str) -> str:
        parts = _PARTS.findall(word)
        if len(parts) > 1 and word[1:] != word[1:].lower():  # camel case, as iPhone or YouTube
            return "".join(self.word(part) for part in parts)
        if sound := self._unknown(word):
            return sound
        return self._compound(word.lower()) or self._spell(word)

    def _compound(self, word: str) -> str:
        """Say a word made of two known ones as both; where there are several ways, the most even one."""
        places = range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1)
        for place in sorted(places, key=lambda place: abs(len(word) - 2 * place)):
            head, tail = self._known(word[:place]), self._known(word[place:])
            if head and tail:
                return head + tail.replace("ˈ", "ˌ")
        return ""

    def _spell(self, word: str) -> str:
        """Name the letters, the last one stressed most."""
        letters = [self._known(letter.upper()).replace("ˈ", "ˌ") for letter in word if letter.isalpha()]
        if letters:
            letters[-1] = letters[-1].replace("ˌ", "ˈ")
        return "".join(letters)


def espeak_words(word: str) -> str:
    """Pronounce `word` with espeak-ng where it is installed; nothing where it is not."""
    from tts.espeak_library import library

    try:
        sound = library().phonemes(word, "en-us")
    except EngineError:
        return ""
    for written, meant in _ESPEAK:
        sound = sound.replace(written, meant)
    return sound


def _lexicon(name: str) -> dict[str, str]:
    """Read a lexicon; of words with several pronunciations (live, read) the usual one."""
    loaded: dict[str, str | dict[str, str]] = json.loads((resources.files("misaki.data") / name).read_text("utf-8"))
    return {word: sound if isinstance(sound, str) else sound["DEFAULT"] for word, sound in loaded.items()}


def _stems(word: str) -> list[tuple[str, tuple[str, ...]]]:
    found: list[tuple[str, tuple[str, ...]]] = []
    if word.endswith(("'s", "s'")):
        found.append(("s", (word[:-2],)))
    elif word.endswith("s") and not word.endswith("ss"):
        found.append(("s", (word[:-1], word[:-2] if word.endswith("es") else "", _y(word, "ies"))))
    if word.endswith("ed"):
        found.append(("ed", (word[:-1], word[:-2], _undoubled(word[:-2]), _y(word, "ied"))))
    if word.endswith("ing"):
        found.append(("ing", (word[:-3], word[:-3] + "e", _undoubled(word[:-3]))))
    if word.endswith("ly"):
        found.append(("ly", (word[:-2], _y(word, "ily"))))
    return found


def _y(word: str, ending: str) -> str:
    return word.removesuffix(ending) + "y" if word.endswith(ending) else ""


def _undoubled(stem: str) -> str:
    return stem[:-1] if len(stem) > 2 and stem[-1] == stem[-2] else ""  # noqa: PLR2004  # shopped, not added


def _plural(sound: str) -> str:
    if sound[-1] in "szʃʒʧʤ":
        return "ᵻz"
    return "s" if sound[-1] in "ptkfθ" else "z"


def _past(sound: str) -> str:
    if sound[-1] in "td":
        return "ᵻd"
    return "t" if sound[-1] in "pkfθʃsʧ" else "d"


_ENDINGS: Final[dict[str, Callable[[str], str]]] = {
    "s": _plural,
    "ed": _past,
    "ing": lambda _: "ɪŋ",
    "ly": lambda _: "li",
}


def _weak_form(word: str, following: str) -> str:
    """Return how a little word sounds before `following`: "the" and "to" depend on it, "a" and "an" are weak."""
    first = following.lstrip("ˈˌ")[:1]
    lower = word.lower()
    if word in ("a", "an"):
        return "ɐ" if word == "a" else "ɐn"
    if lower == "the":
        return "ði" if first in _VOWELS and first else "ðə"
    if lower == "to" and first:
        return "tʊ" if first in _VOWELS else "tə"
    return ""
