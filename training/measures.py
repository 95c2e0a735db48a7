"""How varied replies are and how near to what people wrote: distinct-n, self-BLEU, chrF."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

_TOKEN: Final = re.compile(r"<\w+>|[A-Za-z']+|[\u4e00-\u9fff]|[^\w\s]")
_CHRF_ORDER: Final = 6
_CHRF_BETA: Final = 2


def tokens(text: str) -> list[str]:
    """Return words, Chinese characters, sentinels and marks, lower case."""
    return _TOKEN.findall(text.lower())


def _grams(items: Sequence[str], order: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(items[at : at + order]) for at in range(len(items) - order + 1))


def distinct(texts: Sequence[str], order: int) -> float:
    """Return the share of different n-grams among all (Li et al., 2016)."""
    counts: Counter[tuple[str, ...]] = Counter()
    for text in texts:
        counts.update(_grams(tokens(text), order))
    return len(counts) / max(counts.total(), 1)


def self_bleu(texts: Sequence[str]) -> float:
    """Return the mean BLEU-4 of each text against all the others, 0 to 1; lower is more varied (Zhu et al., 2018)."""
    split = [tokens(text) for text in texts]
    grams = [[_grams(one, order) for order in range(1, 5)] for one in split]
    # Of each n-gram the two highest counts and whose the highest is: the highest among the others is then at hand.
    highest: list[dict[tuple[str, ...], tuple[int, int, int]]] = [{} for _ in range(4)]
    for number, orders in enumerate(grams):
        for order, counts in enumerate(orders):
            for gram, count in counts.items():
                first, owner, second = highest[order].get(gram, (0, -1, 0))
                if count > first:
                    highest[order][gram] = (count, number, first)
                else:
                    highest[order][gram] = (first, owner, max(second, count))
    return sum(_bleu(number, grams[number], highest) for number in range(len(texts))) / max(len(texts), 1)


def _bleu(
    number: int,
    orders: Sequence[Counter[tuple[str, ...]]],
    highest: Sequence[dict[tuple[str, ...], tuple[int, int, int]]],
) -> float:
    logs = []
    for order, counts in enumerate(orders):
        if not counts:
            continue
        matched = 0
        for gram, count in counts.items():
            first, owner, second = highest[order][gram]
            matched += min(count, second if owner == number else first)
        logs.append(math.log(max(matched, 0.1) / counts.total()))
    return math.exp(sum(logs) / len(logs)) if logs else 0.0


def chrf(text: str, references: Sequence[str]) -> float:
    """Return the best chrF2 of `text` with any reference, 0 to 1 (Popović, 2015)."""
    return max((_chrf(text, reference) for reference in references), default=0.0)


def _chrf(text: str, reference: str) -> float:
    ours, theirs = (re.sub(r"\s", "", one) for one in (text, reference))
    precisions, recalls = [], []
    for order in range(1, _CHRF_ORDER + 1):
        said, wanted = _grams(ours, order), _grams(theirs, order)
        if not said or not wanted:
            continue
        same = (said & wanted).total()
        precisions.append(same / said.total())
        recalls.append(same / wanted.total())
    if not precisions or not sum(precisions) + sum(recalls):
        return 0.0
    precision, recall = sum(precisions) / len(precisions), sum(recalls) / len(recalls)
    weight = _CHRF_BETA**2
    return (1 + weight) * precision * recall / (weight * precision + recall) if precision + recall else 0.0
