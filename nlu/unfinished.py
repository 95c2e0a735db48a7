"""Whether a reply stops where a pattern goes on: a joke without its point, a wish to help without what prevents it."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from nlu.intents import Role
from nlu.manner import Manners
from nlu.prompt import sentinels
from nlu.wording import GENERAL, tokens

_NAMES: Final = frozenset((Role.VIEWER, Role.VIEWER2, Role.VIEWER3, Role.STREAMER, Role.ME))
"""Facts that tell nobody anything: what says one of the others has answered, however short it is."""
_CALL: Final = 2
"""Words of an English clause that only calls somebody ("hey Amy"), at most; Chinese ones are known as openings."""
_PARTICLES: Final = frozenset("啦呀哦呢吧嘛哟喽咯了的着吗啊哈噢")
"""What may be left away at the end of a Chinese clause."""

Clauses = tuple[str, ...]


class Unfinished:
    """The beginnings of one language's patterns, and of their clauses, that nobody wrote as a whole."""

    def __init__(self, language: str, manners: Manners, patterns: Iterable[tuple[str, str]]) -> None:
        """Take (intent, pattern with sentinels) pairs; openings and closings count for nothing."""
        self._english = language == "en"
        self._general = [(word, f"<{role}>") for role, words in GENERAL[language].items() for word in words]
        self._manners = manners
        self._begun: dict[str, set[Clauses]] = defaultdict(set)
        self._cut: dict[str, set[str]] = defaultdict(set)
        whole: dict[str, set[Clauses]] = defaultdict(set)
        clauses: set[str] = set()
        for intent, text in patterns:
            said = self._said(text)
            whole[intent].add(said)
            clauses.update(map(_spaced, said))
            self._begun[intent].update(said[:size] for size in range(1, len(said)))
            self._cut[intent].update(cut for clause in said for cut in self._cuts(clause))
        for intent, known in whole.items():
            self._begun[intent] -= known
            self._cut[intent] -= clauses

    def __call__(self, text: str, intent: str) -> bool:
        """Return whether `text`, facts as sentinels, breaks off where a pattern of `intent` has more to say."""
        said = self._said(text)
        told = set(sentinels(text)) - _NAMES
        if told <= {Role.PRODUCT} and any(_spaced(clause) in self._cut[intent] for clause in said):
            return True
        return not told and any(said[at:] in self._begun[intent] for at in self._starts(said))

    def _cuts(self, clause: str) -> list[str]:
        """Return `clause` as it would be, broken off within."""
        words = tokens(clause)
        cuts = range(2, len(words))
        return [" ".join(words[:cut]) for cut in cuts if self._english or not set(words[cut:]) <= _PARTICLES]

    def _starts(self, said: Clauses) -> range:
        """Return where the reply proper may begin: at its first clause, or after a call."""
        calls = next((at for at, clause in enumerate(said) if len(tokens(clause)) > _CALL), 0) if self._english else 0
        return range(calls + 1)

    def _said(self, text: str) -> Clauses:
        said = [one.words for one in self._manners.within(text)]
        for word, sentinel in self._general:
            said = [one.replace(word, sentinel) for one in said]
        return tuple(said)


def _spaced(clause: str) -> str:
    return " ".join(tokens(clause))
