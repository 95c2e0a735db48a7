"""Text that Whisper writes although nobody said it: on silence, noise and music, and when it runs in circles.

The credits are those that Whisper is known to have learnt from subtitle files. Compression, log
probability and silence are what the Whisper paper goes by (Radford et al., 2022, section 4.5); the thresholds here
separate real remarks from pieces of noise and music, where probability and silence tell little alone but much together.
"""

import re
import zlib
from collections.abc import Sequence
from typing import Final

import msgspec

COMPRESSION_LIMIT: Final = 2.4
"""Text that zlib shrinks by more than this factor repeats itself."""
HOPELESS: Final = -1.4
"""Mean log probability of a token below which a text is noise."""
DOUBTFUL: Final = -1.45
"""Mean log probability less the probability of no speech, below which a text is noise."""
_TAIL = re.compile(
    # from here to the end; traditional forms too, since a room may be set to them
    r"(?:中文)?字幕\s*(?:by|志愿者|志願者|[:：]).*"
    r"|(?:中文)?字幕由.{0,12}(?:提供|制作|製作|翻译|翻譯).*"
    r"|(?:字幕由|由)?\s*amara\.?\s*org.*"
    r"|[请請]不吝[点點][赞贊讚].*"
    r"|(?:打赏|打賞)?支持明[镜鏡].*|明[镜鏡][与與]?[点點]{2}[栏欄]目.*"
    r"|[优優]{2}[独獨]播[剧劇][场場].*",
    re.IGNORECASE | re.DOTALL,
)
"""Credits that nobody says by chance."""
_SENTENCES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?:中文)?字幕(?:制作|製作|组|組|提供|翻译|翻譯|校对|校對)?",
        r"(?:谢谢|謝謝|感谢|感謝)(?:大家|您|你们|你們|各位)?的?(?:观看|收看|收听|觀看|收聽)",
        r"(?:作[词詞]|作曲|[编編]曲|[词詞]曲|演唱|[:：\s])+(?:作|李宗盛.*)?",
        r"(?:thank you|thanks)(?: all| you| guys)?(?: so much| very much)? for watching(?: (?:this|my|the) video)?",
        r"(?:sub)?(?:titles?|captions?|captioning|transcript(?:ion)?|translat(?:ion|ed)) (?:\w+ ){0,3}by\b.*",
        r"(?:please |don't forget to |remember to )?like(?:, share,?)?(?: and| &)? subscribe(?: to .{0,20}channel)?",
        r"(?:please |don't forget to |remember to )subscribe(?: to .{0,20}channel)?",
        r"(?:i'll )?see you (?:guys )?in the next (?:video|one|episode)",
        r"(?:https?://)?www\.\S+",
    )
)
"""A sentence that matches one of these as a whole was not said in the room."""

_WEAK = frozenset(
    [
        *("you", "i", "oh", "the", "bye", "bye bye", "thank you", "thanks", "so", "uh", "hmm", "okay", "ok", "yeah"),
        *("谢谢", "謝謝", "谢谢大家", "謝謝大家", "再见", "再見", "拜拜", "嗯", "啊", "好", "我", "你", "哦"),
    ]
)
"""What Whisper writes on noise but people say too: believed only with good evidence."""
_WEAK_DOUBT = -0.8
_WEAK_SILENT = 0.4
_LOOP_SILENT = 0.3

_SENTENCE = re.compile(r".+?(?:[。！？!?\n]+|\.(?=\s|$)|$)\s*", re.DOTALL)
_EDGES = " \t\n，,。.！!？?、…·-—~《》<>()（）[]【】\"'“”‘’♪♫*"
_REPEATED = re.compile(r"(?P<unit>.{1,60}?)(?:[\s,，.。!！?？、-]*(?P=unit)){3,}", re.IGNORECASE | re.DOTALL)
_TWICE = re.compile(r"(?P<unit>.{4,100}?)[\s,，.。!！?？、-]*(?P=unit)", re.IGNORECASE | re.DOTALL)
_PHRASE = 12
"""UTF-8 bytes of a phrase that is seldom said twice: four Chinese characters, two or three English words."""
_SHORT_UNIT = 4
_LAUGH = 12


class Evidence(msgspec.Struct, frozen=True):
    """What the model says of its own text."""

    log_probability: float
    """Mean of the tokens' log probabilities, 0 or less."""
    no_speech: float
    """0 to 1: how sure it is that nobody speaks."""


def loops(text: str) -> bool:
    """Return whether `text` runs in circles: a phrase repeated four times, or too compressible a text.

    A laugh, "no no no" and figures may repeat: up to four characters and whatever holds a digit count from the twelfth
    time on.
    """
    encoded = text.encode()
    return len(encoded) / len(zlib.compress(encoded)) > COMPRESSION_LIMIT or unloop(text) != text


def stutters(text: str) -> bool:
    """Return whether a longer phrase stands twice in a row: somebody insists, or a loop has begun."""
    return any(len(match["unit"].encode()) >= _PHRASE for match in _TWICE.finditer(text))


def unloop(text: str) -> str:
    """Return `text` with every phrase that runs in circles kept once, or three times where it is a laugh."""
    return _REPEATED.sub(_once, text)


def _once(match: re.Match[str]) -> str:
    unit = match["unit"]
    if len(unit) > _SHORT_UNIT and not any(character.isdigit() for character in unit):
        return unit
    return unit * 3 if match[0].casefold().count(unit.casefold()) >= _LAUGH else match[0]


def without_credits(text: str) -> str:
    """Return `text` without subtitle credits; often nothing remains."""
    return "".join(
        sentence
        for sentence in _SENTENCE.findall(_TAIL.sub("", text))
        if not any(pattern.fullmatch(sentence.strip(_EDGES)) for pattern in _SENTENCES)
    ).strip()


def filtered(text: str, evidence: Evidence, hot_words: Sequence[str] = ()) -> str:
    """Return what of `text` was probably said: all, a part, or nothing."""
    if loops(text) and evidence.no_speech > _LOOP_SILENT:
        return ""
    text = without_credits(unloop(text))
    said = text.strip(_EDGES).casefold()
    if not said:
        return ""
    doubtful = evidence.log_probability < HOPELESS or evidence.log_probability - evidence.no_speech < DOUBTFUL
    hazy = evidence.log_probability < _WEAK_DOUBT or evidence.no_speech > _WEAK_SILENT
    weak = hazy and (said in _WEAK or len(set(said)) == 1 or _one_word(said))
    return "" if doubtful or weak or _echoes(said, hot_words) else text


def _one_word(said: str) -> bool:
    """Whether it is one word several times."""
    words = said.split()
    return len(words) > 1 and len(set(words)) == 1


def _echoes(said: str, hot_words: Sequence[str]) -> bool:
    """Whether the text is the prompt read back: three hot words or more, in their order, and nothing else."""
    words = [word.casefold() for word in hot_words]
    rest, found = said, 0
    for word in words:
        if word and word in rest:
            before, _, rest = rest.partition(word)
            if before.strip(_EDGES):
                return False
            found += 1
    return found >= 3 and not rest.strip(_EDGES)  # noqa: PLR2004 - two names in a row are often said
