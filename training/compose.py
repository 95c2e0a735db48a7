"""Says a pattern in other ways: fewer facts, a name in another place, a tone's opening and closing around plain words.

A few thousand patterns leave most combinations of facts, tone and length without an example. These are made of what
people wrote, clause by clause; nothing here writes words of its own besides the openings and closings in manner/.
"""

import random
import re
from pathlib import Path
from typing import Final

import yaml

from nlu.intents import INTENTS, Length, Role, Tone
from nlu.length import LIMITS
from nlu.manner import KIND, Manner, dressed
from nlu.wording import GENERAL
from training.corpus import Pattern, measure

FOLDER: Final = Path(__file__).parent / "manner"
_FIRST_STOP: Final = re.compile(r"(?<=[\w}])([.!?])(?=\s|$)")


def manners(folder: Path = FOLDER) -> dict[tuple[str, str, Tone], Manner]:
    """Return the hand-written openings and closings by language, kind and tone."""
    return {
        (path.stem, kind, Tone(tone)): Manner(path.stem, kind, Tone(tone), tuple(said["open"]), tuple(said["close"]))
        for path in sorted(folder.glob("*.yaml"))
        for kind, tones in yaml.safe_load(path.read_text(encoding="utf-8")).items()
        for tone, said in tones.items()
    }


def shortest(text: str, language: str) -> Length | None:
    """Return the shortest length that `text` keeps, or nothing where it is longer than any."""
    size = measure(text, language)
    return next((length for length, limit in LIMITS[language].items() if size <= limit), None)


class Composer:
    """Draws other ways of saying a pattern."""

    def __init__(self, seed: int) -> None:
        self._manners = manners()
        self._random = random.Random(seed)  # noqa: S311  # a seeded draw, no secret

    def vary(self, pattern: Pattern, tone: Tone | None = None) -> Pattern | None:
        """Return another way of saying `pattern`, in `tone` where it is plain enough for that, or nothing.

        Only a calm pattern takes another tone: the others carry theirs in every word.
        """
        tone = tone or pattern.tone
        if tone is not pattern.tone and (pattern.tone is not Tone.CALM or Length.LONG is pattern.length):
            return None
        draw = self._random
        text = pattern.text
        if draw.random() < 0.35:
            text = self._generalised(text, pattern)
        if draw.random() < 0.55:
            text = self._renamed(text, pattern)
        marked = tone is not pattern.tone or draw.random() < 0.6
        if marked:
            text = self._marked(text, pattern, tone)
        if text == pattern.text:
            return pattern if tone is pattern.tone else None
        length = shortest(text, pattern.language)
        if length is None:
            return None
        longer = [Length.SHORT, Length.MEDIUM, Length.LONG]
        if not marked and longer.index(pattern.length) > longer.index(length):
            length = pattern.length
        return Pattern(pattern.language, pattern.intent, tone, length, text)

    def _marked(self, text: str, pattern: Pattern, tone: Tone) -> str:
        """Return `text` with an opening of `tone`, a closing, or both."""
        manner = self._manners[pattern.language, KIND[pattern.intent], tone]
        which = self._random.random()
        opening = self._random.choice(manner.open) if which < 0.65 else ""
        closing = self._random.choice(manner.close) if which > 0.35 and not text.endswith("{question}") else ""
        stop = self._random.choice(("。", "")) if pattern.language == "zh" and tone is not Tone.LIVELY else ""
        return dressed(text, pattern.language, tone, opening, closing, stop)

    def _generalised(self, text: str, pattern: Pattern) -> str:
        """Return `text` with a product or the streamer not named, where it names one."""
        for role, words in GENERAL[pattern.language].items():
            slot = f"{{{role}}}"
            if slot not in text or self._random.random() < 0.4:
                continue
            word = self._random.choice(words)
            at = text.index(slot)
            begins = at == 0 or text[:at].rstrip().endswith((".", "!", "?"))
            text = text.replace(slot, word[:1].upper() + word[1:] if begins else word)
        return text

    def _renamed(self, text: str, pattern: Pattern) -> str:
        """Return `text` with the viewers' names put before it, within it, or taken away."""
        roles = INTENTS[pattern.intent].roles
        if Role.VIEWER not in roles:
            return text
        chinese = pattern.language == "zh"
        if "{viewer" in text:
            if "{viewer2}" in text:
                return text
            bare = (
                re.sub(r"^\{viewer\}，|(?<=，)\{viewer\}，|，\{viewer\}(?=[，。！？]|$)", "", text, count=1)
                if chinese
                else re.sub(r"^\{viewer\}, |, \{viewer\}(?=[.!?,])", "", text, count=1)
            )
            if "{viewer" in bare:
                return text
            if self._random.random() < 0.5:
                return bare if chinese else bare[:1].upper() + bare[1:]
            text = bare
        names = self._names(roles, chinese)
        if chinese:
            if "{viewer2}" in names and "你" in text and "你们" not in text:
                text = text.replace("你", "你们")
            return f"{names}，{text}"
        if self._random.random() < 0.5 and "{streamer}," not in text and (match := _FIRST_STOP.search(text)):
            return f"{text[: match.start()]}, {names}{text[match.start() :]}"
        first = text.split()[0]
        keep = first.startswith(("{", "I'")) or first == "I"
        return f"{names}, {text if keep else text[:1].lower() + text[1:]}"

    def _names(self, roles: frozenset[Role], chinese: bool) -> str:  # noqa: FBT001  # one of two languages
        """Return one name, or up to three where the intent knows several askers."""
        most = 3 if Role.VIEWER3 in roles else 1
        count = self._random.choices(range(1, most + 1), (5, 2, 1)[:most])[0]
        names = ["{viewer}", "{viewer2}", "{viewer3}"][:count]
        if chinese:
            return self._random.choice(("、", "，")).join(names) if count > 1 else names[0]
        return names[0] if count == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
