"""From a plan to a reply: the engine writes, the checker reads, a template stands in."""

import re
import zlib
from collections import deque
from collections.abc import AsyncIterator, Sequence
from typing import Final

import msgspec
import structlog
from prometheus_client import Counter

from core.errors import EngineError, OverloadError
from core.events import Directive, Reply, Viewer
from nlu.check import clause_problem, missing_roles, whole_problem
from nlu.choose import best
from nlu.engine import Drafter, Request, Responder
from nlu.intents import Length, Role, Tone
from nlu.language import is_language
from nlu.open_talk import OpenDraft, OpenTalk
from nlu.plan import Plan
from nlu.prompt import Prompt, fill, mention
from nlu.templates import Templates

ATTEMPTS: Final = 3
"""Drafts an engine may write before a template stands in."""
ROUNDS: Final = 2
"""Batches of drafts that an engine which writes several at once may write."""
RECENT: Final = 12
"""Replies that are not said again."""

_CLAUSE_END: Final = re.compile(r"[。！？!?；;…]|[.](?=\s)|[，,](?=.)")
_ROUTES = Counter("danmate_reply_route_total", "Replies by what made them", ["route"])
_log = structlog.get_logger(__name__)
Words = AsyncIterator[tuple[str, str, bool]]


class Occasion(msgspec.Struct, frozen=True):
    """Whom and what a reply is for."""

    reply: str
    """The id that the reply will have."""
    event: str
    """The id of the event that it answers; empty for idle talk."""
    message: str
    """What the viewer said; empty where nothing was said."""
    to: tuple[Viewer, ...]
    """Whom it answers."""
    language: str
    """`zh` or `en`: the language to answer in."""


class Mind:
    """Puts plans into words for one room. Never lets anything through that `nlu.check` refuses."""

    def __init__(
        self, responder: Responder | None, templates: Templates, persona: str, open_talk: OpenTalk | None = None
    ) -> None:
        """Take the engine that answers everything, and where there is one, a larger one for open talk."""
        self._responder = responder
        self._open = open_talk
        self._templates = templates
        self._persona = persona
        self._recent: deque[str] = deque(maxlen=RECENT)

    async def reply(self, plan: Plan, directive: Directive, occasion: Occasion) -> AsyncIterator[tuple[Reply, bool]]:
        """Yield the reply as it grows, clause by clause, and whether it is whole; the last one is.

        Each begins with the one before it, so that speaking can start with the first.
        """
        prompt = Prompt(
            occasion.language,
            plan.intent,
            directive.goal,
            Tone(directive.tone),
            Length(directive.length),
            tuple(role for role in Role if role in plan.facts),
            mention(occasion.message, plan.facts),
        )
        async for told, route, final in self._words(prompt, plan, occasion):
            if final:
                self._recent.append(told)
                _ROUTES.labels(route.split("/")[0]).inc()
            yield self._made(told, plan, directive, occasion, route), final

    async def _words(self, prompt: Prompt, plan: Plan, occasion: Occasion) -> Words:
        """Yield text as it grows, facts as sentinels, its route, and whether it is whole: open talk, else the house."""
        refused = ""
        if self._open is not None and self._open.takes(plan):
            draft = OpenDraft(
                self._open, prompt, plan, self._persona, occasion.message, occasion.reply, tuple(self._recent)
            )
            told = ""
            async for told in draft.sentences():
                yield told, self._open.name, False
            if told:
                yield told, "/".join(filter(None, (self._open.name, draft.problem))), True
                return
            _log.info("draft_refused", problem=draft.problem, intent=plan.intent)
            refused = f"/{self._open.name}: {draft.problem}"
        async for told, route, final in self._house(prompt, plan, occasion):
            yield told, route + refused, final

    async def _house(self, prompt: Prompt, plan: Plan, occasion: Occasion) -> Words:
        """Yield the same from the engine that answers everything, or from a template."""
        told, route = "", "template"
        if isinstance(self._responder, Drafter):
            if self._templates.knows(prompt):
                told, route = await self._chosen(self._responder, prompt, plan, occasion)
            told = told or self._mended("", prompt, plan)
        elif self._responder is not None and (self._responder.capabilities.free or self._templates.knows(prompt)):
            route, problem = self._responder.capabilities.name, ""
            for attempt in range(ATTEMPTS):
                request = Request(prompt, plan.facts, self._persona, zlib.crc32(f"{occasion.reply}{attempt}".encode()))
                draft = _Draft(self._responder, request, occasion.message, tuple(self._recent), self._templates)
                async for text in draft.clauses():
                    told = text
                    yield told, route, False
                problem = draft.problem
                if not problem or told:
                    break
            if problem:
                _log.info("draft_refused", problem=problem, intent=plan.intent)
                route = f"{'template' if not told else route}/{problem}"
                told = self._mended(told, prompt, plan)
        else:
            told = self._mended("", prompt, plan)
        yield told, route, True

    async def _chosen(self, drafter: Drafter, prompt: Prompt, plan: Plan, occasion: Occasion) -> tuple[str, str]:
        """Return the best of an engine's drafts and its route; nothing and why, where none of them will do."""
        problem = ""
        for attempt in range(ROUNDS):
            request = Request(prompt, plan.facts, self._persona, zlib.crc32(f"{occasion.reply}{attempt}".encode()))
            try:
                drafts = await drafter.drafts(request)
            except (EngineError, OverloadError) as error:
                problem = f"engine failed: {error}"
                continue
            text, problem = best(drafts, request, occasion.message, tuple(self._recent), self._templates)
            if text:
                return text, drafter.capabilities.name
        _log.info("draft_refused", problem=problem, intent=plan.intent)
        return "", f"template/{problem}"

    def _mended(self, told: str, prompt: Prompt, plan: Plan) -> str:
        """Return a template where nothing was told yet; otherwise what was told, and what it still lacks."""
        seed = zlib.crc32(f"{prompt.message}{len(self._recent)}".encode())
        if not told:
            return self._templates.pick(prompt, self._recent, seed)
        lacking = missing_roles(told, prompt, plan.facts)
        if not lacking:
            return told
        rest = msgspec.structs.replace(prompt, roles=tuple(role for role in prompt.roles if role in lacking))
        return f"{told} {self._templates.pick(rest, self._recent, seed)}"

    def _made(self, text: str, plan: Plan, directive: Directive, occasion: Occasion, route: str) -> Reply:
        return Reply(
            id=occasion.reply,
            text=fill(_tidy(text, occasion.language), plan.facts),
            language=occasion.language,
            to=occasion.to,
            facts={str(role): value for role, value in plan.facts.items()},
            route=route,
            directive=directive,
            intent=plan.intent,
            event=occasion.event,
            source=plan.source,
        )


class _Draft:
    """One attempt of an engine: yields what passes, clause by clause, and keeps why the rest did not."""

    def __init__(
        self, responder: Responder, request: Request, message: str, recent: Sequence[str], templates: Templates
    ) -> None:
        self._templates = templates
        self._responder = responder
        self._request = request
        self._recent = recent
        self._known = " ".join([*request.facts.values(), message])
        self.problem = ""

    async def clauses(self) -> AsyncIterator[str]:
        """Yield the draft, as long as it passes: whole, and before that up to each clause's end where engines are slow.

        An engine that does not stream is done before a first clause could be spoken, so all of it is read first.
        """
        prompt, facts = self._request.prompt, self._request.facts
        text, told = "", 0
        try:
            async for piece in self._responder.generate(self._request):
                text += piece
                end = _last_clause_end(text) if self._responder.capabilities.streams else 0
                if end > told and is_language(text[:end], prompt.language, tuple(facts.values())):
                    self.problem = self._clause_problem(text[:end])
                    if self.problem:
                        return
                    if not any(earlier.startswith(text[:end]) for earlier in self._recent):
                        told = end
                        yield text[:end]
        except (EngineError, OverloadError) as error:
            self.problem = f"engine failed: {error}"
            return
        text = text.strip()
        self.problem = self._clause_problem(text) or whole_problem(
            text, prompt, facts, self._recent, lambda bare, language: is_language(bare, language, ())
        )
        if not self.problem and not (self._responder.capabilities.free or self._templates.sounds_like(text, prompt)):
            self.problem = "answers something else"
        if not self.problem:
            yield text

    def _clause_problem(self, text: str) -> str:
        """Return what is wrong with the draft so far, claims that no fact makes included, or nothing."""
        prompt, facts = self._request.prompt, self._request.facts
        return clause_problem(text, prompt, facts, self._known) or self._templates.claim_problem(text, prompt, facts)


def _last_clause_end(text: str) -> int:
    """Return the position after the last mark that ends a clause, 0 where there is none."""
    ends = [match.end() for match in _CLAUSE_END.finditer(text)]
    return ends[-1] if ends else 0


def _tidy(text: str, language: str) -> str:
    """Return `text` without spaces that Chinese has no use for."""
    text = re.sub(r"\s+", " ", text).strip()
    return re.sub(r"(?<=[\u4e00-\u9fff，。！？]) (?=[\u4e00-\u9fff])", "", text) if language == "zh" else text
