"""What a reply must be before anybody hears it. Every rule returns the reason in words, for the reply's route."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from nlu.intents import Length, Role
from nlu.prompt import Prompt, sentinels

LIMITS: Final = {
    "zh": {Length.SHORT: 24, Length.MEDIUM: 42, Length.LONG: 75},
    "en": {Length.SHORT: 90, Length.MEDIUM: 160, Length.LONG: 280},
}
"""Characters without facts beyond which a reply is too long to be heard out: half as much again as the corpus has."""

_LEAK: Final = re.compile(r"[<>\u2581\ufffd{}]|‹|›")
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
_LATIN_WORD: Final = re.compile(r"[A-Za-z]*[a-z][A-Za-z]+")
_LINK: Final = re.compile(r"https?:|www\.|\b[\w-]+\.(?:com|cn|net|org|tv|live)\b", re.IGNORECASE)
_REPEATED: Final = re.compile(r"(.{4,}?)\1{1,}|(.)\2{5,}|(\b\w+\b)(?:\s+\3\b){2,}")
_SAID_TWICE: Final = re.compile(
    r"([\u4e00-\u9fff]{6,}).*\1|\b((?:[a-z']+ ){4}).*\2"
    r"|(?:^|[，。！？])([\u4e00-\u9fff]{4,})[，。！？](?:.*[，。！？])?\3(?:[，。！？]|$)",
    re.IGNORECASE,
)
"""Six Chinese characters, a Chinese clause of four, or four English words that stand there twice."""


def clause_problem(text: str, prompt: Prompt, facts: Mapping[Role, str], known: str) -> str:
    """Return what is wrong with a reply so far (facts as sentinels or in words), or nothing.

    `known` is every text that numbers and foreign words may come from: the facts and the message.
    """
    said = sentinels(text)
    bare = without_facts(text, facts)
    if set(said) - set(prompt.roles):
        return f"unknown fact {min(set(said) - set(prompt.roles))}"
    if len(said) != len(set(said)):
        return "repeats a fact"
    if _LEAK.search(bare):
        return "leaks a symbol"
    if _REPEATED.search(bare) or _SAID_TWICE.search(bare):
        return "repeats itself"
    if _LINK.search(bare):
        return "invents a link"
    if prompt.language == "en" and _HAN.search(bare):
        return "mixes languages"
    if prompt.language == "zh" and any(word not in known for word in _LATIN_WORD.findall(bare)):
        return "mixes languages"
    allowed = set(_NUMBER.findall(known))
    if any(number not in allowed for number in _NUMBER.findall(bare)):
        return "invents a number"
    return ""


def whole_problem(
    text: str,
    prompt: Prompt,
    facts: Mapping[Role, str],
    recent: Iterable[str],
    is_language: Callable[[str, str], bool],
) -> str:
    """Return what is wrong with a finished reply beyond `clause_problem`, or nothing."""
    bare = without_facts(text, facts)
    missing = missing_roles(text, prompt, facts)
    if missing:
        return f"lost {missing[0]}"
    if not re.search(r"\w", text):
        return "says nothing"
    if len(bare) > LIMITS[prompt.language][prompt.length]:
        return "too long"
    if re.search(r"\w", bare) and not is_language(bare, prompt.language):
        return "wrong language"
    if text in recent:
        return "said just now"
    return ""


def missing_roles(text: str, prompt: Prompt, facts: Mapping[Role, str]) -> list[Role]:
    """Return the roles of `prompt` that `text` says neither as a sentinel nor in words."""
    said = set(sentinels(text))
    return [role for role in prompt.roles if role not in said and facts[role] not in text]


def without_facts(text: str, facts: Mapping[Role, str]) -> str:
    """Return `text` without sentinels and without the facts' values: what the engine itself has said."""
    for role in sentinels(text):
        text = text.replace(f"<{role}>", " ")
    for value in sorted(facts.values(), key=len, reverse=True):
        text = text.replace(value, " ")
    return text
