"""The journal of decisions: what moderators look for stays, however much is only noted meanwhile."""

import msgspec

from bot.control import KEPT, NOTED, Journal
from core.events import Chat, Directive, Outcome, Reply, Viewer
from core.reasons import decided


def note(journal: Journal, name: str, viewer: str = "v") -> None:
    journal.note(Chat(id=name, room="main", viewer=Viewer(viewer, viewer), at=0, received=0, text="hi"))


def answer(journal: Journal, name: str, reply: str = "") -> None:
    journal.tell(decided(name, Outcome.ANSWERED, "answered", 0.0, reply, intent="greeting", route="template"))


def pass_over(journal: Journal, name: str) -> None:
    journal.tell(decided(name, Outcome.NOTED, "not_for_us", 0.0))


def test_a_rush_of_what_is_only_noted_pushes_out_nothing_else() -> None:
    journal = Journal()
    answer(journal, "asked")
    for number in range(2_000):
        pass_over(journal, f"n{number}")
    for number in range(KEPT - 1):
        answer(journal, f"a{number}")
    told = journal.told
    assert [one.number for one in told] == sorted(one.number for one in told)
    assert told[0].decision.event == "asked"
    assert told[-1].number == 1 + 2_000 + KEPT - 1
    assert len(told) == KEPT + NOTED
    assert told[1].decision.event == f"n{2_000 - NOTED}"


def test_what_is_kept_is_numbered_as_it_came() -> None:
    journal = Journal()
    for name in ("one", "two", "three", "four"):
        note(journal, name)
        (pass_over if name in {"one", "three"} else answer)(journal, name)
    assert [(one.number, one.decision.event) for one in journal.told] == [
        (1, "one"), (2, "two"), (3, "three"), (4, "four"),
    ]  # fmt: skip
    assert not journal.awaits("four")


def test_who_is_forgotten_is_named_nowhere_not_even_in_what_is_still_to_be_decided() -> None:
    journal = Journal()
    reply = Reply(
        id="r", text="ann and bob: hello", language="en", to=(), facts={}, route="t5", directive=Directive(), event="a1"
    )
    journal.replied(reply)
    for name, viewer in (("a1", "ann"), ("b1", "bob"), ("a2", "ann"), ("a3", "ann"), ("b2", "bob")):
        note(journal, name, viewer)
    answer(journal, "a1", "r")
    answer(journal, "b1", "r")
    pass_over(journal, "a2")
    journal.forget("ann")
    with journal.watch() as watched:
        answer(journal, "a3")
        answer(journal, "b2")
        assert watched.statistics().size == 2
    told = {one.decision.event: one for one in journal.told}
    assert b"ann" not in msgspec.json.encode(list(told.values()))
    assert [told[name].what for name in ("a1", "a2", "a3")] == ["Chat"] * 3
    assert [told[name].viewer for name in ("b1", "b2")] == [Viewer("bob", "bob")] * 2
    assert journal._forgotten == set()


def test_what_others_were_answered_in_the_same_breath_is_forgotten_too() -> None:
    journal = Journal()
    for name, viewer in (("b1", "bob"), ("a1", "ann"), ("b2", "bob")):
        note(journal, name, viewer)
    journal.forget("ann")
    journal.replied(
        Reply(id="r", text="bob, ann", language="en", to=(), facts={}, route="t5", directive=Directive(), event="b1")
    )
    for name in ("b1", "a1", "b2"):
        answer(journal, name, "r")
    assert [(one.decision.event, one.text, one.reply) for one in journal.told] == [
        ("b1", "hi", ""), ("a1", "", ""), ("b2", "hi", ""),
    ]  # fmt: skip
