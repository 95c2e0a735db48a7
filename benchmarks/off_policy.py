"""`danmate bench off_policy`: the off-policy estimators on Open Bandit, where what they estimate is known.

Two policies ran side by side on a shop: one chose among 34 items at random, the other by Bernoulli Thompson sampling
(Y. Saito et al., Open Bandit Dataset and Pipeline, NeurIPS 2021). Each one's log estimates the other's click rate,
which the other's own log gives. Thompson sampling is taken at its mean over the log: how often it showed an item at a
position. Confidence intervals are 95%.
"""

import csv
import gzip
import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from behaviour.off_policy import FOLDS, Judgement, Log, judge

ITEMS: Final = 34
POSITIONS: Final = 3
PRIOR: Final = 200.0
"""Impressions that the mean click rate weighs in the reward model of an item at a position."""

Cells = NDArray[np.intp]
Floats = NDArray[np.float64]


class Shown(msgspec.Struct, frozen=True):
    """A log of Open Bandit, one row an impression."""

    cells: Cells
    """Item and position as one number: item × 3 + position."""
    clicks: Floats
    """1 where it was clicked."""
    propensities: Floats
    """The true probability with which the item was chosen at its position."""


def read(file: Path) -> Shown:
    """Return the log in a gzipped CSV file of Open Bandit."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    return Shown(
        cells=np.array([int(row["item_id"]) * POSITIONS + int(row["position"]) - 1 for row in rows]),
        clicks=np.array([float(row["click"]) for row in rows]),
        propensities=np.array([float(row["propensity_score"]) for row in rows]),
    )


def thompson(log: Shown) -> Floats:
    """Return the probabilities, items × positions, with which the policy of `log` chose an item at a position."""
    counts = np.zeros(ITEMS * POSITIONS)
    for cell, count in Counter(log.cells.tolist()).items():
        counts[cell] = count
    table = counts.reshape(ITEMS, POSITIONS)
    shares: Floats = table / table.sum(axis=0)
    return shares


def estimate(policy: str, log: Shown, wanted: Floats) -> Judgement:
    """Return what `log` says of the policy that shows items with probabilities `wanted`, items × positions."""
    count = len(log.cells)
    folds = np.arange(count) % FOLDS
    fitted, expected = np.zeros(count), np.zeros(count)
    for fold in range(FOLDS):
        rest = folds != fold
        shown = np.bincount(log.cells[rest], minlength=ITEMS * POSITIONS)
        clicked = np.bincount(log.cells[rest], log.clicks[rest], ITEMS * POSITIONS)
        rate = (clicked + PRIOR * log.clicks[rest].mean()) / (shown + PRIOR)
        fitted[~rest] = rate[log.cells[~rest]]
        of_position = (rate.reshape(ITEMS, POSITIONS) * wanted).sum(axis=0)
        expected[~rest] = of_position[log.cells[~rest] % POSITIONS]
    return judge(
        policy,
        Log(
            rewards=log.clicks,
            propensities=log.propensities,
            wanted=wanted.reshape(-1)[log.cells],
            fitted=fitted,
            expected=expected,
        ),
    )


def run(folder: Path) -> dict[str, Any]:
    """Return both estimates beside what is true of the policies they estimate."""
    uniform = np.full((ITEMS, POSITIONS), 1 / ITEMS)
    random = read(folder / "open_bandit_men_random.csv.gz")
    bts = read(folder / "open_bandit_men_bts.csv.gz")
    result: dict[str, Any] = {"data": "Open Bandit, men, 10,000 impressions a policy"}
    for name, log, other, wanted in (
        ("bts_from_random", random, bts, thompson(bts)),
        ("random_from_bts", bts, random, uniform),
    ):
        found = estimate(name, log, wanted)
        truth = float(other.clicks.mean())
        error = 1.96 * float(other.clicks.std()) / len(other.clicks) ** 0.5
        row = msgspec.to_builtins(found)
        row["true"] = {"value": truth, "low": truth - error, "high": truth + error}
        row["within"] = {
            each: row[each]["low"] <= truth <= row[each]["high"] for each in ("ips", "snips", "doubly_robust")
        }
        result[name] = row
    return result


def main() -> int:
    """Print the figures as JSON; return the exit code."""
    root = Path(__file__).parent.parent
    folder = Path(os.environ.get("DANMATE_DATA", root.parent / "shared" / "data")) / "bandit"
    if not folder.is_dir():
        sys.stderr.write(f"no Open Bandit data in {folder}: set DANMATE_DATA (benchmarks/README.md)\n")
        return 1
    print(json.dumps(run(folder), indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
