"""Draws training examples from the corpus: a prompt as serving would write it, and the reply with sentinels."""

import random
from collections import defaultdict
from typing import Final

import msgspec

from nlu.intents import INTENTS, Length, Role, Tone
from nlu.prompt import LANGUAGES, SENTINELS, Pieces, Prompt, encode, opening
from training.compose import Composer
from training.corpus import Corpus, Pattern

COMPOSED: Final = 0.6
"""Share of examples that say a pattern in another way than it was written."""
FROM_PLAIN: Final = 0.4
"""Share of those that give a calm pattern the opening or closing of another tone."""

_PRODUCTS: Final = {
    "zh": (
        "蓝色卫衣",
        "保温杯",
        "手工辣酱",
        "鱼竿",
        "口红套装",
        "儿童水壶",
        "东北大米",
        "机械键盘",
        "帆布包",
        "这款面膜",
    ),
    "en": ("the blue hoodie", "the travel mug", "the fishing rod", "the lipstick set", "the keyboard", "the tote bag"),
}


class Example(msgspec.Struct, frozen=True):
    """One example as pieces."""

    source: list[str]
    """The prompt, its end symbol included."""
    opening: list[str]
    """What the reply is made to begin with."""
    target: str
    """The reply with sentinels."""
    pattern: Pattern
    """What it was drawn from."""


class Sampler:
    """Draws examples without end: languages and tones evenly, intents by the root of their size, lengths evenly."""

    def __init__(self, corpus: Corpus, pieces: Pieces, seed: int) -> None:
        self._pieces = pieces
        self._random = random.Random(seed)  # noqa: S311  # a seeded draw, no secret
        self._composer = Composer(seed)
        self._cells: dict[tuple[str, str], dict[Tone, dict[Length, list[Pattern]]]] = defaultdict(
            lambda: defaultdict(lambda: defaultdict(list))
        )
        self._said: dict[tuple[str, str], list[str]] = defaultdict(list)
        sizes: dict[tuple[str, str], int] = defaultdict(int)
        for pattern in corpus.patterns:
            self._cells[pattern.language, pattern.intent][pattern.tone][pattern.length].append(pattern)
            sizes[pattern.language, pattern.intent] += 1
        for utterance in corpus.utterances:
            self._said[utterance.language, utterance.intent].append(utterance.text)
        self._said_at_all = [utterance.text for utterance in corpus.utterances]
        self._keys = {language: [key for key in self._cells if key[0] == language] for language in LANGUAGES}
        self._weights = {language: [sizes[key] ** 0.5 for key in self._keys[language]] for language in LANGUAGES}

    def draw(self) -> Example:
        """Return one example."""
        language = self._random.choice(LANGUAGES)
        key = self._random.choices(self._keys[language], self._weights[language])[0]
        pattern = self._pattern(key)
        if self._random.random() < COMPOSED:
            pattern = self._composed(key, pattern)
        return self.example(pattern)

    def example(self, pattern: Pattern) -> Example:
        """Return `pattern` as an example with something said that fits its intent."""
        goals = INTENTS[pattern.intent].goals
        goal = goals[0] if self._random.random() < 0.7 else self._random.choice(list(goals))
        prompt = Prompt(
            pattern.language, pattern.intent, goal, pattern.tone, pattern.length, pattern.roles, self._message(pattern)
        )
        return Example(encode(prompt, self._pieces), opening(prompt), pattern.target, pattern)

    def _pattern(self, key: tuple[str, str], tone: Tone | None = None) -> Pattern:
        lengths = self._cells[key][tone or self._random.choice(list(self._cells[key]))]
        return self._random.choice(lengths[self._random.choice(list(lengths))])

    def _composed(self, key: tuple[str, str], pattern: Pattern) -> Pattern:
        """Return another way of saying `pattern`, or of a calm one in its tone: never one that is not trained on.

        Without this, the patterns were learned by heart and every combination of facts, tone and length that none of
        them has came out garbled.
        """
        if pattern.tone is not Tone.CALM and Tone.CALM in self._cells[key] and self._random.random() < FROM_PLAIN:
            plain = self._pattern(key, Tone.CALM)
            return self._composer.vary(plain, pattern.tone) or pattern
        return self._composer.vary(pattern) or pattern

    def _message(self, pattern: Pattern) -> str:
        """Return something said: mostly of the intent, often of another or nothing, so that the symbols decide."""
        intent = "ask_stock" if pattern.intent == "sold_out" else pattern.intent
        if not INTENTS[intent].spoken or self._random.random() < 0.2:
            return ""
        if self._random.random() < 0.25 or not self._said[pattern.language, intent]:
            text = self._random.choice(self._said_at_all)
        else:
            text = self._random.choice(self._said[pattern.language, intent])
        product = self._random.choice(_PRODUCTS[pattern.language])
        named = SENTINELS[Role.PRODUCT] if Role.PRODUCT in pattern.roles else product
        return text.replace("{product}", named)
