"""Polls: the room chooses, one vote a viewer, and hears what most of it wants."""

from collections.abc import Sequence

import msgspec

from bot.show.ballot import read
from bot.show.line import Line, question
from bot.show.tally import Tally
from core.clock import Clock
from core.events import Chat, Voice
from nlu.intents import Role
from nlu.local import Local


class PollOptions(msgspec.Struct, frozen=True):
    """One poll."""

    ask: Local
    """What is asked."""
    options: tuple[Local, ...]
    """What may be chosen."""
    lasts_s: float
    """Seconds for which votes are taken."""
    counts: str
    """`first` or `last`: which vote of a viewer counts."""


class PollResult(msgspec.Struct, frozen=True):
    """How a poll ended."""

    ask: str
    """What was asked, in Chinese where it has Chinese words."""
    votes: tuple[int, ...]
    """Votes for each option."""


class Polls:
    """The polls of one room; one at a time."""

    def __init__(self, polls: Sequence[PollOptions], names: Sequence[str], clock: Clock) -> None:
        """Take the bot's `names`, which may stand before a vote."""
        self._polls = tuple(polls)
        self._names = tuple(names)
        self._clock = clock
        self._next = 0
        self._until = 0.0
        self._tally = Tally("last")
        self.open: PollOptions | None = None
        """The poll that votes are taken for."""
        self.results: list[PollResult] = []
        """How the last ones ended."""

    def start(self, language: str) -> Line | None:
        """Open the next poll; return what to say, if there is one."""
        if not self._polls:
            return None
        poll = self.open = self._polls[self._next % len(self._polls)]
        self._next += 1
        self._until, self._tally = self._clock.monotonic() + poll.lasts_s, Tally(poll.counts)
        options = tuple(option.in_(language) for option in poll.options)
        return Line("poll_open", {Role.QUESTION: question(poll.ask.in_(language), options, language)}, language)

    def vote(self, event: Chat | Voice) -> str:
        """Return the code of what became of a vote, or nothing where `event` is none."""
        if self.open is None:
            return ""
        choice = read(event.text, self.open.options, self._names)
        return "" if choice is None else self._tally.choose(event.viewer, choice)

    def tick(self, language: str) -> Line | None:
        """Return the result once time is up."""
        return self.close(language) if self.open is not None and self._clock.monotonic() >= self._until else None

    def close(self, language: str) -> Line | None:
        """Close the poll; return its result, or nothing where nobody voted."""
        poll, self.open = self.open, None
        if poll is None:
            return None
        counts = self._tally.counts()
        self.results.append(PollResult(poll.ask.in_("zh"), tuple(counts[at] for at in range(len(poll.options)))))
        del self.results[:-100]
        if not counts:
            return None
        most = max(counts.values())
        winners = [option.in_(language) for at, option in enumerate(poll.options) if counts[at] == most]
        facts = {
            Role.OPTION: ("和" if language == "zh" else " and ").join(winners),
            Role.QUESTION: question(poll.ask.in_(language), (), language),
        }
        if len(winners) == 1:  # of a tie, one number would be taken for the sum
            facts[Role.COUNT] = f"{most}票" if language == "zh" else str(most)
        return Line("poll_result", facts, language)
