"""Speech in time, under a clock that the tests move."""

import pytest

from core.errors import AudioError, OverloadError
from core.events import Clause, Speech
from rooms.pacing import Begin, Pacer, Piece

RATE = 24_000


def clause(reply: str, sequence: int, seconds: float, text: str = "", *, last: bool = False) -> Speech:
    caption = Clause(text, 0.0, seconds)
    pcm = bytes(int(seconds * RATE) * 2)
    return Speech(reply=reply, sequence=sequence, pcm=pcm, sample_rate=RATE, caption=caption, last=last)


def seconds_of(items: list[Begin | Piece]) -> float:
    return sum(len(item.pcm) for item in items if isinstance(item, Piece)) / 2 / RATE


def test_one_second_goes_out_at_once_and_the_rest_as_it_is_played() -> None:
    pacer = Pacer()
    pacer.push(clause("r", 0, 3.0))
    sent = [seconds_of(pacer.due(0.0)), seconds_of(pacer.due(0.5)), seconds_of(pacer.due(10.0))]
    assert sent == pytest.approx([1.0, 0.5, 1.0])  # after a stall it is again one second, not all that was missed


def test_what_is_sent_is_never_more_than_a_second_ahead_and_all_of_it_arrives_in_order() -> None:
    pacer = Pacer()
    for number in range(4):
        pacer.push(clause("r", number, 0.73, last=number == 3))
    now, sent, items = 0.0, 0.0, list[Begin | Piece]()
    while (wait := pacer.wait_s(now)) is not None and now < 60:
        now += wait
        new = pacer.due(now)
        pacer.finished(now)
        sent += seconds_of(new)
        items += new
        assert sent - now <= 1.0 + 1e-6
    pieces = [item for item in items if isinstance(item, Piece)]
    assert sent == pytest.approx(4 * 0.73)
    assert now == pytest.approx(4 * 0.73)
    assert [piece.count for piece in pieces] == list(range(len(pieces)))
    assert [piece.sequence for piece in pieces if piece.last] == [0, 1, 2, 3]
    assert all(len(piece.pcm) <= RATE // 5 * 2 for piece in pieces)
    assert [item.speech.sequence for item in items if isinstance(item, Begin)] == [0, 1, 2, 3]


def test_a_reply_is_heard_whole_when_its_last_sound_has_been_played_and_not_before() -> None:
    pacer = Pacer()
    pacer.push(clause("r", 0, 0.5, "你好，"))
    pacer.push(clause("r", 1, 0.4, "欢迎。"))
    pacer.push(clause("r", 2, 0.0, last=True))
    pacer.due(0.0)
    assert pacer.finished(0.89) == []
    (heard,) = pacer.finished(0.91)
    assert (heard.text, heard.cut) == ("你好，欢迎。", False)
    assert heard.played_s == pytest.approx(0.9)
    assert pacer.wait_s(1.0) is None


def test_a_cancelled_reply_reports_the_clauses_that_were_heard_to_their_end() -> None:
    pacer = Pacer()
    pacer.push(clause("r", 0, 0.5, "One,"))
    pacer.push(clause("r", 1, 0.4, "two,"))
    pacer.push(clause("r", 2, 2.0, "three."))
    pacer.due(0.0)
    pacer.due(0.5)
    heard = pacer.cancel("r", 1.2)
    assert (heard.text, heard.cut) == ("One, two,", True)
    assert heard.played_s == pytest.approx(1.2)
    assert pacer.due(2.0) == []


def test_clauses_that_come_after_their_reply_was_cancelled_are_dropped() -> None:
    pacer = Pacer()
    pacer.push(clause("r", 0, 0.5))
    pacer.cancel("r", 0.0)
    pacer.push(clause("r", 1, 0.5))
    assert pacer.due(0.0) == []
    assert pacer.wait_s(0.0) is None


def test_cancelling_what_plays_lets_the_next_reply_sound_at_once() -> None:
    pacer = Pacer()
    pacer.push(clause("a", 0, 0.6, "a", last=True))
    pacer.push(clause("b", 0, 0.3, "b", last=True))
    pacer.due(0.0)
    assert pacer.cancel("a", 0.1).played_s == pytest.approx(0.1)
    assert pacer.finished(0.39) == []
    assert [heard.reply for heard in pacer.finished(0.41)] == ["b"]


def test_cancelling_what_waits_leaves_what_plays_alone() -> None:
    pacer = Pacer()
    pacer.push(clause("a", 0, 0.6, "a", last=True))
    pacer.push(clause("b", 0, 0.3, "b", last=True))
    pacer.due(0.0)
    assert pacer.cancel("b", 0.1).played_s == pytest.approx(0.0)
    assert pacer.finished(0.5) == []
    assert [heard.played_s for heard in pacer.finished(0.61)] == [pytest.approx(0.6)]


def test_cancelling_in_the_middle_of_a_clause_starts_the_next_reply_from_its_beginning() -> None:
    pacer = Pacer()
    pacer.push(clause("a", 0, 3.0))
    pacer.due(0.0)
    pacer.cancel("a", 0.2)
    pacer.push(clause("b", 0, 0.5, last=True))
    items = pacer.due(0.2)
    assert isinstance(items[0], Begin)
    assert seconds_of(items) == pytest.approx(0.5)


def test_a_gap_between_clauses_is_not_counted_as_heard() -> None:
    pacer = Pacer()
    pacer.push(clause("r", 0, 0.5, "a"))
    pacer.due(0.0)
    pacer.push(clause("r", 1, 0.5, "b", last=True))
    pacer.due(5.0)
    assert pacer.finished(5.4) == []
    assert pacer.finished(5.6)[0].played_s == pytest.approx(1.0)


def test_more_speech_than_fits_is_refused() -> None:
    pacer = Pacer(waiting_s=2.0)
    pacer.push(clause("r", 0, 1.5))
    with pytest.raises(OverloadError):
        pacer.push(clause("r", 1, 1.0))


def test_half_a_sample_is_no_speech() -> None:
    caption = Clause("", 0.0, 0.0)
    with pytest.raises(AudioError):
        Pacer().push(Speech(reply="r", sequence=0, pcm=b"abc", sample_rate=RATE, caption=caption))


def test_everything_can_be_cancelled_together() -> None:
    pacer = Pacer()
    pacer.push(clause("a", 0, 0.5, last=True))
    pacer.push(clause("b", 0, 0.5, last=True))
    pacer.due(0.0)
    assert [(heard.reply, heard.cut) for heard in pacer.cancel_all(0.1)] == [("a", True), ("b", True)]
    assert pacer.wait_s(0.1) is None
