"""Which tone and which goal a reply has: a linear classifier over words and pairs, to choose among a model's drafts.

Multinomial logistic regression on hashed, weighted n-grams (the hashing trick: Weinberger et al., 2009), trained on the
hand-written patterns by `training/judge.py`.
"""

import math
import re
import zlib
from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np

from core.arrays import read_arrays
from core.events import Goal
from nlu.intents import INTENTS, Tone
from nlu.prompt import Prompt

SLOTS: Final = 1 << 15
"""Places that n-grams are hashed into."""
TONES: Final = tuple(Tone)
GOALS: Final = tuple(Goal)
KINDS: Final = {"tone": TONES, "goal": GOALS}
"""What is judged, and the classes in the order of the weights' columns."""

_TOKEN: Final = re.compile(r"<\w+>|[a-z]+(?:'[a-z]+)*|[\u4e00-\u9fff]|[^\w\s]")


def grams(text: str) -> dict[int, float]:
    """Return the hashed n-grams of `text`, facts as sentinels, each with its dampened count."""
    tokens = ["^", *_TOKEN.findall(text.lower()), "$"]
    counts = Counter(tokens) + Counter(f"{left} {right}" for left, right in pairwise(tokens))
    hashed: dict[int, float] = {}
    for gram, count in counts.items():
        place = zlib.crc32(gram.encode()) % SLOTS
        hashed[place] = hashed.get(place, 0.0) + 1 + math.log(count)
    return hashed


class Judge:
    """Probabilities of tone and goal for replies in both languages."""

    def __init__(self, weights: Mapping[str, Any]) -> None:
        """Take what `training.judge.weights` makes."""
        self._weights = {name: values.astype(np.float32) for name, values in weights.items()}

    @classmethod
    def load(cls, file: Path) -> "Judge":
        """Read weights; raise `ModelError` where they are missing or damaged."""
        return cls(read_arrays(file, "the judge of replies"))

    def probabilities(self, text: str, language: str) -> dict[str, Any]:
        """Return, for `tone` and `goal`, the probability of each class in the order of `KINDS`."""
        found = grams(text)
        places = np.fromiter(found, dtype=np.int64)
        values = np.fromiter(found.values(), dtype=np.float32) * self._weights[f"{language}_rarity"][places]
        values /= float(np.linalg.norm(values)) or 1.0
        judged = {}
        for kind in KINDS:
            scores = values @ self._weights[f"{language}_{kind}"][places] + self._weights[f"{language}_{kind}_bias"]
            exponentials = np.exp(scores - scores.max())
            judged[kind] = exponentials / exponentials.sum()
        return judged

    def follows(self, text: str, prompt: Prompt) -> float:
        """Return the probability that `text` has the tone of `prompt` and a goal that its intent allows."""
        judged = self.probabilities(text, prompt.language)
        tone = float(judged["tone"][TONES.index(prompt.tone)])
        return tone * sum(float(judged["goal"][GOALS.index(goal)]) for goal in INTENTS[prompt.intent].goals)
