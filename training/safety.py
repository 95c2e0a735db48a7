"""`python -m training.safety`: trains the classifier of offence, Chinese on COLD, English on our own patterns.

Chinese: COLD's training part (Deng et al., 2022), without what also stands in its test part, and what live rooms say
(training/corpus, training/grammar) as harmless. English: training/corpus_safety, where whole patterns are held out,
and the rooms' English. Neither COLD's test part nor HateCheck is read here. Linear models on n-grams weighted by
naive-Bayes log-count ratios (Wang and Manning, 2012). Needs scikit-learn and scipy besides the project.
Writes nlu/weights/safety.npz and, with every figure, safety.json.
"""

import csv
import gzip
import hashlib
import json
import random
import re
import time
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from benchmarks.moderation import balanced, data
from nlu.safety.classifier import BUCKETS, WEIGHTS, Classifier, rows
from nlu.safety.english import COMMON
from nlu.safety.spelling import clean
from training import corpus, grammar

PATTERNS: Final = Path(__file__).parent / "corpus_safety"
HELD_OUT: Final = 0.1
"""Share of examples that are held out: of the English ones, and of what rooms say."""
TEMPERATURES: Final = np.geomspace(0.3, 3.0, 60)
BATCH: Final = 4_000


class Recipe(msgspec.Struct, frozen=True):
    """Everything that decides the outcome besides the data."""

    seed: int = 7
    """Of all draws."""
    per_line: float = 14.0
    """Expansions of a pattern, times the logarithm of how many it has."""
    per_room_line: float = 3.0
    """The same for what live rooms say."""
    room_weight: float = 1.5
    """What a harmless line of a room weighs against one of the data set."""
    misspelt: float = 0.25
    """Share of English examples that are misspelt."""
    strength_zh: float = 3.0
    """Inverse of the L2 penalty."""
    strength_en: float = 30.0
    """Inverse of the L2 penalty."""
    smoothing: float = 1.0
    """Added to every count before the ratios."""


class Examples(msgspec.Struct, frozen=True):
    """Texts with what they are."""

    texts: list[str]
    """Clean ones."""
    labels: NDArray[np.int64]
    """1 for offence."""
    weights: NDArray[np.float64]
    """What each counts."""


def held(text: str) -> bool:
    """Return whether a text is held out, by a hash of it so that additions move nothing."""
    return hashlib.sha256(text.encode()).digest()[0] < 256 * HELD_OUT


def matrix(texts: list[str], language: str) -> csr_matrix:
    """Return the features of texts, shape (texts, buckets), each row of length one."""
    active = [rows(text, language) for text in texts]
    sizes = np.array([len(row) for row in active])
    values = np.repeat(1 / np.sqrt(np.maximum(1, sizes)), sizes).astype(np.float32)
    return csr_matrix(
        (values, np.concatenate(active), np.r_[0, np.cumsum(sizes)]), shape=(len(texts), BUCKETS[language])
    )


def ratios(features: csr_matrix, labels: NDArray[np.int64], smoothing: float) -> NDArray[np.float64]:
    """Return the log-count ratio of each feature."""
    present = (features > 0).astype(np.float64)
    yes = smoothing + np.asarray(present[labels == 1].sum(axis=0)).ravel()
    no = smoothing + np.asarray(present[labels == 0].sum(axis=0)).ravel()
    return np.asarray(np.log((yes / yes.sum()) / (no / no.sum())))


def fit(examples: Examples, language: str, strength: float, smoothing: float) -> tuple[NDArray[np.float64], float]:
    """Return weights of shape (buckets,) and the bias."""
    features = matrix(examples.texts, language)
    ratio = ratios(features, examples.labels, smoothing)
    model = LogisticRegression(C=strength, class_weight="balanced", max_iter=300)
    model.fit(features.multiply(ratio).tocsr(), examples.labels, sample_weight=examples.weights)
    return model.coef_[0] * ratio, float(model.intercept_[0])


def best_temperature(scores: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """Return the temperature with the smallest log loss."""

    def loss(temperature: float) -> float:
        signed = np.where(labels == 1, scores, -scores) / temperature
        return float(np.logaddexp(0, -signed).mean())

    return float(min(TEMPERATURES, key=loss))


def cold(part: str) -> list[tuple[str, int]]:
    """Return (clean text, label) of a part of COLD."""
    with gzip.open(data() / "moderation" / f"cold_zh_{part}.csv.gz", "rt", encoding="utf-8-sig", newline="") as file:
        return [(clean(row["TEXT"]), int(row["label"])) for row in csv.DictReader(file)]


def harmless(language: str, recipe: Recipe) -> tuple[list[str], list[str]]:
    """Return (learnt, held out) clean lines of live rooms; insults are left out, as is what the corpus holds out."""
    written, secret = corpus.split(corpus.load())
    said = [u for u in written.utterances if u.language == language and u.intent != "insult"]
    unseen = [clean(u.text) for u in secret.utterances if u.language == language and u.intent != "insult"]
    patterns = [
        u
        for u in (
            *grammar.expand(recipe.seed, recipe.per_room_line),
            *(grammar.expand(recipe.seed, recipe.per_line, PATTERNS) if language == "zh" else ()),
        )
        if u.language == language and u.intent != "insult" and clean(u.text) not in set(unseen)
    ]
    return [clean(u.text) for u in (*said, *said, *patterns)], unseen


def chinese(recipe: Recipe) -> tuple[Examples, Examples]:
    """Return (to learn, to validate on): COLD's parts, with what rooms say."""
    secret = {text for text, _ in cold_test_texts()}
    pairs = [(text, label) for text, label in cold("train") if text not in secret]
    room, _ = harmless("zh", recipe)
    learnt = Examples(
        [text for text, _ in pairs] + room,
        np.array([label for _, label in pairs] + [0] * len(room)),
        np.array([1.0] * len(pairs) + [recipe.room_weight] * len(room)),
    )
    valid = [(text, label) for text, label in cold("dev") if text not in secret]
    return learnt, Examples([t for t, _ in valid], np.array([label for _, label in valid]), np.ones(len(valid)))


def cold_test_texts() -> list[tuple[str, int]]:
    """Return the test part's texts, for nothing but to keep them out of training; their labels are not looked at."""
    return [(text, 0) for text, _ in cold("test")]


def misspell(text: str, draw: random.Random) -> str:
    """Return a text with one word misspelt: a letter lost, two swapped, digits for letters, or spaces lost or added."""
    words = text.split()
    long = [i for i, word in enumerate(words) if len(word) >= 4 and word.isalpha()]
    if not long:
        return text
    chosen = draw.choice(long)
    word = words[chosen]
    at = draw.randrange(1, len(word) - 1)
    how = draw.randrange(5)
    if how == 0:
        words[chosen] = word[:at] + word[at + 1 :]
    elif how == 1:
        words[chosen] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    elif how == 2:
        words[chosen] = word.translate(str.maketrans("oieast", "0134$7"))
    elif how == 3:
        words[chosen] = " ".join(word)
    elif chosen + 1 < len(words):
        words[chosen : chosen + 2] = [word + words[chosen + 1]]
    return " ".join(words)


def english(recipe: Recipe) -> tuple[Examples, Examples]:
    """Return (to learn, to validate on): expansions of patterns, some misspelt, with what rooms say."""
    draw = random.Random(recipe.seed)  # noqa: S311  # a seeded draw, no secret
    pairs = []
    for utterance in (one for one in grammar.expand(recipe.seed, recipe.per_line, PATTERNS) if one.language == "en"):
        text = misspell(utterance.text, draw) if draw.random() < recipe.misspelt else utterance.text
        pairs.append((clean(text), int(utterance.intent == "hate"), held(utterance.text)))
    room, _ = harmless("en", recipe)
    learnt = [(text, label) for text, label, secret in pairs if not secret]
    valid = [(text, label) for text, label, secret in pairs if secret]
    return (
        Examples(
            [text for text, _ in learnt] + room,
            np.array([label for _, label in learnt] + [0] * len(room)),
            np.array([1.0] * len(learnt) + [recipe.room_weight] * len(room)),
        ),
        Examples([text for text, _ in valid], np.array([label for _, label in valid]), np.ones(len(valid))),
    )


def common() -> list[str]:
    """Return the words of our own English corpora: what the reader need not take for a misspelling."""
    texts = [utterance.text for utterance in corpus.load().utterances if utterance.language == "en"]
    files = (PATTERNS / "en.txt", grammar.FOLDER / "en.txt")
    texts += [re.sub(r"@[a-z]+", " ", file.read_text(encoding="utf-8")) for file in files]
    words = {word for text in texts for word in re.findall(r"[a-z][a-z']+", clean_all(text))}
    return sorted(word for word in words if len(word) >= 3)


def clean_all(text: str) -> str:
    """Return a text of any length clean, line by line and with choices apart."""
    return " ".join(clean(part) for line in text.splitlines() for part in re.split(r"[|()]", line))


def main() -> None:
    """Train both languages, choose each one's temperature on what was held out, write the weights and the figures."""
    recipe, begun = Recipe(), time.perf_counter()
    words = "\n".join(common()) + "\n"
    if COMMON.read_text("utf-8") != words:
        COMMON.write_text(words, "utf-8")
        raise SystemExit(f"{COMMON.name} has new words, which are read at the start: run this once more")
    weights: dict[str, NDArray[np.float16]] = {}
    biases: dict[str, float] = {}
    report: dict[str, Any] = {"recipe": msgspec.to_builtins(recipe)}
    for language, (learnt, valid), strength in (
        ("zh", chinese(recipe), recipe.strength_zh),
        ("en", english(recipe), recipe.strength_en),
    ):
        weight, bias = fit(learnt, language, strength, recipe.smoothing)
        scores = matrix(valid.texts, language) @ weight + bias
        temperature = best_temperature(scores, valid.labels)
        weights[language] = (weight / temperature).astype(np.float16)
        biases[language] = bias / temperature
        report[language] = {
            "learnt": len(learnt.texts),
            "validated": len(valid.texts),
            "temperature": round(temperature, 3),
            "balanced_accuracy_validation": round(balanced(valid.labels, scores > 0), 4),
        }
        print(language, report[language], flush=True)
    model = Classifier(weights, biases)
    model.save(WEIGHTS)
    for language in weights:
        _, unseen = harmless(language, recipe)
        judged = np.array([probability for _, probability in model.judge_all(unseen)])
        report[language]["held_out_room_lines"] = len(unseen)
        report[language]["of_them_warned"] = int((judged >= 0.5).sum())
        report[language]["of_them_blocked"] = int((judged >= 0.9).sum())
    report |= {"bytes": WEIGHTS.stat().st_size, "seconds": round(time.perf_counter() - begun)}
    WEIGHTS.with_suffix(".json").write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(json.dumps(report, ensure_ascii=False))


if __name__ == "__main__":
    main()
