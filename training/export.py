"""From a checkpoint to what is served: CTranslate2 int8, the vocabulary, and templates for when a reply is refused."""

import shutil
from pathlib import Path
from typing import Any

import ctranslate2
import msgspec
import sentencepiece
from ctranslate2.converters.transformers import T5Loader
from transformers import T5ForConditionalGeneration

from nlu.danmate_t5 import WEIGHTS
from nlu.templates import FILE, Bank, Template
from training.compose import manners
from training.corpus import Corpus
from training.judge import judged
from training.train import Recipe, build, restore


def export(folder: Path, target: Path = WEIGHTS) -> None:
    """Write the checkpoint in `folder` to `target`, weights in int8."""
    recipe = msgspec.json.decode((folder / "recipe.json").read_bytes(), type=Recipe)
    processor: Any = sentencepiece.SentencePieceProcessor(model_file=str(folder / "pieces.model"))
    model = build(recipe, processor.get_piece_size())
    restore(model, folder)
    convert(model, [processor.id_to_piece(index) for index in range(processor.get_piece_size())], target)
    shutil.copyfile(folder / "pieces.model", target / "pieces.model")


def convert(model: T5ForConditionalGeneration, pieces: list[str], target: Path) -> None:
    """Write `model` to `target`; the conversion changes it in place, so reload it before using it again.

    The loader is called directly: its usual entrance wants a tokenizer that transformers 5 cannot make of ours.
    """
    target.mkdir(parents=True, exist_ok=True)
    specification: Any = T5Loader().get_model_spec(model.eval())
    specification.register_source_vocabulary(pieces)
    specification.register_target_vocabulary(pieces)
    specification.config.bos_token = pieces[0]
    specification.config.eos_token = pieces[1]
    specification.config.unk_token = pieces[2]
    specification.config.decoder_start_token = pieces[0]
    specification.config.add_source_bos = False
    specification.config.add_source_eos = False
    specification.validate()
    specification.optimize(quantization="int8")
    specification.save(str(target))
    ctranslate2.Translator(str(target), compute_type="int8")  # it must load


def templates(corpus: Corpus, file: Path = FILE) -> None:
    """Write the corpus's patterns as templates, and the openings and closings of tones."""
    follows = judged(corpus.patterns)
    rows = tuple(
        Template(p.language, p.intent, p.tone, p.length, p.target, round(probability, 2))
        for p, probability in zip(corpus.patterns, follows, strict=True)
    )
    file.write_bytes(msgspec.json.encode(Bank(rows, tuple(manners().values()))))
