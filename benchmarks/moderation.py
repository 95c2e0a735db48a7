"""How well and how fast safety judges: `danmate bench moderation` prints what `run` returns, as JSON.

Quality: COLD's test part (Chinese) and HateCheck (English, by functionality), neither ever trained on; and what live
rooms say, which must pass. Speed: lines a second, one process and one on each core.
"""

import csv
import gzip
import json
import os
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nlu.safety import Classifier, Kind, Safety, SafetyOptions, Verdict
from nlu.safety.spelling import clean
from training import corpus

LINES: Final = 20_000
"""Lines of a speed run in each process."""
HATE: Final = frozenset(("hate", "slur", "threat"))
"""Categories that count as hate where HateCheck asks; insults at one person and coarse words do not."""


def data() -> Path:
    """Return the folder of public data sets."""
    return Path(os.environ.get("DANMATE_DATA", Path(__file__).parent.parent.parent / "shared" / "data"))


def balanced(truth: NDArray[np.int64], guess: NDArray[np.bool_]) -> float:
    """Return the mean of the recalls of both classes."""
    return float((guess[truth == 1].mean() + (~guess[truth == 0]).mean()) / 2)


def _table(name: str) -> list[dict[str, str]]:
    with gzip.open(data() / "moderation" / f"{name}.csv.gz", "rt", encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def cold(judge: Safety, classifier: Classifier) -> dict[str, Any]:
    """Return figures on COLD's test part: the classifier alone, and everything with the settings' defaults."""
    table = _table("cold_zh_test")
    truth = np.array([int(row["label"]) for row in table])
    probability = np.array([classifier.judge(clean(row["TEXT"]))[1] for row in table])
    whole = [judge.check(row["TEXT"], "message") for row in table]
    marked = np.array([one.verdict != "allow" for one in whole])
    blocked = np.array([one.verdict == "block" for one in whole])
    guess = probability >= 0.5  # noqa: PLR2004  # the even chance
    fine = [row["fine-grained-label"] for row in table]
    return {
        "texts": len(table),
        "classifier_balanced_accuracy": round(balanced(truth, guess), 4),
        "classifier_accuracy": round(float((guess == truth).mean()), 4),
        "classifier_macro_f1": round(float(np.mean([_f1(truth == c, guess == c) for c in (0, 1)])), 4),
        "all_rules_balanced_accuracy": round(balanced(truth, marked), 4),
        "blocked_of_offensive": round(float(blocked[truth == 1].mean()), 4),
        "blocked_of_harmless": round(float(blocked[truth == 0].mean()), 4),
        "marked_by_kind": {
            name: round(float(marked[[kind == number for kind in fine]].mean()), 4)
            for number, name in (("0", "other"), ("1", "individual"), ("2", "group"), ("3", "anti_bias"))
        },
    }


def _f1(truth: NDArray[np.bool_], guess: NDArray[np.bool_]) -> float:
    return float(2 * (truth & guess).sum() / (truth.sum() + guess.sum()))


def hatecheck(judge: Safety) -> dict[str, Any]:
    """Return figures on HateCheck (Röttger et al., 2021): the share judged right, by functionality."""
    right: dict[str, list[bool]] = defaultdict(list)
    totals: dict[str, list[bool]] = defaultdict(list)
    marked: dict[str, list[bool]] = defaultdict(list)
    for row in _table("hatecheck_en"):
        verdict = judge.check(row["test_case"], "message")
        said = verdict.verdict != "allow" and verdict.category in HATE
        good = said == (row["label_gold"] == "hateful")
        right[row["functionality"]].append(good)
        totals[row["label_gold"]].append(good)
        marked[row["functionality"]].append((verdict.verdict != "allow") == (row["label_gold"] == "hateful"))
    return {
        "cases": sum(map(len, totals.values())),
        "balanced_accuracy": round(statistics.mean(statistics.mean(one) for one in totals.values()), 4),
        **{name: round(statistics.mean(one), 4) for name, one in sorted(totals.items())},
        "by_functionality": {name: round(statistics.mean(one), 4) for name, one in sorted(right.items())},
        "by_functionality_if_any_verdict_but_allow_counts": {
            name: round(statistics.mean(one), 4) for name, one in sorted(marked.items())
        },
    }


def rooms(judge: Safety) -> dict[str, Any]:
    """Return how many of the corpus's utterances, insults apart, are not allowed: all, and those never trained on."""
    everything = corpus.load()
    _, unseen = corpus.split(everything)
    result: dict[str, Any] = {}
    for name, part in (("all", everything.utterances), ("held_out", unseen.utterances)):
        said = [u for u in part if u.intent != "insult"]
        verdicts = [judge.check(u.text, "message") for u in said]
        result[name] = {
            "lines": len(said),
            "warned": sum(v.verdict == "warn" for v in verdicts),
            "blocked": sum(v.verdict == "block" for v in verdicts),
            "complaints_not_allowed": sum(
                v.verdict != "allow" for u, v in zip(said, verdicts, strict=True) if u.intent == "complaint"
            ),
            "by": dict(Counter(v.category for v in verdicts if v.verdict != "allow")),
        }
    return result


def _lines() -> list[str]:
    said = [
        u.text.replace("{product}", "蓝色卫衣" if u.language == "zh" else "blue hoodie")
        for u in corpus.load().utterances
    ]
    return (said * (LINES // len(said) + 1))[:LINES]


def _speed(classify: bool) -> tuple[float, float]:  # noqa: FBT001  # a process pool hands it by position
    """Return lines a second, and lines a processor second, of one process."""
    judge = Safety(SafetyOptions(classify=classify), Classifier.load() if classify else None)
    lines = _lines()
    judge.check_all(lines[:500], "message")
    begun, used = time.perf_counter(), time.process_time()
    judge.check_all(lines, "message")
    return len(lines) / (time.perf_counter() - begun), len(lines) / (time.process_time() - used)


def speed() -> dict[str, Any]:
    """Return lines a second: in one process, and together with one process on each of two cores.

    Lines a processor second hardly change where other work takes turns on the same cores.
    """
    result: dict[str, Any] = {}
    for name, classify in (("lists", False), ("with_classifier", True)):
        alone, alone_used = _speed(classify)
        with ProcessPoolExecutor(2) as pool:
            both = sum(wall for wall, _ in pool.map(_speed, [classify] * 2))
        result[name] = {
            "one_process": round(alone),
            "two_processes": round(both),
            "a_processor_second": round(alone_used),
        }
    judge = Safety(SafetyOptions(), Classifier.load())
    p50, p99 = _times(judge.check, _lines()[:5000])
    return {**result, "check_p50_ms": p50, "check_p99_ms": p99}


def _times(check: Callable[[str, Kind], Verdict], lines: Sequence[str]) -> tuple[float, float]:
    taken = []
    for line in lines:
        begun = time.perf_counter()
        check(line, "message")
        taken.append(time.perf_counter() - begun)
    return round(float(np.percentile(taken, 50)) * 1000, 4), round(float(np.percentile(taken, 99)) * 1000, 4)


def run() -> dict[str, Any]:
    """Return every figure; what needs the public data says so where it is missing."""
    classifier = Classifier.load()
    judge = Safety(SafetyOptions(), classifier)
    here = (data() / "moderation").is_dir()
    skipped = {"skipped": f"no public data in {data().name}: set DANMATE_DATA"}
    return {
        "cold_test": cold(judge, classifier) if here else skipped,
        "hatecheck": hatecheck(judge) if here else skipped,
        "rooms": rooms(judge),
        "lines_per_second": speed(),
    }


if __name__ == "__main__":
    print(json.dumps(run(), ensure_ascii=False, indent=1))
