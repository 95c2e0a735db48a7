"""Replies that cannot go wrong: the corpus's own patterns, for when an engine's reply is refused or there is none."""

import random
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from core.errors import ModelError
from core.structs import ready
from nlu.check import without_facts
from nlu.intents import Length, Role, Tone
from nlu.judge import Judge
from nlu.length import excess, fits
from nlu.manner import KIND, Manner, Manners, dressed
from nlu.prompt import SENTINELS, Prompt, sentinels
from nlu.resemblance import Resemblance
from nlu.unfinished import Unfinished
from nlu.wording import Wording

FILE: Final = Path(__file__).parent / "weights" / "templates.json"

CLEAR: Final = 0.5
"""Probability of its own tone and goal below which a pattern gives way to others."""
_OPTIONAL: Final = (
    Role.VIEWER3,
    Role.VIEWER2,
    Role.STREAMER,
    Role.VIEWER,
    Role.LINK,
    Role.COUNT,
    Role.STOCK,
    Role.PRODUCT,
)
"""What a template may leave out, the most dispensable first; a price or an answer is never left out."""


class Template(msgspec.Struct, frozen=True):
    """A pattern with sentinels."""

    language: str
    """`zh` or `en`."""
    intent: str
    """What it replies to."""
    tone: Tone
    """How it sounds."""
    length: Length
    """How long it is."""
    text: str
    """With sentinels."""
    follows: float = 1.0
    """Probability that it has its tone and goal, by a judge that was not taught with it."""


@ready
class Bank(msgspec.Struct, frozen=True):
    """What is stored: every pattern, and how tones open and close them."""

    templates: tuple[Template, ...]
    """The corpus's patterns."""
    manners: tuple[Manner, ...]
    """Openings and closings."""


class Templates:
    """Picks the pattern that fits a prompt best and was not heard lately; knows how the corpus puts things."""

    def __init__(
        self, templates: Sequence[Template], manners: Sequence[Manner] = (), judge: Judge | None = None
    ) -> None:
        """Take the patterns, how tones open and close them, and what tells whether that sounds like the tone."""
        self._judge = judge
        self._manners = {(one.language, one.kind, one.tone): one for one in manners}
        self._wording = {
            language: Wording(
                language,
                [(one.intent, one.text) for one in templates if one.language == language],
                [said for one in manners if one.language == language for said in (*one.open, *one.close)],
            )
            for language in {one.language for one in templates}
        }
        self._resemblance = {
            language: Resemblance((one.intent, one.text) for one in templates if one.language == language)
            for language in {one.language for one in templates}
        }
        self._kinds: dict[str, Manners] = {}
        self._unfinished: dict[str, Unfinished] = {}
        for language in self._wording:
            pairs = [(one.intent, one.text) for one in templates if one.language == language]
            kinds = Manners(language, (one for one in manners if one.language == language), pairs)
            self._kinds[language], self._unfinished[language] = kinds, Unfinished(language, kinds, pairs)
        self._by_use: dict[tuple[str, str, frozenset[Role]], list[Template]] = defaultdict(list)
        for template in templates:
            self._by_use[template.language, template.intent, frozenset(sentinels(template.text))].append(template)

    @classmethod
    def load(cls, file: Path = FILE) -> "Templates":
        """Read the packaged templates; raise `ModelError` where they are damaged."""
        try:
            bank = msgspec.json.decode(file.read_bytes(), type=Bank)
        except (OSError, msgspec.MsgspecError) as error:
            raise ModelError(f"the templates in {file} cannot be read: {error}; install Danmate again") from error
        return cls(bank.templates, bank.manners, Judge.load(file.parent / "t5" / "judge.npz"))

    def fitting(self, prompt: Prompt) -> list[str]:
        """Return the patterns that say exactly the facts of `prompt` in its tone and length, with sentinels."""
        known = self._by_use.get((prompt.language, prompt.intent, frozenset(prompt.roles)), ())
        return [one.text for one in known if (one.tone, one.length) == (prompt.tone, prompt.length)]

    def sounds_like(self, text: str, prompt: Prompt) -> bool:
        """Return whether `text`, facts as sentinels, resembles patterns of the prompt's intent as much as others."""
        found = self._resemblance[prompt.language].intents(text) if prompt.language in self._resemblance else ()
        return not found or prompt.intent in found

    def strange(self, text: str, language: str) -> list[str]:
        """Return the pairs of neighbouring words in `text`, facts as sentinels, that no pattern has."""
        return self._wording[language].strange(text) if language in self._wording else []

    def unheard(self, text: str, language: str) -> list[str]:
        """Return the triples of neighbouring words in `text`, facts as sentinels, that no pattern has."""
        return self._wording[language].unheard(text) if language in self._wording else []

    def invented(self, text: str, prompt: Prompt, facts: Mapping[Role, str]) -> str:
        """Return the first word of `text` that no pattern, no fact and no message has, or nothing."""
        wording = self._wording.get(prompt.language)
        known = " ".join([*facts.values(), prompt.message])
        return wording.invented(without_facts(text, facts), known) if wording else ""

    def claim_problem(self, text: str, prompt: Prompt, facts: Mapping[Role, str]) -> str:
        """Return what `text` states of goods, money, time, number or service that no fact says, or nothing."""
        wording = self._wording.get(prompt.language)
        claim = wording.claim(without_facts(text, facts), prompt.intent, facts) if wording else ""
        return f"claims {claim}" if claim else ""

    def misplaced(self, text: str, prompt: Prompt) -> str:
        """Return the first opening or closing in `text` that belongs to other kinds of intent than the prompt's."""
        return self._kinds[prompt.language].misplaced(text, prompt.intent) if prompt.language in self._kinds else ""

    def unfinished(self, text: str, prompt: Prompt) -> bool:
        """Return whether `text` breaks off where a pattern of the prompt's intent goes on."""
        return prompt.language in self._unfinished and self._unfinished[prompt.language](text, prompt.intent)

    def knows(self, prompt: Prompt) -> bool:
        """Return whether any pattern, of whatever tone and length, says exactly the facts of `prompt`."""
        return (prompt.language, prompt.intent, frozenset(prompt.roles)) in self._by_use

    def pick(self, prompt: Prompt, recent: Collection[str], seed: int) -> str:
        """Return a reply with sentinels that says every fact of `prompt` that cannot be left out."""
        roles = frozenset(prompt.roles)
        for wanted in (roles, *_fewer(roles)):
            fitting = self._by_use.get((prompt.language, prompt.intent, wanted))
            if fitting:
                return self._best(fitting, prompt, recent, seed)
        vague = self._by_use.get((prompt.language, "unclear", frozenset()))
        return _bare(prompt) if roles or not vague else self._best(vague, prompt, recent, seed)

    def _best(self, fitting: list[Template], prompt: Prompt, recent: Collection[str], seed: int) -> str:
        draw = random.Random(seed)  # noqa: S311  # a seeded draw, no secret
        order = list(Length)

        def distance(template: Template) -> tuple[bool, int, float, int, float]:
            away = abs(order.index(template.length) - order.index(prompt.length))
            short_of = round(max(CLEAR - self._follows(template, prompt), 0.0), 1)
            beyond = excess(template.text, prompt.language, prompt.length)
            return template.text in recent, beyond, short_of, away, draw.random()

        return min([*fitting, *self._dressed(fitting, prompt, draw)], key=distance).text

    def _follows(self, template: Template, prompt: Prompt) -> float:
        """Return the probability that a pattern follows `prompt`, whatever tone it was written for."""
        if template.tone is prompt.tone:
            return template.follows
        return self._judge.follows(template.text, prompt) if self._judge is not None else 0.0

    def _dressed(self, fitting: list[Template], prompt: Prompt, draw: random.Random) -> list[Template]:
        """Return the calm ones among `fitting` with an opening, a closing, or both, of the prompt's tone."""
        manner = self._manners.get((prompt.language, KIND.get(prompt.intent, ""), prompt.tone))
        if manner is None:
            return []
        made = []
        for one in fitting:
            if one.tone is not Tone.CALM or one.tone is prompt.tone:
                continue
            opened, closed = draw.choice(manner.open), draw.choice(manner.close)
            asks = one.text.endswith(SENTINELS[Role.QUESTION])
            for opening, closing in ((opened, ""),) if asks else ((opened, ""), ("", closed), (opened, closed)):
                text = dressed(one.text, prompt.language, prompt.tone, opening, closing, "。")
                if fits(text, prompt.language, prompt.length):
                    follows = self._judge.follows(text, prompt) if self._judge is not None else 1.0
                    made.append(Template(one.language, one.intent, prompt.tone, prompt.length, text, follows))
        return made


def _fewer(roles: frozenset[Role]) -> list[frozenset[Role]]:
    """Return smaller sets of facts, the least missed left out first."""
    sets = [roles - {role} for role in _OPTIONAL if role in roles]
    rest = roles
    for role in _OPTIONAL:
        if role in rest:
            rest = rest - {role}
            sets.append(rest)
    return sets


def _bare(prompt: Prompt) -> str:
    """Return the facts alone: no pattern knows this combination."""
    comma = "，" if prompt.language == "zh" else ", "
    stop = "。" if prompt.language == "zh" else "."
    return comma.join(SENTINELS[role] for role in Role if role in prompt.roles) + stop
