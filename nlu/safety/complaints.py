"""A buyer who doubts the shop complains; the words for it (骗子, 假货, 退钱) are no offence by themselves."""

import re
from pathlib import Path
from typing import Final

import yaml

from nlu.language import fold
from nlu.safety.words import Trie

LIST: Final = Path(__file__).parent / "lists" / "complaint.yaml"
"""Words of complaint, and groups of people whom the same words insult."""
_DOCUMENT: Final[dict[str, list[str]]] = yaml.safe_load(LIST.read_text(encoding="utf-8"))
_WORDS: Final = re.compile("|".join(sorted(map(re.escape, _DOCUMENT["words"]), key=len, reverse=True)))
_GROUPS: Final = Trie(_DOCUMENT["groups"])
_DOUBT: Final = re.compile(
    r"(?:你|您|主播|店|商家|老板|卖家|直播间|这是|这不|是不是|就是|都是|卖)[^，。！!,.]{0,6}?"
    r"(?:骗子|骗人|骗钱|骗我|诈骗|假货|虚假宣传|坑人|坑钱|奸商|黑心|割韭菜|托儿)"
    r"|^(?:(?:骗子|假货|奸商|黑店|垃圾|坑人|骗人)[啊呀吧\W]*)+$"
    r"|(?:给我|把钱|快|还我|我要)退钱|退我钱|便宜没好货|别买.{0,8}(?:差|烂|坑|假)"
    r"|\b(?:you|u|ur|your|this|shop|store|seller|streamer|host|stream|it)\b[^.!?]{0,24}?"
    r"\b(?:scam(?:s|ming|mers?)?|fraud(?:sters?)?|rip ?off|ripping us off|con artists?|counterfeits?|selling fakes)\b"
)


_ASKS: Final = re.compile(r"\b(?:legit|genuine|authentic|real)\b|正品|真的还是|真假")
"""What is a question that the room may know the answer to."""


def doubts(text: str) -> bool:
    """Return whether a message says, or asks accusingly, that the shop or its host cheats."""
    text = fold(text)
    return _DOUBT.search(text) is not None and _ASKS.search(text) is None


def without(clean: str) -> str:
    """Return a clean text without its words of complaint; as it is where it speaks of a group of people."""
    return clean if _GROUPS.search(clean) is not None else _WORDS.sub("", clean)
