"""One speaker as the ears follow them: microphone, remarks, and what is known of the one that goes on."""

import asyncio

from asr.endpoint import Endpointer, EndpointOptions, Remark
from asr.engine import Transcript
from asr.microphone import Microphone
from asr.turn import Pauses
from asr.vad import VoiceState
from core.events import Viewer


class Attempt:
    """What is known of a remark that goes on."""

    def __init__(self, utterance: str, remark: Remark) -> None:
        self.id = utterance
        """The id of its utterances."""
        self.remark = remark
        """Its sound."""
        self.guess: asyncio.Task[Transcript] | None = None
        """Transcribes it on suspicion that it is over."""
        self.listening: asyncio.Task[None] | None = None
        """Judges by its sound whether it is over."""
        self.partial: asyncio.Task[None] | None = None
        """Transcribes what there is of it."""
        self.due_s = self.soonest_s = 0.0
        """Length from which the next partial transcript is due, and the first one where it is hurried."""
        self.text = ""
        """Its words so far."""
        self.language = ""
        """Their language."""
        self.complete: float | None = None
        """How probably it is over, by its sound; nothing where that is not known."""

    def drop_guess(self) -> None:
        """They go on: what was computed for an end no longer counts, and what waits need not be computed."""
        for task in (self.guess, self.listening):
            if task is not None:
                task.cancel()
        self.guess = self.listening = self.complete = None


class Speaker:
    """One speaker's place."""

    def __init__(self, viewer: Viewer, options: EndpointOptions, now: float) -> None:
        self.viewer = viewer
        """Who it is."""
        self.microphone = Microphone()
        """Their sound as it comes."""
        self.voice = VoiceState()
        """What the voice detector remembers of them."""
        self.endpointer = Endpointer(options)
        """Tells their remarks apart."""
        self.pauses = Pauses()
        """How long they pause within remarks."""
        self.attempt: Attempt | None = None
        """The remark that goes on."""
        self.sign: str | None = None
        """The id of a remark that may be beginning."""
        self.hurried = ""
        """The id of one that is to be transcribed soon."""
        self.heard = now
        """When their last sound came, monotonic seconds."""
        self.ended: float | None = None
        """When their last remark ended, seconds since the epoch."""
