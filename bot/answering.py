"""One answer after another: plan, directive, words that pass the safety check, voice, and what is kept of it."""

import random
from collections.abc import AsyncIterator
from typing import Final

import msgspec
import structlog
from prometheus_client import Histogram

from behaviour.room import RoomBehaviour
from bot.candidate import Candidate, Priority
from bot.care import for_minor
from bot.control import Journal
from bot.crowd import Crowd
from bot.floor import Floor, Turn
from bot.gate import Gate
from bot.guard import Guard
from bot.idle import Idle
from bot.intake import Intake
from bot.ladder import Ladder, Step
from bot.options import RoomOptions
from bot.planning import message_of, plan, spoken_name
from bot.show.line import listed
from bot.show.show import Show
from bot.speaking import Speaking
from core.clock import Clock
from core.errors import DanmateError, OverloadError
from core.events import Directive, Follow, Goal, Heard, Outcome, Reply, RoomEvent, StreamState, Viewer
from nlu.intents import INTENTS, Role, Tone, decent_tone
from nlu.knowledge import Product
from nlu.language import detect
from nlu.memory import Memory
from nlu.mind import Mind, Occasion
from nlu.plan import Plan, Planner
from nlu.unanswered import Unanswered
from rooms.source import Connector

_MUST: Final = frozenset((Priority.STREAMER, Priority.ADDRESSED))
_ANSWERED = Histogram(
    "danmate_answer_text_seconds",
    "From a message's arrival to its reply's text",
    buckets=(0.05, 0.1, 0.15, 0.3, 1, 3, 10),
)
_log = structlog.get_logger(__name__)
Words = AsyncIterator[tuple[Reply, bool]]


class SilencedError(DanmateError):
    """A moderator silenced the bot while it was thinking."""


class WithdrawnError(DanmateError):
    """What is being answered was withdrawn."""


class UnsafeError(DanmateError):
    """No reply passed the safety check; its text is the rule's name."""


class Wits(msgspec.Struct, frozen=True):
    """What answers are made of in one room."""

    planner: Planner
    """Looks answers up."""
    mind: Mind
    """Puts them into words."""
    plain: Mind | None = None
    """Puts them into words by templates alone, where others did not pass the safety check."""
    behaviour: RoomBehaviour | None = None
    """Says in what spirit; nothing: always the intent's usual one."""
    guard: Guard | None = None
    """Reads names, messages, transcripts and replies; nothing: all of them pass."""
    memory: Memory | None = None
    """Keeps what was heard."""
    show: Show | None = None
    """What the room plays."""
    unanswered: Unanswered | None = None
    """Keeps what the room did not know."""


class Answering:
    """Takes turns from the floor and says what they ask for."""

    def __init__(
        self,
        options: RoomOptions,
        wits: Wits,
        connector: Connector,
        speaking: Speaking,
        floor: Floor,
        gate: Gate,
        crowd: Crowd,
        ladder: Ladder,
        idle: Idle,
        intake: Intake,
        journal: Journal,
        clock: Clock,
    ) -> None:
        self._options = options
        self._wits = wits
        self._connector = connector
        self._speaking = speaking
        self._floor = floor
        self._gate = gate
        self._crowd = crowd
        self._ladder = ladder
        self._idle = idle
        self._intake = intake
        self._journal = journal
        self._clock = clock
        self._ids = random.Random(options.seed)  # noqa: S311  # an id is no secret
        self._product: Product | None = None

    async def run(self) -> None:
        """Answer until cancelled."""
        self._connector.state("listening")
        while True:
            turn = await self._floor.take()
            self._connector.state("thinking")
            try:
                await self._answer(turn)
            finally:
                self._connector.state("listening")

    async def _answer(self, turn: Turn) -> None:
        candidate = msgspec.structs.replace(turn.candidate, language=self._language(turn.candidate))
        to_do = self._plan(candidate)
        candidate = self._for_minor(candidate, to_do)
        directive = self._direct(candidate, to_do)
        if directive.goal is Goal.STAY_SILENT:
            self._floor.finish(Outcome.DROPPED, "stay_silent", why=directive.why)
            return
        turn.reply = f"{self._ids.getrandbits(96):024x}"
        self._intake.said(turn.reply)
        self._gate.spend()
        try:
            reply, heard = await self._speaking.say(
                self._watched(turn, to_do, self._words(candidate, to_do, directive, turn))
            )
        except* OverloadError as errors:
            self._unheard(directive)
            self._floor.finish(Outcome.REFUSED, "busy_engine", why=str(errors.exceptions[0]))
        except* UnsafeError as errors:
            self._unheard(directive)
            self._floor.finish(Outcome.REFUSED, "reply_unsafe", rule=str(errors.exceptions[0]))
        except* WithdrawnError:
            self._unheard(directive)
            self._silenced(turn)
        except* SilencedError:
            self._unheard(directive)
            self._floor.finish(Outcome.DROPPED, "too_late_silenced")
        else:
            self._said(turn, to_do, reply, heard)

    def _said(self, turn: Turn, to_do: Plan, reply: Reply, heard: Heard | None) -> None:
        """Keep what was heard, count it, and decide."""
        if turn.gone:
            self._unheard(reply.directive)
            self._silenced(turn)
            return
        silent = heard is None or (not heard.text and not heard.played_s and not heard.cut)
        answer = reply.text if heard is None or silent else heard.text
        self._gate.share.spoke(heard.played_s if heard is not None else 0.0)
        self._idle.spoke()
        self._idle.touched(to_do.product)
        if answer and to_do.product is not None:
            self._product = to_do.product
        candidate, wits = turn.candidate, self._wits
        asked = [event for event in candidate.events() if not self._forgot(event)]
        if wits.memory is not None and candidate.meaning is not None:
            for event in asked:
                wits.memory.heard(event.viewer.id, message_of(event), answer, to_do.product, to_do.intent)
        if wits.unanswered is not None and candidate.meaning is not None and not to_do.known:
            for viewer in {event.viewer.id: event.viewer for event in asked}.values():
                wits.unanswered.note(candidate.meaning, viewer)
        if wits.behaviour is not None and reply.directive.id:
            wits.behaviour.spoken(reply.directive.id, heard=bool(answer))
        self._journal.replied(reply)
        if candidate.care:
            self._floor.finish(Outcome.ANSWERED, "cared", category=candidate.care)
            return
        cut = heard is not None and heard.cut
        self._floor.finish(
            Outcome.ANSWERED, "answered_cut" if cut else "answered", intent=reply.intent, route=reply.route
        )

    def _forgot(self, event: RoomEvent) -> bool:
        """Return whether an event is of a viewer who has asked since then to be forgotten."""
        return self._wits.memory is not None and self._wits.memory.forgot(event.viewer.id, event.received)

    def _unheard(self, directive: Directive) -> None:
        """Have nothing learned from a directive whose reply nobody heard."""
        if self._wits.behaviour is not None and directive.id:
            self._wits.behaviour.spoken(directive.id, heard=False)

    def _silenced(self, turn: Turn) -> None:
        """Withdraw the answer to what was withdrawn."""
        self._speaking.cancel()
        if self._connector.capabilities.delete:
            try:
                self._connector.delete(turn.reply)
            except OverloadError as error:
                _log.warning("withdrawal_not_sent", error=str(error))
        self._floor.finish(Outcome.DROPPED, "withdrawn")

    def _plan(self, candidate: Candidate) -> Plan:
        wits = self._wits
        names = {viewer.id: self._name(viewer) for viewer in candidate.named()}
        if isinstance(candidate.event, Follow):  # its thanks has a place for one name: all of them stand there
            said = list(filter(None, names.values()))
            names[candidate.event.viewer.id] = listed(said, candidate.language) if said else ""
        last = wits.memory.last_product(candidate.event.viewer.id) if wits.memory is not None else self._product
        if isinstance(candidate.event, StreamState) and candidate.plan is None and candidate.fixed is None:
            may_offer = wits.behaviour is None or wits.behaviour.may_offer()
            return self._idle.plan(wits.planner, self._options.persona, candidate.language, may_offer=may_offer)
        asked, now = candidate.meaning, ""
        if asked is not None and wits.show is not None:
            now = wits.show.states(asked.text, asked.understanding.language)
        return plan(candidate, wits.planner, names, last, candidate.language, crowd=len(self._crowd), now=now)

    def _language(self, candidate: Candidate) -> str:
        """Return the language to answer in: the message's, the plan's, or where nothing was said, their viewer's."""
        if candidate.meaning is not None:
            return candidate.meaning.understanding.language
        return candidate.language or self._intake.language(() if candidate.count else candidate.named())

    def _for_minor(self, candidate: Candidate, to_do: Plan) -> Candidate:
        """Return the claim of a minor with the words that they are told in place of a reply that would sell."""
        if not candidate.minor or candidate.meaning is None:
            return candidate
        meaning = candidate.meaning
        words = for_minor(to_do, self._options.minors, meaning.understanding.language, meaning.text)
        return msgspec.structs.replace(candidate, fixed=words) if words else candidate

    def _name(self, viewer: Viewer) -> str:
        name = spoken_name(viewer.name)
        guard = self._wits.guard
        return "" if name and guard is not None and not guard.may_say(viewer) else name

    def _direct(self, candidate: Candidate, to_do: Plan) -> Directive:
        options, intent = self._options, INTENTS.get(to_do.intent)
        usual = intent.goals[0] if intent is not None else Goal.ANSWER
        tone = decent_tone(to_do.intent, options.tone)
        directive = Directive(goal=usual, tone=tone, length=options.length)
        if self._wits.behaviour is not None and intent is not None and candidate.fixed is None:
            viewer = candidate.event.viewer if candidate.event.viewer.id else None
            offers = to_do.intent == "idle" and to_do.product is not None
            directive = self._wits.behaviour.direct(to_do.intent, viewer, usual, tone, options.length, offers=offers)
            if directive.goal is Goal.STAY_SILENT and candidate.priority in _MUST:
                self._unheard(directive)
                directive = msgspec.structs.replace(directive, id="", goal=usual)  # who speaks to us is answered
        if candidate.care or (candidate.minor and candidate.fixed is not None):
            directive = msgspec.structs.replace(directive, goal=Goal.CALM, tone=Tone.CALM)
        if self._ladder.step >= Step.SHORT:
            directive = msgspec.structs.replace(directive, length="short")
        return directive

    async def _watched(self, turn: Turn, to_do: Plan, words: Words) -> Words:
        """Pass words on until what they answer is withdrawn; none where a moderator has silenced us meanwhile.

        A product that is announced is what is spoken of from then on.
        """
        begun = False
        async for reply, final in words:
            if turn.gone:
                raise WithdrawnError("withdrawn")
            if not begun and self._gate.silent_s:
                raise SilencedError("silenced")
            begun = True
            yield reply, final
            if final:
                self._gate.written()
                self._point_to(to_do.product, turn.candidate)
        if turn.gone:
            raise WithdrawnError("withdrawn")

    def _point_to(self, product: Product | None, candidate: Candidate) -> None:
        """Let what is written now be what is spoken of: for whom it answers, or for all where it is announced."""
        if self._wits.memory is None or product is None:
            return
        if candidate.meaning is None:
            self._wits.memory.shown(product)
        else:
            for event in candidate.events():
                if not self._forgot(event):
                    self._wits.memory.tells_of(event.viewer.id, product)

    async def _words(self, candidate: Candidate, to_do: Plan, directive: Directive, turn: Turn) -> Words:
        event = candidate.event
        show = candidate.plan
        own = isinstance(event, StreamState) or (show is not None and Role.VIEWER not in show.facts)
        to = () if own else candidate.named()
        language = candidate.language
        if candidate.fixed is not None:
            route = "show" if candidate.plan is not None else "timer" if own else "command"
            route = "care" if candidate.care else "minor" if candidate.minor else route
            reply = Reply(
                id=turn.reply, text=candidate.fixed, language=detect(candidate.fixed, language), to=to, facts={},
                route=route, directive=directive, intent=to_do.intent, event=event.id,
            )  # fmt: skip
            if not candidate.care:  # help is said in any case
                self._refuse_unsafe(reply)
            yield reply, True
            return
        occasion = Occasion(turn.reply, "" if own else event.id, message_of(event), to, language)
        async for reply, final in self._checked(to_do, directive, occasion):
            if final and candidate.meaning is not None:
                _ANSWERED.observe(max(0.0, self._clock.wall() - event.received))
            yield reply, final

    async def _checked(self, to_do: Plan, directive: Directive, occasion: Occasion) -> Words:
        """Yield the reply as long as it passes the safety check; what does not is replaced by a template."""
        told: Reply | None = None
        async for reply, final in self._wits.mind.reply(to_do, directive, occasion):
            rule = self._rule_against(reply)
            if not rule:
                told = reply
                yield reply, final
            elif told is not None:
                yield msgspec.structs.replace(told, route=f"{told.route}/blocked: {rule}"), True
                return
            else:
                yield await self._instead(to_do, directive, occasion, rule), True
                return

    async def _instead(self, to_do: Plan, directive: Directive, occasion: Occasion, rule: str) -> Reply:
        if self._wits.plain is not None:
            for other in (to_do, Plan("unknown", {})):
                async for reply, final in self._wits.plain.reply(other, directive, occasion):
                    if final and not self._rule_against(reply):
                        return msgspec.structs.replace(reply, route=f"template/blocked: {rule}")
        raise UnsafeError(rule)

    def _refuse_unsafe(self, reply: Reply) -> None:
        if rule := self._rule_against(reply):
            raise UnsafeError(rule)

    def _rule_against(self, reply: Reply) -> str:
        """Return the rule that a reply breaks, or nothing."""
        if self._wits.guard is None:
            return ""
        verdict = self._wits.guard.reply(reply.text)
        return "" if verdict.verdict == "allow" else verdict.rule
