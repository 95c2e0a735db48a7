"""Polls: the room chooses, one vote a viewer, and hears what most of it wants."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from bot.show.ballot import read
from bot.show.line import Line, duration, listed, question
from bot.show.round import Round
from core.clock import Clock
from core.events import Chat, Voice
from core.local import Local
from nlu.intents import Role


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
        self._next = 0
        self._round = Round[PollOptions](clock)
        self.results: list[PollResult] = []
        """How the last ones ended."""

    @property
    def open(self) -> PollOptions | None:
        """The poll that votes are taken for."""
        return self._round.open

    def start(self, language: str) -> Line | None:
        """Open the next poll; return what to say, if there is one."""
        if not self._polls:
            return None
        poll = self._polls[self._next % len(self._polls)]
        self._next += 1
        self._round.begin(poll, poll.lasts_s, poll.counts)
        facts = {Role.QUESTION: self.asked(language)}
        return Line("poll_open", facts, language, lasts_s=poll.lasts_s)

    def vote(self, event: Chat | Voice) -> str:
        """Return the code of what became of a vote, or nothing where `event` is none."""
        choice = self._choice(self.open, event)
        return "" if choice is None else self._round.tally.choose(event.viewer, choice)

    def forget(self, viewer_id: str) -> None:
        """Take back a viewer's vote: moderators withdrew what they wrote."""
        self._round.tally.forget(viewer_id)

    def late(self, event: Chat | Voice) -> bool:
        """Return whether `event` is a vote for the poll that has just closed."""
        return self._choice(self._round.just_closed, event) is not None

    def _choice(self, poll: PollOptions | None, event: Chat | Voice) -> int | None:
        return read(event.text, poll.options, self._names, poll.ask) if poll is not None else None

    def now(self, language: str) -> str:
        """Return what is voted on and for how long still, as a clause, or how the vote just closed ended."""
        if self.open is None:
            return self.standing(language)
        asked = self.asked(language)
        left = duration(max(1.0, self._round.left_s), language)
        return f"正在投票，{asked}，还剩{left}" if language == "zh" else f"the vote is on, {asked}, {left} left"

    def asked(self, language: str) -> str:
        """Return what is voted on, with its options, or nothing."""
        if self.open is None:
            return ""
        options = tuple(option.in_(language) for option in self.open.options)
        return question(self.open.ask.in_(language), options, language)

    @property
    def recent(self) -> bool:
        """Whether a poll is open, or closed so lately that its result is told."""
        return self.open is not None or self._round.told is not None

    def left(self, language: str) -> str:
        """Return for how long votes are taken still, as a clause, or nothing."""
        if self.open is None:
            return ""
        left = duration(max(1.0, self._round.left_s), language)
        return f"投票还剩{left}" if language == "zh" else f"{left} left to vote"

    def standing(self, language: str) -> str:
        """Return what leads, or what won the poll just closed, as a clause; or nothing."""
        poll, is_open = self.open or self._round.told, self.open is not None
        if poll is None:
            return ""
        counts = self._round.tally.counts() if is_open else Counter(dict(enumerate(self.results[-1].votes)))
        told = _told(poll, counts, language)
        if not told:
            return ("还没有人投票" if is_open else "没有人投票") if language == "zh" else "nobody has voted"
        if language == "zh":
            return f"目前{told}" if is_open else f"投票已经结束，{told}"
        return f"so far it's {told}" if is_open else f"the result of the vote is {told}"

    def tick(self, language: str) -> Line | None:
        """Return the result once time is up."""
        return self.close(language) if self._round.due else None

    def close(self, language: str) -> Line | None:
        """Close the poll; return its result, or nothing where nobody voted."""
        poll = self._round.end()
        if poll is None:
            return None
        counts = self._round.tally.counts()
        self.results.append(PollResult(poll.ask.in_("zh"), tuple(counts[at] for at in range(len(poll.options)))))
        del self.results[:-100]
        told = _told(poll, counts, language)
        words = f"投票结束，{told}" if language == "zh" else f"The vote is over, and it's {told}."
        return Line("poll_result", {}, language, fixed=words) if told else None


def _told(poll: PollOptions, counts: Counter[int], language: str) -> str:
    """Return which options have most votes, and how many, or nothing where there are none.

    Titles and numbers of any kind fit no pattern of the corpus ("1 of you are"), so a result has words of its own.
    """
    most = max(counts.values(), default=0)
    if not most:
        return ""
    first = [option.in_(language) for at, option in enumerate(poll.options) if counts[at] == most]
    tie = len(first) > 1
    if language == "zh":
        return f"平局，{listed(first, language)}各{most}票" if tie else f"{first[0]}得票最多，{most}票"
    votes = f"{most} {'vote' if most == 1 else 'votes'}"
    return f"a tie between {listed(first, language)}, {votes} each" if tie else f"{first[0]}, with {votes}"
