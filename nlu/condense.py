"""Shortens a long answer to the sentences that answer the question. Extractive: every word is the streamer's own."""

import re
from typing import Final

from nlu.faq import similarity

LIMIT: Final = {"zh": 60, "en": 120}
"""Characters of an answer that are said whole; a longer one is condensed to at most as many where a sentence fits."""

_SENTENCE: Final = re.compile(r"[^。！？!?；;\n.]+(?:[.](?=\S)[^。！？!?；;\n.]+)*[。！？!?；;.]*")


def condense(answer: str, question: str, language: str) -> str:
    """Return `answer`, or the sentences of it that are most like `question`, in their order, within `LIMIT`.

    At least one sentence is returned, whole, however long it is: half a sentence may say the opposite.
    """
    limit = LIMIT[language]
    if len(answer) <= limit:
        return answer
    sentences = [sentence.strip() for sentence in _SENTENCE.findall(answer) if sentence.strip()]
    if not sentences:
        return answer
    likeness = [similarity(sentence, question) for sentence in sentences]
    order = sorted(range(len(sentences)), key=lambda i: (-likeness[i], i))
    chosen, room = [order[0]], limit - len(sentences[order[0]])
    for index in order[1:]:
        if likeness[index] > 0 and len(sentences[index]) <= room:
            chosen.append(index)
            room -= len(sentences[index])
    mark = "" if language == "zh" else " "
    return mark.join(sentences[index] for index in sorted(chosen))
