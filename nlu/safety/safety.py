"""Judges a text: word lists, personal data, form, then the classifier. Synchronous, bounded, the same for all rooms."""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from nlu.language import MAX_CHARACTERS
from nlu.safety import complaints, form, personal, spelling
from nlu.safety.classifier import Classifier
from nlu.safety.verdict import KINDS, Kind, Verdict, final, worse
from nlu.safety.words import Group, Words, packaged

WARN_AT: Final = 0.6
"""The probability of offence from which on a message is left alone, unless settings say otherwise: where COLD's
validation part is judged best (docs/decisions/0013)."""
BLOCK_AT: Final = 0.9
"""The probability of offence from which on a message is withdrawn, unless settings say otherwise."""


SPOKEN: Final[frozenset[Kind]] = frozenset(("message", "transcript"))
"""What people say themselves."""


class SafetyOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What a room does not want."""

    check: frozenset[Kind] = frozenset(KINDS)
    """Which kinds of text are judged at all."""
    listed: tuple[Group, ...] = ()
    """The room's own words, besides the packaged ones."""
    packaged: bool = True
    """Whether the packaged words count."""
    links: bool = True
    """Whether links are blocked."""
    allowed_links: tuple[str, ...] = ()
    """Hosts that may be linked to, with what is below them."""
    caps: bool = True
    """Whether shouting is marked."""
    repeats: bool = True
    """Whether endless repeats are marked."""
    personal: bool = True
    """Whether telephone numbers, addresses and the like are blocked."""
    superlatives: bool = False
    """Whether absolute claims are kept out of replies, as advertising law wants of who sells."""
    distress: bool = True
    """Whether those who may be in danger are looked for, in messages and transcripts, whatever `check` says."""
    sensitive: bool = True
    """Whether politics and names that nobody should say aloud are left alone."""
    classify: bool = True
    """Whether the classifier is asked."""
    warn_at: float = WARN_AT
    """Probability of offence from which on the verdict is warn."""
    block_at: float = BLOCK_AT
    """Probability of offence from which on the verdict is block."""
    trusted: tuple[str, ...] = ()
    """What the streamer wrote (answers, facts): links and numbers in it may be said in replies."""


class Safety:
    """The judge of one room. Immutable once made, so any thread may ask it."""

    def __init__(self, options: SafetyOptions, classifier: Classifier | None = None) -> None:
        """Take the classifier where there is one; without it the rules alone decide."""
        groups = [*options.listed]
        if options.packaged:
            groups += [*packaged("zh"), *packaged("en"), *packaged("hate_zh")]
        distress = [*packaged("distress_zh"), *packaged("distress_en")] if options.distress else []
        groups += distress
        if options.sensitive:
            groups += packaged("sensitive")
        if options.superlatives:
            groups += [*packaged("advertising_zh"), *packaged("advertising_en")]
        self._options = options
        self._words = Words(group for group in groups if group.verdict.keys() != {"name"})
        names = [*groups, *(packaged("names") if options.packaged else ())]
        self._names = Words(group for group in names if "name" in group.verdict)
        spoken = options.check >= SPOKEN
        self._distress = Words([] if spoken else distress)
        self._classifier = classifier if options.classify else None
        self._allowed_links = tuple(host.lower() for host in options.allowed_links)
        self._trusted = sorted((spelling.clean(text) for text in options.trusted if text), key=len, reverse=True)

    def check(self, text: str, kind: Kind) -> Verdict:
        """Return what may become of `text`, of which `MAX_CHARACTERS` are read."""
        clean = spelling.clean(text)
        if kind not in self._options.check:
            return self._distress.check(clean, kind)
        found = self._rules(text[:MAX_CHARACTERS], clean, kind)
        if self._classifier is None or final(found) or kind not in SPOKEN:
            return found
        return worse(found, self._offence(clean, *self._classifier.judge(clean)))

    def check_all(self, texts: Sequence[str], kind: Kind) -> list[Verdict]:
        """Return the verdicts of many texts, the classifier asked for all at once."""
        cleans = [spelling.clean(text) for text in texts]
        if kind not in self._options.check:
            return [self._distress.check(clean, kind) for clean in cleans]
        found = [self._rules(text[:MAX_CHARACTERS], clean, kind) for text, clean in zip(texts, cleans, strict=True)]
        if self._classifier is None or kind not in SPOKEN:
            return found
        judged = self._classifier.judge_all(cleans)
        return [
            one if final(one) else worse(one, self._offence(clean, *offence))
            for one, clean, offence in zip(found, cleans, judged, strict=True)
        ]

    def _rules(self, original: str, clean: str, kind: Kind) -> Verdict:
        words = self._names if kind == "name" else self._words
        found = words.check(clean, kind)
        if kind == "name" and not final(found) and (apart := spelling.apart(original)) != original:
            found = worse(found, words.check(spelling.clean(apart), kind))
        if final(found) or kind == "transcript":
            return found
        options = self._options
        rest = self._without_trusted(clean) if kind == "reply" else clean
        if options.personal:
            what = personal.find(rest)
            if what:
                return Verdict("block", "personal", what, 1.0)
        if options.links and form.link(rest, self._allowed_links):
            return Verdict("block", "link", "link", 1.0)
        if kind == "message":
            if options.caps and form.shouts(original):
                found = worse(found, Verdict("warn", "caps", "caps", 1.0))
            if options.repeats and form.repeats(clean):
                found = worse(found, Verdict("warn", "repeats", "repeats", 1.0))
        return found

    def _without_trusted(self, clean: str) -> str:
        for text in self._trusted:
            clean = clean.replace(text, " ")
        return clean

    def _offence(self, clean: str, category: str, probability: float) -> Verdict:
        """Return the verdict on a text of that probability; a complaint's own words are no offence."""
        if probability >= self._options.warn_at and self._classifier is not None:
            rest = complaints.without(clean)
            if rest != clean:
                probability = min(probability, self._classifier.judge(rest)[1])
        if probability >= self._options.block_at:
            return Verdict("block", category, f"classifier:{category}", probability)
        if probability >= self._options.warn_at:
            return Verdict("warn", category, f"classifier:{category}", probability)
        return Verdict(score=probability)


def advertising(texts: Iterable[str]) -> list[tuple[int, str]]:
    """Return (index, rule) of the streamer's own texts that make claims which advertising law does not allow."""
    words = Words([*packaged("advertising_zh"), *packaged("advertising_en")])
    judged = ((index, words.check(spelling.clean(text), "reply")) for index, text in enumerate(texts))
    return [(index, verdict.rule) for index, verdict in judged if verdict.category]
