"""Viewers are followed, answered for, forgotten, and saved without anything that is theirs alone."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from behaviour.chain import ViewerChains, prior_rows
from behaviour.fit import fit
from behaviour.model_file import save
from behaviour.sequence import SequenceModel
from behaviour.sessions import encode
from behaviour.symbols import States
from core.errors import DanmateError

STATES = States()


def crowd(chains: ViewerChains, visits: int = 200) -> None:
    """Let viewers come, chat and go after about a minute, and shoppers buy."""
    for number in range(visits):
        shopper = number % 2 == 0
        ways = ("arrive", "ask", "click", "buy", "leave") if shopper else ("arrive", "chat", "chat", "lurk", "leave")
        for step, state in enumerate(ways):
            chains.observe(f"v{number}", "shopper" if shopper else "talker", state, 100.0 * number + 15.0 * step)


def test_the_assumed_matrix_has_no_zero_and_rows_that_sum_to_one() -> None:
    rows = prior_rows(STATES)
    assert (rows > 0).all()
    assert rows.sum(axis=1).tolist() == pytest.approx([1.0] * len(STATES.names))


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(STATES.names), st.floats(-10, 1e5)), max_size=60))
@settings(max_examples=25, deadline=None)
def test_whatever_comes_every_answer_is_a_probability(events: list[tuple[int, str, float]]) -> None:
    chains = ViewerChains(STATES)
    for number, state, at in events:
        chains.observe(str(number), "talker", state, at)
    for who in ("0", "1", "nobody"):
        assert sum(chains.next(who).values()) == pytest.approx(1.0, abs=1e-5)
        assert sum(chains.after(who, 4).values()) == pytest.approx(1.0, abs=1e-5)
        assert min(chains.next(who).values()) > 0
        assert 0 <= chains.leave_within(who, 60.0) <= 1
        assert 0 <= chains.buy_within(who, 5) <= 1
        assert chains.remaining_s(who) > 0


def test_segments_differ_where_their_viewers_do() -> None:
    chains = ViewerChains(STATES)
    crowd(chains)
    chains.observe("s", "shopper", "arrive", 0.0)
    chains.observe("t", "talker", "arrive", 0.0)
    assert chains.next("s")["ask"] > 3 * chains.next("t")["ask"]
    assert chains.buy_within("s", 5) > 3 * chains.buy_within("t", 5)


def test_the_chance_to_leave_grows_with_the_horizon_and_ends_near_certainty() -> None:
    chains = ViewerChains(STATES)
    crowd(chains)
    chains.observe("s", "shopper", "arrive", 0.0)
    chances = [chains.leave_within("s", seconds) for seconds in (5.0, 30.0, 60.0, 120.0, 1200.0)]
    assert chances == sorted(chances)
    assert chances[-1] > 0.95
    assert chains.remaining_s("s") == pytest.approx(60.0, rel=0.5)


def test_one_step_ahead_is_what_comes_next() -> None:
    chains = ViewerChains(STATES)
    crowd(chains, 20)
    chains.observe("s", "shopper", "ask", 0.0)
    assert chains.after("s", 1) == pytest.approx(chains.next("s"))
    assert chains.buy_within("s", 1) == pytest.approx(chains.next("s")["buy"])
    assert chains.buy_within("s", 0) == 0.0
    with pytest.raises(ValueError, match="steps"):
        chains.after("s", 0)


def test_a_state_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError):
        ViewerChains(STATES).observe("a", "fan", "dance", 0.0)


def test_whoever_was_longest_silent_gives_way() -> None:
    chains = ViewerChains(STATES, viewers=2)
    for who in ("a", "b", "a", "c"):
        chains.observe(who, "fan", "chat", 1.0)
    assert len(chains) == 2
    fresh = ViewerChains(STATES)
    assert len(fresh) == 0
    chains.forget("a")
    chains.observe("c", "fan", "leave", 2.0)
    assert len(chains) == 0


def test_the_version_says_how_much_was_learned() -> None:
    chains = ViewerChains(STATES)
    chains.observe("a", "fan", "chat", 1.0)
    assert chains.version == "chain-3+1"


def test_what_was_learned_survives_a_file_and_viewers_do_not(tmp_path: Path) -> None:
    chains, again = ViewerChains(STATES), ViewerChains(STATES)
    crowd(chains)
    chains.observe("somebody-with-a-long-id", "shopper", "arrive", 0.0)
    chains.save(tmp_path / "model.npz")
    assert b"somebody" not in (tmp_path / "model.npz").read_bytes()
    again.load(tmp_path / "model.npz")
    assert len(again) == 0
    again.observe("somebody-with-a-long-id", "shopper", "arrive", 0.0)
    assert again.next("somebody-with-a-long-id") == pytest.approx(chains.next("somebody-with-a-long-id"), abs=2e-3)
    assert again.remaining_s("nobody") == pytest.approx(chains.remaining_s("nobody"), rel=0.02)


def test_a_chain_of_files_starts_a_room_and_one_of_other_symbols_does_not(tmp_path: Path) -> None:
    model = SequenceModel(STATES.names)
    fit(model, encode([["arrive", "share", "share", "leave"]] * 50, STATES.names))
    save(model, tmp_path / "states.npz")
    chains = ViewerChains(STATES)
    chains.load(tmp_path / "states.npz")
    chains.observe("a", "fan", "arrive", 0.0)
    assert max(chains.next("a"), key=lambda name: chains.next("a")[name]) == "share"
    save(SequenceModel(("x", "y", "?", "$")), tmp_path / "pages.npz")
    with pytest.raises(DanmateError, match="states"):
        chains.load(tmp_path / "pages.npz")
