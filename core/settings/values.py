"""Kinds of values that settings are made of: durations, secrets from the environment, texts in two languages."""

import os
import re
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h)")
_SECRET: Final = re.compile(r"\$\{?([A-Z][A-Z0-9_]*)\}?")


def seconds(value: Any) -> float:
    """Return a duration such as `500ms`, `20s`, `8m` or `1h` in seconds."""
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if not match:
        raise ValueError(f"a duration with its unit is wanted, such as 500ms, 20s, 8m or 1h, not {value!r}")
    return float(match[1]) * _UNITS[match[2]]


def seconds_range(value: Any) -> tuple[float, float]:
    """Return a duration or a range of them (`8m-12m`) as (shortest, longest) in seconds."""
    parts = value.split("-") if isinstance(value, str) else [value]
    low, high = seconds(parts[0]), seconds(parts[-1])
    if len(parts) > 2 or low > high:  # noqa: PLR2004  # a range has two ends
        raise ValueError(f"a range such as 8m-12m is wanted, not {value!r}")
    return low, high


def secret(value: Any) -> str:
    """Return the environment variable that `$NAME` names; a secret written into the file itself is refused."""
    match = _SECRET.fullmatch(value) if isinstance(value, str) else None
    if not match:
        raise ValueError("secrets come from the environment: write $NAME, and set NAME there")
    found = os.environ.get(match[1])
    if not found:
        raise ValueError(f"the environment variable {match[1]} is not set")
    return found


def with_currency(value: Any) -> Any:
    """Return a price as it is; refuse a bare number."""
    if isinstance(value, int | float):
        raise ValueError(f"say the currency too, such as {value}元 or ${value}")  # noqa: TRY004  # pydantic wants it
    return value


def file_name(value: str) -> str:
    """Return the name of a file or folder as it is; refuse one that no system could open."""
    if "\0" in value:
        raise ValueError("a file's name cannot hold a NUL")
    try:
        Path(value).expanduser()
    except RuntimeError as error:
        raise ValueError(f"there is no home folder {Path(value).parts[0]!r}; write the whole path") from error
    return value


Duration = Annotated[float, BeforeValidator(seconds), Field(json_schema_extra={"type": "string"})]
DurationRange = Annotated[
    tuple[float, float], BeforeValidator(seconds_range), Field(json_schema_extra={"type": "string"})
]
Secret = Annotated[str, BeforeValidator(secret)]
FileName = Annotated[str, AfterValidator(file_name)]
Texts = Annotated[
    tuple[str, ...],
    BeforeValidator(lambda value: (value,) if isinstance(value, str) else value),
    Field(json_schema_extra={"type": ["string", "array"]}),
]
"""One text, or a list of them."""
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]
Tone = Literal["warm", "playful", "calm", "lively"]
Length = Literal["short", "medium", "long"]


class Section(BaseModel):
    """A part of the file: unknown keys are errors, values are fixed once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Local(Section):
    """A text in both languages; a plain string serves for both."""

    zh: str = ""
    en: str = ""

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return {"zh": value, "en": value} if isinstance(value, str) else value
