"""How a tone opens and closes what is said, for training examples and for templates that take another tone."""

import re
from collections.abc import Iterable
from typing import Final

import msgspec

from nlu.intents import Tone

_KINDS: Final = {
    "answer": "ask_price ask_stock ask_link ask_product ask_delivery ask_aftersales ask_schedule ask_faq buying "
    "recommend_product recommend_room catch_up lesson_recap",
    "thanks": "gift follow like share order praise bought",
    "social": "greeting farewell thanks laugh small_talk how_are_you about_bot agree good_news joke who_are_you "
    "welcome raid retain",
    "decline": "off_topic unknown unclear request haggle sold_out trick",
    "apology": "complaint",
    "peace": "insult calm",
    "comfort": "bad_news",
    "show": "idle goal_progress flash_sale countdown quiz_ask quiz_right quiz_over poll_open poll_result lesson_next",
}
KIND: Final = {intent: kind for kind, intents in _KINDS.items() for intent in intents.split()}
"""Which openings and closings suit an intent."""
_GRAVE: Final = frozenset(("decline", "apology", "peace", "comfort"))
"""Kinds at which somebody may be hurt: they take openings and closings of their own only, and lend none."""
RETIRED: Final[dict[str, tuple[str, ...]]] = {
    "zh": (
        "耳朵都竖起来", "都听清楚没有呀", "我先得意一小会儿", "真好呀", "听着就暖", "哈哈", "可以呀", "今天状态拉满",
        "别停，继续", "咱们精神点", "气氛不能停", "都精神点", "全场听我说", "笑一个再说话", "你一定行的",
        "挺过去就好了", "别泄气", "打起精神", "这样的时候难免", "声音大一点", "笑点真低呀",
        "<product>这题我得空", "这题我得空",
    ),
    "en": (
        "Oh, I love this!", "Chat, stay loud!", "Did everyone catch that?", "Oh, lovely.", "That makes me smile.",
        "How sweet.", "My circuits are giggling.", "Haha, nice!", "Nice, nice!", "This room is on fire!",
        "Chins up, chat!", "The fun goes on!", "Don't make me use the whistle twice.", "Smile and carry on!",
        "Good vibes only!", "Hey, chin up!", "Deep breath, here we go!", "You'll get back up!",
        "One step, then the next!", "Some days are like that.", "I want to see that chat move!", "Love it!",
        "Love that!", "Take it as information, nothing more.", "Take it or leave it.",
    ),
}  # fmt: skip
"""Phrases that the T5 learned and that are not said any more, unless a pattern says them: they hurt, or give orders.

The next training does not teach them; after it this may go.
"""

_CLAUSE: Final = re.compile(r"([^，。！？；：、,.!?~～;:…]+)([，。！？；：、,.!?~～;:…]*)")
_ADDRESSED: Final = re.compile(r"^(?:<viewer\d?>|and|和|\s)+$")
_LAST_STOP: Final = re.compile(r"[。.!！~，,…]+$")


class Manner(msgspec.Struct, frozen=True):
    """How one tone opens and closes what is said for one kind of intent."""

    language: str
    """`zh` or `en`."""
    kind: str
    """A value of `KIND`."""
    tone: Tone
    """How it sounds."""
    open: tuple[str, ...]
    """Openings: clauses in Chinese, sentences in English."""
    close: tuple[str, ...]
    """Closings, likewise."""


class Clause(msgspec.Struct, frozen=True):
    """A piece of a reply between two marks."""

    words: str
    """In lower case, without marks."""
    ends: bool
    """Whether a sentence ends here: in Chinese a comma is as good as a full stop."""


def clauses(text: str, language: str) -> list[Clause]:
    """Return the clauses of `text`, facts as sentinels, without those that only address viewers."""
    found: list[Clause] = []
    for words, mark in _CLAUSE.findall(text):
        ends = language == "zh" or any(one in ".!?" for one in mark)
        if _ADDRESSED.match(words):
            if found and ends:
                found[-1] = Clause(found[-1].words, ends=True)
        else:
            found.append(Clause(" ".join(words.lower().split()), ends))
    if found:
        found[-1] = Clause(found[-1].words, ends=True)
    return found


class Manners:
    """Which openings and closings of one language belong to which kinds of intent."""

    def __init__(self, language: str, manners: Iterable[Manner], patterns: Iterable[tuple[str, str]]) -> None:
        """Take openings and closings, and (intent, pattern with sentinels) pairs, which may say any of them."""
        self._language = language
        self._kinds: dict[tuple[str, ...], set[str]] = {self._words(phrase): set() for phrase in RETIRED[language]}
        for one in manners:
            for phrase in (*one.open, *one.close):
                self._kinds.setdefault(self._words(phrase), set()).add(one.kind)
        self._longest = max(map(len, self._kinds), default=0)
        for intent, text in patterns:
            for known, _ in self._phrases(text):
                self._kinds[known].add(KIND.get(intent, ""))

    def misplaced(self, text: str, intent: str) -> str:
        """Return the first phrase in `text`, facts as sentinels, that only other kinds of intent open or close with.

        Answers, thanks, small talk and the show may borrow from one another: "my antenna just twitched" hurts nowhere
        there. Refusing that as well cost 1% of all replies their draft.
        """
        kind = KIND.get(intent, "")
        suits = {kind} if kind in _GRAVE else set(KIND.values()) - _GRAVE
        return next((", ".join(phrase) for phrase, kinds in self._phrases(text) if suits.isdisjoint(kinds)), "")

    def within(self, text: str) -> list[Clause]:
        """Return the clauses of `text` without openings and closings: what it says."""
        said = clauses(text, self._language)
        for step in (1, -1):
            found = True
            while found:
                found = False
                for size in range(self._longest, 0, -1):
                    part = said[:size] if step == 1 else said[-size:]
                    if len(part) == size and part[-1].ends and tuple(one.words for one in part) in self._kinds:
                        said, found = (said[size:] if step == 1 else said[:-size]), True
                        break
        return said

    def _words(self, phrase: str) -> tuple[str, ...]:
        return tuple(one.words for one in clauses(phrase, self._language))

    def _phrases(self, text: str) -> list[tuple[tuple[str, ...], set[str]]]:
        said = clauses(text, self._language)
        found = []
        for at in range(len(said)):
            for size in range(1, self._longest + 1):
                part = said[at : at + size]
                begins = at == 0 or said[at - 1].ends
                phrase = tuple(one.words for one in part)
                if len(part) == size and begins and part[-1].ends and phrase in self._kinds:
                    found.append((phrase, self._kinds[phrase]))
        return found


def dressed(text: str, language: str, tone: Tone, opening: str, closing: str, stop: str) -> str:
    """Return `text` with an opening and a closing of `tone`, either of which may be empty.

    `stop` ends a Chinese closing where the tone does not call for an exclamation mark.
    """
    if language == "en":
        if tone is Tone.LIVELY:
            text = f"{text[:-1]}!" if text.endswith(".") else text
        return " ".join(part for part in (opening, text, closing) if part)
    mark = "！" if tone is Tone.LIVELY else stop
    if closing:
        asks = text.endswith(("？", "?", "！"))
        text = text + closing if asks else _LAST_STOP.sub("", text) + "，" + closing
    if tone is Tone.LIVELY or closing:
        text = text if text.endswith(("？", "?")) else _LAST_STOP.sub("", text) + mark
    return f"{opening}，{text}" if opening else text
