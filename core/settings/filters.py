"""Settings of what a room does not want, and of what happens to those who bring it."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from core.settings.values import Duration, FileName, Local, Section, Texts, seconds

Checked = Literal["name", "message", "transcript", "reply"]
Exempt = Literal["subscriber", "moderator", "streamer"]


def _step(value: object) -> object:
    return value if value in {"warn", "ban"} else seconds(value)


Step = Annotated[
    Literal["warn", "ban"] | float,
    BeforeValidator(_step),
    Field(json_schema_extra={"anyOf": [{"enum": ["warn", "ban"]}, {"type": "string"}]}),
]
"""`warn`, a time of silence such as 5s, or `ban`: the longest silence that the platform has."""


class Links(Section):
    """Web addresses in names and messages."""

    block: bool = True
    allow: Texts = ()
    """Hosts that may be linked to, with everything below them."""


class Offence(Section):
    """The classifier of offence; its threshold."""

    classify: bool = True
    warn: float = Field(0.6, ge=0, le=1)
    """Probability from which on a message is left alone and shown to moderators."""
    block: float = Field(0.9, ge=0, le=1)
    """Probability from which on it is withdrawn."""


class Spam(Section):
    """The same text again and again."""

    same: int = Field(4, ge=2, le=20)
    """How often one viewer may send the same text within the time."""
    crowd: int = Field(6, ge=2, le=50)
    """How many viewers may send the same long text within the time."""
    within: Duration = 30.0


class Distress(Section):
    """Those who may be in danger: they are told where help is, and moderators are told of them."""

    answer: bool = True
    """Whether they are looked for at all."""
    self_harm: Local = Local()
    """What who may harm themselves is told; nothing: what comes with Danmate."""
    self_harm_act: Local = Local()
    """What who does so, or is about to, is told each time; nothing: what comes with Danmate."""
    violence: Local = Local()
    """What who is beaten or threatened at home is told; nothing: what comes with Danmate."""
    medical: Local = Local()
    """What who may need a doctor at once is told; nothing: what comes with Danmate."""
    again: Duration = 300.0
    """After so long the same viewer is told again."""


class Filters(Section):
    """What a room does not want."""

    check: tuple[Checked, ...] = ("name", "message", "transcript", "reply")
    lists: bool = True
    """Whether the word lists that come with Danmate count."""
    words: FileName = ""
    """A file of your own words beside the settings file: .txt with a word a line, or .yaml."""
    links: Links = Links()
    caps: bool = True
    repeats: bool = True
    personal: bool = True
    """Telephone numbers, identity and bank cards, addresses, messenger ids."""
    superlatives: bool = False
    """Keep absolute claims (最好, the cheapest) out of replies: advertising law, for rooms that sell."""
    sensitive: bool = True
    """Leave politics, and names that nobody should say aloud, alone: such messages stand without an answer."""
    distress: Distress = Distress()
    minors: Local = Local()
    """What a minor who asks for what is sold is told; nothing: what comes with Danmate."""
    offence: Offence = Offence()
    spam: Spam = Spam()
    steps: tuple[Step, ...] = Field(("warn", 60.0, 600.0, "ban"), max_length=10)
    """What happens to a viewer at the first blocked message, the second, and so on; the last one stays."""
    forget: Duration = 3600.0
    """After so long without a blocked message a viewer begins again at the first step."""
    exempt: tuple[Exempt, ...] = ("moderator", "streamer")
    dry_run: bool = False
    """Judge and tell, but withdraw and silence nobody."""
