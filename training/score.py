"""Scores the served T5 on prompts that training never saw, through the very mind and engine that serve."""

import asyncio
import random
import re
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from core.engines import Capabilities
from core.events import Directive, Goal, Viewer
from core.workers import Worker
from nlu.check import clause_problem, missing_roles, whole_problem
from nlu.choose import house_problem
from nlu.danmate_t5 import WEIGHTS, DanmateT5
from nlu.engine import Draft, Request
from nlu.intents import INTENTS, Length, Role, Tone
from nlu.language import is_language
from nlu.length import fits
from nlu.mind import Mind, Occasion
from nlu.plan import Plan
from nlu.prompt import LANGUAGES, SENTINELS, Prompt, fill, mention, sentinels
from nlu.templates import Templates
from training.audit import Audit
from training.compose import manners
from training.corpus import Corpus, Pattern, in_held_out_cell
from training.measures import chrf, distinct, self_bleu
from training.scorer import Reading, Scorer

REPLIES: Final = 2000
"""Half of them for held-out patterns, half for intents in tones that were never trained."""
_VARIETY_SAMPLE: Final = 400

VALUES: Final[dict[str, dict[Role, tuple[str, ...]]]] = {
    "zh": {
        Role.VIEWER: ("小鱼儿", "老猫", "momo_77", "不吃香菜"), Role.VIEWER2: ("阿豪", "豆豆"),
        Role.VIEWER3: ("momo", "听风的人"), Role.STREAMER: ("阿杰", "小满"), Role.ME: ("小弹",),
        Role.PRODUCT: ("蓝色卫衣", "手工辣酱", "儿童水壶"), Role.PRICE: ("99元", "12.5元"),
        Role.STOCK: ("12件", "300件"),
        Role.LINK: ("3号链接", "15号链接"),
        Role.ANSWER: ("48小时内发货，默认顺丰", "付款后客服会联系你", "纯棉的，均码"),
        Role.TIME: ("今晚十点", "每天早上八点"), Role.GIFT: ("玫瑰", "小火箭"), Role.COUNT: ("3个", "200个"),
        Role.ROOM1: ("老王的钓鱼间",), Role.ROOM2: ("深夜读书会",), Role.ROOM3: ("厨房里的小满间",),
        Role.QUESTION: ("二加二等于几", "哪一年有了第一台电话"), Role.TOPIC: ("二次函数", "光的折射"),
        Role.OPTION: ("先讲例题", "蓝色那款"),
    },
    "en": {
        Role.VIEWER: ("Lily", "momo_77", "NightOwl"), Role.VIEWER2: ("Sam", "Priya"), Role.VIEWER3: ("momo", "Kenji"),
        Role.STREAMER: ("Jay", "Nora"), Role.ME: ("Danmate",),
        Role.PRODUCT: ("the blue hoodie", "the chilli sauce", "the fishing rod"), Role.PRICE: ("99 yuan", "$12.50"),
        Role.STOCK: ("12", "300"), Role.LINK: ("link 3", "link 15"),
        Role.ANSWER: ("orders ship within 48 hours", "you can send it back within a week", "it is pure cotton"),
        Role.TIME: ("at ten tonight", "every day at eight"), Role.GIFT: ("rose", "rocket"), Role.COUNT: ("3", "200"),
        Role.ROOM1: ("Old Wang's Fishing",), Role.ROOM2: ("Late Night Books",), Role.ROOM3: ("Mia's Kitchen",),
        Role.QUESTION: ("what is two plus two", "which planet is the largest"),
        Role.TOPIC: ("fractions", "the water cycle"), Role.OPTION: ("the worked example", "the blue one"),
    },
}  # fmt: skip
"""Values that facts take here. Those of countdowns are durations: `VALUES` names the usual ones."""
_DURATION: Final = {"zh": "30秒", "en": "30 seconds"}


class Asked(msgspec.Struct, frozen=True):
    """One thing to reply to."""

    prompt: Prompt
    """As the engine is asked."""
    facts: Mapping[Role, str]
    """The value of every role."""
    message: str
    """What the viewer said, in words."""
    unseen_cell: bool
    """Whether nothing of this intent in this tone was trained on."""


class Sample(msgspec.Struct, frozen=True):
    """One reply as served, and the engine's first draft for it."""

    asked: Asked
    """What it replies to."""
    text: str
    """The reply, facts as sentinels."""
    spoken: str
    """The reply, facts in words."""
    route: str
    """`t5`, or `template` and why."""
    first_draft: str
    """What the engine drew first; empty where it was not asked."""
    first_problem: str
    """What is wrong with that, or nothing."""
    seconds: float
    """From plan to reply."""


def prompts(held: Corpus, count: int, seed: int = 5) -> list[Asked]:
    """Return prompts of held-out facts, tones, lengths and utterances: half of them in cells never trained."""
    draw = random.Random(seed)  # noqa: S311  # a seeded draw, no secret
    said: dict[tuple[str, str], list[str]] = defaultdict(list)
    for utterance in held.utterances:
        said[utterance.language, utterance.intent].append(utterance.text)
    cells: dict[bool, list[Pattern]] = {True: [], False: []}
    for pattern in held.patterns:
        cells[in_held_out_cell(pattern.language, pattern.intent, pattern.tone)].append(pattern)
    made = []
    for number in range(count):
        unseen = number % 2 == 0
        pattern = draw.choice(cells[unseen])
        language, intent = pattern.language, pattern.intent
        values = {role: draw.choice(one) for role, one in VALUES[language].items()}
        if intent in {"countdown", "flash_sale"}:
            values[Role.TIME] = _DURATION[language]
        text = draw.choice(said.get((language, intent), [""]))
        message = text.replace("{product}", values[Role.PRODUCT])
        facts = {role: values[role] for role in pattern.roles}
        goal: Goal = draw.choice(INTENTS[intent].goals)
        prompt = Prompt(language, intent, goal, pattern.tone, pattern.length, pattern.roles, mention(message, facts))
        made.append(Asked(prompt, facts, message, unseen))
    return made


def hand_written(held: Corpus) -> tuple[list[Asked], list[str]]:
    """Return the held-out patterns as if they were replies to what they were written for."""
    asked = []
    for pattern in held.patterns:
        language, goal = pattern.language, INTENTS[pattern.intent].goals[0]
        prompt = Prompt(language, pattern.intent, goal, pattern.tone, pattern.length, pattern.roles)
        facts = {role: VALUES[language][role][0] for role in pattern.roles}
        asked.append(Asked(prompt, facts, "", in_held_out_cell(language, pattern.intent, pattern.tone)))
    return asked, [pattern.target for pattern in held.patterns]


class _Recorder:
    """The house T5, and what it drew last."""

    def __init__(self, engine: DanmateT5) -> None:
        self.capabilities: Capabilities = engine.capabilities
        self.generate = engine.generate
        self.close = engine.close
        self.drawn: list[Draft] = []
        self._engine = engine

    async def drafts(self, request: Request) -> Sequence[Draft]:
        """Return the engine's drafts."""
        drafts = await self._engine.drafts(request)
        self.drawn += drafts
        return drafts


async def replies(asked: Sequence[Asked], folder: Path = WEIGHTS, threads: int = 1) -> list[Sample]:
    """Return the reply to each prompt, by the mind and the engine that serve."""
    worker, templates = Worker("score"), Templates.load()
    engine = _Recorder(await worker.run(DanmateT5, worker, folder, threads))
    mind, made = Mind(engine, templates, "danmate"), []
    for number, one in enumerate(asked):
        prompt = one.prompt
        plan = Plan(prompt.intent, one.facts)
        directive = Directive(goal=prompt.goal, tone=prompt.tone, length=prompt.length)
        occasion = Occasion(f"r{number}", "", one.message, (Viewer("v", "v"),), prompt.language)
        engine.drawn.clear()
        begun = time.perf_counter()
        async for reply, _ in mind.reply(plan, directive, occasion):
            last = reply
        seconds = time.perf_counter() - begun
        texts = {
            re.sub(r"\s", "", fill(draft.text, one.facts)): draft.text for draft in engine.drawn if _whole(draft, one)
        }
        text = texts.get(re.sub(r"\s", "", last.text)) or _with_sentinels(last.text, one.facts)
        first = engine.drawn[0].text if engine.drawn else ""
        problem = house_problem(first, Request(prompt, one.facts, ""), one.message, (), templates) if first else ""
        made.append(Sample(one, text, last.text, last.route, first, problem, seconds))
    await engine.close()
    worker.close()
    return made


def _whole(draft: Draft, asked: Asked) -> bool:
    return set(sentinels(draft.text)) <= set(asked.facts)


def _with_sentinels(text: str, facts: Mapping[Role, str]) -> str:
    for role in sorted(facts, key=lambda role: -len(facts[role])):
        text = text.replace(facts[role], SENTINELS[role], 1)
    return text


class Examiner:
    """Holds the judges that only score."""

    def __init__(self, everything: Corpus, trained: Corpus) -> None:
        self.scorer = Scorer(everything)
        self._patterns = everything.patterns
        phrases = [(key[0], phrase) for key, one in manners().items() for phrase in (*one.open, *one.close)]
        self._audit = Audit(everything.patterns, phrases)
        self._templates = Templates.load()
        self._written = {pattern.target for pattern in trained.patterns}

    def exam(self, asked: Sequence[Asked], texts: Sequence[str]) -> dict[str, Any]:
        """Return shares (0 to 1) for `texts`, facts as sentinels, as replies to `asked`."""
        count = max(len(texts), 1)
        pairs = list(zip(asked, texts, strict=True))
        judged = self._judged(pairs)
        tone = [(str(ask.prompt.tone),) for ask, _ in pairs]
        goal = [tuple(map(str, INTENTS[ask.prompt.intent].goals)) for ask, _ in pairs]
        named = {kind: _named(kind, judged, wanted) for kind, wanted in (("tone", tone), ("goal", goal))}
        kept = {kind: _kept(kind, judged, wanted) for kind, wanted in (("tone", tone), ("goal", goal))}
        length = [fits(text, ask.prompt.language, ask.prompt.length) for ask, text in pairs]
        openings = Counter(opening(text, ask.prompt.language) for ask, text in pairs)
        unknown = [self.unknown(ask, text) for ask, text in pairs]
        return {
            "replies": len(texts),
            "all_facts_said": sum(not missing_roles(text, ask.prompt, ask.facts) for ask, text in pairs) / count,
            "states_something_unknown": sum(map(bool, unknown)),
            "unknown_examples": [one for one in unknown if one][:8],
            "language_right": sum(self._in_language(ask, text) for ask, text in pairs) / count,
            "length_followed": sum(length) / count,
            **{f"{kind}_named": sum(values) / count for kind, values in named.items()},
            **{f"{kind}_kept": sum(values) / count for kind, values in kept.items()},
            "directive_named": sum(map(all, zip(*named.values(), length, strict=True))) / count,
            "directive_kept": sum(map(all, zip(*kept.values(), length, strict=True))) / count,
            "intent_named": sum(
                one["intent"].named == ask.prompt.intent for (ask, _), one in zip(pairs, judged, strict=True)
            )
            / count,
            "nearest_pattern_has_its_intent": sum(self._templates.sounds_like(t, a.prompt) for a, t in pairs) / count,
            "no_strange_pair": sum(not self._templates.strange(t, a.prompt.language) for a, t in pairs) / count,
            "word_for_word_a_trained_pattern": sum(text in self._written for text in texts) / count,
            "commonest_opening": openings.most_common(1)[0][1] / count if openings else 0.0,
            **self._variety(pairs),
        }

    def unknown(self, ask: Asked, text: str) -> list[str]:
        """Return what `text` states that is in neither facts nor message, by the checker's rules and by the audit's."""
        prompt, known = ask.prompt, " ".join([*ask.facts.values(), ask.message])
        found = self._audit.unknown(text, prompt.language, prompt.intent, known)
        problem = clause_problem(text, prompt, ask.facts, known)
        if problem.startswith(("unknown", "invents")):
            found.append(problem)
        claim = self._templates.claim_problem(text, prompt, ask.facts)
        return [*found, claim] if claim else found

    def _in_language(self, ask: Asked, text: str) -> bool:
        wrong = {"wrong language", "mixes languages"}
        known = " ".join([*ask.facts.values(), ask.message])
        clause = clause_problem(text, ask.prompt, ask.facts, known)
        whole = whole_problem(text, ask.prompt, ask.facts, (), lambda bare, language: is_language(bare, language, ()))
        return clause not in wrong and whole not in wrong

    def _judged(self, pairs: Sequence[tuple[Asked, str]]) -> list[dict[str, Reading]]:
        judged: list[dict[str, Reading]] = [{} for _ in pairs]
        for language in LANGUAGES:
            places = [number for number, (ask, _) in enumerate(pairs) if ask.prompt.language == language]
            if places:
                readings = self.scorer.read([pairs[place][1] for place in places], language)
                for place, reading in zip(places, readings, strict=True):
                    judged[place] = reading
        return judged

    def _variety(self, pairs: Sequence[tuple[Asked, str]]) -> dict[str, float]:
        texts = [text for _, text in pairs]
        fewer = random.Random(3).sample(pairs, min(_VARIETY_SAMPLE, len(pairs)))  # noqa: S311  # no secret
        references: dict[tuple[str, str, Tone, Length], list[str]] = defaultdict(list)
        for pattern in self._patterns:
            references[pattern.language, pattern.intent, pattern.tone, pattern.length].append(pattern.target)
        near = [
            chrf(t, references[p.language, p.intent, p.tone, p.length]) for p, t in ((a.prompt, t) for a, t in fewer)
        ]
        return {
            "different_replies": len(set(texts)) / max(len(texts), 1),
            "distinct_1": distinct(texts, 1),
            "distinct_2": distinct(texts, 2),
            "self_bleu": self_bleu([text for _, text in fewer]),
            "chrf_to_the_nearest_pattern_of_its_cell": statistics.fmean(near) if near else 0.0,
        }


def _named(kind: str, judged: Sequence[Mapping[str, Reading]], wanted: Sequence[Sequence[str]]) -> list[bool]:
    return [one[kind].named in names for one, names in zip(judged, wanted, strict=True)]


def _kept(kind: str, judged: Sequence[Mapping[str, Reading]], wanted: Sequence[Sequence[str]]) -> list[bool]:
    return [not one[kind].kept.isdisjoint(names) for one, names in zip(judged, wanted, strict=True)]


def opening(text: str, language: str) -> str:
    """Return the first four words, or the first four characters of Chinese, a sentinel counting as one."""
    if language == "en":
        return " ".join(text.split()[:4])
    return "".join(re.findall(r"<\w+>|.", text)[:4])


def figures(samples: Sequence[Sample], examiner: Examiner) -> dict[str, Any]:
    """Return every score: as served, as the T5's chosen draft, as its first draft; and the milliseconds."""
    own = [sample for sample in samples if sample.route == "t5"]
    drawn = [sample for sample in samples if sample.first_draft]
    milliseconds = sorted(1000 * sample.seconds for sample in own)
    reasons = Counter(sample.route.partition("/")[2] or sample.route for sample in samples if sample.route != "t5")
    return {
        "served": examiner.exam([s.asked for s in samples], [s.text for s in samples]),
        "chosen": examiner.exam([s.asked for s in own], [s.text for s in own]),
        "chosen_in_known_cells": examiner.exam(
            [s.asked for s in own if not s.asked.unseen_cell], [s.text for s in own if not s.asked.unseen_cell]
        ),
        "chosen_in_unseen_cells": examiner.exam(
            [s.asked for s in own if s.asked.unseen_cell], [s.text for s in own if s.asked.unseen_cell]
        ),
        "first_draft": examiner.exam([s.asked for s in drawn], [s.first_draft for s in drawn]),
        "share_by_t5": len(own) / len(samples),
        "share_by_t5_in_unseen_cells": sum(s.asked.unseen_cell for s in own)
        / sum(s.asked.unseen_cell for s in samples),
        "first_drafts_that_pass": sum(not s.first_problem for s in drawn) / max(len(drawn), 1),
        "why_templates": dict(reasons.most_common(10)),
        "whole_ms_p50": statistics.median(milliseconds),
        "whole_ms_p95": milliseconds[int(0.95 * len(milliseconds))],
    }


def measured(asked: Sequence[Asked], folder: Path = WEIGHTS, threads: int = 1) -> list[Sample]:
    """Return `replies`, run to their end."""
    return asyncio.run(replies(asked, folder, threads))
