"""Votes and answers: one a viewer, the first or the last one counts; bounded."""

from collections import Counter
from typing import Final

from core.events import Viewer

VOTERS: Final = 20_000
"""Viewers whose vote is kept; those who come after them are not counted."""


class Tally:
    """What each viewer chose."""

    def __init__(self, counts: str) -> None:
        """Take `first` or `last`: which choice of a viewer counts."""
        self._first = counts == "first"
        self._choices: dict[str, tuple[Viewer, int]] = {}

    def __len__(self) -> int:
        return len(self._choices)

    def choose(self, viewer: Viewer, choice: int) -> str:
        """Take a choice; return the code of the reason for what became of it."""
        known = self._choices.get(viewer.id)
        if known is not None and self._first:
            return "vote_once"
        if known is None and len(self._choices) >= VOTERS:
            return "vote_full"
        self._choices.pop(viewer.id, None)  # who changes their mind comes after those who did not
        self._choices[viewer.id] = (viewer, choice)
        return "vote_counted" if known is None else "vote_changed"

    def forget(self, viewer_id: str) -> None:
        """Take back what a viewer chose."""
        self._choices.pop(viewer_id, None)

    def counts(self) -> Counter[int]:
        """Return how many chose what."""
        return Counter(choice for _, choice in self._choices.values())

    def who(self, choice: int) -> list[Viewer]:
        """Return those who chose `choice`, the earliest first."""
        return [viewer for viewer, chosen in self._choices.values() if chosen == choice]
