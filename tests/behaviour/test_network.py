"""The network's answers are exact, sum to one and explain themselves."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from behaviour.network import AXES, Network

CASES = st.tuples(*(st.sampled_from(AXES[name]) for name in ("mood", "segment", "goal", "response")))


def test_nothing_learned_means_every_response_alike() -> None:
    answer = Network().expect(mood="hot", segment="fan", goal="thank")
    assert list(answer.responses.values()) == pytest.approx([0.2] * 5)
    assert answer.outcomes == 0


def test_a_combination_that_was_never_seen_says_what_its_goal_says() -> None:
    network = Network()
    for _ in range(100):
        network.learn({"warm": 1.0}, "fan", "thank", "talks")
        network.learn({"warm": 1.0}, "fan", "sell", "turns_away")
    assert network.expect(mood="cold", segment="newcomer", goal="thank").responds > 0.85
    assert network.expect(mood="cold", segment="newcomer", goal="sell").responds < 0.15


def test_evidence_that_matters_is_named_first() -> None:
    network = Network()
    for _ in range(200):
        network.learn({"hot": 1.0}, "fan", "thank", "supports")
        network.learn({"cold": 1.0}, "fan", "thank", "silent")
    answer = network.expect(mood="hot", segment="fan", goal="thank")
    assert answer.influences[0].variable == "mood"
    assert answer.influences[0].moved > 0.2
    assert answer.responds == pytest.approx(answer.influences[0].without + answer.influences[0].moved)


def test_an_uncertain_mood_gives_the_mean_of_what_each_would() -> None:
    network = Network()
    for _ in range(50):
        network.learn({"hot": 1.0}, "fan", "thank", "supports")
    hot, cold = (network.expect(mood=mood, segment="fan", goal="thank").responds for mood in ("hot", "cold"))
    mixed = network.expect(mood={"hot": 0.3, "cold": 0.7}, segment="fan", goal="thank").responds
    assert mixed == pytest.approx(0.3 * hot + 0.7 * cold)


def test_the_answer_is_the_enumeration_of_the_joint() -> None:
    network = Network()
    draw = np.random.default_rng(0)
    for _ in range(300):
        mood, segment, goal, response = (str(draw.choice(values)) for values in AXES.values())
        network.learn({mood: 1.0}, segment, goal, response)
    joint = network._joint()
    assert joint.sum() == pytest.approx(1)
    fan, talks = AXES["segment"].index("fan"), AXES["response"].index("talks")
    above = below = 0.0
    for place in itertools.product(*(range(size) for size in joint.shape)):
        if place[1] == fan:
            below += joint[place]
            above += joint[place] if place[3] == talks else 0.0
    assert network.expect(segment="fan").responses["talks"] == pytest.approx(above / below)


@settings(deadline=None)  # a busy machine is no fault
@given(st.lists(CASES, max_size=30), CASES)
def test_responses_always_sum_to_one(seen: list[tuple[str, ...]], asked: tuple[str, ...]) -> None:
    network = Network()
    for mood, segment, goal, response in seen:
        network.learn({mood: 0.6, "warm": 0.4}, segment, goal, response)
    answer = network.expect(mood=asked[0], segment=asked[1], goal=asked[2])
    assert sum(answer.responses.values()) == pytest.approx(1)
    assert 0 < answer.responds < 1


@pytest.mark.parametrize("evidence", [{"weather": "hot"}, {"mood": "angry"}, {"response": "talks"}, {"mood": {}}])
def test_what_is_no_evidence_is_refused(evidence: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"evidence|one of"):
        Network().expect(**evidence)
