"""Settings of what a room knows, and of what it says by rule: products, questions, commands, timers, thanks."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator

from core.settings.values import Duration, DurationRange, Local, Section, Texts, with_currency
from core.variables import unknown


class Product(Section):
    """A product card: the only source of prices, stock and links."""

    id: str | int
    title: Local
    alias: Texts = ()
    price: Annotated[str, BeforeValidator(with_currency)]
    stock: int | None = Field(None, ge=0)
    link: int | None = Field(None, ge=1)
    facts: tuple[Local, ...] = ()
    source: str = Field("", max_length=200)
    """Where it comes from, for moderators; by default file and line."""


class Faq(Section):
    """A question that the room knows the answer to."""

    ask: Texts = Field(min_length=1)
    answer: Local
    source: str = Field("", max_length=200)
    """Where it comes from, for moderators; by default file and line."""


class Knowledge(Section):
    """What the room knows. Nothing else is ever stated as a fact."""

    files: tuple[str, ...] = ()
    """Markdown, CSV and YAML files beside this one that hold more of it: faq.md, products.csv."""

    products: tuple[Product, ...] = ()
    faq: tuple[Faq, ...] = ()


class Cooldown(Section):
    """How long a command rests."""

    all: Duration = 5.0
    user: Duration = 30.0


class Command(Section):
    """A fixed answer to a fixed word."""

    name: str = Field(pattern=r"^\S{1,24}$")
    alias: Texts = ()
    level: Literal["everyone", "subscriber", "moderator", "streamer"] = "everyone"
    cooldown: Cooldown = Cooldown()
    reply: str = Field(min_length=1, max_length=200)

    @field_validator("reply")
    @classmethod
    def _has_known_variables(cls, reply: str) -> str:
        if wrong := unknown(reply):
            raise ValueError(wrong)
        return reply


class Timer(Section):
    """Something said again and again."""

    every: DurationRange
    after_lines: int = Field(0, ge=0)
    """Only once so many messages were written since the last time."""
    only_live: bool = False
    """Only while the platform says that the stream is live."""
    say: Texts = Field(min_length=1)


class GiftThanks(Section):
    """How gifts are thanked."""

    merge: Duration = 3.0
    """Gifts of one giver within this time are thanked once."""
    min_value: float = Field(0.0, ge=0)
    """In yuan; smaller ones are not thanked aloud."""


class Thanks(Section):
    """What is thanked."""

    gift: GiftThanks = GiftThanks()
    follow: bool = True
    share: bool = True
    order: bool = True
    likes: int = Field(20, ge=0)
    """Likes of one viewer that are thanked; 0: none."""
    welcome: bool = True
    """Whether those who come in are welcomed: one by one among a few, together in a crowd."""
