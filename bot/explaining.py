"""`danmate explain`: which rules, intent, slots, facts and directive a message meets in a room, and why."""

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot import build
from bot.behaving import behaviour
from bot.candidate import Candidate, Priority
from bot.engines import intent_reader
from bot.moderation import safety
from bot.planning import plan
from bot.staging import show
from core.clock import Clock, SystemClock
from core.errors import DanmateError
from core.events import Chat, Directive, Viewer
from core.settings import Room, Settings
from nlu.commands import Granted
from nlu.intent import rule
from nlu.intents import INTENTS, decent_tone
from nlu.plan import Plan
from nlu.safety import Classifier, Verdict
from nlu.selection import Choice
from nlu.shelf import Shelf
from nlu.understand import Meaning, Understander


class Explanation(msgspec.Struct, frozen=True):
    """What a message meets, in the order in which it meets it."""

    room: str
    """The room's id."""
    text: str
    """The message, bounded."""
    safety: Verdict
    """What the room's filters say of it."""
    command: str
    """The command that answers it, with its reply; empty where it is none."""
    meaning: Meaning
    """Language, addressed or not and why, intent with alternatives, slots, product, known question."""
    rule: str
    """The rule that fixed the intent without the model; empty where the model decided."""
    show: str
    """What the show answers it with as it begins: goals, sales, the lesson; empty where it asks of none."""
    plan: Plan
    """The intent of the reply, its facts, whether the room knew, and where the facts stand."""
    directive: Directive
    """In what spirit a room where nothing has happened yet would answer, and why."""


def explain(settings: Settings, text: str, room_id: str = "") -> Explanation:
    """Return what `text` meets in a room, the first where none is named, said by somebody new to it."""
    room = next((room for room in settings.rooms if room.id == room_id or not room_id), None)
    if room is None:
        known = ", ".join(room.id for room in settings.rooms)
        raise DanmateError(f"there is no room {room_id!r}; there are: {known}")
    knowledge, clock = build.knowledge(room), SystemClock()
    understander = Understander(
        knowledge,
        intent_reader(),
        wake=(room.persona.name, *room.persona.wake),
        language=room.language,
        streamer=room.streamer,
    )
    viewer = Viewer(id="somebody", name="")
    meaning = understander.understand(text, viewer)
    granted = build.commands(room, clock).match(text, viewer)
    shelf = Shelf(knowledge.products)
    now = show(room, knowledge, shelf, clock).states(meaning.text, meaning.understanding.language)
    asked = Candidate(_chat(text, viewer), Priority.ADDRESSED, 0.0, meaning=meaning)
    to_do = plan(asked, build.planner(room, settings, shelf), {}, None, room.language, crowd=1, now=now)
    return Explanation(
        room=room.id,
        text=meaning.text,
        safety=safety(room, Classifier.load()).check(meaning.text, "message"),
        command=f"{granted.command.name}: {granted.reply}" if isinstance(granted, Granted) else "",
        meaning=meaning,
        rule=rule(meaning.text),
        show=now,
        plan=to_do,
        directive=_directive(room, clock, to_do, viewer),
    )


def print_out(found: Explanation, console: Console) -> None:
    """Print an explanation for people."""
    meaning, understanding, to_do = found.meaning, found.meaning.understanding, found.plan
    others = ", ".join(f"{name} {probability:.2f}" for name, probability in meaning.alternatives)
    rows = {
        "safety": " ".join(filter(None, (found.safety.verdict, found.safety.category, found.safety.rule))),
        "command": found.command,
        "language": understanding.language,
        "addressed": f"{'yes' if understanding.addressed else 'no'}: {meaning.why}",
        "intent": f"{understanding.intent} {understanding.confidence:.2f}" + (" by rule" if found.rule else ""),
        "or else": others,
        "slots": ", ".join(f"{name} {value}" for name, value in understanding.slots.items()),
        "answered by": _answered_by(meaning.choice),
        "show": found.show,
        "reply": to_do.intent + ("" if to_do.known else ", and it goes to the streamer's list"),
        "facts": "; ".join(f"{role}: {value}" for role, value in to_do.facts.items()),
        "source": to_do.source,
        "directive": f"{found.directive.goal}, {found.directive.tone}, {found.directive.length}",
        "why": found.directive.why,
    }
    table = Table(show_header=False, box=None)
    for name, value in rows.items():
        if value:
            table.add_row(name, escape(value))
    console.print(table)


def _answered_by(choice: Choice) -> str:
    """Return what of the room's knowledge answers, how likely that is, and the question that came nearest."""
    nearest = f"; nearest question: {choice.nearest.ask[0]}" if choice.nearest is not None else ""
    return f"{choice.kind} {choice.probability:.2f}{nearest}"


def _chat(text: str, viewer: Viewer) -> Chat:
    return Chat(id="", room="", viewer=viewer, at=0.0, received=0.0, text=text)


def _directive(room: Room, clock: Clock, to_do: Plan, viewer: Viewer) -> Directive:
    """Return the directive of a room where nothing has happened; nothing of it is logged."""
    quiet = room.model_copy(update={"behaviour": room.behaviour.model_copy(update={"ledger": False})})
    usual = INTENTS[to_do.intent].goals[0]
    tone = decent_tone(to_do.intent, room.persona.tone)
    return behaviour(quiet, clock, 0).direct(to_do.intent, viewer, usual, tone, room.persona.length)
