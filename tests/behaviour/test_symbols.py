"""Events become states by a file, and a file that does not fit together says where."""

from pathlib import Path
from typing import Any

import pytest

from behaviour.reward import _RESPONSE_OF, WORTH
from behaviour.symbols import KINDS, PACKAGED, States
from core.errors import SettingsError
from core.events import Chat, Click, Gift, Join, Leave, Purchase, Removed, RoomEvent, Stream, StreamState, Viewer, Voice

WHO = Viewer(id="7", name="ann")
BASE: dict[str, Any] = {"id": "e", "room": "main", "viewer": WHO, "at": 1.0, "received": 1.0}


@pytest.mark.parametrize(
    ("event", "intent", "state"),
    [
        (Join(**BASE), "", "arrive"),
        (Chat(**BASE, text="多少钱"), "ask_price", "ask"),
        (Chat(**BASE, text="好看"), "praise", "praise"),
        (Chat(**BASE, text="骗人"), "complaint", "complain"),
        (Chat(**BASE, text="在"), "", "chat"),
        (Voice(**BASE, text="hi", language="en", confidence=0.9, audio_s=1.0, ended=1.0), "greeting", "speak"),
        (Gift(**BASE, gift="rose", count=1, value=49.9), "", "small_gift"),
        (Gift(**BASE, gift="rocket", count=1, value=50.0), "", "big_gift"),
        (Click(**BASE, product="1"), "", "click"),
        (Purchase(**BASE, product="1"), "", "buy"),
        (Leave(**BASE), "", "leave"),
        (StreamState(**BASE, state=Stream.LIVE), "", None),
    ],
)
def test_an_event_and_its_intent_mean_a_state(event: RoomEvent, intent: str, state: str | None) -> None:
    assert States().symbol(event, intent) == state


def test_every_kind_of_event_that_a_viewer_causes_means_some_state() -> None:
    text = PACKAGED.read_text(encoding="utf-8")
    assert all(f"\n  {kind}:" in text for kind in KINDS)


def test_a_removal_is_the_doing_of_nobody_but_hits_its_target() -> None:
    assert States.subject(Removed(**BASE, target="9")) == "9"
    assert States.subject(Join(**BASE)) == "7"


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("Like: like", "Like: likes", "unknown state 'likes'"),
        ("Like: like", "Liked: like", "unknown event 'Liked'"),
        ("Leave: leave", "Leave: lurk", "absorbs"),
        ("weight: 20", "weight: -1", "weight"),
        ("weight: 20", "weights: 20", "weights"),
        ("- {name: lurk, ", "- {name: arrive, ", "twice"),
        ("like: 2, leave: 3,", "like: 2, leave: 0,", "everybody leaves"),
    ],
)
def test_a_file_that_does_not_fit_together_says_what_is_wrong(
    tmp_path: Path, right: str, wrong: str, said: str
) -> None:
    text = PACKAGED.read_text(encoding="utf-8")
    assert right in text
    file = tmp_path / "states.yaml"
    file.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(SettingsError, match=said):
        States(file)


def test_an_error_names_the_line(tmp_path: Path) -> None:
    text = PACKAGED.read_text(encoding="utf-8").replace("Share: share", "Share: shares")
    file = tmp_path / "states.yaml"
    file.write_text(text, encoding="utf-8")
    line = text[: text.index("Share: shares")].count("\n") + 1
    with pytest.raises(SettingsError, match=f"states.yaml:{line}:"):
        States(file)


def test_a_reward_and_a_response_are_of_the_same_states_and_all_of_these_exist() -> None:
    assert WORTH.keys() == _RESPONSE_OF.keys()
    assert WORTH.keys() <= States().by_name.keys()
