"""What is trained on, and what never is."""

from collections import Counter

from nlu.intents import Tone
from training.corpus import in_held_out_cell, kept_from_training, load, split
from training.dataset import Sampler

CORPUS = load()


class Characters:
    def encode(self, text: str, out_type: type[str]) -> list[str]:
        return list(text)


def test_held_out_cells_are_whole_and_nothing_is_composed_in_them() -> None:
    trained, held = split(CORPUS)
    cells = {(p.language, p.intent, p.tone) for p in CORPUS.patterns if in_held_out_cell(p.language, p.intent, p.tone)}
    assert len(cells) >= 10
    assert not cells & {(p.language, p.intent, p.tone) for p in trained.patterns}
    assert len(trained.patterns) + len(held.patterns) == len(CORPUS.patterns)
    sampler = Sampler(trained, Characters(), 1)
    drawn = [sampler.draw().pattern for _ in range(3000)]
    assert not cells & {(p.language, p.intent, p.tone) for p in drawn}


def test_tones_and_languages_are_drawn_about_evenly() -> None:
    sampler = Sampler(split(CORPUS)[0], Characters(), 2)
    drawn = [sampler.draw().pattern for _ in range(3000)]
    tones, languages = Counter(p.tone for p in drawn), Counter(p.language for p in drawn)
    assert min(tones[tone] for tone in Tone) > 0.18 * len(drawn)
    assert min(languages.values()) > 0.45 * len(drawn)


def test_the_same_seed_draws_the_same_examples() -> None:
    one, other = (Sampler(split(CORPUS)[0], Characters(), 3) for _ in range(2))
    assert [one.draw() for _ in range(50)] == [other.draw() for _ in range(50)]


def test_a_text_is_held_out_whatever_else_is_added() -> None:
    assert {kept_from_training(p) for p in CORPUS.patterns} == {True, False}
