"""Who may be heard: open microphones, and the one voice of the bots. Raises `WireError` for what may not."""

from collections import OrderedDict
from typing import Final

from core.events import SAMPLE_RATE
from rooms.native import client_messages as client
from rooms.native.limits import AudioMeter, Limits
from rooms.native.wire import AudioKind, AudioPacket, Code, WireError

_CHANNELS: Final = 65_535
_CANCELLED: Final = 256  # replies whose late frames are still dropped


class OpenMic:
    """One open microphone."""

    def __init__(self, channel: int, limits: Limits) -> None:
        self.channel = channel
        """Names the speaker in frames."""
        self.overlong = False
        """Whether a remark went on for too long: the microphone is to be closed."""
        self.skipped = 0
        """Frames whose number skipped ahead."""
        self._limits = limits
        self._meter = AudioMeter(limits.audio_speed, limits.mic_burst_s)
        self._count = -1
        self._heard_at = float("-inf")
        self._remark_at = float("-inf")

    def accept(self, packet: AudioPacket, now: float) -> AudioPacket:
        """Return `packet` as others get it; raise `WireError` where it may not be heard."""
        if packet.count <= self._count:
            raise WireError(Code.BAD_AUDIO, f"frame {packet.count} came after {self._count}; count up by one")
        self.skipped += packet.count > self._count + 1
        self._count = packet.count
        if now - self._heard_at >= self._limits.pause_s:
            self._remark_at = now
        if now - self._remark_at > self._limits.remark_s:
            self.overlong = True
            raise WireError(Code.BAD_AUDIO, f"{self._limits.remark_s:.0f} s without a pause; the microphone is closed")
        self._heard_at = float("-inf") if packet.last else now
        if not self._meter.allow(len(packet.pcm) / 2 / SAMPLE_RATE, now):
            raise WireError(Code.BAD_AUDIO, "sound comes faster than it can be spoken; send it as it is recorded")
        return AudioPacket(AudioKind.MIC, self.channel, packet.count, packet.pcm, packet.last)


class Mics:
    """The open microphones of a room, by their owners' ids."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._open: dict[str, OpenMic] = {}
        self._channel = 0

    def open(self, owner: str) -> OpenMic:
        """Open the microphone of `owner`, again where it is open; raise `WireError` when there are too many."""
        if owner not in self._open and len(self._open) >= self._limits.mics:
            raise WireError(Code.MICS_FULL, f"{self._limits.mics} microphones are open already; try again in a moment")
        taken = {mic.channel for mic in self._open.values()}
        while True:
            self._channel = self._channel % _CHANNELS + 1
            if self._channel not in taken:
                break
        self._open[owner] = OpenMic(self._channel, self._limits)
        return self._open[owner]

    def get(self, owner: str) -> OpenMic:
        """Return the microphone of `owner`; raise `WireError` where it is not open."""
        mic = self._open.get(owner)
        if mic is None:
            raise WireError(Code.BAD_AUDIO, "the microphone is not open; send mic on first")
        return mic

    def close(self, owner: str) -> OpenMic | None:
        """Close the microphone of `owner` and return it, if it was open."""
        return self._open.pop(owner, None)

    def items(self) -> list[tuple[str, OpenMic]]:
        """Return owners and their open microphones."""
        return list(self._open.items())


class Voice:
    """The one voice of a room: which bot has it, and which reply and clause it speaks."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._owner = ""
        self._speech: client.Speech | None = None
        self._count = -1
        self._at = float("-inf")
        self._meter = AudioMeter(limits.audio_speed, limits.voice_burst_s)
        self._cancelled: OrderedDict[str, None] = OrderedDict()
        self._stopped: set[str] = set()

    def begin(self, owner: str, speech: client.Speech, now: float) -> bool:
        """Let `owner` speak a clause; return whether others get it; raise `WireError` while another bot speaks."""
        if speech.reply in self._cancelled:
            self._stopped.add(owner)
            return False
        if self._owner not in ("", owner) and now - self._at < self._limits.voice_stale_s:
            raise WireError(Code.BUSY, "another bot is speaking; wait until its reply has ended")
        if self._speech is None or self._owner != owner or self._speech.reply != speech.reply:
            self._count = -1
        self._stopped.discard(owner)
        self._at = now
        if speech.last and speech.end <= speech.start:
            self._end()
        else:
            self._owner, self._speech = owner, speech
        return True

    def accept(self, owner: str, packet: AudioPacket, now: float) -> bool:
        """Return whether others get `packet`; raise `WireError` where it belongs to no clause."""
        if owner in self._stopped:
            return False
        if self._owner != owner or self._speech is None or self._speech.sequence != packet.label:
            raise WireError(Code.BAD_AUDIO, "this sound belongs to no clause; send its speech message first")
        if packet.count <= self._count:
            raise WireError(Code.BAD_AUDIO, f"frame {packet.count} came after {self._count}; count up by one")
        seconds = len(packet.pcm) / 2 / self._speech.rate
        if seconds > 0.2:  # noqa: PLR2004  (docs/room-protocol.md)
            raise WireError(Code.BAD_AUDIO, f"a frame holds up to 200 ms; this has {seconds * 1000:.0f}")
        if not self._meter.allow(seconds, now):
            raise WireError(Code.BAD_AUDIO, "the voice comes faster than it is played; send it at most 1 s ahead")
        self._count = packet.count
        self._at = now
        if packet.last and self._speech.last:
            self._end()
        return True

    def cancel(self, reply: str) -> None:
        """Drop what is left of `reply`."""
        self._cancelled[reply] = None
        while len(self._cancelled) > _CANCELLED:
            self._cancelled.popitem(last=False)
        if self._speech is not None and self._speech.reply == reply:
            self._stopped.add(self._owner)
            self._end()

    def lose(self, owner: str) -> str:
        """Forget a bot that is gone; return the reply that it was speaking, or nothing."""
        self._stopped.discard(owner)
        if self._owner != owner or self._speech is None:
            return ""
        reply = self._speech.reply
        self.cancel(reply)
        self._stopped.discard(owner)
        return reply

    def _end(self) -> None:
        self._owner, self._speech = "", None
