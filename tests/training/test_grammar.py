"""What the intent model is trained on beside the corpus."""

from pathlib import Path

from nlu.intents import INTENTS
from training import grammar
from training.augment import Augmenter


def written(folder: Path, *lines: str) -> Path:
    (folder / "en").mkdir()
    names = [line for line in lines if line.startswith("@")]
    (folder / "en" / "names.txt").write_text("\n".join(names), encoding="utf-8")
    (folder / "en" / "shop.txt").write_text("\n".join(line for line in lines if line not in names), encoding="utf-8")
    return folder


def test_every_alternative_is_said_at_least_once(tmp_path: Path) -> None:
    folder = written(tmp_path, "@it = it|that", "= ask_price", "(how much is|price of) @it(|?)")
    texts = {utterance.text for utterance in grammar.expand(1, 1, folder)}
    assert any(text.startswith("price of") for text in texts)
    assert any(text.startswith("how much is") for text in texts)
    assert texts <= {f"{a} {b}{c}" for a in ("how much is", "price of") for b in ("it", "that") for c in ("", "?")}


def test_a_name_within_a_choice_offers_its_alternatives_there(tmp_path: Path) -> None:
    folder = written(tmp_path, "@size = large|small", "= ask_stock", "(any @size left|sold out)")
    texts = {utterance.text for utterance in grammar.expand(1, 9, folder)}
    assert texts == {"any large left", "any small left", "sold out"}


def test_the_same_seed_says_the_same() -> None:
    assert grammar.expand(3, 0.5) == grammar.expand(3, 0.5)
    assert grammar.expand(3, 0.5) != grammar.expand(4, 0.5)


def test_the_grammar_covers_every_spoken_intent_in_both_languages_and_leaves_no_marks() -> None:
    utterances = grammar.expand(1, 1)
    spoken = {intent.name for intent in INTENTS.values() if intent.spoken} - {"unknown"}
    assert {(u.language, u.intent) for u in utterances} == {(language, i) for language in ("zh", "en") for i in spoken}
    assert [u.text for u in utterances if any(mark in u.text for mark in "()|@")] == []


def test_a_variant_differs_but_little() -> None:
    augmenter = Augmenter(["多少钱", "怎么卖"], 1)
    variants = {augmenter.vary("{product}多少钱", "zh") for _ in range(50)}
    assert len(variants) > 10
    assert all("{product}" not in variant for variant in variants)
