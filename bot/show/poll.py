"""Polls: the room chooses, one vote a viewer, and hears what most of it wants."""

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
        options = tuple(option.in_(language) for option in poll.options)
        return Line("poll_open", {Role.QUESTION: question(poll.ask.in_(language), options, language)}, language)

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
        """Return what is voted on and for how long still, as a clause, or nothing."""
        if self.open is None:
            return ""
        options = tuple(option.in_(language) for option in self.open.options)
        asked = question(self.open.ask.in_(language), options, language)
        left = duration(max(1.0, self._round.left_s), language)
        return f"正在投票，{asked}，还剩{left}" if language == "zh" else f"the vote is on, {asked}, {left} left"

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
        if not counts:
            return None
        most = max(counts.values())
        winners = [option.in_(language) for at, option in enumerate(poll.options) if counts[at] == most]
        if len(winners) > 1:
            return Line("poll_result", {}, language, fixed=_tie(winners, most, language))
        facts = {
            Role.OPTION: winners[0],
            Role.COUNT: f"{most}票" if language == "zh" else str(most),
            Role.QUESTION: question(poll.ask.in_(language), (), language),
        }
        return Line("poll_result", facts, language)


def _tie(winners: Sequence[str], most: int, language: str) -> str:
    """Return the words for a tie: every pattern of `poll_result` names one winner ("it's {option}, with one voice")."""
    named = listed(winners, language)
    if language == "zh":
        return f"投票结束，平局，{named}各{most}票"
    return f"The vote is over, and it's a tie between {named}, {most} {'vote' if most == 1 else 'votes'} each."
