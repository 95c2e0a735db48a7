"""Chooses among drafts that nothing is wrong with: the one that follows its directive best and reads most surely."""

import math
from collections.abc import Collection, Sequence
from typing import Final

from nlu.check import clause_problem, whole_problem
from nlu.engine import Draft, Request
from nlu.language import is_language
from nlu.length import fits
from nlu.templates import Templates

STRANGE: Final = 0.7
"""What a pair of words that nobody wrote costs, in nats."""
UNFIT: Final = 3.0
"""What a length other than the directive's costs, in nats."""
STRANGEST: Final = 2
"""Pairs of words that nobody wrote beyond which a house reply counts as garbled."""


def best(
    drafts: Sequence[Draft], request: Request, message: str, recent: Collection[str], templates: Templates
) -> tuple[str, str]:
    """Return the best draft that passes every check, or nothing and what is wrong with the best that did not."""
    prompt = request.prompt

    def worth(draft: Draft) -> float:
        strange = len(templates.strange(draft.text, prompt.language))
        misfit = 0.0 if fits(draft.text, prompt.language, prompt.length) else UNFIT
        return math.log(max(draft.follows, 1e-6)) + draft.likelihood - STRANGE * strange - misfit

    problem = ""
    for draft in sorted(drafts, key=worth, reverse=True):
        found = house_problem(draft.text, request, message, recent, templates)
        if not found:
            return draft.text, ""
        problem = problem or found
    return "", problem or "nothing was written"


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
    if len(templates.strange(text, prompt.language)) > STRANGEST:
        return "comes apart"
    return "" if templates.sounds_like(text, prompt) else "answers something else"
