"""Trains the house T5 from scratch. Resumes from its last checkpoint; watches whether the prompt is read at all."""

import json
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import sentencepiece
import torch
from safetensors.torch import load_file, save_file
from torch.nn.functional import cross_entropy
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from transformers import T5Config, T5ForConditionalGeneration

from training.corpus import Corpus
from training.dataset import Example, Sampler

EXAM: Final = 256
"""Examples that a report is made of, seen ones and as many held-out ones."""
IGNORED: Final = -100
"""The label that torch's cross-entropy leaves out."""
OPENING: Final = 4
"""Pieces of `nlu.prompt.opening`."""


class Recipe(msgspec.Struct, frozen=True):
    """Everything that decides the outcome besides the corpus."""

    examples: int = 144_000
    """Examples seen in all."""
    batch: int = 32
    """Examples a step; 96 was measured to learn far worse at this size."""
    rate: float = 1.5e-3
    """Peak learning rate of AdamW for all that is neither of the next two."""
    embedding_rate: float = 1e-2
    """For the embeddings. Adam's steps do not depend on how large a weight is, and T5's embeddings begin at 1 where
    others begin at 0.06: at 1e-3 for all, 9,600 examples taught what 3,200 do at these rates."""
    query_rate: float = 1.5e-4
    """For the query weights, which T5 does not divide by √d_kv and begins at 0.008 instead. At 2e-3 attention saturated
    after 24,000 examples and the loss rose again."""
    warm_up: int = 300
    """Steps until the peak."""
    width: int = 256
    """d_model."""
    inner: int = 640
    """d_ff of the gated layers."""
    layers: int = 2
    """Of the encoder: a prompt is a row of symbols and one short message."""
    decoder_layers: int = 4
    """Of the decoder. Two layers fewer in the encoder are a quarter more examples a second."""
    heads: int = 4
    """Of 64 each."""
    dropout: float = 0.1
    """Share of activations left out at first. Without it 56,000 examples sufficed to learn all patterns by heart, and
    nothing besides."""
    dropout_examples: int = 112_000
    """Examples seen with dropout. With it to the end this size does not become fluent in the time."""
    window: int = 8
    """Batches drawn at once, so that each holds replies of like length: twice the examples a second of mixed ones."""
    smoothing: float = 0.05
    """Label smoothing while there is dropout; a model that must not hesitate ends without it."""
    averaging: float = 0.999
    """Decay a step of the moving average of the weights, which is what is kept."""
    seed: int = 20
    """Of weights and examples."""
    threads: int = 2
    """Of torch."""
    report_every: int = 500
    """Steps between reports and checkpoints."""


def build(recipe: Recipe, vocabulary: int) -> T5ForConditionalGeneration:
    """Return fresh weights, as T5 begins: embeddings with a deviation of 1, query weights with 1/√(d_model · d_kv)."""
    torch.manual_seed(recipe.seed)
    config = T5Config(
        vocab_size=vocabulary,
        d_model=recipe.width,
        d_ff=recipe.inner,
        d_kv=64,
        num_layers=recipe.layers,
        num_decoder_layers=recipe.decoder_layers,
        num_heads=recipe.heads,
        feed_forward_proj="gated-gelu",
        dropout_rate=recipe.dropout,
        tie_word_embeddings=True,
        decoder_start_token_id=0,
        pad_token_id=0,
        eos_token_id=1,
    )
    model = T5ForConditionalGeneration(config)
    with torch.no_grad():
        model.shared.weight.normal_(std=1.0)
    return model


def rates(model: T5ForConditionalGeneration, recipe: Recipe) -> list[dict[str, Any]]:
    """Return the weights in groups with a learning rate each, in the proportion of what they begin at.

    Adafactor scales its steps so (Shazeer and Stern, ICML 2018, section 8); Adam does not.
    """
    groups: dict[float, list[Any]] = {recipe.embedding_rate: [], recipe.query_rate: [], recipe.rate: []}
    for name, weight in model.named_parameters():
        of_query = name.endswith(".q.weight")
        groups[
            recipe.embedding_rate if name == "shared.weight" else recipe.query_rate if of_query else recipe.rate
        ].append(weight)
    return [{"params": weights, "lr": rate} for rate, weights in groups.items()]


def tensors(examples: Sequence[Example], processor: Any) -> dict[str, torch.Tensor]:
    """Return a padded batch: input ids, their mask, decoder input ids, and labels (all int64 [batch, longest]).

    Nothing is learned from the pieces that a reply is made to begin with: they are given.
    """
    sources = [[processor.piece_to_id(piece) for piece in example.source] for example in examples]
    openings = [[processor.piece_to_id(piece) for piece in example.opening] for example in examples]
    targets = [processor.encode(example.target) for example in examples]
    written = list(zip(openings, targets, strict=True))
    end = processor.eos_id()

    def padded(rows: list[list[int]], filler: int) -> torch.Tensor:
        longest = max(map(len, rows))
        return torch.tensor([row + [filler] * (longest - len(row)) for row in rows])

    ids = padded(sources, 0)
    return {
        "input_ids": ids,
        "attention_mask": (ids != 0).long(),
        "decoder_input_ids": padded([[0, *begun, *target] for begun, target in written], 0),
        "labels": padded([[IGNORED] * len(begun) + [*target, end] for begun, target in written], IGNORED),
    }


def _drawn(recipe: Recipe, sampler: Sampler, processor: Any) -> Iterator[list[Example]]:
    """Yield batches of examples without end, replies of like length together, in random order."""
    order = random.Random(recipe.seed)  # noqa: S311  # a seeded draw, no secret
    while True:
        window = [sampler.draw() for _ in range(recipe.batch * recipe.window)]
        window.sort(key=lambda example: len(processor.encode(example.target)))
        batches = [window[start : start + recipe.batch] for start in range(0, len(window), recipe.batch)]
        order.shuffle(batches)
        yield from batches


def _batches(examples: list[Example], processor: Any) -> list[dict[str, torch.Tensor]]:
    return [tensors(examples[start : start + 64], processor) for start in range(0, len(examples), 64)]


@torch.no_grad()
def losses(model: Any, batches: list[dict[str, torch.Tensor]]) -> tuple[float, float]:
    """Return nats a piece on `batches` with their own prompts and with prompts shuffled within each batch.

    Where the two are equal the prompt is not read, however low they are.
    """
    model.eval()
    own = shuffled = 0.0
    for batch in batches:
        own += float(model(**batch).loss)
        order = torch.roll(torch.arange(len(batch["labels"])), 1)
        begun = batch["decoder_input_ids"].clone()
        begun[:, 1 : 1 + OPENING] = begun[order, 1 : 1 + OPENING]
        moved = {"input_ids": batch["input_ids"][order], "attention_mask": batch["attention_mask"][order]}
        shuffled += float(model(**moved, decoder_input_ids=begun, labels=batch["labels"]).loss)
    model.train()
    return own / len(batches), shuffled / len(batches)


@torch.no_grad()
def sentinel_identity(model: Any, batches: list[dict[str, torch.Tensor]], ids: frozenset[int]) -> float:
    """Return the share of sentinels in the labels that are the likeliest piece at their place (teacher forcing)."""
    wanted = torch.tensor(sorted(ids))
    right = total = 0
    for batch in batches:
        likeliest = model(**batch).logits.argmax(-1)
        places = torch.isin(batch["labels"], wanted)
        # Where the model would say a sentinel at all, is it the right one?
        places &= torch.isin(likeliest, wanted)
        right += int((likeliest[places] == batch["labels"][places]).sum())
        total += int(places.sum())
    return right / max(total, 1)


def train(recipe: Recipe, trained: Corpus, held: Corpus, folder: Path, sentinel_ids: frozenset[int]) -> Path:
    """Train, writing curve.jsonl and checkpoints to `folder`; return the final weights (safetensors)."""
    torch.set_num_threads(recipe.threads)
    processor: Any = sentencepiece.SentencePieceProcessor(model_file=str(folder / "pieces.model"))
    sampler = Sampler(trained, processor, recipe.seed)
    exam = Sampler(trained, processor, recipe.seed + 1)
    seen = _batches([exam.draw() for _ in range(EXAM)], processor)
    shown = random.Random(recipe.seed).sample(held.patterns, min(EXAM, len(held.patterns)))  # noqa: S311  # no secret
    unseen = _batches([exam.example(pattern) for pattern in shown], processor)
    model = build(recipe, processor.get_piece_size())
    optimiser = torch.optim.AdamW(rates(model, recipe), weight_decay=0.01, betas=(0.9, 0.98), fused=True)
    steps = recipe.examples // recipe.batch
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / recipe.warm_up, max(0.02, 1 - step / steps))
    )
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(recipe.averaging))
    first = _resume(folder, model, average, optimiser, schedule)
    batches = _drawn(recipe, sampler, processor)
    for _ in range(first):  # the draw goes on where it stopped
        next(batches)
    model.train()
    begun, total = time.monotonic(), 0.0
    for step in range(first, steps):
        rough = step * recipe.batch < recipe.dropout_examples
        if step * recipe.batch == recipe.dropout_examples or step == first:
            _set_dropout(model, recipe.dropout if rough else 0.0)
        batch = tensors(next(batches), processor)
        loss = cross_entropy(
            model(**batch).logits.flatten(0, 1),
            batch["labels"].flatten(),
            ignore_index=IGNORED,
            label_smoothing=recipe.smoothing if rough else 0.0,
        )
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        average.update_parameters(model)
        schedule.step()
        optimiser.zero_grad()
        total += float(loss.detach())
        if (step + 1) % recipe.report_every == 0 or step + 1 == steps:
            own, shuffled = losses(average.module, seen)
            row = {
                "step": step + 1,
                "examples": (step + 1) * recipe.batch,
                "loss": total / (step % recipe.report_every + 1),
                "seen": own,
                "seen_shuffled": shuffled,
                "held_out": losses(average.module, unseen)[0],
                "sentinels": sentinel_identity(average.module, unseen, sentinel_ids),
                "examples_per_s": (step + 1 - first) * recipe.batch / (time.monotonic() - begun),
            }
            total = 0.0
            print(json.dumps({key: round(value, 4) for key, value in row.items()}), f"of {steps} steps", flush=True)
            with (folder / "curve.jsonl").open("a") as curve:
                curve.write(json.dumps(row) + "\n")
            _save(folder, step + 1, model, average, optimiser, schedule)
    return folder / "model.safetensors"


def _set_dropout(model: torch.nn.Module, share: float) -> None:
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = share
        elif isinstance(getattr(module, "dropout", None), float):
            module.dropout = share


def _save(folder: Path, step: int, model: Any, average: Any, optimiser: Any, schedule: Any) -> None:
    save_file(_own(average.module), folder / "model.safetensors")
    state = {
        "step": step,
        "model": _own(model),
        "updates": average.n_averaged,
        "optimiser": optimiser.state_dict(),
        "schedule": schedule.state_dict(),
    }
    torch.save(state, folder / "state.new")
    (folder / "state.new").replace(folder / "state.pt")


def _own(model: Any) -> dict[str, torch.Tensor]:
    """Return the weights that are not tied to others."""
    return {
        name: weight.clone()
        for name, weight in model.state_dict().items()
        if "embed_tokens" not in name and name != "lm_head.weight"
    }


def _resume(folder: Path, model: Any, average: Any, optimiser: Any, schedule: Any) -> int:
    if not (folder / "state.pt").exists():
        return 0
    state = torch.load(folder / "state.pt", weights_only=True)
    restore(average.module, folder)
    average.n_averaged = state["updates"]
    _load(model, state["model"], folder)
    optimiser.load_state_dict(state["optimiser"])
    schedule.load_state_dict(state["schedule"])
    print(f"going on from step {state['step']}", flush=True)
    return int(state["step"])


def restore(model: Any, folder: Path) -> None:
    """Load the last checkpoint's averaged weights into `model`; tied embeddings follow from the shared ones."""
    _load(model, load_file(folder / "model.safetensors"), folder)


def _load(model: Any, weights: dict[str, torch.Tensor], folder: Path) -> None:
    missing, unexpected = model.load_state_dict(weights, strict=False)
    if unexpected or any("embed_tokens" not in name and name != "lm_head.weight" for name in missing):
        raise ValueError(f"{folder} holds other weights: {missing=} {unexpected=}; remove it to start again")
