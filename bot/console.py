"""One room as its moderators' page shows it: `web.console.ConsoleRoom` over the floor, the behaviour and the lists."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from behaviour.room import RoomBehaviour
from bot.control import Claim, FloorControl, Judged, Told
from nlu.unanswered import Unanswered
from web.console import Action

LOADS: Final = ("calm", "busy", "busy", "overloaded")
"""What a step of the overload ladder is called."""
STEPS: Final = frozenset(("warn", "silence", "ban", "unsent"))
"""What can happen to the author of a blocked message."""


class RoomConsole:
    """What moderators see of one room and do to it."""

    def __init__(
        self,
        control: FloorControl,
        unanswered: Unanswered | None,
        behaviour: RoomBehaviour | None,
        saying: Callable[[], str],
    ) -> None:
        self._control = control
        self._unanswered = unanswered
        self._behaviour = behaviour
        self._saying = saying

    def state(self) -> Mapping[str, Any]:
        """Return what waits, what is said, the silence, the mood and the open questions, ready for JSON."""
        status = self._control.status()
        silenced = None if status.silent_s == 0 else {"seconds": status.silent_s and round(status.silent_s)}
        return {
            "saying": self._saying(),
            "silenced": silenced,
            "waiting": [_claim(claim) for claim in self._control.waiting()],
            "unanswered": [
                {"id": one.id, "text": one.text, "count": one.count}
                for one in (self._unanswered.list() if self._unanswered is not None else ())
            ],
            "mood": self._behaviour.mood if self._behaviour is not None else {},
            "load": "raid" if status.raid else LOADS[status.overload],
        }

    def decisions(self, after: int) -> list[Mapping[str, Any]]:
        """Return decisions numbered (`n`) above `after`, oldest first."""
        return [_decision(told) for told in self._control.journal.told if told.number > after]

    def explain(self, viewer: str) -> Mapping[str, Any]:
        """Return how the room and `viewer` are likely to go on, and why the bot speaks as it does."""
        return {} if self._behaviour is None else msgspec.to_builtins(self._behaviour.explain(viewer))

    def act(self, action: Action, target: str, seconds: float) -> bool:
        """Do what a moderator asks; return whether there was anything to do it to."""
        control = self._control
        match action:
            case "promote":
                return control.promote(target)
            case "drop":
                return control.drop(target)
            case "pin":
                pinned = any(claim.event == target and claim.pinned for claim in control.waiting())
                return control.pin(target, on=not pinned)
            case "silence":
                control.silence(seconds or None)
            case "speak":
                control.silence(0)
            case "stop":
                control.stop()
            case "answered":
                return self._unanswered is not None and self._unanswered.resolve(target) is not None
        return True


def _claim(claim: Claim) -> Mapping[str, Any]:
    return {
        "id": claim.event,
        "kind": claim.what,
        "who": claim.viewer.name,
        "text": claim.text,
        "priority": claim.priority,
        "others": claim.serves - 1,
        "waits_s": claim.waited_s,
        "left_s": None if claim.pinned else claim.left_s,
        "blocked": claim.blocked.removeprefix("too_late_"),
        "pinned": claim.pinned,
    }


def _decision(told: Told) -> Mapping[str, Any]:
    decision, viewer = told.decision, told.viewer
    return {
        "n": told.number,
        "at": decision.at,
        "outcome": decision.outcome,
        "kind": told.what,
        "who": viewer.name if viewer else "",
        "viewer": viewer.id if viewer else "",
        "text": told.text,
        "zh": told.why_zh,
        "en": decision.why,
        "reply": told.reply,
        "source": told.source,
        "safety": _safety(told.safety) if told.safety is not None else None,
    }


def _safety(found: Judged) -> Mapping[str, Any]:
    zh, _, en = found.category.partition(" ")
    step, *rest = found.step.split() or [""]
    return {
        "verdict": found.verdict,
        "zh": zh,
        "en": en or zh,
        "rule": found.rule,
        "step": step if step in STEPS else "",
        "seconds": float(rest[0]) if step == "silence" else 0,
        "dry": found.dry,
    }
