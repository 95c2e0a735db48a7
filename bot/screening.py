"""What becomes of messages that are not safe: withdrawn or left alone; who may be in danger is told where help is."""

from collections.abc import Callable
from typing import Final

from bot.candidate import Candidate, Priority
from bot.care import LASTS_S
from bot.control import Journal, Judged
from bot.floor import Floor
from bot.guard import Guard, Ruling
from core.clock import Clock
from core.events import Chat, Decision, Outcome, Removed, Role, Viewer, Voice
from core.reasons import decided

_STEPS: Final = {"": "unsafe", "warn": "unsafe_warned", "ban": "unsafe_banned", "unsent": "unsafe_unsent"}
"""The reason of a decision, by what the ladder of punishments came to; any other step is a time of silence."""


class Screening:
    """Lets messages through, or decides on them."""

    def __init__(
        self,
        guard: Guard,
        floor: Floor,
        clock: Clock,
        decide: Callable[[Decision], None],
        removed: Callable[[Removed], None],
        journal: Journal | None = None,
    ) -> None:
        """Take what is told of each decision, and of each message that the guard withdrew."""
        self._guard = guard
        self._floor = floor
        self._clock = clock
        self._decide = decide
        self._removed = removed
        self._journal = journal

    def passes(self, event: Chat | Voice) -> bool:
        """Return whether a message passes the safety check; what does not has its decision."""
        ruling = self._guard.judge(event)
        verdict = ruling.verdict
        if verdict.verdict != "allow" and self._journal is not None:
            found = Judged(verdict.verdict, ruling.label, verdict.rule, ruling.step, ruling.dry)
            self._journal.judged(event.id, found)
        if ruling.answer:
            return True
        if verdict.verdict == "care":
            self._care(event, ruling)
        elif verdict.verdict == "warn":
            self._tell(event, Outcome.NOTED, "unsafe_left", category=ruling.label, rule=verdict.rule)
        else:
            self._withdraw(event, ruling)
        return False

    def _care(self, event: Chat | Voice, ruling: Ruling) -> None:
        """Let those be told where help is who may be in danger, and moderators in any case.

        A streamer is not spoken to before their own room.
        """
        if event.viewer.role is Role.STREAMER or not ruling.help:
            code = "cared_streamer" if event.viewer.role is Role.STREAMER else "cared_before"
            self._tell(event, Outcome.NOTED, code, category=ruling.label)
            return
        expires = self._clock.monotonic() + LASTS_S
        self._floor.push(Candidate(event, Priority.STREAMER, expires, fixed=ruling.help, care=ruling.label))

    def _withdraw(self, event: Chat | Voice, ruling: Ruling) -> None:
        code = _STEPS.get(ruling.step, "unsafe_silenced")
        seconds = "".join(filter(str.isdigit, ruling.step))
        rule = ruling.verdict.rule
        self._tell(event, Outcome.REFUSED, code, category=ruling.label, rule=rule, seconds=seconds)
        everything = code in {"unsafe_silenced", "unsafe_banned"}
        withdrawn = {"target": event.viewer.id} if everything else {"message": event.id}
        us = Viewer("", "", Role.MODERATOR)
        self._removed(
            Removed(
                id=f"guard-{event.id}", room=event.room, viewer=us, at=event.at, received=event.received, **withdrawn
            )
        )

    def _tell(self, event: Chat | Voice, outcome: Outcome, code: str, **values: str) -> None:
        self._decide(decided(event.id, outcome, code, self._clock.wall(), **values))
