"""The streamer's list: questions that nobody here could answer, like ones together, the most asked first."""

from typing import Final, Self

import msgspec

from core.clock import Clock
from core.events import Viewer
from nlu.faq import ALIKE, Bag, bag, compare
from nlu.language import detect
from nlu.understand import Meaning

QUESTIONS: Final = 50
"""Clusters on the list; the least asked, and of those the one longest ago, gives way."""
WORDINGS: Final = 4
"""Wordings kept of each."""
ASKERS: Final = 20
"""Viewers kept of each, to be named and to be counted once."""


class OpenQuestion(msgspec.Struct, frozen=True):
    """A question that waits for the streamer."""

    id: str
    """Unique within this run."""
    text: str
    """Its first wording: a viewer's words, never markup, never a log message."""
    wordings: tuple[str, ...]
    """Other wordings of it."""
    language: str
    """`zh` or `en`, of the first wording."""
    product: str
    """The id of the product that it is about; empty where it is about none."""
    count: int
    """How often it was asked."""
    askers: tuple[str, ...]
    """The names of those who asked, each once, at most `ASKERS`."""
    first: float
    """When it was first asked, seconds since the epoch."""
    last: float
    """When it was last asked, seconds since the epoch."""


class _Cluster:
    def __init__(self, name: str, meaning: Meaning, known: Bag, now: float) -> None:
        self.id = name
        self.product = meaning.understanding.slots.get("product", "")
        self.wordings: dict[str, Bag] = {meaning.text: known}
        self.count = 0
        self.askers: dict[str, str] = {}
        self.first = self.last = now

    def likeness(self, asked: Bag, product: str) -> float:
        if product and self.product and product != self.product:
            return 0.0
        return max(max(compare(asked, known), compare(known, asked)) for known in self.wordings.values())


class Unanswered:
    """Collects questions of one room. Not written to disk: it is gone with the room."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._clusters: dict[str, _Cluster] = {}
        self._made = 0

    def note(self, meaning: Meaning, viewer: Viewer) -> OpenQuestion:
        """Put a question on the list, or count it where one like it stands there; return how it stands now."""
        now, asked = self._clock.wall(), bag(meaning.text)
        product = meaning.understanding.slots.get("product", "")
        likely = max(self._clusters.values(), key=lambda cluster: cluster.likeness(asked, product), default=None)
        if likely is None or likely.likeness(asked, product) < ALIKE:
            self._make_room()
            self._made += 1
            likely = _Cluster(f"question-{self._made}", meaning, asked, now)
            self._clusters[likely.id] = likely
        likely.count += 1
        likely.last = now
        likely.product = likely.product or product
        if len(likely.wordings) < WORDINGS:
            likely.wordings.setdefault(meaning.text, asked)
        if len(likely.askers) < ASKERS:
            likely.askers.setdefault(viewer.id, viewer.name)
        return _shown(likely)

    def list(self) -> tuple[OpenQuestion, ...]:
        """Return the questions, those that most viewers asked first, then the latest."""
        order = sorted(self._clusters.values(), key=lambda cluster: (-len(cluster.askers), -cluster.last))
        return tuple(map(_shown, order))

    def resolve(self, question_id: str) -> OpenQuestion | None:
        """Take a question off the list, answered or dismissed; return it, or nothing where it is gone already."""
        cluster = self._clusters.pop(question_id, None)
        return _shown(cluster) if cluster is not None else None

    def take_over(self, before: Self) -> None:
        """Go on with the list of the room's bot before."""
        self._clusters, self._made = before._clusters, before._made

    def forget(self, viewer_id: str) -> None:
        """Forget who a viewer is; questions that they alone asked go too."""
        for cluster in tuple(self._clusters.values()):
            if cluster.askers.pop(viewer_id, None) is not None and not cluster.askers:
                del self._clusters[cluster.id]

    def _make_room(self) -> None:
        if len(self._clusters) >= QUESTIONS:
            least = min(self._clusters.values(), key=lambda cluster: (len(cluster.askers), cluster.last))
            del self._clusters[least.id]


def _shown(cluster: _Cluster) -> OpenQuestion:
    text, *others = cluster.wordings
    return OpenQuestion(
        id=cluster.id,
        text=text,
        wordings=tuple(others),
        language=detect(text),
        product=cluster.product,
        count=cluster.count,
        askers=tuple(cluster.askers.values()),
        first=cluster.first,
        last=cluster.last,
    )
