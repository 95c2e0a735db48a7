"""Trains the judge of tone and goal that serving chooses with: a logistic regression over words and pairs.

The judges that only score (`training/scorer.py`) share no code that learns with it. What one overlooks is no reason for
the other to.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize

from nlu.intents import INTENTS
from nlu.judge import KINDS, SLOTS, Judge, grams
from nlu.prompt import LANGUAGES, Prompt
from training.compose import Composer
from training.corpus import Corpus, Pattern

FILE: Final = "judge.npz"
FOLDS: Final = 4
"""Parts of the patterns that are judged by what the others teach."""
COMPOSED: Final = 2
"""Other ways of saying each pattern that the judges see besides it."""


def classes(pattern: Pattern) -> dict[str, str]:
    """Return what a judge should say of `pattern`: its tone, and its intent's usual goal."""
    return {"tone": str(pattern.tone), "goal": str(INTENTS[pattern.intent].goals[0])}


def lessons(patterns: Sequence[Pattern], language: str) -> list[Pattern]:
    """Return the patterns of `language` and other ways of saying them."""
    composer = Composer(seed=7)
    own = [pattern for pattern in patterns if pattern.language == language]
    return own + [made for pattern in own for _ in range(COMPOSED) if (made := composer.vary(pattern)) is not None]


def write(trained: Corpus, folder: Path) -> None:
    """Write serving's judge to `folder`."""
    np.savez_compressed(folder / FILE, **weights(trained.patterns))


def weights(patterns: Sequence[Pattern]) -> dict[str, Any]:
    """Return the weights of a judge that is taught with `patterns`."""
    found: dict[str, Any] = {}
    for language in LANGUAGES:
        known = lessons(patterns, language)
        counted = _matrix([pattern.target for pattern in known])
        present = np.asarray((counted > 0).sum(axis=0)).ravel()
        rarity = (1 + np.log((1 + len(known)) / (1 + present))).astype(np.float32)
        weighted = normalize(counted.multiply(rarity).tocsr())
        found[f"{language}_rarity"] = rarity.astype(np.float16)
        for kind, names in KINDS.items():
            wanted = [classes(pattern)[kind] for pattern in known]
            model = LogisticRegression(C=20, max_iter=400).fit(weighted, wanted)
            columns = np.full((SLOTS, len(names)), 0.0, dtype=np.float16)
            bias = np.full(len(names), -30.0, dtype=np.float16)  # a class that no pattern has
            for row, name in enumerate(model.classes_):
                column = [str(one) for one in names].index(name)
                columns[:, column], bias[column] = model.coef_[row], model.intercept_[row]
            found[f"{language}_{kind}"], found[f"{language}_{kind}_bias"] = columns, bias
    return found


def judged(patterns: Sequence[Pattern]) -> list[float]:
    """Return how probably each pattern has its own tone and goal, by a judge taught with the other folds alone."""
    found = [0.0] * len(patterns)
    for fold in range(FOLDS):
        judge = Judge(weights([pattern for place, pattern in enumerate(patterns) if place % FOLDS != fold]))
        for place in range(fold, len(patterns), FOLDS):
            one = patterns[place]
            goal = INTENTS[one.intent].goals[0]
            found[place] = judge.follows(one.target, Prompt(one.language, one.intent, goal, one.tone, one.length, ()))
    return found


def _matrix(texts: Sequence[str]) -> Any:
    rows = [grams(text) for text in texts]
    return csr_matrix(
        (
            [value for row in rows for value in row.values()],
            ([number for number, row in enumerate(rows) for _ in row], [place for row in rows for place in row]),
        ),
        shape=(len(rows), SLOTS),
    )


def accuracy(held: Corpus, folder: Path) -> dict[str, float]:
    """Return the judge's share of right answers on held-out patterns."""
    serving = Judge.load(folder / FILE)
    right: dict[str, list[bool]] = {}
    for pattern in held.patterns:
        found = serving.probabilities(pattern.target, pattern.language)
        for kind, names in KINDS.items():
            right.setdefault(kind, []).append(str(names[int(found[kind].argmax())]) == classes(pattern)[kind])
    return {kind: sum(values) / len(values) for kind, values in right.items()}
