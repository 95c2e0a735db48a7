"""One answer from its plan to the last sound: text at once, voice clause by clause while the rest is written."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import msgspec
import structlog

from core.errors import DanmateError, OverloadError
from core.events import Clause, Heard, Reply, Speech
from rooms.source import Connector
from tts.mouth import Mouth

_log = structlog.get_logger(__name__)


class Speaking:
    """Says replies in one room, one after another."""

    def __init__(self, connector: Connector, mouth: Mouth | None) -> None:
        self._connector = connector
        self._mouth = mouth
        self.current: str | None = None
        """The id of the reply that is being said."""
        self.saying = ""
        """Its text so far; empty where nothing is said."""
        self._voice: asyncio.Task[None] | None = None
        self._stopped = False
        self._low = False

    async def say(self, growing: AsyncIterator[tuple[Reply, bool]]) -> tuple[Reply, Heard | None]:
        """Write and speak a reply as it grows; return it whole once it has been heard, and what was heard of it."""
        portions: asyncio.Queue[tuple[str, Reply] | None] = asyncio.Queue()
        whole: Reply | None = None
        spoken = 0
        self._stopped = False
        try:
            async with asyncio.TaskGroup() as tasks:
                async for reply, final in growing:
                    whole, self.current, self.saying = reply, reply.id, reply.text
                    self._connector.say(reply, final=final)
                    if self._mouth is not None and self._connector.capabilities.speak and not self._stopped:
                        if self._voice is None:
                            self._voice = tasks.create_task(self._speak(self._mouth, reply.id, portions))
                            if self._low:  # somebody is speaking already
                                self._connector.duck(reply.id, on=True)
                        if reply.text[spoken:].strip():
                            portions.put_nowait((reply.text[spoken:], reply))
                        spoken = len(reply.text)
                portions.put_nowait(None)
            if whole is None:
                raise RuntimeError("a reply without words")
            heard = await self._connector.heard(whole.id) if self._voice is not None else None
            return whole, heard
        finally:
            self.current, self.saying, self._voice = None, "", None

    async def _speak(self, mouth: Mouth, reply_id: str, portions: "asyncio.Queue[tuple[str, Reply] | None]") -> None:
        """Speak portions as one reply: numbers and times go on from one to the next."""
        sequence, offset, rate = 0, 0.0, 24_000
        try:
            while (portion := await portions.get()) is not None:
                text, reply = portion
                started, end = offset, offset
                async with contextlib.aclosing(mouth.speak(reply_id, text, reply.language)) as clauses:
                    async for speech in clauses:
                        if not speech.pcm:  # the end of this portion, not of the reply
                            continue
                        caption = speech.caption
                        moved = Clause(caption.text, caption.start + started, caption.end + started)
                        self._connector.state("speaking")
                        self._connector.speech(
                            msgspec.structs.replace(speech, sequence=sequence, caption=moved, last=False)
                        )
                        end, rate = moved.end, speech.sample_rate  # those of what the room took
                        sequence += 1
                offset = end
        except DanmateError as error:
            _log.warning("voice_failed", error=str(error))  # the words have been written; the room goes on
        except asyncio.CancelledError:
            if not self._stopped:
                raise
        end_of_reply = Clause("", offset, offset)
        self._connector.speech(
            Speech(reply=reply_id, sequence=sequence, pcm=b"", sample_rate=rate, caption=end_of_reply, last=True)
        )

    def cancel(self) -> None:
        """Stop what is being said, and what is still being made of it."""
        if self.current is None:
            return
        self._stopped = True
        if self._voice is not None:
            self._voice.cancel()
        try:
            self._connector.cancel(self.current)
        except OverloadError as error:  # we send no more sound of it all the same
            _log.warning("cancel_not_sent", error=str(error))

    def duck(self, *, on: bool) -> None:
        """Make what is being said quiet, or as loud as before; what is said next begins likewise."""
        self._low = on
        if self.current is not None:
            self._connector.duck(self.current, on=on)
