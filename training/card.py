"""Writes the model card: what was trained, every score, and replies for anyone to read."""

import json
import math
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from nlu.danmate_t5 import DRAFTS, TEMPERATURE, TOP_K, TOP_P, WEIGHTS
from nlu.intents import INTENTS, Tone
from nlu.prompt import LANGUAGES
from training.corpus import Corpus, in_held_out_cell
from training.judge import accuracy
from training.score import REPLIES, Examiner, Sample, figures, hand_written, measured, prompts

SHOWN: Final = 60
"""Replies in the card, drawn by chance."""
_COLUMNS: Final = ("served", "chosen", "chosen_in_known_cells", "chosen_in_unseen_cells", "first_draft", "hand_written")
_HIDDEN: Final = frozenset({"unknown_examples"})


def card(folder: Path, everything: Corpus, trained: Corpus, held: Corpus, target: Path = WEIGHTS) -> dict[str, Any]:
    """Score the weights in `target` and write MODEL_CARD.md and scores.json beside them; return the scores."""
    examiner = Examiner(everything, trained)
    samples = measured(prompts(held, REPLIES), target)
    scores = figures(samples, examiner)
    scores["hand_written"] = examiner.exam(*hand_written(held))
    scores["scoring_judges_on_what_people_wrote"] = examiner.scorer.figures()
    scores["serving_judge_on_held_out_patterns"] = accuracy(held, target)
    curve = [json.loads(line) for line in (folder / "curve.jsonl").read_text().splitlines()]
    scores["perplexity_of_held_out_patterns"] = math.exp(curve[-1]["held_out"])
    scores["held_out_patterns"] = len(held.patterns)
    scores["examples"] = curve[-1]["examples"]
    (target / "MODEL_CARD.md").write_text(_text(scores, curve, samples, everything, trained, target), encoding="utf-8")
    (target / "scores.json").write_text(json.dumps(scores, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return scores


def _text(
    scores: Mapping[str, Any],
    curve: Sequence[Mapping[str, float]],
    samples: Sequence[Sample],
    everything: Corpus,
    trained: Corpus,
    target: Path,
) -> str:
    size = sum(file.stat().st_size for file in target.iterdir() if file.suffix in {".bin", ".model", ".npz", ".json"})
    cells = [
        f"{language} {intent} {tone}"
        for language in LANGUAGES
        for intent in INTENTS
        for tone in Tone
        if in_held_out_cell(language, intent, tone)
    ]
    rows = "\n".join(
        f"| {row['examples']:,} | {row['loss']:.2f} | {row['seen']:.2f} | {row['seen_shuffled']:.2f} "
        f"| {row['held_out']:.2f} | {row['sentinels']:.3f} |"
        for row in curve
    )
    names = [name for name in scores["served"] if name not in _HIDDEN]
    table = "\n".join(
        f"| {name.replace('_', ' ')} | {' | '.join(_number(scores[column][name]) for column in _COLUMNS)} |"
        for name in names
    )
    alone = "\n".join(
        f"| {name.replace('_', ' ')} | {_number(value)} |" for name, value in scores.items() if name not in _COLUMNS
    )
    shown = random.Random(1).sample(list(samples), min(SHOWN, len(samples)))  # noqa: S311  # a seeded draw, no secret
    sampled = "\n".join(
        f"| {one.asked.prompt.intent} | {one.asked.prompt.tone}, {one.asked.prompt.length} "
        f"| {'yes' if one.asked.unseen_cell else ''} | {one.spoken.replace('|', '¦')} | {one.route} |"
        for one in shown
    )
    return f"""# danmate-t5

A T5 of {size / 1e6:.1f} MB (CTranslate2, int8) that composes what a live room's co-host says, in Chinese and English.
Facts never pass through its weights: they stand in prompt and reply as one sentinel for each role, and code fills them
in and checks them. It knows nothing of the world and holds no open conversation.

**Data.** Written for this project: {len(everything.patterns):,} reply patterns and
{len(everything.utterances):,} viewer utterances for {len(INTENTS)} intents in two languages, four tones, three lengths;
hand-written openings and closings of each tone. {len(trained.patterns):,} patterns and
{len(trained.utterances):,} utterances were trained on, and other ways of saying them that `training/compose.py` makes:
a fact not named, a viewer's name elsewhere, a tone's opening or closing. The others were held out: some by a hash of
their text, and all patterns of these cells of language, intent and tone, in which nothing was composed either:
{", ".join(cells)}.
Counted in the corpus as it stands: a pattern that was written since the weights were trained is but a template.

**Training.** From scratch with `make train`; {curve[-1]["examples"]:,} examples. Nats a piece; *shuffled* is the loss
when prompts are exchanged within a batch (where it equals *seen*, the prompt is not read); *sentinels* is the share of
right ones among sentinels predicted where one belongs, on held-out patterns.

| examples | training | seen | shuffled | held-out patterns | sentinels |
|---|---|---|---|---|---|
{rows}

Held-out patterns are other people's wordings of the same thing: the model says things as it was taught to, and variety
comes from writing more patterns.

**How it serves.** {DRAFTS} drafts are sampled in one batch (temperature {TEMPERATURE}; of the {TOP_K} likeliest
pieces those that together weigh {TOP_P}); the best one that passes every check is said; where none does, {DRAFTS} more
are drawn, and then a template stands in.

**Scores** on {len(samples):,} prompts of held-out facts, tones, lengths and utterances, half of them in cells that were
never trained, through the code that serves. *Served* is everything that a viewer would hear, templates included;
*chosen* is what the T5 itself said, and *known* and *unseen cells* are the two parts of that; *first draft* is what it
drew first, before checks and choice; *hand-written* are the held-out patterns themselves, by the same judges. Tone and
goal are judged by classifiers that serving does not use (`training/scorer.py`). *Named*: the judge finds the tone that
was asked for (or a goal that the intent allows) likeliest. *Kept*: it finds none likelier by more than a margin within
which 95% of what people wrote for that tone stay; below the table stands how often other tones pass as kept.
*Directive*: tone, goal and length together. *States something unknown* counts replies in which either the checker or an
audit by part-of-speech tags finds a number, name, place, time, claim or word that is in neither facts nor message nor
in a pattern of that intent.

| | served | chosen | known cells | unseen cells | first draft | hand-written |
|---|---|---|---|---|---|---|
{table}

| | |
|---|---|
{alone}

**Sampled replies**, not chosen by anybody:

| intent | directive | unseen cell | reply | route |
|---|---|---|---|---|
{sampled}
"""


def _number(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, Mapping):
        return "; ".join(f"{name.replace('_', ' ')} {_number(one)}" for name, one in value.items())
    return str(value)
