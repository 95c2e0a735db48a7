"""Rooms with what viewers ask in them and what answers it: what selection is fitted to, and scored on.

A room is two files: its settings, NAME.yaml, and NAME.tsv with a language, a message and what is expected in a line:
`question:N`, the N-th of its FAQ from 0; `product:ID:price`, stock, link or `factN`; `unknown`, which asks for what the
room does not know; `talk`, which asks for nothing of the room's. ` | ` stands between outcomes that are equally right.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from bot import build
from core.settings import load
from nlu.knowledge import Knowledge, Product
from nlu.selection import Choice

ROOMS: Final = Path(__file__).parent / "rooms"
COLUMNS: Final = 3


class Asked(msgspec.Struct, frozen=True):
    """A message and what is expected of it."""

    language: str
    text: str
    expected: frozenset[str]

    @property
    def kind(self) -> str:
        """What it asks for: question, product, unknown or talk."""
        return min(outcome.split(":")[0] for outcome in self.expected)


class AskedRoom(msgspec.Struct, frozen=True):
    """A room and what is asked in it."""

    name: str
    knowledge: Knowledge
    asked: tuple[Asked, ...]


def rooms(folder: Path = ROOMS) -> list[AskedRoom]:
    """Return the rooms of a folder by name."""
    return [room(file) for file in sorted(folder.glob("*.yaml"))]


def room(file: Path) -> AskedRoom:
    """Return the room of a settings file, with the messages beside it."""
    lines = file.with_suffix(".tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line.strip() and not line.startswith("#")]
    wrong = [row for row in rows if len(row) != COLUMNS]
    if wrong:
        raise ValueError(f"{file.with_suffix('.tsv')}: three columns are wanted in {wrong[0]}")
    asked = tuple(
        Asked(language, text, frozenset(part.strip() for part in expected.split("|")))
        for language, text, expected in rows
    )
    return AskedRoom(file.stem, build.knowledge(load(file).rooms[0]), asked)


def outcomes(choice: Choice, product: Product | None, knowledge: Knowledge) -> frozenset[str]:
    """Return what a choice comes to in the terms of `Asked.expected`; nothing where it answers with nothing."""
    if choice.question is not None:
        return frozenset({f"question:{place(knowledge.faq, choice.question)}"})
    if product is None or choice.kind == "nothing":
        return frozenset()
    if choice.kind == "fact":
        return frozenset(f"product:{product.id}:fact{place(product.facts, fact)}" for fact in choice.facts)
    return frozenset({f"product:{product.id}:{choice.kind}"})


def place(among: Sequence[object], one: object) -> int:
    """Return where `one` itself stands, whatever else may be equal to it."""
    return next(number for number, other in enumerate(among) if other is one)
