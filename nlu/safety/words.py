"""Word lists: read from YAML or plain text, compiled into tries that a regular expression walks."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

from core.errors import SettingsError
from core.structs import ready
from nlu.safety import spelling
from nlu.safety.verdict import ALLOWED, KINDS, Kind, Level, Verdict, final, worse

PACKAGED: Final = Path(__file__).parent / "lists"
"""The lists that come with Danmate."""
LARGEST: Final = 20_000
"""Words of one list file; more are refused."""
_BLOCK: Final[dict[Kind, Level]] = dict.fromkeys(KINDS, "block")
_SUFFIX = re.compile(r"(?:s|z|es|ed|d|er|ers|ing|in|y)?(?![a-z])")
_EDGE = re.compile(r"(?![a-z])")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_CHOICE = re.compile(r"\(([^()]*)\)")
_CLOSED = re.compile(
    r"\s*(?:$|[^\w\s]|[了啊呀呢的吧呜唉哎嘛哦噢]|(?:anymore|any more|now|right now|today|tonight|so bad|and|but"
    r"|because|sometimes|please|help|already|every day|everyday|rn)(?![a-z]))"
)
"""What may follow where nothing but the word itself may be meant: the end, a mark, a particle."""
_SHORTEST_SOUND: Final = 2
"""Characters from which on a word is also looked for by its sound: one syllable means too many things."""


@ready
class Group(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words of one kind and what becomes of those who use them."""

    category: str
    """What they are, as verdicts say it."""
    verdict: dict[Kind, Level] = msgspec.field(default_factory=lambda: dict(_BLOCK))
    """What becomes of each kind of text; a kind that is not named is not searched."""
    sound: bool = False
    """Whether Chinese words also match what sounds like them, and their pinyin."""
    words: tuple[str, ...]
    """As they are written in the clean form: half-width, lower case, simplified."""
    patterns: tuple[str, ...] = ()
    """Many words in one: `(a|b|)c` stands for ac, bc and c."""
    besides: tuple[str, ...] = msgspec.field(name="except", default=())
    """Harmless texts; a match that overlaps one is none."""
    unless: tuple[str, ...] = ()
    """What makes any match harmless wherever it stands in the text: laughter, say."""
    closes: bool = False
    """Whether a match counts only where no other word follows it: 想死, but not 想死你们."""
    inside: bool = False
    """Whether Latin words also match inside longer ones."""

    def all_words(self) -> Iterator[str]:
        """Yield the words and those that patterns stand for."""
        yield from self.words
        for pattern in self.patterns:
            for parts in product(*_choices(pattern)):
                yield " ".join("".join(parts).split())


def _choices(pattern: str) -> list[list[str]]:
    """Return what may stand at each place of a pattern."""
    return [part.split("|") if odd % 2 else [part] for odd, part in enumerate(_CHOICE.split(pattern))]


class _Word(msgspec.Struct, frozen=True):
    shown: str
    group: Group
    besides: tuple[str, ...]
    unless: tuple[str, ...]


@lru_cache
def packaged(name: str) -> tuple[Group, ...]:
    """Return the groups of one of the lists that come with Danmate."""
    return read(PACKAGED / f"{name}.yaml")


def read(path: Path) -> tuple[Group, ...]:
    """Return the groups of a file: YAML as in `lists/`, or text with a word a line (`#` begins a comment).

    Words of a text file are blocked everywhere. Raise `SettingsError` for a file that cannot be used.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SettingsError(path, None, "is not UTF-8 text") from error
    except OSError as error:
        raise SettingsError(path, None, f"cannot be read: {error.strerror}") from error
    if path.suffix not in {".yaml", ".yml"}:
        lines = (line.split("#")[0].strip() for line in text.splitlines())
        groups: tuple[Group, ...] = (Group(category="listed", words=tuple(filter(None, lines))),)
    else:
        try:
            groups = msgspec.convert(_tuples(yaml.safe_load(text) or []), tuple[Group, ...])
        except (yaml.YAMLError, msgspec.ValidationError) as error:
            raise SettingsError(path, None, f"is no word list: {error}") from error
    if sum(map(_size, groups)) > LARGEST:
        raise SettingsError(path, None, f"holds more than {LARGEST:,} words; split off what no room needs")
    return groups


def _size(group: Group) -> int:
    return len(group.words) + sum(math.prod(map(len, _choices(pattern))) for pattern in group.patterns)


def _tuples(data: Any) -> Any:
    """Return YAML data with single words that YAML reads as numbers or truth values as text."""
    if isinstance(data, list):
        return [_tuples(item) if isinstance(item, dict | list) else str(item) for item in data]
    if isinstance(data, dict):
        return {str(key): _tuples(item) if isinstance(item, dict | list) else item for key, item in data.items()}
    return data


class Trie:
    """A set of words as one regular expression that tries each place once."""

    def __init__(self, words: Iterable[str]) -> None:
        root: dict[str, Any] = {}
        for word in words:
            node = root
            for character in word:
                node = node.setdefault(character, {})
            node[""] = {}
        self._pattern = re.compile(_source(root) if root else r"(?!)")
        self.search = self._pattern.search

    def found(self, text: str) -> Iterable[tuple[int, str]]:
        """Yield (place, word) of the longest word at each place, overlapping ones too."""
        match = self.search(text)
        while match is not None:
            yield match.start(), match[0]
            match = self.search(text, match.start() + 1)


def _source(node: Mapping[str, Any]) -> str:
    ends = "" in node
    branches = [re.escape(key) + _source(child) for key, child in sorted(node.items()) if key]
    if not branches:
        return ""
    if len(branches) == 1 and not ends:
        return branches[0]
    return f"(?:{'|'.join(branches)}){'?' if ends else ''}"


class Words:
    """All lists of a room, compiled. Immutable, so any thread may use it."""

    def __init__(self, groups: Iterable[Group]) -> None:
        self._written: dict[str, tuple[_Word, ...]] = {}
        self._sounding: dict[str, tuple[_Word, ...]] = {}
        for group in groups:
            besides, unless = tuple(map(spelling.clean, group.besides)), tuple(map(spelling.clean, group.unless))
            for original in group.all_words():
                word = spelling.clean(original)
                self._add(_Word(word, group, besides, unless))
        self._latin = Trie(word for word in self._written if _HAN.search(word) is None)
        self._han = Trie(word for word in self._written if _HAN.search(word) is not None)
        self._sound = Trie(self._sounding)

    def _add(self, entry: _Word) -> None:
        word, group = entry.shown, entry.group
        if not word:
            return
        self._put(self._written, word, entry)
        if word.isascii() and " " in word:
            self._put(self._written, word.replace(" ", ""), entry)
        han = _HAN.findall(word)
        if not group.sound or len(han) < _SHORTEST_SOUND:
            return
        self._put(self._sounding, spelling.sound(word), entry)
        if len(han) == len(word):
            syllables = [spelling.syllable(character) for character in word]
            for between in ("", " "):
                self._put(self._written, between.join(syllables), entry)

    @staticmethod
    def _put(words: dict[str, tuple[_Word, ...]], form: str, entry: _Word) -> None:
        words[form] = (*words.get(form, ()), entry)

    def check(self, text: str, kind: Kind) -> Verdict:
        """Return the worst verdict of the lists on a clean text."""
        if text.isascii():
            found = self._spelt(text, kind)
        else:
            found = self._chinese(text, kind, by_sound=kind != "transcript")  # a recogniser errs by sound all day
            if not final(found) and (kind == "name" or spelling.has_latin(text)):
                found = worse(found, self._spelt(text, kind))
        return found

    def _chinese(self, text: str, kind: Kind, *, by_sound: bool) -> Verdict:
        found = self._han_words(text, kind)
        whole = spelling.without_marks(text)
        close = spelling.without_gaps(whole)
        if close != text:
            found = worse(found, self._han_words(close, kind))
        if by_sound and not final(found):
            sounds = spelling.sound(whole)
            if self._sound.search(sounds) is not None:
                for place, word in self._sound.found(sounds):
                    for entry in self._sounding[word]:
                        found = worse(found, self._judge(entry, whole, place, len(word), kind))
        return found

    def _han_words(self, text: str, kind: Kind) -> Verdict:
        found = ALLOWED
        if self._han.search(text) is not None:
            for place, word in self._han.found(text):
                for entry in self._written[word]:
                    found = worse(found, self._judge(entry, text, place, len(word), kind))
        return found

    def _spelt(self, text: str, kind: Kind) -> Verdict:
        found = self._latin_words(text, kind)
        for other in spelling.respelt(text, name=kind == "name"):
            if final(found):
                break
            found = worse(found, self._latin_words(other, kind))
        return found

    def _latin_words(self, text: str, kind: Kind) -> Verdict:
        found = ALLOWED
        if self._latin.search(text) is not None:
            for place, word in self._latin.found(text):
                for entry in self._written[word]:
                    suffix = _SUFFIX if len(word) >= 4 and entry.shown == word else _EDGE  # noqa: PLR2004  # asses, but no ases
                    if entry.group.inside or suffix.match(text, place + len(word)):
                        found = worse(found, self._judge(entry, text, place, len(word), kind))
        return found

    @staticmethod
    def _judge(entry: _Word, text: str, place: int, length: int, kind: Kind) -> Verdict:
        level = entry.group.verdict.get(kind)
        end = place + length
        if level is None or (not entry.group.inside and _inside_latin(text, place, end)):
            return ALLOWED
        if entry.group.closes and _CLOSED.match(text, end) is None:
            return ALLOWED
        if any(sign in text for sign in entry.unless):
            return ALLOWED
        for harmless in entry.besides:
            at = text.find(harmless, max(0, place - len(harmless) + 1))
            if 0 <= at < end:
                return ALLOWED
        return Verdict(level, entry.group.category, f"word:{entry.shown}", 1.0)


def _inside_latin(text: str, place: int, end: int) -> bool:
    """Return whether a match begins, or one that ends in a Latin letter and Chinese ends, inside a Latin word."""
    before = place and "a" <= text[place] <= "z" and "a" <= text[place - 1] <= "z"
    after = (
        _HAN.search(text, place, end) and "a" <= text[end - 1] <= "z" and end < len(text) and "a" <= text[end] <= "z"
    )
    return bool(before or after)
