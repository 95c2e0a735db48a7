"""What the room's own patterns say: the pairs and triples of words that people wrote, and the claims that they make.

A small model strays in two ways. It joins words that nobody would join, and it states what no fact says: free delivery,
a discount, a time, a number in words. Both are known by comparison with the hand-written patterns.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Final

from nlu.intents import Role

GENERAL: Final[dict[str, dict[Role, tuple[str, ...]]]] = {
    "zh": {Role.PRODUCT: ("这款", "这个"), Role.STREAMER: ("主播",)},
    "en": {Role.PRODUCT: ("this one",), Role.STREAMER: ("the streamer",)},
}
"""What may stand for a fact that is not to be named, by language."""

_TOKEN: Final = re.compile(r"<\w+>|[A-Za-z]+(?:['’-][A-Za-z]+)*|[\u4e00-\u9fff]|[，。！？；：、,.!?;:…—]+")
_MARK: Final = re.compile(r"[，。！？；：、,.!?;:…—]+$")
_CAPITAL: Final = re.compile(r"(?<=[a-z0-9>,;:'] )[A-Z][\w'’-]*")
"""A word with a capital within an English sentence: a name, `I`, or a slip."""
_NUMERAL: Final = r"[一两二三四五六七八九十百千万]+"
CLAIMS: Final[dict[str, re.Pattern[str]]] = {
    "zh": re.compile(
        rf"{_NUMERAL}(?:点|折|元|块|毛|分钟|小时|天|周|个月|年|号|件|个|位|只|次|遍|套|份|倍|成|人|秒|分)|半价|半折"
        r"|包邮|免邮|邮费|运费|打折|折扣|优惠|满减|券|赠品|赠送|附赠|免费|保证|保修|质保|包退|包换|包赔|退款|退货|退换"
        r"|无理由|正品|真货|原价|特价|秒杀|清仓|限时|限量|顺丰|快递|物流|发货|到货|补货|现货|预售|有货|没货|缺货|售罄|卖完"
        r"|卖光|抢光|降价|涨价|便宜|划算|超值|官方|授权|进口|国产|热销|爆款|只剩|仅剩|最后一|今晚|明天|明晚|明早|昨天|后天"
        r"|下周|下个月|周末|周[一二三四五六日]|星期|早上|上午|中午|下午|凌晨|质量|品质|纯棉|材质|尺码|均码|抽奖|中奖|红包"
        r"|福袋|奖品|返现|微信|电话|地址|网址|私信|客服|会员|保价|承诺"
    ),
    "en": re.compile(
        r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundred|thousand"
        r"|million|dozen|half|double|twice|percent|free shipping|for free|free gift|of charge|shipping|ships?|shipped"
        r"|deliver\w*|discount\w*|on sale|sales?|coupons?|vouchers?|guarantee\w*|warrant\w*|refund\w*|returns?"
        r"|exchange\w*|authentic|genuine|official\w*|restock\w*|in stock|sold out|out of stock|limited|cheap\w*"
        r"|bargain|deals?|bonus|giveaway|prizes?|raffle|lottery|tonight|tomorrow|yesterday|this week|next week|weekend"
        r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|noon|midnight|o'clock|hours?|minutes?|seconds?|days?|weeks?"
        r"|months?|quality|cotton|material|best-?sell\w*|promis\w*|wechat|phone|address|website|customer service"
        r"|members?)\b",
        re.IGNORECASE,
    ),
}
"""What states something about goods, money, time, number or service: only facts and this very intent's patterns may."""


class Wording:
    """Pairs of neighbouring words of one language's patterns, and the claims of each intent's."""

    def __init__(self, language: str, patterns: Iterable[tuple[str, str]], phrases: Iterable[str]) -> None:
        """Take (intent, pattern with sentinels) and the phrases that may stand before or after any of them."""
        self._language = language
        self._pairs: set[tuple[str, str]] = set()
        self._triples: set[tuple[str, str, str]] = set()
        self._words: set[str] = set()
        self._capitals: set[str] = set()
        self._claims: dict[str, set[str]] = defaultdict(set)
        for intent, text in patterns:
            self._claims[intent].update(claim.lower() for claim in CLAIMS[language].findall(text))
            for variant in (text, *_generalised(text, language)):
                self._learn(variant)
        self._around: set[str] = set()
        for phrase in phrases:
            self._learn(phrase)
            self._around.update(claim.lower() for claim in CLAIMS[language].findall(phrase))

    def _learn(self, text: str) -> None:
        self._pairs.update(_pairs(text))
        self._triples.update(_triples(text))
        self._words.update(token.lower() for token in _TOKEN.findall(text))
        self._capitals.update(_CAPITAL.findall(text))

    def strange(self, text: str) -> list[str]:
        """Return what stands in no pattern: pairs of neighbouring words in `text`, facts as sentinels, and capitals."""
        pairs = [" ".join(pair) for pair in _pairs(text) if pair not in self._pairs]
        return pairs + [word for word in _CAPITAL.findall(text) if word not in self._capitals]

    def unheard(self, text: str) -> list[str]:
        """Return the triples of neighbouring words in `text`, facts as sentinels, that stand in no pattern.

        Every pair of "I'm sorry that helps you" was written, and yet nobody says it. Of 240 replies that were served
        without this 29 were garbled: 20 of those had such a triple, and 13 of the other 211. A likelihood that finds 23
        of the garbled ones (-0.35 nats a piece) refuses 70 of the others.
        """
        return [" ".join(triple) for triple in _triples(text) if triple not in self._triples]

    def invented(self, bare: str, known: str) -> str:
        """Return the first word (or Chinese character) of `bare` that stands in no pattern and not in `known`."""
        known = known.lower()
        words = (token.lower() for token in _TOKEN.findall(bare) if token[0].isalpha())
        return next((word for word in words if word not in self._words and word not in known), "")

    def claim(self, bare: str, intent: str, facts: Mapping[Role, str]) -> str:
        """Return the first claim in `bare` (a reply without its facts) that neither they nor this intent make."""
        stated = " ".join(facts.values()).lower()
        for match in CLAIMS[self._language].finditer(bare):
            claim = match.group().lower()
            if claim not in self._claims[intent] | self._around and claim not in stated:
                return claim
        return ""


def _generalised(text: str, language: str) -> Iterable[str]:
    for role, words in GENERAL[language].items():
        if f"<{role}>" in text:
            variants = (text.replace(f"<{role}>", word) for word in words)
            yield from (variant for variant in variants if "这个的" not in variant)


def _triples(text: str) -> list[tuple[str, str, str]]:
    """Return triples of neighbouring words or characters within each clause, like `_pairs`."""
    said = tokens(text)
    triples = zip(said, said[1:], said[2:], strict=False)
    return [triple for triple in triples if not any(_MARK.match(token) for token in triple)]


def _pairs(text: str) -> list[tuple[str, str]]:
    """Return neighbouring words or characters within each clause, lower case; viewers are all one name."""
    return [pair for pair in pairwise(tokens(text)) if not any(_MARK.match(token) for token in pair)]


def tokens(text: str) -> list[str]:
    """Return the words, Chinese characters, sentinels and marks of `text` in lower case; viewers are all one name."""
    return ["<viewer>" if token.startswith("<viewer") else token.lower() for token in _TOKEN.findall(text)]
