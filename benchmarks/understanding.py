"""`danmate bench understanding`: intents, what is not ours, what of a room's knowledge answers, slots, names, time.

Every set was written by us but for CLINC150's. The rooms of understanding_data/rooms and what is asked in them were
written without sight of how questions are matched; errors in `SEEN` were looked at while that was made, those in the
others never. All but `FIRST` were written when it was done, and ask the opposite of what is known more often; so was
everyday.txt, of which no line asks for anything that such rooms know. faq.yaml's wordings are older, and easier;
slots.tsv was written after the patterns and only scored.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import yaml

from bot.engines import intent_reader
from core.events import Viewer
from core.local import Local
from nlu.faq import Faq
from nlu.intent import WEIGHTS
from nlu.intent_reader import IntentReader
from nlu.intents import Role
from nlu.knowledge import Knowledge, Product
from nlu.plan import Plan, Planner
from nlu.slots import slots
from nlu.understand import Meaning, Understander
from training import clinc150, corpus
from training.intent import fresh, outside, score, taken
from training.rooms_asked import AskedRoom, place, rooms
from training.selection import shares

DATA: Final = Path(__file__).parent / "understanding_data"
SEEN: Final = frozenset({"tea", "dresses", "pets", "kitchen"})
FIRST: Final = SEEN | {"phones", "brush", "roguelike", "speaking"}
SHOP: Final = (
    Product(
        id="1", title=Local("蓝色卫衣", "the blue hoodie"), aliases=("卫衣", "hoodie"), price="99元", stock=12, link=3
    ),
    Product(id="2", title=Local("保温杯", "the travel mug"), aliases=("杯子", "mug"), price="59元", stock=40, link=5),
)
HEARD: Final = {
    "1": ("男色卫衣", "蓝色位一", "兰色为一", "拦色喂衣", "the blue hudie", "the blew hoodie", "blue hoody"),
    "2": ("宝温杯", "保文杯", "报温杯", "饱问杯", "the travel mugg", "the trevel mug", "travl mug"),
}
"""How recognisers write the names of two products."""


def lines(name: str) -> list[str]:
    """Return the lines of a data file without its comments."""
    text = (DATA / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def questions() -> tuple[list[dict[str, Any]], Knowledge]:
    """Return the rows of faq.yaml, and the room that knows their answers."""
    rows = yaml.safe_load((DATA / "faq.yaml").read_text(encoding="utf-8"))
    return rows, Knowledge(SHOP, tuple(Faq(tuple(row["ask"]), Local(**row["answer"]), row["id"]) for row in rows))


def known_questions(understander: Understander, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the share of other wordings that are found, and of other talk that is taken for a question."""
    report: dict[str, Any] = {}

    def found(text: str) -> str:
        faq = understander.understand(text, Viewer("a", "a")).faq
        return faq.source if faq is not None else ""

    for part in ("tuned", "scored"):
        pairs = [(row["id"], found(text)) for row in rows for text in row[part]]
        right = sum(got == wanted for wanted, got in pairs)
        wrong = sum(bool(got) and got != wanted for wanted, got in pairs)
        report[part] = {
            "wordings": len(pairs), "found": round(right / len(pairs), 4), "wrong": round(wrong / len(pairs), 4),
        }  # fmt: skip
    for name, texts in (("other_talk", lines("other_talk.txt")), ("foreign_chinese", outside())):
        accepted = sum(bool(found(text)) for text in texts)
        report[name] = {"texts": len(texts), "accepted": round(accepted / len(texts), 4)}
    return report


def answered(asked_in: list[AskedRoom], model: IntentReader) -> dict[str, Any]:
    """Return the shares of messages that rooms answer rightly, wrongly and not at all, by what they ask for.

    The whole of understanding and planning. To answer what the room does not know, or talk, with a fact is wrong.
    """
    verdicts = []
    for room in asked_in:
        understander, planner = Understander(room.knowledge, model, wake=()), Planner(room.knowledge, "小弹", "阿杰")
        for number, asked in enumerate(room.asked):
            meaning = understander.understand(asked.text, Viewer(f"v{number}", ""))
            got = stands_for(planner.answer(meaning, (), None), meaning, room.knowledge)
            if got:
                verdicts.append((asked.kind, "right" if got & asked.expected else "wrong"))
            else:
                verdicts.append((asked.kind, "right" if asked.expected & {"unknown", "talk"} else "declined"))
    return shares(verdicts)


def answered_all_the_same(asked_in: list[AskedRoom], model: IntentReader, texts: list[str]) -> dict[str, Any]:
    """Return the share of everyday talk, each line in one of the rooms, that is answered with something known."""
    facts = 0
    for number, room in enumerate(asked_in):
        understander, planner = Understander(room.knowledge, model, wake=()), Planner(room.knowledge, "小弹", "阿杰")
        for text in texts[number :: len(asked_in)]:
            meaning = understander.understand(text, Viewer("a", "a"))
            facts += bool(stands_for(planner.answer(meaning, (), None), meaning, room.knowledge))
    return {"texts": len(texts), "answered_with_facts": round(facts / len(texts), 4)}


def stands_for(plan: Plan, meaning: Meaning, knowledge: Knowledge) -> frozenset[str]:
    """Return what a plan states, in the terms of `training.rooms_asked`; nothing where it states nothing known."""
    if plan.product is None or not plan.known:
        asked = meaning.faq if plan.known and Role.ANSWER in plan.facts else None
        return frozenset({f"question:{place(knowledge.faq, asked)}"}) if asked is not None else frozenset()
    stated = {role.value for role in (Role.PRICE, Role.STOCK, Role.LINK) if role in plan.facts}
    if plan.intent == "sold_out":
        stated |= {"stock", "link"}
    answer = plan.facts.get(Role.ANSWER, "")
    for number, fact in enumerate(plan.product.facts):
        if any(text and text.rstrip("。.!！") in answer for text in (fact.zh, fact.en)):
            stated.add(f"fact{number}")
    return frozenset(f"product:{plan.product.id}:{aspect}" for aspect in stated)


def named() -> dict[str, Any]:
    """Return precision and recall of slots, and the share of messages read exactly."""
    pairs = [(slots(text), json.loads(truth)) for text, truth in (line.split("\t") for line in lines("slots.tsv"))]
    hits = sum(len(found.items() & truth.items()) for found, truth in pairs)
    return {
        "messages": len(pairs),
        "precision": round(hits / sum(len(found) for found, _ in pairs), 4),
        "recall": round(hits / sum(len(truth) for _, truth in pairs), 4),
        "exact": round(sum(found == truth for found, truth in pairs) / len(pairs), 4),
    }


def by_sound(knowledge: Knowledge) -> dict[str, Any]:
    """Return the share of misheard names that are recovered, and of other talk in which one is heard."""
    heard = [(wanted, f"{said}多少钱") for wanted, names in HEARD.items() for said in names]
    found = [(wanted, knowledge.find_product(text)) for wanted, text in heard]
    right = sum(mention is not None and mention.product.id == wanted for wanted, mention in found)
    talk = lines("other_talk.txt") + outside()
    false = sum(knowledge.find_product(text) is not None for text in talk)
    return {
        "misheard": len(heard), "recovered": round(right / len(heard), 4),
        "other_talk": len(talk), "heard_falsely": round(false / len(talk), 4),
    }  # fmt: skip


def stated(knowledge: Knowledge, model: IntentReader, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the share of questions that are not ours which a shop's bot would answer with its own facts.

    The whole of understanding and planning, as in a room where everything is answered.
    """
    by_id = {faq.source: faq for faq in knowledge.faq}
    understander, planner = Understander(knowledge, model, wake=("小弹",)), Planner(knowledge, "小弹", "阿杰")

    def share(texts: list[str]) -> dict[str, Any] | None:
        if not texts:
            return None
        plans = [planner.answer(understander.understand(text, Viewer("a", "a")), (), None) for text in texts]
        facts = sum(bool(plan.source or plan.product) for plan in plans)
        return {"texts": len(texts), "answered_with_facts": round(facts / len(texts), 4)}

    asked = [(row["id"], text) for row in rows for text in row["scored"]]
    right = sum(understander.understand(text, Viewer("a", "a")).faq == by_id[wanted] for wanted, text in asked)
    return {
        "clinc150_out_of_scope": share(clinc150.out_of_scope("test")),
        "chinese": share(outside()),
        "known_questions_still_answered": round(right / len(asked), 4),
    }


def cost(knowledge: Knowledge, model: IntentReader) -> dict[str, Any]:
    """Return milliseconds of processor time that understanding a message takes, on held-out utterances."""
    understander = Understander(knowledge, model, wake=("小弹", "danmate"))
    texts = [utterance.text.replace("{product}", "卫衣") for utterance in corpus.split(corpus.load())[1].utterances]
    texts += ["哈" * 500, "how much is " * 40, "一二三" * 160, "@" * 500]
    for text in texts[:50]:
        understander.understand(text, Viewer("a", "a"))
    taken_ms = []
    for text in texts * 3:
        begun = time.thread_time()
        understander.understand(text, Viewer("a", "a"))
        taken_ms.append((time.thread_time() - begun) * 1000)
    p50, p99 = np.percentile(taken_ms, [50, 99])
    return {"messages": len(taken_ms), "p50_ms": round(float(p50), 2), "p99_ms": round(float(p99), 2)}


def main() -> None:
    """Print all figures."""
    model = intent_reader()
    rows, knowledge = questions()
    asked_in = rooms(DATA / "rooms")
    same = clinc150.shared("test")
    unseen = fresh()
    trained = json.loads(WEIGHTS.with_suffix(".json").read_text(encoding="utf-8"))
    kept = ("texts", "accuracy", "accuracy_zh", "accuracy_en", "macro_f1", "ece_15")

    def figures(found: dict[str, Any]) -> dict[str, Any]:
        return {name: found[name] for name in kept if name in found}

    report = {
        "intents": {
            "held_out_when_trained": figures(trained["held_out"]),
            "fresh": figures(score(model, unseen, [u.text for u in unseen])),
            "clinc150": figures(score(model, same, [u.text for u in same])) if same else None,
        },
        "not_ours": {
            "clinc150_out_of_scope": taken(model, clinc150.out_of_scope("test")),
            "clinc150_other_intents": taken(model, clinc150.foreign("test")),
            "chinese": taken(model, outside()),
            "whole_shop": stated(knowledge, model, rows),
        },
        "rooms": {
            "never_looked_at": answered([room for room in asked_in if room.name in FIRST - SEEN], model),
            "written_later": answered([room for room in asked_in if room.name not in FIRST], model),
            "looked_at": answered([room for room in asked_in if room.name in SEEN], model),
            "never_looked_at_without_encoder": answered(
                [room for room in asked_in if room.name in FIRST - SEEN], IntentReader.load()
            ),
            "written_later_without_encoder": answered(
                [room for room in asked_in if room.name not in FIRST], IntentReader.load()
            ),
            "everyday_talk": answered_all_the_same(asked_in, model, lines("everyday.txt")),
        },
        "known_questions": known_questions(Understander(knowledge, model, wake=()), rows),
        "slots": named(),
        "by_sound": by_sound(knowledge),
        "understanding": cost(knowledge, model),
    }
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(report), indent=1).decode() + "\n")


if __name__ == "__main__":
    main()
