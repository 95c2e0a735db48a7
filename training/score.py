"""Scores the served T5 on prompts that training never saw, and writes the model card."""

import asyncio
import json
import random
import re
import statistics
import time
from collections import Counter
from pathlib import Path
from typing import Any, Final

import msgspec

from core.errors import EngineError
from core.events import Goal
from core.workers import Worker
from nlu.check import clause_problem, missing_roles, whole_problem
from nlu.danmate_t5 import WEIGHTS, DanmateT5
from nlu.engine import Request
from nlu.intents import INTENTS, Role
from nlu.language import is_language
from nlu.mind import ATTEMPTS
from nlu.prompt import Prompt, fill, mention, sentinels
from nlu.templates import Templates
from training.corpus import Corpus

REPLIES: Final = 1000
SHOWN: Final = 40
GIVEN_UP: Final = "given up"
TEMPLATES: Final = Templates.load()

VALUES: Final[dict[str, dict[Role, str]]] = {
    "zh": {
        Role.VIEWER: "小鱼儿", Role.VIEWER2: "阿豪", Role.VIEWER3: "momo", Role.STREAMER: "阿杰", Role.ME: "小弹",
        Role.PRODUCT: "蓝色卫衣", Role.PRICE: "99元", Role.STOCK: "12件", Role.LINK: "3号链接",
        Role.ANSWER: "48小时内发货，默认顺丰", Role.TIME: "今晚十点", Role.GIFT: "玫瑰", Role.COUNT: "3个",
        Role.ROOM1: "老王的钓鱼间", Role.ROOM2: "深夜读书会", Role.ROOM3: "厨房里的小满",
    },
    "en": {
        Role.VIEWER: "Lily", Role.VIEWER2: "Sam", Role.VIEWER3: "momo", Role.STREAMER: "Jay", Role.ME: "Danmate",
        Role.PRODUCT: "the blue hoodie", Role.PRICE: "99 yuan", Role.STOCK: "12", Role.LINK: "link 3",
        Role.ANSWER: "orders ship within 48 hours", Role.TIME: "at ten tonight", Role.GIFT: "rose", Role.COUNT: "3",
        Role.ROOM1: "Old Wang's Fishing", Role.ROOM2: "Late Night Books", Role.ROOM3: "Mia's Kitchen",
    },
}  # fmt: skip


class Sample(msgspec.Struct, frozen=True):
    """One reply and what is right or wrong with it."""

    prompt: Prompt
    """What was asked."""
    text: str
    """As generated, facts as sentinels."""
    problem: str
    """What the checker says, or nothing."""
    first_ms: float
    """Milliseconds to the first piece."""
    whole_ms: float
    """Milliseconds to the last."""
    served: bool = False
    """Whether one of the drafts that serving would write passes, so that no template has to stand in."""


def prompts(held: Corpus, count: int, seed: int = 5) -> list[Prompt]:
    """Return prompts made of held-out patterns' facts, tones and lengths and held-out utterances."""
    draw = random.Random(seed)  # noqa: S311  # a seeded draw, no secret
    said = {
        (u.language, u.intent): [v.text for v in held.utterances if (v.language, v.intent) == (u.language, u.intent)]
        for u in held.utterances
    }
    made = []
    for _ in range(count):
        pattern = draw.choice(held.patterns)
        text = draw.choice(said.get((pattern.language, pattern.intent), [""]))
        facts = {role: VALUES[pattern.language][role] for role in pattern.roles}
        message = mention(text.replace("{product}", VALUES[pattern.language][Role.PRODUCT]), facts)
        goal: Goal = draw.choice(INTENTS[pattern.intent].goals)
        made.append(
            Prompt(pattern.language, pattern.intent, goal, pattern.tone, pattern.length, pattern.roles, message)
        )
    return made


async def replies(asked: list[Prompt], folder: Path) -> list[Sample]:
    """Return a reply for each prompt, as serving would make its first draft."""
    worker = Worker("score")
    engine = await worker.run(DanmateT5, worker, folder)
    made = []
    for number, prompt in enumerate(asked):
        drafts = [await _draft(engine, prompt, ATTEMPTS * number + attempt) for attempt in range(ATTEMPTS)]
        made.append(msgspec.structs.replace(drafts[0], served=any(not draft.problem for draft in drafts)))
    await engine.close()
    worker.close()
    return made


async def _draft(engine: DanmateT5, prompt: Prompt, seed: int) -> Sample:
    facts = {role: VALUES[prompt.language][role] for role in prompt.roles}
    begun, first, text, problem = time.perf_counter(), 0.0, "", ""
    try:
        async for piece in engine.generate(Request(prompt, facts, "", seed)):
            first = first or (time.perf_counter() - begun) * 1000
            text += piece
    except EngineError:
        problem = GIVEN_UP
    known = " ".join([*facts.values(), prompt.message])
    problem = (
        problem
        or clause_problem(text, prompt, facts, known)
        or whole_problem(text, prompt, facts, (), lambda bare, language: is_language(bare, language, ()))
    )
    problem = problem or ("" if TEMPLATES.sounds_like(text, prompt) else "answers something else")
    return Sample(prompt, text, problem, first, (time.perf_counter() - begun) * 1000)


def scores(samples: list[Sample]) -> dict[str, Any]:
    """Return shares (0 to 1) and milliseconds; what a draft says is scored where it was not given up."""
    whole = [sample for sample in samples if sample.problem != GIVEN_UP]
    count = len(whole)
    said = [(role, sample) for sample in whole for role in sentinels(sample.text)]
    lost = sum(
        bool(missing_roles(s.text, s.prompt, {r: VALUES[s.prompt.language][r] for r in s.prompt.roles})) for s in whole
    )
    openings = Counter(_opening(sample) for sample in whole)
    return {
        "prompts": len(samples),
        "given_up_as_unsure": 1 - count / len(samples),
        "t5_within_three_drafts": sum(s.served for s in samples) / len(samples),
        "all_facts_said": 1 - lost / count,
        "sentinels_right": sum(role in sample.prompt.roles for role, sample in said) / max(len(said), 1),
        "unknown_facts_or_numbers": sum(s.problem.startswith(("unknown", "invents")) for s in whole) / count,
        "language_right": sum(s.problem not in {"wrong language", "mixes languages"} for s in whole) / count,
        "length_kept": sum(s.problem != "too long" for s in whole) / count,
        "sounds_like_its_intent": sum(TEMPLATES.sounds_like(s.text, s.prompt) for s in whole) / count,
        "passes_the_checker": sum(not s.problem for s in whole) / count,
        "problems": dict(Counter(s.problem for s in whole if s.problem).most_common(8)),
        "distinct_replies": len({s.text for s in whole}) / count,
        "commonest_opening": openings.most_common(1)[0][1] / count,
        "first_piece_ms_p50": statistics.median(s.first_ms for s in whole),
        "whole_ms_p50": statistics.median(s.whole_ms for s in whole),
    }


def _opening(sample: Sample) -> str:
    """Return the first four words, or the first four characters of Chinese, a sentinel counting as one."""
    if sample.prompt.language == "en":
        return " ".join(sample.text.split()[:4])
    return "".join(re.findall(r"<\w+>|.", sample.text)[:4])


def card(folder: Path, everything: Corpus, trained: Corpus, held: Corpus, target: Path = WEIGHTS) -> None:
    """Write MODEL_CARD.md beside the weights."""
    samples = asyncio.run(replies(prompts(held, REPLIES), target))
    figures = scores(samples)
    curve = [json.loads(line) for line in (folder / "curve.jsonl").read_text().splitlines()]
    size = sum(file.stat().st_size for file in target.iterdir() if file.suffix != ".md")
    rows = "\n".join(
        f"| {row['examples']:,} | {row['loss']:.2f} | {row['seen']:.2f} | {row['seen_shuffled']:.2f} "
        f"| {row['held_out']:.2f} | {row['sentinels']:.3f} |"
        for row in curve
    )
    shown = random.Random(1).sample(samples, min(SHOWN, len(samples)))  # noqa: S311  # a seeded draw, no secret
    sampled = "\n".join(
        f"| {s.prompt.intent} | {s.prompt.tone}, {s.prompt.length} | {_filled(s)} | {s.problem or 'good'} |"
        for s in shown
    )
    figures_text = "\n".join(
        f"| {name.replace('_', ' ')} | {value:.3f} |"
        if isinstance(value, float)
        else f"| {name.replace('_', ' ')} | {value} |"
        for name, value in figures.items()
    )
    (target / "MODEL_CARD.md").write_text(
        f"""# danmate-t5

A T5 of {size / 1e6:.1f} MB (CTranslate2, int8) that composes what a live room's co-host says, in Chinese and English.
Facts never pass through its weights: they stand in prompt and reply as one sentinel for each role, and code fills them
in and checks them. It knows nothing of the world and holds no open conversation.

**Data.** Written for this project: {len(everything.patterns):,} reply patterns and
{len(everything.utterances):,} viewer utterances for {len(INTENTS)} intents in two languages, four tones, three lengths.
{len(trained.patterns):,} patterns and {len(trained.utterances):,} utterances were trained on; the others, chosen by a
hash of their text, were held out.

**Training.** From scratch with `make train`; {curve[-1]["examples"]:,} examples. Nats a piece; *shuffled* is the loss
when prompts are exchanged within a batch (where it equals *seen*, the prompt is not read); *sentinels* is the share of
right ones among sentinels predicted where one belongs, on held-out patterns.

| examples | training | seen | shuffled | held-out patterns | sentinels |
|---|---|---|---|---|---|
{rows}

Held-out patterns are other people's wordings of the same thing, so their loss rises while the patterns are learned by
heart: the model varies what it was taught, and variety comes from writing more patterns.

**Scores** of first drafts as served (temperature 0.7) on prompts made of held-out facts, tones, lengths and utterances,
before the checker. Combinations of facts, tone and length that no trained pattern has are most of them. A draft is
given up at a piece that the model is unsure of; what is given up or refused is drafted again, up to three times, and
then replaced by a template.

| | |
|---|---|
{figures_text}

**Sampled first drafts**, not chosen:

| intent | directive | reply | verdict |
|---|---|---|---|
{sampled}
""",
        encoding="utf-8",
    )
    (target / "scores.json").write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(figures, ensure_ascii=False))


def _filled(sample: Sample) -> str:
    values = VALUES[sample.prompt.language]
    return fill(sample.text, values).replace("|", "\\|").replace("\n", " ")
