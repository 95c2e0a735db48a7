"""What happens to those who break a room's rules: a warning, silence, and at last the longest silence there is.

The guard judges names, messages and transcripts, withdraws what is blocked and takes the next step with its author.
Synchronous: the connector's calls only enqueue.
"""

from collections import OrderedDict
from typing import Final, Literal, Protocol, Self
from uuid import NAMESPACE_OID, uuid5

import msgspec
import structlog
from prometheus_client import Counter

from bot.care import Care, CareOptions
from bot.rate import Window
from core.clock import Clock
from core.errors import OverloadError
from core.events import Chat, Directive, Goal, Reply, Role, RoomEvent, Viewer, Voice
from nlu.language import detect
from nlu.safety import ALLOWED, Safety, Verdict
from nlu.safety.spam import Spam, SpamOptions
from nlu.safety.verdict import worse
from rooms.source import Capabilities

BAN_S: Final = 86_400
"""Seconds of the longest silence that a native room takes; platforms whose bots cannot ban get this instead."""
OFFENDERS: Final = 10_000
"""Viewers whose steps are remembered; the one not seen for longest gives way."""
NAMES: Final = 10_000
"""Names whose verdicts are remembered."""
_WARN_EVERY_S: Final = 10.0
"""Seconds between two warnings in chat, so that a flood of offences is no flood of warnings."""

_JUDGED = Counter("danmate_moderated_total", "What safety found", ["room", "kind", "verdict", "category"])
_log = structlog.get_logger(__name__)

Step = Literal["warn", "ban"] | float
"""warn, ban, or seconds of silence."""

LABELS: Final = {
    "abuse": "辱骂 abuse",
    "threat": "威胁 threat",
    "slur": "歧视称呼 slur",
    "sexual": "色情 sexual",
    "illegal": "违法或诈骗 illegal",
    "insult": "骂人 insult",
    "profanity": "粗话 profanity",
    "listed": "自定义词 listed word",
    "link": "链接 link",
    "personal": "个人信息 personal data",
    "caps": "全大写 capitals",
    "repeats": "重复 repeats",
    "spam": "刷屏 spam",
    "offence": "冒犯 offence",
    "hate": "仇恨 hate",
    "superlative": "广告极限词 superlative",
    "self_harm": "可能想伤害自己 may harm themselves",
    "self_harm_act": "正在伤害自己或已有打算 harming themselves, or about to",
    "violence": "可能正遭受暴力 may suffer violence",
    "medical": "可能突发疾病 may need a doctor now",
    "sensitive": "敏感话题或人名 sensitive topic or name",
    "advert": "广告引流 advert",
    "claim": "昵称带价格或指控 name that makes a claim",
}
"""Categories as moderators read them."""

_WARNINGS: Final = {
    "zh": "请遵守直播间规则，刚才那条消息已被处理（{label}）。",
    "en": "Please keep to the room's rules: that message was withdrawn ({label}).",
}


class Moderating(Protocol):
    """What the guard needs of a connector."""

    @property
    def capabilities(self) -> Capabilities:
        """What the platform lets us do."""
        ...

    def say(self, reply: Reply, *, final: bool = True) -> None:
        """Write a reply."""
        ...

    def delete(self, message_id: str) -> None:
        """Withdraw a message."""
        ...

    def timeout(self, viewer_id: str, seconds: int) -> None:
        """Silence a viewer."""
        ...


class GuardOptions(msgspec.Struct, frozen=True, kw_only=True):
    """A room's consequences."""

    room: str
    """The room's id."""
    steps: tuple[Step, ...] = ("warn", 60.0, 600.0, "ban")
    """What happens at a viewer's first blocked message, the second …; the last one stays; none: only withdrawing."""
    forget_s: float = 3600.0
    """Seconds without a blocked message after which a viewer begins again."""
    exempt: frozenset[Role] = frozenset((Role.MODERATOR, Role.STREAMER))
    """Roles that are not judged."""
    dry_run: bool = False
    """Judge and tell, but act on nobody."""
    spam: SpamOptions = SpamOptions()
    """How often the same may be said."""
    care: CareOptions = CareOptions()
    """What those are told who may be in danger."""


class Ruling(msgspec.Struct, frozen=True):
    """What the guard found and did."""

    verdict: Verdict = ALLOWED
    """Of the message; allow for what is no message."""
    step: str = ""
    """What was done with its author: warn, silence 60 s, ban, `exempt`, nothing; `unsent`: no order was taken."""
    name: Verdict = ALLOWED
    """Of the viewer's name: what is not allowed is neither spoken nor written by the bot."""
    help: str = ""
    """What its author is to be told, who may be in danger; nothing where they were told a moment ago."""
    dry: bool = False
    """Whether it was only told, not done; the message is then answered like any other."""

    @property
    def answer(self) -> bool:
        """Whether the bot may answer and quote the message."""
        return self.verdict.verdict == "allow" or (self.dry and self.verdict.verdict != "care")

    @property
    def label(self) -> str:
        """The category in both languages, as moderators read it."""
        return LABELS.get(self.verdict.category, self.verdict.category)


class Guard:
    """The rules of one room at work."""

    def __init__(self, options: GuardOptions, safety: Safety, connector: Moderating, clock: Clock) -> None:
        self._options = options
        self._safety = safety
        self._connector = connector
        self._clock = clock
        self._spam = Spam(options.spam, clock)
        self._care = Care(options.care, clock)
        self._offences: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._names: OrderedDict[tuple[str, str], Verdict] = OrderedDict()
        self._warned = -_WARN_EVERY_S
        can = connector.capabilities
        self.limit = Window(can.replies, can.replies_s, clock)
        """What the platform lets us write: warnings and answers count alike."""

    def judge(self, event: RoomEvent) -> Ruling:
        """Judge an event's author and text, and act on what is blocked. Call once for each event."""
        viewer = event.viewer
        if viewer.role is Role.BOT or not viewer.id:
            return Ruling()
        if viewer.role in self._options.exempt:
            return self._cared_for(event) or Ruling(step="exempt")
        name = self.name(viewer)
        if not isinstance(event, Chat | Voice):
            return Ruling(name=name)
        kind = _kind(event)
        verdict = self._safety.check(event.text, kind)
        if verdict.verdict == "care":
            return self._in_danger(event, verdict, name)
        if kind == "message" and verdict.verdict != "block":
            verdict = worse(verdict, self._spam.check(event.text, viewer.id))
        if verdict.verdict != "allow":
            _JUDGED.labels(self._options.room, kind, verdict.verdict, verdict.category).inc()
        step = self._act(event, verdict) if verdict.verdict == "block" else ""
        return Ruling(verdict, step, name, dry=self._options.dry_run)

    def _cared_for(self, event: RoomEvent) -> Ruling | None:
        """Return the ruling on somebody who is not judged and may be in danger."""
        if not isinstance(event, Chat | Voice):
            return None
        verdict = self._safety.check(event.text, _kind(event))
        return self._in_danger(event, verdict, ALLOWED) if verdict.verdict == "care" else None

    def _in_danger(self, event: Chat | Voice, verdict: Verdict, name: Verdict) -> Ruling:
        """Return the ruling on somebody who may be in danger: no offence, whatever else they say."""
        _JUDGED.labels(self._options.room, _kind(event), verdict.verdict, verdict.category).inc()
        words = self._care.sentence(event.viewer.id, verdict.category, event.text)
        return Ruling(verdict, "help told" if words else "help was told before", name, words)

    def name(self, viewer: Viewer) -> Verdict:
        """Return what may become of a viewer's name; the same name is judged once."""
        key = (viewer.id, viewer.name)
        found = self._names.get(key)
        if found is None:
            found = self._names[key] = self._safety.check(viewer.name, "name")
            if found.verdict != "allow":
                _JUDGED.labels(self._options.room, "name", found.verdict, found.category).inc()
            if len(self._names) > NAMES:
                self._names.popitem(last=False)
        return found

    def looks_after(self, viewer_id: str) -> bool:
        """Return whether somebody was told a while ago where help is."""
        return self._care.lately(viewer_id)

    def may_say(self, viewer: Viewer) -> bool:
        """Return whether the bot may say a viewer's name."""
        return self.name(viewer).verdict == "allow"

    def reply(self, text: str) -> Verdict:
        """Return whether the bot may say `text`: only what is allowed is said."""
        verdict = self._safety.check(text, "reply")
        if verdict.verdict != "allow":
            _JUDGED.labels(self._options.room, "reply", verdict.verdict, verdict.category).inc()
        return verdict

    def take_over(self, before: Self) -> None:
        """Go on with what the guard of the room's bot before remembers of viewers; names are judged anew."""
        self._offences = before._offences
        self._warned = before._warned
        if self._options.spam == before._options.spam:
            self._spam = before._spam
        if self._options.care == before._options.care:
            self._care = before._care

    def _act(self, event: Chat | Voice, verdict: Verdict) -> str:
        step = self._next_step(event.viewer.id)
        told = "" if step is None else step if isinstance(step, str) else f"silence {step:g} s"
        if self._options.dry_run:
            return told
        can = self._connector.capabilities
        try:
            if isinstance(event, Chat) and can.delete:
                self._connector.delete(event.id)
            if step == "warn" and can.say:
                self._warn(event, verdict)
            elif step is not None and step != "warn" and can.timeout:
                seconds = BAN_S if step == "ban" else max(1, min(BAN_S, round(step)))
                self._connector.timeout(event.viewer.id, seconds)
        except OverloadError as error:
            _log.warning("moderation_not_sent", room=self._options.room, why=str(error))
            return "unsent"
        return told

    def _next_step(self, viewer_id: str) -> Step | None:
        now, steps = self._clock.monotonic(), self._options.steps
        count, last = self._offences.pop(viewer_id, (0, now))
        count = 0 if now - last > self._options.forget_s else count
        self._offences[viewer_id] = (count + 1, now)
        if len(self._offences) > OFFENDERS:
            self._offences.popitem(last=False)
        return steps[min(count, len(steps) - 1)] if steps else None

    def _warn(self, event: Chat | Voice, verdict: Verdict) -> None:
        """Tell the viewer in chat, in their language, without repeating a word or a name of theirs."""
        now = self._clock.monotonic()
        if now - self._warned < _WARN_EVERY_S or not self.limit.take():
            return
        self._warned = now
        language = detect(event.text)
        chinese, _, english = LABELS.get(verdict.category, verdict.category).partition(" ")
        text = _WARNINGS[language].format(label=chinese if language == "zh" else english or chinese)
        self._connector.say(
            Reply(
                id=uuid5(NAMESPACE_OID, event.id).hex,
                text=text,
                language=language,
                to=(event.viewer,) if self.name(event.viewer).verdict == "allow" else (),
                facts={},
                route="moderation",
                directive=Directive(goal=Goal.CALM, tone="calm"),
                event=event.id,
            )
        )


def _kind(event: Chat | Voice) -> Literal["message", "transcript"]:
    return "message" if isinstance(event, Chat) else "transcript"
