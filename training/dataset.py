"""Draws training examples from the corpus: a prompt as serving would write it, and the reply with sentinels."""

import random
from collections import defaultdict
from typing import Final

import msgspec

from nlu.intents import INTENTS, Role
from nlu.prompt import LANGUAGES, SENTINELS, Pieces, Prompt, encode
from training.corpus import LIMITS, Corpus, Pattern, measure

LEFT_OPEN: Final = 0.25
"""Share of examples whose tone is left open, and of those whose length is."""
RENAMED: Final = 0.35
"""Share of examples in which the viewer's name is put first, or left out, where the pattern allows it."""

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
    target: str
    """The reply with sentinels."""
    pattern: Pattern
    """What it was drawn from."""


class Sampler:
    """Draws examples without end: languages evenly, intents by the root of their size, patterns evenly."""

    def __init__(self, corpus: Corpus, pieces: Pieces, seed: int) -> None:
        self._pieces = pieces
        self._random = random.Random(seed)  # noqa: S311  # a seeded draw, no secret
        self._patterns: dict[tuple[str, str], list[Pattern]] = defaultdict(list)
        self._said: dict[tuple[str, str], list[str]] = defaultdict(list)
        for pattern in corpus.patterns:
            self._patterns[pattern.language, pattern.intent].append(pattern)
        for utterance in corpus.utterances:
            self._said[utterance.language, utterance.intent].append(utterance.text)
        self._said_at_all = [utterance.text for utterance in corpus.utterances]
        self._keys = {
            language: [key for key in self._patterns if key[0] == language] for language in LANGUAGES
        }  # fmt: skip

    def draw(self) -> Example:
        """Return one example."""
        keys = self._keys[self._random.choice(LANGUAGES)]
        key = self._random.choices(keys, [len(self._patterns[k]) ** 0.5 for k in keys])[0]
        pattern = self._random.choice(self._patterns[key])
        return self._varied(pattern)

    def example(self, pattern: Pattern) -> Example:
        """Return `pattern` as an example with something said that fits its intent."""
        goals = INTENTS[pattern.intent].goals
        goal = goals[0] if self._random.random() < 0.7 else self._random.choice(list(goals))
        prompt = Prompt(
            pattern.language, pattern.intent, goal, pattern.tone, pattern.length, pattern.roles, self._message(pattern)
        )
        return Example(encode(prompt, self._pieces), pattern.target, pattern)

    def _varied(self, pattern: Pattern) -> Example:
        """Return `pattern` as an example that asks for less or names the viewer otherwise than it was written.

        Without this, 2,195 patterns were learned by heart and every combination of facts, tone and length that none
        of them has came out garbled.
        """
        if self._random.random() < RENAMED:
            pattern = _with_or_without_name(pattern)
        example = self.example(pattern)
        left_open = tuple(kind for kind in ("<tone:", "<length:") if self._random.random() < LEFT_OPEN)
        source = [piece for piece in example.source if not piece.startswith(left_open)] if left_open else example.source
        return Example(source, example.target, pattern)

    def _message(self, pattern: Pattern) -> str:
        """Return something said: mostly of the intent, often of another or nothing, so that the symbols decide."""
        intent = "ask_stock" if pattern.intent == "sold_out" else pattern.intent
        if not INTENTS[intent].spoken or self._random.random() < 0.2:
            return ""
        if self._random.random() < 0.25:
            text = self._random.choice(self._said_at_all)
        else:
            text = self._random.choice(self._said[pattern.language, intent])
        product = self._random.choice(_PRODUCTS[pattern.language])
        named = SENTINELS[Role.PRODUCT] if Role.PRODUCT in pattern.roles else product
        return text.replace("{product}", named)


def _with_or_without_name(pattern: Pattern) -> Pattern:
    """Return `pattern` with the viewer's name put before it or taken from its beginning, where that reads right."""
    comma = "，" if pattern.language == "zh" else ", "
    opening = f"{{viewer}}{comma}"
    text = pattern.text
    if text.startswith(opening):
        bare = text[len(opening) :]
        return msgspec.structs.replace(pattern, text=bare[:1].upper() + bare[1:])
    if Role.VIEWER not in INTENTS[pattern.intent].roles or "{viewer" in text:
        return pattern
    first = text.split()[0] if pattern.language == "en" else ""
    if pattern.language == "en" and not first.startswith(("{", "I")):
        text = text[:1].lower() + text[1:]
    longer = msgspec.structs.replace(pattern, text=opening + text)
    return longer if measure(longer.text, pattern.language) <= LIMITS[pattern.language][pattern.length] else pattern
