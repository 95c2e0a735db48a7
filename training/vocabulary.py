"""Trains the SentencePiece vocabulary on the corpus: unigram pieces, byte fallback, control symbols as pieces."""

import io
from pathlib import Path
from typing import Final

import sentencepiece

from nlu.prompt import SYMBOLS
from training.compose import manners
from training.corpus import Corpus

SIZE: Final = 4000
"""Pieces. A larger vocabulary only slows the softmax: replies know their words, and what viewers say is context."""


def train(corpus: Corpus, target: Path) -> None:
    """Write a SentencePiece model to `target`: 0 is padding, 1 the end, 2 unknown, then the control symbols."""
    texts = [p.target for p in corpus.patterns] * 3 + [
        u.text.replace("{", "<").replace("}", ">") for u in corpus.utterances
    ]
    texts += [phrase for manner in manners().values() for phrase in (*manner.open, *manner.close)] * 3
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts),
        model_writer=model,
        vocab_size=SIZE,
        model_type="unigram",
        byte_fallback=True,
        character_coverage=0.9995,
        user_defined_symbols=list(SYMBOLS),
        pad_id=0,
        eos_id=1,
        unk_id=2,
        bos_id=-1,
        add_dummy_prefix=False,
        normalization_rule_name="identity",
        num_threads=1,
        minloglevel=2,
    )
    target.write_bytes(model.getvalue())
