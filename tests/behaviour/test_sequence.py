"""Probabilities are probabilities, whatever came; one event at a time and in bulk are the same model."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from behaviour.features import Ints, batch
from behaviour.fit import choose, fit
from behaviour.sequence import SequenceModel

SYMBOLS = ("a", "b", "c", "?", "$")
END = len(SYMBOLS) - 1

sessions = st.lists(st.lists(st.integers(0, END - 1), min_size=1, max_size=40), min_size=1, max_size=12)


def ended(found: list[list[int]]) -> list[Ints]:
    return [np.array([*session, END], np.int64) for session in found]


def drawn(count: int, seed: int = 0) -> list[Ints]:
    """Return sessions of a known chain: a is followed by b or c, these by a, and any session ends in a twelfth."""
    random = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        session = [0]
        while random.random() > 1 / 12 and len(session) < 200:
            session.append(0 if session[-1] else int(random.integers(1, 3)))
        found.append(np.array([*session, END], np.int64))
    return found


@given(sessions, st.sampled_from([1.0, 0.9, 0.5]), st.sampled_from([0.0, 0.75]), st.integers(1, 3))
@settings(max_examples=60, deadline=None)
def test_every_row_sums_to_one_and_holds_no_zero(
    found: list[list[int]], keep: float, discount: float, order: int
) -> None:
    model = SequenceModel(SYMBOLS, order, keep, discount)
    for number, session in enumerate(ended(found)):
        history = model.begin()
        for symbol in session.tolist():
            row = model.learn(history, symbol, number % 3)
            assert np.isfinite(row).all()
            assert (row > 0).all()
            assert row.sum() == pytest.approx(1.0, abs=1e-5)
    for segment in (None, 0, 1, 60):
        rows = model.matrix(segment)
        assert rows.sum(axis=1) == pytest.approx(np.ones(len(SYMBOLS)))
        assert (rows > 0).all()


@given(sessions, sessions, st.sampled_from([0.0, 0.5]))
@settings(max_examples=40, deadline=None)
def test_in_bulk_and_one_by_one_the_probabilities_are_the_same(
    seen: list[list[int]], asked: list[list[int]], discount: float
) -> None:
    model = SequenceModel(SYMBOLS, discount=discount)
    fit(model, ended(seen))
    at_once = model.predict_many(batch(ended(asked), len(SYMBOLS)))
    row = 0
    for session in ended(asked):
        history = model.begin()
        history.move(int(session[0]))
        for symbol in session[1:].tolist():
            assert model.predict(history, int(session[0])) == pytest.approx(at_once[row], abs=2e-5)
            history.move(symbol)
            row += 1
    assert row == len(at_once)


def test_counted_in_bulk_and_one_by_one_the_contexts_are_the_same() -> None:
    found = drawn(40)
    slow, quick = SequenceModel(SYMBOLS), SequenceModel(SYMBOLS)
    for session in found:
        history = slow.begin()
        history.move(int(session[0]))
        for symbol in session[1:].tolist():
            slow.learn(history, symbol, int(session[0]))
    quick.count(batch(found, len(SYMBOLS)))
    assert slow.rows.keys() == quick.rows.keys()
    for code, row in slow.rows.items():
        assert slow.counts[row].tolist() == quick.counts[quick.rows[code]].tolist()


def test_learning_in_bulk_is_predicting_first_and_counting_then() -> None:
    at_once, in_turn = SequenceModel(SYMBOLS), SequenceModel(SYMBOLS)
    for seed in range(3):
        events = batch(drawn(30, seed), len(SYMBOLS))
        expected = in_turn.predict_many(events)
        in_turn.count(events)
        assert np.array_equal(at_once.learn_many(events), expected)
    assert at_once.rows == in_turn.rows
    assert np.array_equal(at_once.counts, in_turn.counts)


def test_counts_that_are_taken_away_leave_nothing() -> None:
    model = SequenceModel(SYMBOLS)
    events = batch(drawn(20), len(SYMBOLS))
    model.count(events)
    model.count(events, -1.0)
    assert not model.counts.any()


def test_a_known_chain_is_learned_as_well_as_can_be() -> None:
    model = SequenceModel(SYMBOLS)
    fit(model, drawn(2000))
    events = batch(drawn(500, seed=1), len(SYMBOLS))
    rows = model.predict_many(events)
    nats = -np.log(rows[np.arange(len(rows)), events.came]).mean()
    # Of the last symbol a: 1/12 end, half of the rest each; of the others: 1/12 end, the rest a.
    after_a = -(1 / 12 * np.log(1 / 12) + 11 / 12 * np.log(11 / 24))
    after_other = -(1 / 12 * np.log(1 / 12) + 11 / 12 * np.log(11 / 12))
    share = (events.keys[:, 0] == 0).mean()
    assert nats == pytest.approx(share * after_a + (1 - share) * after_other, abs=0.04)


def test_learned_one_by_one_the_chain_is_known_too() -> None:
    model = SequenceModel(SYMBOLS, keep=0.9999)
    nats = []
    for session in drawn(1500):
        history = model.begin()
        nats += [-np.log(model.learn(history, symbol)[symbol]) for symbol in session.tolist()]
    assert np.mean(nats[-3000:]) < 0.75


def test_what_everybody_did_before_is_forgotten() -> None:
    model = SequenceModel(SYMBOLS, keep=0.995)
    for follower, sessions_of in ((1, 300), (2, 300)):
        for _ in range(sessions_of):
            history = model.begin()
            for symbol in (0, follower, END):
                model.learn(history, symbol)
    history = model.begin()
    history.move(0)
    row = model.predict(history)
    assert row[2] > 5 * row[1]


def test_a_context_that_has_faded_counts_as_hardly_seen() -> None:
    model = SequenceModel(SYMBOLS, keep=0.5)
    for session in ended([[0, 1], [2, 3, 2, 3, 2]]):
        history = model.begin()
        for symbol in session.tolist():
            model.learn(history, symbol)
    events = batch(ended([[0]]), len(SYMBOLS))
    assert not model.look(events, slice(None))[1][:, :-2].any()  # the last two are a viewer's own


def test_a_viewers_own_way_weighs_more_the_longer_they_keep_to_it() -> None:
    model = SequenceModel(SYMBOLS)
    for _ in range(300):
        history = model.begin()
        for symbol in (0, 1, 0, 1, END):
            model.learn(history, symbol)
    chances = []
    history = model.begin()
    history.move(0)
    for _ in range(6):
        chances.append(float(model.predict(history)[2]))
        history.move(2)
        history.move(0)
    assert chances[-1] > 3 * chances[0]


def test_a_segment_leans_on_everyone_until_it_has_a_way_of_its_own() -> None:
    model = SequenceModel(SYMBOLS)
    for number in range(600):
        history = model.begin()
        segment = 1 if number % 10 == 0 else 0
        for symbol in (0, 2 if segment else 1, END):
            model.learn(history, symbol, segment)
    assert model.matrix(5)[0].tolist() == pytest.approx(model.matrix(None)[0].tolist(), rel=1e-5)
    assert model.matrix(1)[0, 2] > 0.8 > model.matrix(None)[0, 2]


def test_contexts_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("behaviour.sequence.MOST_CONTEXTS", 20)
    model = SequenceModel(SYMBOLS)
    for session in drawn(30):
        history = model.begin()
        for symbol in session.tolist():
            assert (model.learn(history, symbol) > 0).all()
    assert len(model.rows) == 20


def test_order_and_smoothing_are_ranked_by_validation() -> None:
    found = choose(SYMBOLS, drawn(300), drawn(100, seed=5))
    assert len(found) == 9
    assert [choice.nats for choice in found] == sorted(choice.nats for choice in found)


@pytest.mark.parametrize(("symbols", "order"), [(("a",), 3), (SYMBOLS, 0), (SYMBOLS, 4), (("x",) * 65, 3)])
def test_what_it_cannot_be_is_refused(symbols: tuple[str, ...], order: int) -> None:
    with pytest.raises(ValueError, match="wanted"):
        SequenceModel(symbols, order)
