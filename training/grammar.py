"""Expands the patterns of training/grammar into utterances: what the intent model is trained on beside the corpus.

A line is an utterance with choices, `(how much|what) is {product}(|?)`; `@name` stands for a choice defined once with
`@name = a|b|`; `= intent` opens a section. Nothing is nested deeper than a name within a choice.
"""

import math
import random
import re
from pathlib import Path
from typing import Final

from training.corpus import Utterance

FOLDER: Final = Path(__file__).parent / "grammar"

_NAME = re.compile(r"@([a-z]+)")
_CHOICE = re.compile(r"\(([^()]*)\)")


def expand(seed: int, per_line: float, folder: Path = FOLDER) -> list[Utterance]:
    """Return utterances drawn from every line: about `per_line` times the logarithm of its expansions, none twice.

    The logarithm lets a line with a thousand nouns say more than one with ten without drowning it; every alternative
    of every choice is said at least once.
    """
    draw = random.Random(seed)  # noqa: S311  # a seeded draw, no secret
    found: dict[tuple[str, str, str], None] = {}
    for path in sorted(folder.glob("*.txt")):
        names: dict[str, str] = {}
        intent = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("= "):
                intent = line[2:].strip()
            elif definition := re.fullmatch(r"@([a-z]+) = (.*)", line):
                names[definition[1]] = definition[2]
            elif line.strip() and not line.startswith("#"):
                for text in _draw(line, names, draw, per_line):
                    found[path.stem, intent, text] = None
    return [Utterance(language, intent, text) for language, intent, text in found]


def _draw(line: str, names: dict[str, str], draw: random.Random, per_line: float) -> list[str]:
    """Return some expansions of a line; a choice written inside a choice is flattened first."""
    pattern = re.sub(r"\([^()]*\)", lambda choice: _NAME.sub(lambda m: names.get(m[1], m[0]), choice.group()), line)
    pattern = _NAME.sub(lambda m: f"({names[m[1]]})" if m[1] in names else m[0], pattern)
    while nested := re.search(r"\(([^()]*)\(([^()]*)\)([^()]*)\)", pattern):
        pattern = _flatten(pattern, nested)
    choices = [list(dict.fromkeys(choice.split("|"))) for choice in _CHOICE.findall(pattern)]
    sizes = [len(choice) for choice in choices]
    wanted = max([*sizes, round(per_line * math.log2(1 + math.prod(sizes)))])
    decks = [_deck(choice, wanted, draw) for choice in choices]
    texts: dict[str, None] = {}
    for cards in zip(*decks, strict=True) if decks else [()]:
        left = iter(cards)
        texts[" ".join(_CHOICE.sub(lambda _, left=left: next(left), pattern).split())] = None
    return [text for text in texts if text]


def _deck(choice: list[str], wanted: int, draw: random.Random) -> list[str]:
    """Return `wanted` alternatives in random order, each as often as any other, so that none is left out."""
    cards: list[str] = []
    while len(cards) < wanted:
        cards += draw.sample(choice, len(choice))
    return cards[:wanted]


def _flatten(pattern: str, nested: re.Match[str]) -> str:
    """Return `pattern` with the inner choice of `nested` spelt out in its alternative of the outer one."""
    before, inner, after = nested.groups()
    *earlier, head = before.split("|")
    tail, *later = after.split("|")
    alternatives = [*earlier, *(f"{head}{option}{tail}" for option in inner.split("|")), *later]
    return f"{pattern[: nested.start()]}({'|'.join(alternatives)}){pattern[nested.end() :]}"
