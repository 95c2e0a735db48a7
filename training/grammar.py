"""Expands the patterns of training/grammar into utterances: what the intent model is trained on beside the corpus.

One folder a language. A line is an utterance with choices, `(how much|what) is {product}(|?)`; `@name` stands for a
choice that names.txt defines once for its language with `@name = a|b|`; `= intent` opens a section. Nothing is nested
deeper than a name within a choice.
"""

import math
import random
import re
from pathlib import Path
from typing import Final

from training.corpus import Utterance

FOLDER: Final = Path(__file__).parent / "grammar"
NAMES: Final = "names.txt"

_NAME = re.compile(r"@([a-z]+)")
_CHOICE = re.compile(r"\(([^()]*)\)")


def expand(seed: int, per_line: float, folder: Path = FOLDER) -> list[Utterance]:
    """Return utterances drawn from every line: about `per_line` times the logarithm of its expansions, none twice.

    The logarithm lets a line with a thousand nouns say more than one with ten without drowning it; every alternative
    of every choice is said at least once.
    """
    draw = random.Random(seed)  # noqa: S311  # a seeded draw, no secret
    found: dict[tuple[str, str, str], None] = {}
    for language in sorted(path for path in folder.iterdir() if path.is_dir()):
        names = dict(re.findall(r"^@([a-z]+) = (.*)$", (language / NAMES).read_text(encoding="utf-8"), re.MULTILINE))
        for path in sorted(path for path in language.glob("*.txt") if path.name != NAMES):
            intent = ""
            for line in path.read_text(encoding="utf-8").splitlines():
                if line.startswith("= "):
                    intent = line[2:].strip()
                elif line.strip() and not line.startswith("#"):
                    for text in _draw(line, names, draw, per_line):
                        found[language.name, intent, text] = None
    return [Utterance(language, intent, text) for language, intent, text in found]


def _draw(line: str, names: dict[str, str], draw: random.Random, per_line: float) -> list[str]:
    """Return some expansions of a line."""
    pattern = _CHOICE.sub(lambda choice: f"({_spell_out(choice[1], names)})", line)
    pattern = _NAME.sub(lambda name: f"({names[name[1]]})", pattern)
    choices = [list(dict.fromkeys(choice.split("|"))) for choice in _CHOICE.findall(pattern)]
    sizes = [len(choice) for choice in choices]
    wanted = max([*sizes, round(per_line * math.log2(1 + math.prod(sizes)))])
    decks = [_deck(choice, wanted, draw) for choice in choices]
    texts: dict[str, None] = {}
    parts = _CHOICE.split(pattern)[::2]
    for cards in zip(*decks, strict=True) if decks else [()]:
        said = "".join(part + card for part, card in zip(parts, (*cards, ""), strict=True))
        texts[" ".join(said.split())] = None
    return [text for text in texts if text]


def _deck(choice: list[str], wanted: int, draw: random.Random) -> list[str]:
    """Return `wanted` alternatives in random order, each as often as any other, so that none is left out."""
    cards: list[str] = []
    while len(cards) < wanted:
        cards += draw.sample(choice, len(choice))
    return cards[:wanted]


def _spell_out(choice: str, names: dict[str, str]) -> str:
    """Return a choice whose alternatives name nothing: one with a name in it stands once for each of its meanings."""
    while name := _NAME.search(choice):
        alternatives = []
        for alternative in choice.split("|"):
            if name[0] in alternative:
                alternatives += [alternative.replace(name[0], meaning) for meaning in names[name[1]].split("|")]
            else:
                alternatives.append(alternative)
        choice = "|".join(alternatives)
    return choice
