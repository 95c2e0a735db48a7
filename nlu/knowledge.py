"""What the room knows: products and answers, found in what viewers say, rendered exactly in either language."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Final

import msgspec

from core.local import Local
from nlu.concepts import ASPECTS, concepts
from nlu.faq import Faq, says_something
from nlu.intents import Role
from nlu.language import fold, has_han
from nlu.slots import slots
from nlu.sound import find_by_sound, heard_alike, spelt_alike

__all__ = ["Faq", "Knowledge", "Local", "Mention", "Product", "knows_aspect", "product_answer", "render"]

ANSWER_CHARACTERS: Final = 60
"""Of facts joined into one answer, in Chinese; English may have twice as many. At least one fact is always said."""
_IN_GENERAL: Final = re.compile(
    r"介绍|怎么样|咋样|如何|[说讲聊](?:说|讲|聊|一下|下)|什么东西|啥东西|干嘛用|干啥用|特点|优点|特别|亮点|详细|细节|参数|信息|好不好|"
    r"\b(?:tell (?:me|us)|talk about|all about|details?|describe|info|information|features?|special|specs?|any good|"
    r"worth it)\b"
    r"|^(?:how is|how's|hows|how are|what is|what's|whats|what are)(?: (?:it|this|that|the|these|those|they|like))*\W*$"
)
"""Asks for whatever there is to say."""

_ARTICLE: Final = re.compile(r"^(?:the|a|an|this|that|our|my)\s+")
_PART_CHARACTERS: Final = 2
_PART_LETTERS: Final = 3
_MISSPELT_LETTERS: Final = 5
_MODIFIER_ENDS: Final = "色号味码"
_SOUND_CHARACTERS: Final = 3
"""Shorter Chinese names are too often part of other words to be matched by sound."""
_BEFORE_ONE: Final = r"(?<![\u3400-\u9fff](?<![这那个的款只条件把双套种样色买要看拍选卖和跟与有问介绍换下送抢播板师]))"
"""What a name of one Chinese character stands after: the start, a sign, a pointing or measuring word, a verb."""
_AFTER_ONE: Final = (
    r"(?![\u3400-\u9fff](?<![多怎咋还能可是什啥吗呢吧啊呀嘛哦几哪要都也和跟与质防贵便颜价链库真太很挺最重有在好大材的不没一]))"
    r"(?!有[效理]|在我|材(?!质)|大(?![小吗不])|好(?![看用不吗贵])|不(?![好错贵防掉能会是大重])|没(?!有|货|了)|一(?![起共])|要[不么]|的(?:$|\W|兄|包))"
)
"""What it stands before: the end, a sign, a word that asks or tells something of it."""
_COMMON_WORDS: Final = """
套装 礼盒 新款 同款 男款 女款 儿童 主播 直播 正品 组合 家用 便携 系列 专用 大号 小号 一个 with from pack size mini
large small gift best this that your
"""
_COMMON_PARTS: Final = frozenset(_COMMON_WORDS.split())
"""Parts of titles that say nothing of the product."""
_CURRENCIES: Final = (
    ("yuan", re.compile(r"(?:(?:¥|rmb|cny)\s*(\d[\d,.]*)|(\d[\d,.]*)\s*(?:元|块钱?|rmb|cny|yuan|人民币))")),
    (
        "usd",
        re.compile(r"(?:(?:\$|us\$|usd)\s*(\d[\d,.]*)|(\d[\d,.]*)\s*(?:\$|usd|us dollars?|dollars?|美元|美金|刀))"),
    ),
    ("eur", re.compile(r"(?:(?:€|eur)\s*(\d[\d,.]*)|(\d[\d,.]*)\s*(?:€|eur|euros?|欧元?))")),
)
_CURRENCY_NAMES: Final = {
    ("yuan", "zh"): "元",
    ("yuan", "en"): " yuan",
    ("usd", "zh"): "美元",
    ("usd", "en"): " dollars",
    ("eur", "zh"): "欧元",
    ("eur", "en"): " euros",
}


class Product(msgspec.Struct, frozen=True):
    """A product card: the only source of prices, stock and links."""

    id: str
    """As in settings."""
    title: Local
    """Its name; the English one with its article where it needs one."""
    aliases: tuple[str, ...] = ()
    """Other names, in any language."""
    price: str = ""
    """As in settings: 99元, $12."""
    stock: int | None = None
    """How many are left; nothing where the streamer does not say."""
    link: int | None = None
    """Its number in the room's list."""
    facts: tuple[Local, ...] = ()
    """What may be stated about it, a clause each."""
    source: str = ""
    """Where its card stands, for moderators: `products.csv:3`."""


class Mention(msgspec.Struct, frozen=True):
    """A product that a message names."""

    product: Product
    """Which."""
    words: str
    """How it stands in the folded message; empty where only its link's number was said."""


class Knowledge:
    """Products and answers with what is needed to find them. Immutable once made."""

    def __init__(self, products: Sequence[Product] = (), faq: Sequence[Faq] = ()) -> None:
        self.products = tuple(products)
        self.faq = tuple(faq)
        self._by_link = {product.link: product for product in self.products if product.link is not None}
        self._names = _unambiguous(self.products, _names)
        self._parts = {
            part: product for part, product in _unambiguous(self.products, _parts).items() if part not in self._names
        }

    def find_product(self, text: str) -> Mention | None:
        """Return the product that `text` names: by name, by link number, by part of a name, by sound.

        The longest name wins; a part that two products share names neither.
        """
        folded = fold(text)
        return (
            _longest(folded, self._names)
            or self._find_link(folded)
            or _longest(folded, self._parts)
            or self._find_by_sound(folded)
        )

    def find_products(self, text: str) -> list[Product]:
        """Return every product that `text` names by its name or a part of it, in the order of the cards."""
        folded = fold(text)
        found = []
        while mention := _longest(folded, self._names) or _longest(folded, self._parts):
            found.append(mention.product)
            folded = folded.replace(mention.words, " ")
        return [product for product in self.products if product in found]

    def _find_link(self, folded: str) -> Mention | None:
        product = self._by_link.get(int(slots(folded).get("link", "0")))
        return Mention(product, "") if product is not None else None

    def _find_by_sound(self, folded: str) -> Mention | None:
        """Return the product whose Chinese name sounds alike, or whose English name is misspelt or misheard."""
        words = re.findall(r"[a-z]+", folded)
        names = self._names | self._parts
        for name in sorted(names, key=len, reverse=True):
            if has_han(name):
                at = find_by_sound(name, folded) if len(name) >= _SOUND_CHARACTERS else -1
                if at >= 0:
                    return Mention(names[name], folded[at : at + len(name)])
            elif len(name) >= _MISSPELT_LETTERS and (said := _misheard(name, words)):
                return Mention(names[name], said)
        return None


def _misheard(name: str, words: Sequence[str]) -> str:
    """Return the words that are the English `name` but for a slip or for how they are written, or nothing."""
    count = len(name.split())
    close = re.sub(r"[^a-z]", "", name)
    for size in range(1, count + 2):
        for start in range(len(words) - size + 1):
            said = "".join(words[start : start + size])
            if (size == count == 1 and spelt_alike(name, said)) or heard_alike(close, said):
                return " ".join(words[start : start + size])
    return ""


def render(product: Product, role: Role, language: str) -> str:
    """Return a value of `product` as `language` says it, or nothing where it has none.

    Prices: 99元 is `99 yuan`, $12 is `12美元`; one that is no single number with a currency stays as it is.
    """
    if role is Role.PRODUCT:
        return _title(product.title, language)
    if role is Role.PRICE:
        return _price(product.price, language)
    if role is Role.STOCK and product.stock is not None:
        return f"{product.stock}件" if language == "zh" else str(product.stock)
    if role is Role.LINK and product.link is not None:
        return f"{product.link}号链接" if language == "zh" else f"link {product.link}"
    return ""


def amount(product: Product) -> float | None:
    """Return the price of `product` as a number, or nothing where it is no single one."""
    matches = (pattern.fullmatch(fold(product.price)) for _, pattern in _CURRENCIES)
    match = next(filter(None, matches), None)
    return float((match[1] or match[2]).replace(",", "")) if match is not None else None


def product_answer(product: Product, question: str, language: str) -> str:
    """Return what the room knows about `product` that answers `question`, as one clause without its full stop.

    Facts of an aspect that it names, those of most aspects first; where the question asks for nothing in particular
    ("tell me about it"), all facts as far as they fit. What it asks for in other words `nlu.selection` finds.
    """
    facts = [fact for fact in product.facts if fact.zh or fact.en]
    bare = bare_of(fold(question), product)
    asked = set(concepts(bare)) & ASPECTS
    scored = sorted(((_fit(fact, asked), -i, fact) for i, fact in enumerate(facts)), reverse=True)
    chosen = [fact for score, _, fact in scored if score]
    if not chosen and not asked and (_IN_GENERAL.search(bare) or not says_something(bare)):
        chosen = facts
    return joined(chosen, language)


def joined(facts: Sequence[Local], language: str) -> str:
    """Return facts as one clause, as many as fit."""
    mark = "，" if language == "zh" else ", "
    limit = ANSWER_CHARACTERS * (1 if language == "zh" else 2)
    answer = ""
    for fact in facts:
        clause = fact.in_(language).strip().rstrip("。.!！")
        if answer and len(answer) + len(mark) + len(clause) > limit:
            break
        answer = f"{answer}{mark}{clause}" if answer else clause
    return answer


def knows_aspect(product: Product, question: str) -> bool:
    """Return whether a fact of `product` speaks of an aspect that `question` names."""
    asked = set(concepts(bare_of(fold(question), product))) & ASPECTS
    return bool(asked) and any(_fit(fact, asked) for fact in product.facts)


def bare_of(folded: str, product: Product) -> str:
    """Return a folded question without the product's names: a vacuum flask (保温杯) does not ask for vacuum."""
    named = _named(product.title, product.aliases)
    return " ".join((named.sub(" ", folded) if named is not None else folded).split())


@lru_cache(maxsize=4096)
def _named(title: Local, aliases: tuple[str, ...]) -> re.Pattern[str] | None:
    """Return what finds a product's names and their parts, the longest first."""
    product = Product("", title, aliases)
    names = sorted({*_names(product), *_parts(product)}, key=len, reverse=True)
    each = (re.escape(name) if has_han(name) else rf"\b{re.escape(name)}s?\b" for name in names)
    return re.compile("|".join(each)) if names else None


def _fit(fact: Local, asked: set[str]) -> int:
    """Return how many of the aspects asked for a fact speaks of."""
    named = set(concepts(fold(fact.zh))) | set(concepts(fold(fact.en)))
    return len(asked & named)


def _title(title: Local, language: str) -> str:
    name = title.in_(language)
    bare_english = language == "en" and title.en and name.islower() and not _ARTICLE.match(name)
    return f"the {name}" if bare_english else name


def _price(price: str, language: str) -> str:
    folded = fold(price)
    for currency, pattern in _CURRENCIES:
        if match := pattern.fullmatch(folded):
            return f"{match[1] or match[2]}{_CURRENCY_NAMES[currency, language]}"
    return price


def _names(product: Product) -> Iterable[str]:
    for name in (product.title.zh, product.title.en, *product.aliases):
        if folded := _ARTICLE.sub("", fold(name)):
            yield folded


def _parts(product: Product) -> Iterable[str]:
    """Yield what may stand for a product's name: its end, which is the thing itself, and its colour, size or taste.

    卫衣 and 蓝色 for 蓝色卫衣, "hoodie" and "the blue one" for "the blue hoodie"; 东北 does not stand for 东北大米.
    """
    for name in _names(product):
        for run in re.findall(r"[\u3400-\u9fff]+", name):
            yield from (run[i:] for i in range(1, len(run) - _PART_CHARACTERS + 1))
            yield from (run[:i] for i in range(_PART_CHARACTERS, len(run)) if run[i - 1] in _MODIFIER_ENDS)
        *modifiers, last = re.findall(r"[a-z0-9]+", name) or [""]
        if len(last) >= _PART_LETTERS:
            yield last
        yield from (f"{modifier} one" for modifier in modifiers)


def _unambiguous(products: Sequence[Product], names: Callable[[Product], Iterable[str]]) -> dict[str, Product]:
    """Return the names that belong to one product alone."""
    owners: dict[str, list[Product]] = defaultdict(list)
    for product in products:
        for name in dict.fromkeys(names(product)):
            owners[name].append(product)
    return {name: own[0] for name, own in owners.items() if len(own) == 1 and name not in _COMMON_PARTS}


def _longest(folded: str, names: dict[str, Product]) -> Mention | None:
    """Return the product with the longest name in `folded`."""
    best: Mention | None = None
    for name, product in names.items():
        if (best is not None and len(name) <= len(best.words)) or name not in folded:
            continue
        if said := _standing(name, folded):
            best = Mention(product, said)
    return best


def _standing(name: str, folded: str) -> str:
    """Return `name` as it stands in `folded` as a word of its own, or nothing where it is but a part of others.

    Latin names have edges, from three letters on a plural s; a single Chinese character stands where a name does: the
    bag's 包 in 这个包多少钱, not in 红包, 包邮 or 包年. Longer Chinese names are found anywhere.
    """
    if len(name) == 1 and has_han(name):
        match = re.search(f"{_BEFORE_ONE}{name}{{1,2}}{_AFTER_ONE}", folded)
        return match.group() if match else ""
    short = len(re.sub(r"[^a-z0-9]", "", name)) < _PART_LETTERS
    edge = "[a-z0-9'-]" if short else "[a-z0-9]"
    before = f"(?<!{edge})" if name[0].isascii() else ""
    after = (f"(?!{edge})" if short else rf"s?(?!{edge})") if name[-1].isascii() else ""
    match = re.search(f"{before}{re.escape(name)}{after}", folded)
    return match.group() if match else ""
