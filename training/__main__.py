"""`python -m training`: corpus → vocabulary → T5 → CTranslate2 → templates → judge → scores → model card."""

import argparse
import json
from pathlib import Path

import msgspec
import sentencepiece

from nlu.danmate_t5 import WEIGHTS
from nlu.prompt import SENTINELS
from training import corpus, judge, vocabulary
from training.card import card
from training.export import export, templates
from training.train import Recipe, train

RUNS = Path(__file__).parent / "runs"


def main() -> None:
    """Run every step whose result is not there yet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", default="t5", help="folder under training/runs that holds checkpoints")
    parser.add_argument("--examples", type=int, default=Recipe().examples)
    parser.add_argument("--threads", type=int, default=Recipe().threads)
    arguments = parser.parse_args()
    folder = RUNS / arguments.run
    folder.mkdir(parents=True, exist_ok=True)
    everything = corpus.load()
    trained, held = corpus.split(everything)
    print(f"{len(trained.patterns)} patterns to learn, {len(held.patterns)} held out")
    pieces = folder / "pieces.model"
    if not pieces.exists():
        vocabulary.train(trained, pieces)
    processor = sentencepiece.SentencePieceProcessor(model_file=str(pieces))
    sentinels = frozenset(processor.piece_to_id(sentinel) for sentinel in SENTINELS.values())
    recipe = Recipe(examples=arguments.examples, threads=arguments.threads)
    (folder / "recipe.json").write_bytes(msgspec.json.encode(recipe))
    train(recipe, trained, held, folder, sentinels)
    export(folder)
    templates(everything)
    judge.write(trained, WEIGHTS)
    print(json.dumps(card(folder, everything, trained, held), ensure_ascii=False))


if __name__ == "__main__":
    main()
