"""Says utterances as viewers write them and recognisers hear them: slips, homophones, fillers, other products."""

import random
import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from nlu.intent import MENTION
from nlu.language import has_han
from nlu.sound import syllables

_BEFORE: Final = {
    "zh": ("主播", "主播主播", "请问", "那个", "老板", "就是", "诶", "想问下", "小弹", "哎"),
    "en": ("hey", "bro", "um", "so", "streamer", "ok", "yo", "please", "danmate", "well"),
}
_AFTER: Final = {
    "zh": ("啊", "呀", "呢", "哦", "主播", "~", "哈", "!!"),
    "en": ("pls", "bro", "lol", "guys", "man", "!", "thanks", "ok"),
}
_PRODUCTS: Final = {
    "zh": ("卫衣", "保温杯", "辣酱", "这款面膜", "口红", "儿童水壶", "东北大米", "帆布包", "T恤", "耳机"),
    "en": ("the hoodie", "the mug", "the fishing rod", "the lipstick", "the keyboard", "the bag", "the t-shirt"),
}
_CHANCE_OF_NAME: Final = 0.4
_CHANCE_BEFORE: Final = 0.35
_CHANCE_AFTER: Final = 0.25
_CHANCE_OF_NO_SIGNS: Final = 0.4
_CHANCE_OF_SLIP: Final = 0.35
_SIGNS: Final = re.compile(r"[?？!！,，.。~]")


class Augmenter:
    """Draws variants of utterances."""

    def __init__(self, texts: Iterable[str], seed: int) -> None:
        """Take the texts whose characters serve as homophones of each other."""
        self._random = random.Random(seed)  # noqa: S311  # a seeded draw, no secret
        self._homophones: dict[str, list[str]] = defaultdict(list)
        for character in sorted({character for text in texts for character in text}):
            for sound in sorted(syllables(character)):
                self._homophones[sound].append(character)

    def vary(self, text: str, language: str) -> str:
        """Return a variant of `text`: one to three changes, so that its meaning survives."""
        draw = self._random
        if draw.random() < _CHANCE_OF_NAME:
            text = text.replace("{product}", draw.choice(_PRODUCTS[language]))
        text = text.replace("{product}", MENTION)
        if draw.random() < _CHANCE_BEFORE:
            text = f"{draw.choice(_BEFORE[language])}{' ' if language == 'en' else ''}{text}"
        if draw.random() < _CHANCE_AFTER:
            text = f"{text}{' ' if language == 'en' else ''}{draw.choice(_AFTER[language])}"
        if draw.random() < _CHANCE_OF_NO_SIGNS:
            text = _SIGNS.sub("", text) or text
        if draw.random() < _CHANCE_OF_SLIP:
            text = self._slip(text)
        return text

    def _slip(self, text: str) -> str:
        """Return `text` with one character wrong: a homophone in Chinese, a typing slip in English."""
        places = [i for i, c in enumerate(text) if c.isalpha() and c != MENTION]
        if len(places) < len("ok") + 1:
            return text
        at = self._random.choice(places)
        if has_han(text[at]):
            others = [c for sound in sorted(syllables(text[at])) for c in self._homophones[sound] if c != text[at]]
            return text[:at] + self._random.choice(others) + text[at + 1 :] if others else text
        kind = self._random.randrange(3)
        if kind == 0:
            return text[:at] + text[at + 1 :]
        if kind == 1:
            return text[:at] + text[at] + text[at:]
        return text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :]
