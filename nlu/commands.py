"""Fixed answers to fixed words, as moderators write them: aliases, levels, cooldowns, variables."""

import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Final, Literal, Self

import msgspec

from core.clock import Clock
from core.errors import SettingsError
from core.events import Role, Viewer
from core.variables import VARIABLE, unknown
from nlu.intents import Role as Fact
from nlu.knowledge import Knowledge, render
from nlu.language import detect, fold
from nlu.shelf import Shelf

Level = Literal["everyone", "subscriber", "moderator", "streamer"]

USERS_REMEMBERED: Final = 2_000
"""Viewers whose cooldowns are remembered for each command."""
ARGUMENT_CHARACTERS: Final = 60
REPLY_CHARACTERS: Final = 400

_NOBODY: Final = re.compile(r"@(?=[\s，,:：]|$)[，,:：]?")
"""What is left of a mention whose name is not said."""
_RANKS: Final[Mapping[str, int]] = {"everyone": 0, "subscriber": 1, "moderator": 2, "streamer": 3}
_RANK_OF_ROLE: Final[Mapping[Role, int]] = {
    Role.VIEWER: 0,
    Role.SUBSCRIBER: 1,
    Role.MODERATOR: 2,
    Role.STREAMER: 3,
    Role.BOT: 0,
}


class Command(msgspec.Struct, frozen=True):
    """A fixed answer to a fixed word."""

    name: str
    """The word, with its sign: !价格."""
    reply: str
    """The answer, with variables."""
    aliases: tuple[str, ...] = ()
    """Other words for it."""
    level: Level = "everyone"
    """Who may use it."""
    cooldown_all: float = 0.0
    """Seconds until anybody may use it again."""
    cooldown_user: float = 0.0
    """Seconds until the same viewer may use it again."""


class Granted(msgspec.Struct, frozen=True):
    """A command that is answered."""

    command: Command
    """Which."""
    reply: str
    """The answer, variables filled in."""


class Refused(msgspec.Struct, frozen=True):
    """A command that is not answered now."""

    command: Command
    """Which."""
    why: str
    """In words that a moderator understands."""


class _Use:
    """How a command has been used."""

    def __init__(self) -> None:
        self.count = 0
        self.last: float | None = None
        self.by_user: OrderedDict[str, float] = OrderedDict()


class Commands:
    """The commands of one room. Raises `SettingsError` for a variable that does not exist or a name used twice."""

    def __init__(
        self,
        commands: Sequence[Command],
        knowledge: Knowledge,
        clock: Clock,
        streamer: str = "",
        shelf: Shelf | None = None,
    ) -> None:
        self._shelf = shelf or Shelf(knowledge.products)
        self._knowledge = knowledge
        self._clock = clock
        self._streamer = streamer
        self._by_name: dict[str, Command] = {}
        self._uses: dict[str, _Use] = {}
        for command in commands:
            if wrong := unknown(command.reply):
                raise SettingsError("commands", None, f"{command.name}: {wrong}")
            self._uses[command.name] = _Use()
            for name in map(fold, (command.name, *command.aliases)):
                if self._by_name.setdefault(name, command) is not command:
                    raise SettingsError("commands", None, f"{name} names two commands; rename one of them")
        self._longest = max((len(name.split()) for name in self._by_name), default=0)

    def match(self, text: str, viewer: Viewer) -> Granted | Refused | None:
        """Return what becomes of the command in `text`, or None where it is none.

        A message is a command when it is a command's name, or begins with one that starts with a sign (`!price mug`).
        """
        found = self._find(text)
        if found is None:
            return None
        command, arguments = found
        use, now = self._uses[command.name], self._clock.monotonic()
        why = self._refusal(command, use, viewer, now)
        if why:
            return Refused(command, why)
        use.count += 1
        use.last = now
        use.by_user[viewer.id] = now
        use.by_user.move_to_end(viewer.id)
        if len(use.by_user) > USERS_REMEMBERED:
            use.by_user.popitem(last=False)
        return Granted(command, self._fill(command, arguments, viewer, use.count))

    def again(self, text: str, viewer: Viewer) -> str:
        """Return the reply to a command that was granted already, as things stand now; nothing where it is none."""
        found = self._find(text)
        return self._fill(*found, viewer, self._uses[found[0].name].count) if found is not None else ""

    def take_over(self, before: Self) -> None:
        """Go on with the counts and rests of commands that the room's bot before had too."""
        self._uses |= {name: use for name, use in before._uses.items() if name in self._uses}

    def _find(self, text: str) -> tuple[Command, str] | None:
        words = fold(text).replace("！", "!").split()
        for size in range(min(self._longest, len(words)), 0, -1):
            name, rest = " ".join(words[:size]), " ".join(words[size:])
            command = self._by_name.get(name)
            if command is not None and (not rest or not name[0].isalnum()):
                return command, rest[:ARGUMENT_CHARACTERS]
        return None

    def _refusal(self, command: Command, use: _Use, viewer: Viewer, now: float) -> str:
        """Return why the command is not answered, or nothing."""
        rank = _RANK_OF_ROLE[viewer.role]
        if rank < _RANKS[command.level]:
            return f"{command.name} is for {command.level}s and above"
        if rank >= _RANKS["moderator"]:
            return ""  # those who run the room never wait
        if use.last is not None and (left := use.last + command.cooldown_all - now) > 0:
            return f"{command.name} rests for {left:.0f} s more"
        before = use.by_user.get(viewer.id)
        if before is not None and (left := before + command.cooldown_user - now) > 0:
            return f"{command.name} rests for {left:.0f} s more for this viewer"
        return ""

    def _fill(self, command: Command, arguments: str, viewer: Viewer, count: int) -> str:
        """Return the reply with its variables filled in, in one pass: what a value looks like never matters."""
        language = detect(VARIABLE.sub(" ", command.reply))
        mention = self._knowledge.find_product(arguments) if arguments else None
        product = mention.product if mention else next(iter(self._knowledge.products), None)
        values = {
            "user": viewer.name,
            "streamer": self._streamer,
            "count": str(count),
            "args": arguments,
        }
        if product is not None:
            product = self._shelf.current(product)
            title = render(product, Fact.PRODUCT, language)
            values |= {
                "product": title,
                "product.title": title,
                "product.price": render(product, Fact.PRICE, language),
                "product.stock": render(product, Fact.STOCK, language),
                "product.link": render(product, Fact.LINK, language),
            }
        filled = VARIABLE.sub(lambda match: values.get(match[1].strip(), ""), command.reply)
        return " ".join(_NOBODY.sub("", filled).split())[:REPLY_CHARACTERS]
