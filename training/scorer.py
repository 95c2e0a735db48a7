"""The judges that only score: they read tone, goal and intent off a reply, and never take part in serving.

Support vector machines over runs of characters and words (for the 55 intents naive Bayes, which takes seconds instead
of minutes), trained on every pattern that people wrote, held-out ones too: they examine, and are never examined. Each
is one of several, trained on all but a fold of the patterns; a text that is a pattern itself is read by the one that
has not seen it.

Tone is no exact thing: of what people wrote for a tone the judge names another for every fifth. So it answers two
questions. *Named*: is it the likeliest? *Kept*: is no other likelier by more than a margin within which 95% of what
people wrote for that tone stay? How often what was written for another tone passes as kept is told beside it.
"""

import random
import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import make_union
from sklearn.svm import LinearSVC

from nlu.intents import INTENTS
from nlu.prompt import LANGUAGES
from training.compose import Composer
from training.corpus import Corpus, Pattern

FOLDS: Final = 4
COMPOSED: Final = 2
"""Other ways of saying each pattern that a judge sees besides it."""
KEPT: Final = 0.95
"""Share of what people wrote for a tone or goal that counts as keeping it."""
KINDS: Final = ("tone", "goal", "intent")

_NAMES: Final = re.compile(r"<viewer\d?>")
_WORD: Final = r"<\w+>|[a-z]+(?:'[a-z]+)*|[\u4e00-\u9fff]|[^\w\s]"


class Reading(msgspec.Struct, frozen=True):
    """What a judge reads off one text."""

    named: str
    """The likeliest class."""
    kept: frozenset[str]
    """Every class that no other is likelier than by more than the margin."""


def truth(pattern: Pattern) -> dict[str, frozenset[str]]:
    """Return what may be read off `pattern`: its tone, its intent, and every goal that its intent allows."""
    return {
        "tone": frozenset((str(pattern.tone),)),
        "goal": frozenset(map(str, INTENTS[pattern.intent].goals)),
        "intent": frozenset((pattern.intent,)),
    }


class Scorer:
    """Reads replies of both languages."""

    def __init__(self, everything: Corpus) -> None:
        self._languages = {
            language: _Language([pattern for pattern in everything.patterns if pattern.language == language])
            for language in LANGUAGES
        }

    def read(self, texts: Sequence[str], language: str) -> list[dict[str, Reading]]:
        """Return tone, goal and intent of each text, facts as sentinels."""
        return self._languages[language].read(texts)

    def figures(self) -> dict[str, float]:
        """Return how far to believe the judges: shares of what people wrote that are named and kept as they should."""
        pairs = [pair for one in self._languages.values() for pair in one.own()]
        found: dict[str, float] = {}
        for kind in KINDS:
            found[f"{kind}_named"] = _share(reading[kind].named in right[kind] for right, reading in pairs)
        for kind in ("tone", "goal"):
            found[f"{kind}_kept"] = _share(bool(reading[kind].kept & right[kind]) for right, reading in pairs)
            classes = sorted({name for right, _ in pairs for name in right[kind]})
            found[f"other_{kind}_taken_for_kept"] = _share(
                name in reading[kind].kept for right, reading in pairs for name in classes if name not in right[kind]
            )
        return found


class _Language:
    """The judges of one language."""

    def __init__(self, patterns: list[Pattern]) -> None:
        self._patterns = random.Random(5).sample(patterns, len(patterns))  # noqa: S311  # a seeded draw, no secret
        self._fold = {_plain(pattern.target): number % FOLDS for number, pattern in enumerate(self._patterns)}
        self._features: list[Any] = []
        self._models: list[dict[str, Any]] = []
        composer = Composer(seed=7)
        for fold in range(FOLDS):
            known = [pattern for pattern in self._patterns if self._fold[_plain(pattern.target)] != fold]
            known += [v for pattern in known for _ in range(COMPOSED) if (v := composer.vary(pattern)) is not None]
            features = make_union(
                TfidfVectorizer(analyzer="char", ngram_range=(1, 5), sublinear_tf=True, min_df=2),
                TfidfVectorizer(token_pattern=_WORD, ngram_range=(1, 2), sublinear_tf=True),
            )
            matrix = features.fit_transform([_plain(pattern.target) for pattern in known])
            labels = {
                "tone": [str(pattern.tone) for pattern in known],
                "goal": [str(INTENTS[pattern.intent].goals[0]) for pattern in known],
                "intent": [pattern.intent for pattern in known],
            }
            self._features.append(features)
            models = {"tone": LinearSVC(C=0.5), "goal": LinearSVC(C=0.5), "intent": ComplementNB(alpha=0.1)}
            self._models.append({kind: model.fit(matrix, labels[kind]) for kind, model in models.items()})
        self._margins = {kind: self._margin(kind) for kind in ("tone", "goal")}

    def read(self, texts: Sequence[str]) -> list[dict[str, Reading]]:
        scores = {kind: self._scores(texts, kind) for kind in KINDS}
        return [
            {
                kind: _reading(scores[kind][row], self._models[0][kind].classes_, self._margins.get(kind, 0.0))
                for kind in KINDS
            }
            for row in range(len(texts))
        ]

    def own(self) -> list[tuple[dict[str, frozenset[str]], dict[str, Reading]]]:
        """Return what may be read off each pattern, and what is."""
        texts = [pattern.target for pattern in self._patterns]
        return list(zip(map(truth, self._patterns), self.read(texts), strict=True))

    def _margin(self, kind: str) -> float:
        scores = self._scores([pattern.target for pattern in self._patterns], kind)
        places = {name: place for place, name in enumerate(self._models[0][kind].classes_)}
        gaps = [
            float(row.max() - row[[places[name] for name in truth(pattern)[kind] if name in places]].max())
            for row, pattern in zip(scores, self._patterns, strict=True)
        ]
        return float(np.quantile(gaps, KEPT))

    def _scores(self, texts: Sequence[str], kind: str) -> NDArray[np.float64]:
        """Return the judges' scores (texts × classes): of a pattern its own fold's, of all else the mean."""
        plain = [_plain(text) for text in texts]
        every = np.stack(
            [
                model[kind].predict_joint_log_proba(features.transform(plain))
                if kind == "intent"
                else model[kind].decision_function(features.transform(plain))
                for features, model in zip(self._features, self._models, strict=True)
            ]
        )
        scores: NDArray[np.float64] = every.mean(axis=0)
        for row, text in enumerate(plain):
            if text in self._fold:
                scores[row] = every[self._fold[text], row]
        return scores


def _plain(text: str) -> str:
    return _NAMES.sub("<viewer>", text.lower())


def _reading(scores: NDArray[np.float64], classes: Collection[str], margin: float) -> Reading:
    names = [str(name) for name in classes]
    kept = frozenset(name for name, score in zip(names, scores, strict=True) if scores.max() - score <= margin)
    return Reading(names[int(scores.argmax())], kept)


def _share(values: Iterable[bool]) -> float:
    listed = list(values)
    return sum(listed) / max(len(listed), 1)
