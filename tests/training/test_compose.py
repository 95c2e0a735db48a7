"""Other ways of saying a pattern: no fact is invented, and only plain words take another tone."""

from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.intents import INTENTS, Length, Role, Tone
from nlu.length import LIMITS
from nlu.manner import KIND
from training.compose import Composer, manners
from training.corpus import Pattern, load, measure

CORPUS = load()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(CORPUS.patterns))
def test_what_is_composed_is_a_pattern_by_the_corpus_rules(seed: int, pattern: Pattern) -> None:
    made = Composer(seed).vary(pattern)
    if made is None:
        return
    named = [role for role in Role if f"{{{role}}}" in made.text]
    assert set(named) <= set(INTENTS[pattern.intent].roles)
    assert all(made.text.count(f"{{{role}}}") == 1 for role in named)
    assert set(named) - set(pattern.roles) <= {Role.VIEWER, Role.VIEWER2, Role.VIEWER3}
    assert set(pattern.roles) - set(named) <= {Role.VIEWER, Role.PRODUCT, Role.STREAMER}
    assert measure(made.text, made.language) <= LIMITS[made.language][made.length]
    assert (made.language, made.intent) == (pattern.language, pattern.intent)


def test_only_calm_patterns_take_another_tone() -> None:
    loud = Pattern("zh", "ask_price", Tone.LIVELY, Length.SHORT, "报价啦，{price}！")
    plain = Pattern("zh", "ask_price", Tone.CALM, Length.SHORT, "标价{price}")
    assert all(Composer(seed).vary(loud, Tone.CALM) is None for seed in range(20))
    made = [Composer(seed).vary(plain, Tone.LIVELY) for seed in range(20)]
    assert all(one is None or one.tone is Tone.LIVELY for one in made)
    assert any(one is not None and one.text.endswith("！") for one in made)


def test_every_intent_has_openings_and_closings_in_every_tone() -> None:
    known = manners()
    for language in LIMITS:
        for intent in INTENTS:
            for tone in Tone:
                assert len(known[language, KIND[intent], tone].open) >= 5
                assert len(known[language, KIND[intent], tone].close) >= 5
