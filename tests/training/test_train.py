"""What a batch holds, and how fast each weight may move."""

from typing import Any

import pytest

from nlu.danmate_t5 import WEIGHTS
from training.corpus import load, split
from training.dataset import Sampler

pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("ignore")]  # transformers warns of its own plans


@pytest.mark.usefixtures("needs_torch")
def test_nothing_is_learned_from_what_a_reply_is_made_to_begin_with() -> None:
    import sentencepiece

    from training.train import IGNORED, OPENING, tensors

    pieces: Any = sentencepiece.SentencePieceProcessor(model_file=str(WEIGHTS / "pieces.model"))
    sampler = Sampler(split(load())[0], pieces, seed=1)
    examples = [sampler.draw() for _ in range(8)]
    batch = tensors(examples, pieces)
    for row, example in enumerate(examples):
        target = pieces.encode(example.target)
        begun = [pieces.piece_to_id(piece) for piece in example.opening]
        size = OPENING + len(target) + 1
        assert batch["decoder_input_ids"][row, :size].tolist() == [0, *begun, *target]
        assert batch["labels"][row, :size].tolist() == [IGNORED] * OPENING + [*target, pieces.eos_id()]
        assert (batch["labels"][row, size:] == IGNORED).all()


@pytest.mark.usefixtures("needs_torch")
def test_every_weight_moves_at_the_rate_of_its_kind() -> None:
    from training.train import Recipe, build, rates

    recipe = Recipe(width=64, inner=64, layers=1, decoder_layers=1, heads=1)
    model = build(recipe, 300)
    groups = {group["lr"]: group["params"] for group in rates(model, recipe)}
    assert sum(len(weights) for weights in groups.values()) == len(list(model.parameters()))
    assert [weight is model.shared.weight for weight in groups[recipe.embedding_rate]] == [True]
    queries = [weight for name, weight in model.named_parameters() if name.endswith(".q.weight")]
    assert len(groups[recipe.query_rate]) == len(queries) == 3
