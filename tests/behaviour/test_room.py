"""One room's behaviour from events to directives: deterministic, bounded, learning only from what was heard."""

from pathlib import Path
from random import Random

import msgspec
import pytest

from behaviour.ledger import Came, Decided, read
from behaviour.outcomes import AWAITED
from behaviour.room import MESSAGES, RoomBehaviour, RoomBehaviourOptions
from behaviour.symbols import PACKAGED
from behaviour.viewers import PRESENT
from core.errors import SettingsError
from core.events import Chat, Directive, Goal, Join, Leave, Purchase, Removed, Role, RoomEvent, Share, Viewer

ANN, BOB, MOD = Viewer("ann", "secret name 安"), Viewer("bob", "x"), Viewer("mod", "x", Role.MODERATOR)
GOALS = {"haggle": (Goal.ANSWER, Goal.SELL), "greeting": (Goal.WELCOME, Goal.ANSWER)}


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.at = 1_000.0

    def wall(self) -> float:
        return self.at

    def monotonic(self) -> float:
        return self.at


def room(clock: Clock, **options: object) -> RoomBehaviour:
    fields = {"room": "main", "goals": GOALS, "sells": True} | options
    return RoomBehaviour(msgspec.convert(fields, RoomBehaviourOptions, strict=False), clock, 7)


def chat(viewer: Viewer = ANN, text: str = "hi", name: str = "e") -> Chat:
    return Chat(id=name, room="main", viewer=viewer, at=0, received=0, text=text)


def direct(mind: RoomBehaviour, viewer: Viewer | None = ANN, intent: str = "haggle") -> Directive:
    return mind.direct(intent, viewer, GOALS[intent][0], "warm", "short")


def lively_hour(mind: RoomBehaviour, clock: Clock) -> list[Directive]:
    draw, given = Random(3), []  # noqa: S311  # a test's events are no secret
    for number in range(600):
        clock.at += 2
        viewer = Viewer(f"v{draw.randrange(30)}", "x")
        event: RoomEvent = chat(viewer, name=f"e{number}")
        if draw.random() < 0.2:
            event = Leave(id=f"l{number}", room="main", viewer=viewer, at=0, received=0)
        mind.observe(event, draw.choice(["ask_price", "praise", "small_talk"]))
        mind.tick()
        if number % 10 == 0:
            given.append(direct(mind, viewer))
            mind.spoken(given[-1].id, draw.random() < 0.8)
    return given


def test_the_same_seed_and_events_give_the_same_directives() -> None:
    runs = []
    for _ in range(2):
        clock = Clock()
        runs.append(lively_hour(room(clock), clock))
    assert runs[0] == runs[1]
    assert len({directive.id for directive in runs[0]}) == len(runs[0])


def test_what_follows_a_heard_reply_within_a_minute_is_its_reward(tmp_path: Path) -> None:
    clock = Clock()
    mind = room(clock, ledger=tmp_path / "main.jsonl")
    mind.observe(chat())
    clock.at += 10
    mind.tick()
    directive = direct(mind)
    mind.spoken(directive.id, heard=True)
    clock.at += 30
    mind.observe(Purchase(id="p", room="main", viewer=ANN, at=0, received=0, product="1"))
    clock.at += 31
    mind.tick()
    mind.close()
    mind._outcomes._ledger._pool.shutdown(wait=True)  # type: ignore[union-attr]
    decision, outcome = read(tmp_path / "main.jsonl")
    assert isinstance(decision, Decided)
    assert isinstance(outcome, Came)
    assert outcome.reward == 1.0
    assert outcome.response == "buys"
    assert decision.chosen == f"{directive.goal}:{directive.tone}"
    assert decision.propensities[decision.candidates.index(decision.chosen)] == directive.propensity
    text = (tmp_path / "main.jsonl").read_text()
    assert "ann" not in text.replace("answer", "")
    assert "安" not in text


def test_a_reply_that_nobody_heard_teaches_nothing() -> None:
    clock = Clock()
    mind = room(clock)
    for heard in (False, True):
        mind.observe(chat())
        mind.spoken(direct(mind).id, heard=heard)
        clock.at += 61
        mind.tick()
        assert mind.explain().outcomes == int(heard)


def test_a_directive_is_spoken_once() -> None:
    clock = Clock()
    mind = room(clock)
    directive = direct(mind)
    for _ in range(3):
        mind.spoken(directive.id, heard=True)
    mind.spoken("never given", heard=True)
    clock.at += 61
    mind.tick()
    assert mind.explain().outcomes == 1


def test_a_viewer_who_says_their_age_is_not_sold_to_even_after_coming_back() -> None:
    clock = Clock()
    mind = room(clock)
    mind.observe(chat(text="我才12岁"), "small_talk")
    mind.observe(Leave(id="l", room="main", viewer=ANN, at=0, received=0))
    mind.observe(Join(id="j", room="main", viewer=ANN, at=0, received=0))
    for _ in range(40):
        directive = direct(mind)
        assert directive.goal is not Goal.SELL
    person = mind.explain("ann").person
    assert person is not None
    assert person.minor
    assert any(direct(mind, BOB).goal is Goal.SELL for _ in range(60))


def in_selling_mood(mind: RoomBehaviour, clock: Clock) -> None:
    for number in range(90):
        clock.at += 1
        mind.observe(chat(Viewer(f"v{number % 9}", "x"), name=f"s{number}"), "ask_price")
        mind.observe(Purchase(id=f"p{number}", room="main", viewer=BOB, at=0, received=0, product="1"))
        mind.tick()
    assert mind.mood["selling"] > 0.5


def test_only_what_offers_something_makes_offers_rest() -> None:
    clock = Clock()
    mind = room(clock, explore=0.0)
    in_selling_mood(mind, clock)
    mind.spoken(direct(mind, BOB, "greeting").id, heard=True)
    clock.at += 30
    mind.tick()
    assert mind.may_offer()
    assert "offered a moment ago" not in direct(mind, BOB).why
    mind.spoken(mind.direct("idle", None, Goal.ENLIVEN, "warm", "short", offers=True).id, heard=True)
    clock.at += 30
    mind.tick()
    assert not mind.may_offer()
    assert "offered a moment ago" in direct(mind, BOB).why


def test_an_offer_that_nobody_heard_was_none() -> None:
    mind = room(Clock())
    mind.spoken(mind.direct("idle", None, Goal.ENLIVEN, "warm", "short", offers=True).id, heard=False)
    assert mind.may_offer()


def test_a_withdrawn_message_hits_its_writer_and_calms_answers_to_them() -> None:
    clock = Clock()
    mind = room(clock)
    mind.observe(chat(name="m1"))
    mind.observe(chat(BOB, name="m2"))
    mind.observe(Removed(id="r", room="main", viewer=MOD, at=0, received=0, message="m1"))
    assert direct(mind).tone == "calm"
    assert direct(mind, None).tone == "calm"
    assert "moderation" not in direct(mind, BOB).why
    clock.at += 200
    assert "moderation" not in direct(mind).why


def test_without_steering_the_usual_is_done_and_watched() -> None:
    mind = room(Clock(), steer=False)
    for _ in range(20):
        directive = direct(mind)
        assert (directive.goal, directive.tone, directive.propensity) == (Goal.ANSWER, "warm", 1.0)


def own_states(folder: Path, *changes: tuple[str, str]) -> Path:
    file, text = folder / "states.yaml", PACKAGED.read_text(encoding="utf-8")
    for packaged, own in changes:
        assert packaged in text
        text = text.replace(packaged, own)
    file.write_text(text, encoding="utf-8")
    return file


def test_a_room_may_have_states_of_its_own(tmp_path: Path) -> None:
    added = "\nstates:\n  - {name: dance, zh: 跳舞, en: dances}"
    file = own_states(tmp_path, ("\nstates:", added), ("Share: share", "Share: dance"))
    mind = room(Clock(), states=file)
    mind.observe(Share(id="s", room="main", viewer=ANN, at=0, received=0))
    nodes = {node.state: node for node in mind.explain("ann").chain.nodes}
    assert nodes["dance"].here


def test_states_without_one_that_is_rewarded_are_refused_by_name(tmp_path: Path) -> None:
    file = own_states(tmp_path, ("follow", "befriend"))
    with pytest.raises(SettingsError, match=r"states\.yaml:\d+: `states` lacks follow, "):
        room(Clock(), states=file)


def test_silence_is_noted_as_lurking() -> None:
    clock = Clock()
    mind = room(clock)
    mind.observe(chat())
    clock.at += 31
    mind.tick()
    nodes = {node.state: node for node in mind.explain("ann").chain.nodes}
    assert nodes["lurk"].here


def test_what_the_streamer_says_does_not_count_as_a_viewers() -> None:
    mind = room(Clock())
    mind.observe(chat(Viewer("s", "x", Role.STREAMER)))
    mind.observe(chat(Viewer("b", "x", Role.BOT)))
    mind.tick()
    assert mind.crowd.present == 0


def test_probabilities_of_the_room_and_its_viewers_are_probabilities() -> None:
    clock = Clock()
    mind = room(clock)
    lively_hour(mind, clock)
    viewer = mind._viewers.latest(1)[0]
    told = mind.explain(viewer)
    assert sum(told.moods.values()) == pytest.approx(1)
    assert told.person is not None
    assert sum(told.person.next.values()) == pytest.approx(1)
    assert sum(told.person.after.values()) == pytest.approx(1)
    assert 0 <= told.person.leaves <= 1
    assert sum(told.crowd.segments.values()) == pytest.approx(1)
    assert all(0 <= edge.probability <= 1 for edge in told.chain.edges)
    assert msgspec.json.decode(msgspec.json.encode(told))["crowd"]["present"] == mind.crowd.present


def test_a_forgotten_viewer_is_gone() -> None:
    mind = room(Clock())
    mind.observe(chat())
    direct(mind)
    mind.forget("ann")
    told = mind.explain("ann")
    assert told.person is None
    assert told.last is None


def test_memory_is_bounded_whoever_comes() -> None:
    clock = Clock()
    mind = room(clock)
    for number in range(PRESENT + 500):
        mind.observe(chat(Viewer(f"v{number}", "x"), name=f"e{number}"))
    for _ in range(AWAITED + 50):
        direct(mind)
    assert len(mind._viewers) == PRESENT
    assert len(mind._writers) == MESSAGES
    assert len(mind._outcomes._awaited) == AWAITED


def test_a_directive_whose_place_was_taken_is_not_learned_from_and_breaks_nothing() -> None:
    clock = Clock()
    mind = room(clock)
    first = direct(mind)
    mind.spoken(first.id, heard=True)
    for _ in range(AWAITED):
        direct(mind)
    clock.at += 61
    mind.tick()
    assert mind.explain().outcomes == 0
