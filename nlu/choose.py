"""Chooses among drafts that nothing is wrong with: the one that follows its directive best and reads most surely."""

import math
from collections.abc import Collection, Sequence
from typing import Final

from nlu.check import clause_problem, whole_problem
from nlu.engine import Draft, Request
from nlu.language import is_language
from nlu.length import fits
from nlu.templates import Templates

LIKELY: Final = 0.4
"""What a nat a piece of likelihood weighs against a nat of the judge's."""
FLUENT: Final = -0.5
"""Mean nats a piece below which a draft is refused. Of 617 drafts that nothing else was wrong with, those below it were
mostly garbled and those above mostly not (docs/decisions/0019)."""
FOLLOWS: Final = 0.3
"""Probability of following the directive below which a draft is refused: a template in the right tone is better."""


def best(
    drafts: Sequence[Draft], request: Request, message: str, recent: Collection[str], templates: Templates
) -> tuple[str, str]:
    """Return the best draft that passes every check, or nothing and what is wrong with the best that did not."""
    problem = ""

    def worth(draft: Draft) -> float:
        return math.log(max(draft.follows, 1e-6)) + LIKELY * draft.likelihood

    for draft in sorted(drafts, key=worth, reverse=True):
        found = house_problem(draft.text, request, message, recent, templates) or _doubt(draft)
        if not found:
            return draft.text, ""
        problem = problem or found
    return "", problem or "nothing was written"


def _doubt(draft: Draft) -> str:
    if draft.likelihood < FLUENT:
        return "reads unsurely"
    return "" if draft.follows >= FOLLOWS else "off its directive"


def house_problem(text: str, request: Request, message: str, recent: Collection[str], templates: Templates) -> str:
    """Return what is wrong with a whole reply of the house T5, or nothing."""
    prompt, facts = request.prompt, request.facts
    known = " ".join([*facts.values(), message])
    problem = (
        clause_problem(text, prompt, facts, known)
        or templates.claim_problem(text, prompt, facts)
        or whole_problem(text, prompt, facts, recent, lambda bare, language: is_language(bare, language, ()))
    )
    if problem:
        return problem
    if templates.invented(text, prompt, facts):
        return "invents a word"
    if not fits(text, prompt.language, prompt.length):
        return "off its length"
    if templates.strange(text, prompt.language) or templates.unheard(text, prompt.language):
        return "comes apart"
    if templates.misplaced(text, prompt):
        return "opens or closes as another kind"
    if templates.unfinished(text, prompt):
        return "breaks off"
    return "" if templates.sounds_like(text, prompt) else "answers something else"
