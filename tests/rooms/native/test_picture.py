"""The connector's picture of who is here, and what of it is told."""

from core.events import Role, Viewer
from rooms.native import picture as pictures
from rooms.native import server_messages as server
from rooms.native.picture import Change, Picture

ANN, BOB = Viewer("a", "Ann"), Viewer("b", "Bob")


def told(picture: Picture) -> list[tuple[str, bool]]:
    """Return what is told now: who, and whether they came."""
    changes: list[Change] = []
    while (change := picture.next()) is not None:
        changes.append(change)
    return [(change.viewer.id, change.came) for change in changes]


def test_who_comes_and_goes_is_told_once_however_often_the_server_says_so() -> None:
    picture = Picture()
    picture.came(ANN, "e1")
    picture.change(server.People(came=(ANN, BOB)))
    assert told(picture) == [("a", True), ("b", True)]
    picture.change(server.People(came=(ANN,), gone=("b", "stranger")))
    picture.went("b")
    assert told(picture) == [("b", False)]
    assert len(picture) == 1


def test_who_is_gone_before_the_bot_listened_is_not_told() -> None:
    picture = Picture()
    picture.came(ANN)
    picture.went("a")
    assert told(picture) == []
    picture.came(BOB)
    assert told(picture) == [("b", True)]
    picture.went("b")
    picture.came(BOB)
    assert told(picture) == []


def test_the_event_that_told_of_it_keeps_its_id() -> None:
    picture = Picture()
    picture.came(ANN, "e1")
    picture.change(server.People(came=(ANN,)))
    assert picture.next() == Change(ANN, came=True, event="e1")


def test_the_roll_ends_ghosts_and_finds_who_was_here_before_us() -> None:
    picture = Picture()
    picture.came(ANN)
    told(picture)
    picture.call(server.RollTold(here={Role.SUBSCRIBER: ["b"]}))
    assert [picture.next(), picture.next(), picture.next()] == [
        Change(ANN, came=False),
        Change(Viewer("b", "", Role.SUBSCRIBER), came=True, before=True),
        None,
    ]


def test_before_the_roll_who_acts_is_known_by_that_and_afterwards_has_just_come() -> None:
    picture = Picture()
    picture.acted(ANN)
    assert told(picture) == []
    picture.call(server.RollTold(here={}))
    assert told(picture) == [("a", False)]
    picture.acted(BOB)
    assert told(picture) == [("b", True)]


def test_bots_and_nobody_are_not_in_it_and_it_does_not_grow_without_bound() -> None:
    picture = Picture()
    picture.came(Viewer("x", "Bot", Role.BOT))
    picture.came(Viewer("", ""))
    for number in range(pictures.MOST + 5):
        picture.came(Viewer(f"v{number}", ""))
    assert len(picture) == pictures.MOST
    assert len(told(picture)) == pictures.MOST
