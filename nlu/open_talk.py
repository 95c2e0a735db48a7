"""A larger engine for open talk: what no fact of the room answers. It is read as strictly as it is free.

Its sentences pass the checks of every reply (`nlu.check`, the claims of `nlu.templates`) and three more: it may name
nothing that the message does not name, it may not say the viewer's words back, and not its own instructions. The
viewer's name is put in front by code. Where it says nothing that passes in time, the house answers.
"""

import asyncio
import contextlib
import re
import zlib
from collections.abc import AsyncGenerator, AsyncIterator, Collection
from typing import Final, cast

import msgspec
import structlog

from core.errors import EngineError, OverloadError
from nlu.check import clause_problem, whole_problem
from nlu.engine import Request, Responder
from nlu.instruction import EXAMPLES, chat
from nlu.intents import Role
from nlu.language import fold, is_language
from nlu.names import Names
from nlu.plan import Plan
from nlu.prompt import SENTINELS, Prompt
from nlu.templates import Templates

DRAFTS: Final = 2
"""Drafts it may write for one reply, in its time."""
REST_S: Final = 10.0
"""Seconds for which an engine that failed or was slow is not asked again: nobody waits for a dead server twice."""
RECITED: Final = {"zh": 8, "en": 20}
"""Characters in a row of its instructions that a reply may not have."""

_VIEWERS: Final = frozenset((Role.VIEWER, Role.VIEWER2, Role.VIEWER3))
_SENTENCE_END: Final = re.compile(r"[。！？!?…]+|\.(?=\s)")
_LETTERS: Final = re.compile(r"\w+")
_REPEATED: Final = re.compile(r"(.{6,})\1")
_COMMA: Final = {"zh": "，", "en": ", "}
_CAPITAL: Final = re.compile(r"(?!I\b)[A-Z](?=[a-z ])")
_log = structlog.get_logger(__name__)


class OpenTalk:
    """A responder that is given some intents of one room, and `within_s` seconds to say something that passes."""

    def __init__(
        self, responder: Responder, intents: Collection[str], within_s: float, names: Names, templates: Templates
    ) -> None:
        self.name = responder.capabilities.name
        self.within_s = within_s
        self.names = names
        self.templates = templates
        self._responder = responder
        self._intents = frozenset(intents)
        self._rests_until = 0.0

    def takes(self, plan: Plan) -> bool:
        """Return whether a plan is open talk: one of its intents, with nothing to state but who is spoken to."""
        rested = asyncio.get_running_loop().time() >= self._rests_until
        return rested and plan.intent in self._intents and plan.facts.keys() <= _VIEWERS

    def rest(self) -> None:
        """Do not ask the engine for a while."""
        self._rests_until = asyncio.get_running_loop().time() + REST_S

    async def pieces(self, request: Request, until: float) -> AsyncGenerator[str]:
        """Yield what the engine writes; raise `TimeoutError` at `until`, in the loop's time."""
        writing = cast("AsyncGenerator[str]", self._responder.generate(request))  # as the engines' contract has it
        async with contextlib.aclosing(writing) as stream:
            while True:
                try:
                    async with asyncio.timeout_at(until):
                        piece = await anext(stream)
                except StopAsyncIteration:
                    return
                yield piece


class OpenDraft(msgspec.Struct):
    """One reply of open talk in the making."""

    talk: OpenTalk
    """Whose."""
    prompt: Prompt
    """What it replies to."""
    plan: Plan
    """What it states: at most names of viewers."""
    persona: str
    """The bot's name."""
    message: str
    """What the viewer said."""
    reply: str
    """The reply's id: the same one asks for the same drafts."""
    recent: Collection[str]
    """Replies that are not said again, facts as sentinels."""
    problem: str = ""
    """Why there is nothing, or not all, of it."""
    _lead: str | None = None

    async def sentences(self) -> AsyncIterator[str]:
        """Yield the reply as it grows, sentence by sentence, facts as sentinels; nothing where no draft will do.

        Only whole sentences are said before the reply is whole, so that one whose rest is refused can end there.
        """
        until = asyncio.get_running_loop().time() + self.talk.within_s
        for attempt in range(DRAFTS):
            told = ""
            seed = zlib.crc32(f"{self.reply}{attempt}".encode())
            prompt = msgspec.structs.replace(self.prompt, roles=())
            request = Request(prompt, self.plan.facts, self.persona, seed)
            try:
                async with contextlib.aclosing(self._passing(request, until)) as passing:
                    async for told in passing:
                        yield told
            except (EngineError, OverloadError, TimeoutError) as error:
                self.talk.rest()
                self.problem = "slow" if isinstance(error, TimeoutError) else "engine failed"
                _log.warning("open_talk_failed", problem=self.problem, error=str(error))
                return
            if told:
                return

    async def _passing(self, request: Request, until: float) -> AsyncGenerator[str]:
        """Yield one draft as far as it passes; `problem` says why the rest did not."""
        text, told = "", 0
        self.problem, self._lead = "", None
        async with contextlib.aclosing(self.talk.pieces(request, until)) as pieces:
            async for piece in pieces:
                text = (text + piece).lstrip()
                end = max((match.end() for match in _SENTENCE_END.finditer(text)), default=0)
                if end <= told:
                    continue
                self.problem = self._problem(text[:end], request)
                if self.problem:
                    return
                if not any(earlier.startswith(self._led(text[:end])) for earlier in self.recent):
                    told = end
                    yield self._led(text[:end])
        text = text.strip()
        self.problem = self._problem(text, request)
        if not self.problem and len(text) > told:
            yield self._led(text)

    def _problem(self, text: str, request: Request) -> str:
        """Return what is wrong with the sentences `text`, as every reply and as open talk, or nothing."""
        prompt, facts, templates = request.prompt, request.facts, self.talk.templates
        known = " ".join([*facts.values(), self.message, self.persona, "AI"])
        problem = (
            clause_problem(text, prompt, facts, known)
            or templates.claim_problem(text, prompt, facts)
            or whole_problem(text, prompt, facts, (), lambda bare, language: is_language(bare, language, ()))
            or ("said just now" if self._led(text) in self.recent else "")
        )
        if problem:
            return problem
        if unknown := self.talk.names.unknown(
            text, prompt.language, known, ordinary=lambda word: not templates.invented(word, prompt, facts)
        ):
            return f"names {unknown}"
        if _REPEATED.search(_plain(text)):
            return "repeats itself"
        if _echoes(text, self.message):
            return "says the viewer's words back"
        told = [message["content"] for message in chat(request)[:-1]]
        return "recites its instructions" if _recites(text, told, prompt.language) else ""

    def _led(self, text: str) -> str:
        """Return `text` after the viewer's name, unless that is in it, or nobody's name is to be said."""
        name = self.plan.facts.get(Role.VIEWER, "")
        if self._lead is None:
            self._lead = SENTINELS[Role.VIEWER] + _COMMA[self.prompt.language] if name and name not in text else ""
        return self._lead + (text[:1].lower() + text[1:] if self._lead and _CAPITAL.match(text) else text)


def _echoes(text: str, message: str) -> bool:
    said, asked = (_plain(part) for part in (text, message))
    return bool(asked) and (said == asked or (len(asked) >= max(RECITED["zh"], len(said) // 2) and asked in said))


def _recites(text: str, told: Collection[str], language: str) -> bool:
    said, size = _plain(text), RECITED[language]
    answers = {_plain(answer) for _, answer in EXAMPLES[language]}
    rows = [said[start : start + size] for start in range(len(said) - size + 1)]
    return said in answers or any(row in _plain(part) for part in told for row in rows)


def _plain(text: str) -> str:
    return "".join(_LETTERS.findall(fold(text)))
