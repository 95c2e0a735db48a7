"""Reads votes out of what viewers write and say: A, 选B, "option b", 第二个, 2, or the option's own words."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from core.local import Local
from nlu.language import fold, has_han
from nlu.numerals import NUMBER, number, written

LETTERS: Final = "abcdefgh"
MORE_CHARACTERS: Final = 8
"""Characters that may stand before an option's words; a longer message only mentions it."""
SHORT: Final = 3
"""Letters or digits up to which an option must be all that is said: a 2 or an "ok" stands in too much else."""
READ_CHARACTERS: Final = 160
"""A longer message is talk; what reading a vote costs is bounded by it."""
PART: Final = 2
"""Chinese characters of an option from which on they stand for all of it, where no other option has them."""
_ORDINALS: Final = {
    **{str(number): number - 1 for number in range(1, 9)},
    **{word: at for at, word in enumerate(("first", "second", "third", "fourth", "fifth", "sixth"))},
}
_SPOKEN: Final = {
    "ay": 0, "hey": 0, "eh": 0, "诶": 0, "欸": 0, "be": 1, "bee": 1, "必": 1, "币": 1, "比": 1, "see": 2, "sea": 2,
    "西": 2, "c位": 2, "dee": 3, "地": 3, "弟": 3, "第": 3,
}  # fmt: skip
"""What recognisers write for a letter; believed only after a word that announces it."""
_ANNOUNCES: Final = re.compile(
    r"(?:我|我们)?(?:也|就|都|还是)?"
    r"(?:选项|选择?|投票?|猜|答案?|觉得|认为|感觉|应该|肯定|绝对|一定|必须|当然|可能|大概|好像|估计|按|算(?:出来|的|得|出)?)"
    r"(?:是|选|投|就是|我)?\s*[:：,，]?\s*"
    r"|(?:我?也|就|还)?是\s*(?=[^\s])|等于|至少要?|最少要?|起码要?|\d+(?:\s*[-+*/x×÷]\s*\d+)+\s*=\s*|=\s*"
    r"|(?:at least|equals|is it)\s+"
    r"|(?:i(?:'d| would| will|'ll|'m)?\s+)?(?:think|guess|believe|vote|voting|pick|choose|say|go(?:ing)?)"
    r"(?:\s+(?:it's|its|it is|for|with|that|option))*(?:\s+|$)"
    r"|(?:it's|its|it is|that's|thats|it must be|must be)\s+"
    r"|(?:(?:the|my)\s+)?(?:answer|vote|pick|choice|guess)(?:\s+(?:is|goes to|for)|'s)?\s*[:：]?\s+"
    r"|(?:option|letter)\s*[:：]?\s*(?![a-z]{2}(?!e\b))|(?:option|letter)\s+"
)
_OPENS: Final = re.compile(
    r"(?:嗯+|呃+|额+|哦+|那就|那|话说|老师|主播|不确定)[\s,，]*"
    r"|(?:um+|uh+|hm+|well|ok|okay|so|maybe|probably|definitely|obviously|surely|perhaps|clearly|def)\b[\s,，]*"
)
"""What stands before a choice and says nothing."""
_CLOSES: Final = re.compile(
    r"[\s,，]*(?:(?:我|我们)?(?:觉得|感觉|猜|认为)|应该(?:是)?|可能(?:是)?|大概|好像(?:是)?|估计|肯定(?:是)?|绝对"
    r"|没错|对吧|是吧|对吗|是吗|必须的|谢谢|老师|主播|哈+|呵+)"
    r"|[\s,，]+(?:i (?:think|guess|believe|say|vote|suppose)|maybe|probably|perhaps|definitely|def|obviously|clearly"
    r"|surely|for sure|of course|imo|please|pls|plz|lol|haha+|right|final answer|for me|it is|all the way|i'?m sure)"
    r"|[\s!！?？。.,，、~…\"“”'吧吗呀啊哦嘛呢的啦咯哟]+"
)
"""What stands after one and says nothing."""
_CHANGED: Final = re.compile(r"^(?:我?(?:要)?改(?:了|成|为|投)?|no,? wait|actually|change(?: it)?(?: to)?)[\s,，:：]*")
_CORRECTED: Final = re.compile(
    r"^.*(?:(?<!对)不对|(?<!没)错了|\b(?:no,? wait|wait,? no|i mean)\b)[\s,，:：.。!！]*(?=[a-z0-9\u4e00-\u9fff])"
)
"""What was said before it no longer counts."""
_LETTERED: Final = re.compile(r"([a-h])(?:\s*[.,:：,，、)]\s*|\s+|(?=[\u4e00-\u9fff]))(?=\S)")
"""An option's letter before its words."""
_CHOICE: Final = re.compile(
    r"第([1-8])(?:个|号|项|选项)?|(?:option |number |no\.? ?|the |选项)?([a-h]|[1-8])(?:号|项|选项| 1)?"
    r"|(?:the )?(first|second|third|fourth|fifth|sixth)(?: 1| option| answer)?"
)
_NOT: Final = re.compile(r"不是|不选|没有|别选|\bnot\b|n't\b")
_ASKS: Final = re.compile(
    r"多少|什么|怎么|为啥|哪|几[个点时号]|谁|咋|\b(?:what|how|why|where|when|which|who|can you|could you|do you|does"
    r"|is there|are there|anyone)\b"
)
"""A question about an option chooses none."""
_TALKS: Final = re.compile(
    r"(?<![要何])不(?![如然妨])|没|别|[这那]|被|在|有|会|怕|讨厌|烦|刚|上次|昨|比|跟|和|与|或|、|.还是"
)
"""What before an option's words makes them no choice: 不打螳螂, 这配乐, 打不过螳螂."""
_SAYS_OF: Final = re.compile(
    r"[好太真很挺不没难帅强弱菜烦丑爱棒牛死挡卡小大多少快慢坏破有在会能被怎可恶吓怕吵响糊歪累贵厉了着过和跟与或还]"
)
"""What after an option's words says something of it: 螳螂好看, 螳螂不行, 字幕太小."""
_AFTER: Final = re.compile(r"[\u4e00-\u9fff]{0,2}|[6+1\s]*")
_LEADS: Final = """
i i'd i'll i'm we we'd let's id lets like love want wanna would rather prefer to learn do fight beat kill try see watch
play teach show hear study cover pick choose take have has get us me the a an my some more for about with go going vote
team next please must should gotta be it it's its is yes yeah yep oh of course all think press hit use keys key
"""
_CHOOSES: Final = frozenset(_LEADS.split())
"""English words before an option's that choose it."""
_FOLLOWS: Final = """
please pls plz for me us all the way first next one ones boss lord lords guy too again wins win gang team together
obviously sure it is
"""
_AGREES: Final = frozenset(_FOLLOWS.split())
"""English words after an option's that say nothing of it."""
_ARTICLE: Final = re.compile(r"^(?:the|an?) (?=\S)")
_NUMBER: Final = re.compile(rf"(?:(?<![a-z])a )?{NUMBER}")
_JOINED: Final = re.compile(
    r"(?<=[a-z])(?:键?\s*(?:加|和|[+\-_/·&])\s*键?|\s+(?:plus|and)\s+|键\s*)(?=[a-z0-9])|(?<=[a-z])键"
)
_USUAL: Final = (
    (re.compile(r"\b(?:control|ctl)\b", re.ASCII), "ctrl"),
    (re.compile(r"\b(?:command|cmnd)\b|⌘", re.ASCII), "cmd"),
    (re.compile(r"\bcolor(?=s?\b|ing\b)", re.ASCII), "colour"),
    (re.compile(r"\bsubs\b", re.ASCII), "subtitles"),
)
_SIGNS: Final = {0x1F170 + at: letter for at, letter in enumerate(LETTERS)} | {0xFE0F: None}
"""Letters as emojis."""


def read(text: str, options: Sequence[Local], names: Sequence[str] = (), about: Local | None = None) -> int | None:
    """Return the position of the option that `text` chooses, or nothing where it chooses none, or more than one.

    `names` are the bot's own, which may stand before a choice; `about` is what was asked: a number may be said with
    the unit that the question counts in. An option's own words go before numbers: where 2 and 3 are to choose from,
    "3" is an answer and no position.
    """
    folded = _addressed(text, names)
    if not folded or _NOT.search(folded):
        return None
    core, announced = _core(folded)
    units = _units(about)
    if (lettered := _LETTERED.match(core)) and _named(folded, core[lettered.end() :], options, units) == [
        LETTERS.index(lettered[1])
    ]:
        return LETTERS.index(lettered[1])
    named = _named(folded, core, options, units) or _part_of(core, options)
    if named:
        return named[0] if len(named) == 1 else None
    at = _position(core)
    if at is None and announced:
        at = _SPOKEN.get(core)
    return at if at is not None and at < len(options) else None


def accepted(text: str, answers: Sequence[str], names: Sequence[str] = (), about: Local | None = None) -> bool:
    """Return whether `text` gives one of `answers` to an open question."""
    folded = _addressed(text, names)
    if not folded or _NOT.search(folded):
        return False
    core, _ = _core(folded)
    units = _units(about)
    return any(
        _says(wide(folded), wide(core), wide(_same(answer)), units) for answer in answers for wide in (str, _either_key)
    )


def nameless(folded: str, names: Sequence[str]) -> str:
    """Return a folded message without the bot's name before it."""
    for name in sorted(map(fold, names), key=len, reverse=True):
        folded = folded.removeprefix("@").removeprefix(name).lstrip(" ,，:：、")
    return folded


def _addressed(text: str, names: Sequence[str]) -> str:
    """Return what is voted by a message, folded: what it corrects is left out, numbers are digits, names the usual."""
    folded = nameless(fold(text.translate(_SIGNS)), names)
    return _same(_CHANGED.sub("", _CORRECTED.sub("", folded))) if len(folded) <= READ_CHARACTERS else ""


def _same(text: str) -> str:
    """Return a text as it is compared: 一百 and "a hundred" are 100, "Ctrl+Z" and "control z" are `ctrl z`."""
    folded = _NUMBER.sub(_digits, fold(text))
    for pattern, usual in _USUAL:
        folded = pattern.sub(usual, folded)
    return _JOINED.sub(" ", folded).strip()


def _digits(match: re.Match[str]) -> str:
    value = number(match[0].removeprefix("a ")) if not match[0].startswith("a hundred") else number(match[0])
    return match[0] if value is None else written(value)


def _either_key(text: str) -> str:
    """Return a text with one name for the key that is Ctrl on some keyboards and Cmd on others."""
    return re.sub(r"\bcmd\b", "ctrl", text)


def _core(folded: str) -> tuple[str, bool]:
    """Return what is left of a message without the words around a choice, and whether one of them announces it."""
    announced = False
    while True:
        before = folded
        if match := _ANNOUNCES.match(folded):
            announced, folded = True, folded[match.end() :]
        elif match := _OPENS.match(folded):
            folded = folded[match.end() :]
        while (match := _trailing(folded)) is not None:
            folded = folded[: match.start()]
        if folded == before:
            return _ARTICLE.sub("", folded), announced


def _trailing(folded: str) -> re.Match[str] | None:
    """Return what stands at the end of a text and says nothing; never the whole of it."""
    return next((match for match in _CLOSES.finditer(folded) if match.end() == len(folded) and match.start()), None)


def _units(about: Local | None) -> str:
    return f"{fold(about.zh)} {fold(about.en)}" if about is not None else ""


def _named(folded: str, core: str, options: Sequence[Local], units: str) -> list[int]:
    """Return the options whose words stand in the message; of words within words the longest count."""
    words = {at: {_same(one) for one in (option.zh, option.en) if one} for at, option in enumerate(options)}
    for wide in (str, _either_key):
        said = {
            at: max((len(one) for one in own if _says(wide(folded), wide(core), wide(one), units)), default=0)
            for at, own in words.items()
        }
        longest = max(said.values(), default=0)
        if longest:
            return [at for at, length in said.items() if length == longest]
    return []


def _part_of(core: str, options: Sequence[Local]) -> list[int]:
    """Return the options that a message gives in part, at least by half: 骨钉 for 骨钉大师."""
    said = _tight(core)
    if len(said) < PART or not said.isalpha() or said.isascii():
        return []
    return [at for at, option in enumerate(options) if said in _same(option.zh) and 2 * len(said) >= len(option.zh)]


def _says(folded: str, core: str, words: str, units: str) -> bool:
    """Return whether a message gives an answer: it is all that is said, or where it is long enough, chosen in it."""
    words = _ARTICLE.sub("", words)
    if not words:
        return False
    if _tight(core) == _tight(words):
        return True
    if re.fullmatch(rf"[a-z0-9.\s]{{1,{SHORT}}}|[\d.,]+", words):
        unit = re.fullmatch(rf"{re.escape(words)}\s?(个|[^\W\d]+)", core)
        return unit is not None and (unit[1] in units if has_han(unit[1]) else unit[1] in _words_of(units))
    if _ASKS.search(folded):
        return False
    sought = re.escape(words) if has_han(words) else rf"(?<![a-z0-9.]){re.escape(words)}(?![a-z0-9.])"
    before, *between = re.split(sought, core)
    if not between or any(_tight(one) for one in between[:-1]):
        return False
    return _chosen(before, between[-1])


def _chosen(before: str, after: str) -> bool:
    """Return whether what stands around an option's words chooses it; what is said of it chooses nothing."""
    if not (set(_words_of(before)) <= _CHOOSES and set(_words_of(after)) <= _AGREES):
        return False
    lead, rest = (_tight(re.sub(r"[a-z']+", "", one)) for one in (before, after))
    if len(lead) > MORE_CHARACTERS or _TALKS.search(lead):
        return False
    return rest == "了" or (_AFTER.fullmatch(rest) is not None and not _SAYS_OF.search(rest))


def _words_of(text: str) -> Iterable[str]:
    return re.findall(r"[a-z]+(?:'[a-z]+)?", text)


def _tight(text: str) -> str:
    """Return a text without spaces and signs; those of numbers stay."""
    return re.sub(r"(?<!\d)\.|\.(?!\d)|[\s,'\"!?()（）《》“”·]", "", text)


def _position(text: str) -> int | None:
    """Return the position that a letter or number names; a letter may be typed many times over."""
    tight = text.replace(" ", "")
    if tight and len(set(tight)) == 1 and tight[0] in LETTERS:
        return LETTERS.index(tight[0])
    match = _CHOICE.fullmatch(text)
    if match is None:
        return None
    said = match[1] or match[2] or match[3]
    return LETTERS.index(said) if said in LETTERS else _ORDINALS.get(said)
