"""From a room's settings to its judge and its guard; and `danmate moderate`, which judges lines without a room."""

import json
import sys
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Final, TextIO

import msgspec
import structlog

from bot.care import HELP, CareOptions
from bot.guard import Guard, GuardOptions, Moderating
from core.clock import Clock
from core.events import Role
from core.settings import Local, Room
from core.settings.filters import Distress
from nlu.knowledge import Local as Text
from nlu.safety import Classifier, Kind, Safety, SafetyOptions
from nlu.safety.safety import advertising
from nlu.safety.spam import SpamOptions
from nlu.safety.words import read

BATCH: Final = 256
"""Lines that are judged at once where they come from a file."""
_log = structlog.get_logger(__name__)


def safety(room: Room, classifier: Classifier | None) -> Safety:
    """Return the judge of a room; reads its word list, so call it where waiting for the disk does no harm.

    Raise `SettingsError` for a word list that cannot be used.
    """
    filters = room.filters
    own = _streamers_texts(room)
    if filters.superlatives:
        for index, rule in advertising(own):
            _log.warning("own_text_breaks_advertising_law", room=room.id, text=own[index], rule=rule)
    return Safety(
        SafetyOptions(
            check=frozenset(filters.check),
            listed=read(Path(filters.words)) if filters.words else (),
            packaged=filters.lists,
            links=filters.links.block,
            allowed_links=filters.links.allow,
            caps=filters.caps,
            repeats=filters.repeats,
            personal=filters.personal,
            superlatives=filters.superlatives,
            distress=filters.distress.answer,
            sensitive=filters.sensitive,
            classify=filters.offence.classify,
            warn_at=filters.offence.warn,
            block_at=filters.offence.block,
            trusted=own,
        ),
        classifier,
    )


def guard(room: Room, judge: Safety, connector: Moderating, clock: Clock) -> Guard:
    """Return what acts on the judge's verdicts in a room."""
    filters = room.filters
    options = GuardOptions(
        room=room.id,
        steps=filters.steps,
        forget_s=filters.forget,
        exempt=frozenset(Role(role) for role in filters.exempt),
        dry_run=filters.dry_run,
        care=care_options(filters.distress),
        spam=SpamOptions(filters.spam.same, filters.spam.crowd, filters.spam.within),
    )
    return Guard(options, judge, connector, clock)


def care_options(settings: Distress) -> CareOptions:
    """Return what those are told who may be in danger."""
    said = {category: text_or(getattr(settings, category), usual) for category, usual in HELP.items()}
    return CareOptions(said, settings.again)


def text_or(said: Local, usual: Text) -> Text:
    """Return what settings say, in each language, or the usual words where they say nothing."""
    return Text(zh=said.zh or said.en or usual.zh, en=said.en or said.zh or usual.en)


def moderate(judge: Safety, lines: TextIO, kind: Kind) -> None:
    """Print the verdict, category, rule and score of each line as a JSON line.

    Lines of a terminal are judged as they come, those of a file in batches.
    """
    size = 1 if lines.isatty() else BATCH
    while batch := [line.rstrip("\r\n") for line in islice(lines, size)]:
        for verdict in judge.check_all(batch, kind):
            row = {**msgspec.to_builtins(verdict), "score": round(verdict.score, 4)}
            sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def _streamers_texts(room: Room) -> tuple[str, ...]:
    def both(texts: Iterable[Local]) -> list[str]:
        return [text for local in texts for text in dict.fromkeys((local.zh, local.en)) if text]

    known = room.knowledge
    cards = [text for product in known.products for text in both((product.title, *product.facts))]
    said = [*(text for timer in room.timers for text in timer.say), *both([room.filters.minors])]
    return (*cards, *both(faq.answer for faq in known.faq), *(command.reply for command in room.commands), *said)
