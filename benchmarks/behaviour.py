"""How well and how fast behaviour is foretold: figures of `behaviour evaluate`, their chance, ablations, one event.

The model learns from lines 0 to 7 of ten and is chosen on line 8; only the figures at the top look at line 9. The
ablation is measured on line 8. Times are wall time; the share of processor time that the run had is printed beside it,
because a busy machine shows in the 99th percentile.
"""

import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np

from behaviour.evaluate import evaluate, figures, train
from behaviour.features import Ints, batch
from behaviour.fit import FOLDS, choose, fit
from behaviour.sequence import TABLES, SequenceModel
from behaviour.sessions import encode, read, vocabulary

ROOT: Final = Path(__file__).parent.parent
ONLINE_EVENTS: Final = 50_000
DRAWN: Final = 40
"""Times that the training lines are dealt out into parts as large as the test."""
WANTED_TOP1: Final = 0.56
WANTED_ECE: Final = 0.005
WANTED_AUC: Final = 0.71
ABLATIONS: Final[dict[str, tuple[str, ...]]] = {
    "all": (),
    "no own counts": ("own_next", "own"),
    "no segment": ("segment", "segment_at"),
    "no run lengths": ("streak",),
    "no set of what was seen": ("seen",),
    "no plain order 2 and 3": ("second", "third"),
}
"""What is left out of the mixture, by name. What was left out is still there to back off onto."""


def online(model: SequenceModel, sequences: Sequence[Ints]) -> dict[str, float]:
    """Return how long it takes to predict one event and to learn from it, in microseconds.

    Beside it, the same of a loop that only counts for as long as the median: what it takes longer is the machine's.
    """
    took: list[float] = []
    begun, began_cpu = time.perf_counter(), time.process_time()
    for sequence in sequences:
        history = model.begin()
        for symbol in sequence.tolist():
            start = time.perf_counter()
            model.learn(history, symbol, int(sequence[0]))  # predicts first, and returns what it predicted
            took.append(time.perf_counter() - start)
        if len(took) >= ONLINE_EVENTS:
            break
    share = (time.process_time() - began_cpu) / (time.perf_counter() - begun)
    idle = counting(float(np.median(took)))
    return {
        "events": len(took),
        "p50_us": _microseconds(took, 50),
        "p99_us": _microseconds(took, 99),
        "counting_p50_us": _microseconds(idle, 50),
        "counting_p99_us": _microseconds(idle, 99),
        "share_of_processor": round(share, 3),
    }


def counting(seconds: float) -> list[float]:
    """Return the times in seconds of loops that do nothing but count, each as long as `seconds` in the median."""

    def loop(turns: int) -> float:
        start = time.perf_counter()
        for _ in range(turns):
            pass
        return time.perf_counter() - start

    turns = 1_000
    for _ in range(5):
        turns = max(int(turns * seconds / float(np.median([loop(turns) for _ in range(1_000)]))), 1)
    return [loop(turns) for _ in range(ONLINE_EVENTS)]


def _microseconds(seconds: Sequence[float], percentile: float) -> float:
    return round(float(np.percentile(seconds, percentile)) * 1e6, 1)


def ablations(seen: Sequence[Ints], unseen: Sequence[Ints], symbols: tuple[str, ...]) -> dict[str, Any]:
    """Return validation figures of the mixture without some of its contexts."""
    found: dict[str, Any] = {}
    held = batch(unseen, len(symbols))
    for name, without in ABLATIONS.items():
        tables = tuple(
            msgspec.structs.replace(table, mixed=False) if table.name in without else table for table in TABLES
        )
        model = SequenceModel(symbols, tables=tables)
        fit(model, seen)
        found[name] = msgspec.to_builtins(figures(model.predict_many(held), held.came))
    return found


def redrawn(model: SequenceModel, seen: Sequence[Ints], sessions: int) -> dict[str, Any]:
    """Return how far figures of `sessions` sessions differ by chance: those of training lines, many times drawn.

    Each session's own fold is out of the counts, but not out of the mixture's weights, so that the figures themselves
    are a little better than those of sessions never seen. `share` is that of draws which reach what is wanted.
    """
    rows, came, whose = [], [], []
    for fold in range(FOLDS):
        held = range(fold, len(seen), FOLDS)
        events = batch([seen[number] for number in held], model.size)
        model.count(events, -1.0)
        rows.append(model.predict_many(events))
        model.count(events)
        came.append(events.came)
        whose.append(np.repeat(held, [len(seen[number]) - 1 for number in held]))
    foretold, real, session = np.concatenate(rows), np.concatenate(came), np.concatenate(whose)
    random, found = np.random.default_rng(1), []
    for _ in range(DRAWN):
        group = (random.permutation(len(seen)) // sessions)[session]
        for number in range(len(seen) // sessions):
            part = figures(foretold[group == number], real[group == number])
            found.append((part.top1, part.ece, part.leave_auc))
    top1, ece, auc = np.array(found).T
    reached = {"top1": top1 >= WANTED_TOP1, "ece": ece <= WANTED_ECE, "leave_auc": auc >= WANTED_AUC}
    return {
        "draws": len(found),
        "median": {"top1": np.median(top1), "ece": np.median(ece), "leave_auc": np.median(auc)},
        "deviation": {"top1": top1.std(), "ece": ece.std(), "leave_auc": auc.std()},
        "share": {name: share.mean() for name, share in reached.items()}
        | {"all": np.all([*reached.values()], 0).mean()},
    }


def run(data: Path) -> dict[str, Any]:
    """Return everything that `danmate bench behaviour` prints."""
    sessions = read(data / "msnbc" / "sessions_first_100k.txt.gz")
    symbols = vocabulary(sessions.train)
    seen, unseen = encode(sessions.train, symbols), encode(sessions.validation, symbols)
    return {
        "evaluate": msgspec.to_builtins(evaluate(sessions)),
        "update_and_predict": online(train(sessions), unseen),
        "redrawn": redrawn(train(sessions), seen, len(sessions.test)),
        "plain_chains_on_validation": msgspec.to_builtins(choose(symbols, seen, unseen)),
        "mixture_on_validation": ablations(seen, unseen, symbols),
    }


if __name__ == "__main__":
    folder = Path(os.environ.get("DANMATE_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "msnbc").is_dir():
        sys.exit("no sessions: set DANMATE_DATA to the folder of public data (benchmarks/README.md)")
    print(json.dumps(run(folder), indent=1))
