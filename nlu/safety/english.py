"""What the classifier reads of an English text: not its words but their kinds, in order.

Whether a sentence attacks people for what they are is a matter of who stands where: a protected group, something bad,
a denial, a quotation. So words become classes of a lexicon, misspelt ones too, and n-grams and ordered pairs and
triples of classes are the features. A group that training never named works like those it did.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import Final

import yaml

LEXICON: Final = Path(__file__).parent / "lists" / "lexicon_en.yaml"
COMMON: Final = Path(__file__).parent / "lists" / "common_en.txt"
"""Every word of our own English corpora, written by training.safety."""
_TOKEN = re.compile(r"[a-z0-9@$!|+*]*[a-z][a-z0-9@$|+*']*|[\"“”«»?!.,;:]")
_SIGNS: Final = {
    '"': "quote", "“": "quote", "”": "quote", "«": "quote", "»": "quote",
    "?": "ask", "!": "cry", ".": "stop", ",": "stop", ";": "stop", ":": "stop",
}  # fmt: skip
_DROPPED: Final = frozenset(
    (
        "the", "a", "an", "so", "very", "really", "just", "absolutely", "totally", "literally", "truly", "completely",
        "quite", "pretty", "utterly", "entirely", "simply", "always", "even", "and", "or", "also", "still",
    )
)  # fmt: skip
"""Words that change little: a phrase is the same with and without them."""
_KEY: Final = frozenset(
    (
        "group", "slur", "other", "you", "he", "thing", "bad", "dehuman", "crime", "violence", "hate", "neg", "say",
        "condemn", "rights", "remove", "die", "good", "me", "quote", "they", "prof", "ask",
    )
)  # fmt: skip
"""Classes whose order says who does what to whom."""
_HOSTILE: Final = frozenset(
    ("group", "slur", "bad", "dehuman", "crime", "violence", "hate", "remove", "die", "rights", "prof")
)
"""Classes without any of which nothing can be hate: nobody it is against, and nothing against anybody."""
_KEYS: Final = 12
"""Of them so many are read; a longer text has said by then what it is."""
_TOKENS: Final = 60
"""Words that are read."""
_LONGEST: Final = 4
"""Classes of an n-gram."""
_FUZZY: Final = 5
"""Letters from which on a word may be misspelt."""
_GLUED: Final = 7
"""Letters from which on a word may be several without the spaces between them."""
_LEET: Final = str.maketrans("0134578@$!|+", "oieastbasiit")


_DOCUMENT: Final[dict[str, list[str]]] = yaml.load(
    LEXICON.read_text(encoding="utf-8"),
    Loader=yaml.BaseLoader,  # noqa: S506  # reads strings alone, so that `no` stays a word
)
_BESIDE_PEOPLE: Final = ("group_adjective", "group_colour", "people")
_CLASS: Final = {
    word: name for name, words in reversed(_DOCUMENT.items()) if name not in _BESIDE_PEOPLE for word in words
}
_ADJECTIVES: Final = frozenset((*_DOCUMENT["group_adjective"], *_DOCUMENT["group_colour"]))
_PEOPLE: Final = frozenset(_DOCUMENT["people"])
_KNOWN: Final = frozenset((*_CLASS, *_ADJECTIVES, *_PEOPLE, *_DROPPED))
_OF_LANGUAGES: Final = frozenset({"speak", "speaking", "speaks", "learn", "learning", "understand", "translate", "in"})
_COMMON: Final = frozenset(COMMON.read_text(encoding="utf-8").split())
"""Words that are spelt as they should be and mean nothing to us: they are no misspelling of a word that does."""


def _without_a_letter(word: str) -> Iterator[str]:
    return (word[:i] + word[i + 1 :] for i in range(len(word)))


def _misspellings() -> dict[str, str]:
    """Return what is left of each long word without one letter (Garbe's symmetric delete), where it tells the word."""
    table: dict[str, str] = {}
    for word in sorted(
        sorted(_KNOWN), key=len
    ):  # a set has no order of its own, and the first to claim a part keeps it
        if len(word) >= _FUZZY:
            for part in _without_a_letter(word):
                table.setdefault(part, word)
    return table


_PARTS: Final = _misspellings()


@lru_cache(maxsize=16_384)
def _known(word: str) -> tuple[str, ...]:
    """Return the lexicon's word or words that a written one stands for; itself where it stands for none."""
    plain = word.translate(_LEET).replace("*", "")
    for form in (word, plain, word.removesuffix("'s"), word.removesuffix("s")):
        if form in _KNOWN:
            return (form,)
    if word in _COMMON:
        return (word,)
    if len(plain) >= _FUZZY - 1 and plain in _PARTS:
        return (_PARTS[plain],)
    if len(plain) >= _FUZZY:
        for part in _without_a_letter(plain):
            if part in _PARTS and abs(len(_PARTS[part]) - len(plain)) <= 1 and _PARTS[part][0] == plain[0]:
                return (_PARTS[part],)
    return _split(plain) if len(plain) >= _GLUED else (word,)


def _split(word: str) -> tuple[str, ...]:
    """Return the fewest known words that a long one is made of, or itself."""
    best: list[tuple[str, ...] | None] = [(), *[None] * len(word)]
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - 14), end):
            before = best[start]
            piece = word[start:end]
            if before is None or not ((piece in _KNOWN or piece in _COMMON) and (len(piece) > 1 or piece in "aiu")):
                continue
            now = best[end]
            if now is None or len(before) + 1 < len(now):
                best[end] = (*before, piece)
    found = best[-1]
    return found if found and len(found) <= len(word) / 2 else (word,)


_SPREAD = re.compile(r"(?<![a-z])(?:[a-z] ){2,}[a-z](?![a-z])")


def classes(clean: str) -> list[str]:
    """Return the classes of a clean text's words and signs, in order; `w` for what the lexicon does not know."""
    text = _SPREAD.sub(lambda run: " ".join(_split(run[0].replace(" ", ""))), clean)
    words: list[str] = []
    for token in _TOKEN.findall(text)[:_TOKENS]:
        words.extend([token] if token in _SIGNS else _known(token))
    result: list[str] = []
    for index, word in enumerate(words):
        following = words[index + 1] if index + 1 < len(words) else ""
        if word in _DROPPED:
            continue
        if word in _ADJECTIVES and following in _PEOPLE:
            name = "group"
        elif index and words[index - 1] in _OF_LANGUAGES and (word in _ADJECTIVES or _CLASS.get(word) == "group"):
            name = "w"  # speak Chinese: a language, not those who speak it
        elif word in _SIGNS:
            name = _SIGNS[word]
        else:
            name = _CLASS.get(word, "people" if word in _PEOPLE else "w")
        if result and result[-1] == name and name in {"group", "w", "cry", "stop"}:
            continue
        if name == "people" and result and result[-1] == "group":
            continue
        result.append(name)
    return result


def features(clean: str) -> set[str]:
    """Return the features of a clean text; none where nothing in it could be hate."""
    line = ["^", *classes(clean), "$"]
    if _HOSTILE.isdisjoint(line):
        return set()
    found = {" ".join(line[i : i + n]) for n in range(1, _LONGEST + 1) for i in range(len(line) - n + 1)}
    keys = [name for name in line if name in _KEY][:_KEYS]
    found.update(f"{a}>{b}" for a, b in combinations(keys, 2))
    found.update(f"{a}>{b}>{c}" for a, b, c in combinations(keys, 3))
    return found
