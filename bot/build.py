"""From settings (pydantic, at the edge) to what the parts take (plain structs), and from both to rooms with bots."""

import secrets
from collections.abc import Mapping

import msgspec

from asr.ears import Ears, EarsOptions
from asr.turn import TurnOptions
from bot.answering import Wits
from bot.behaving import behaviour
from bot.candidate import Priority
from bot.care import GROWN_UP
from bot.crowd import CrowdOptions
from bot.engines import Engines
from bot.floor import FloorOptions
from bot.gate import GateOptions
from bot.idle import IdleOptions, Timer
from bot.intake import IntakeOptions
from bot.moderation import guard, safety, text_or
from bot.options import RoomOptions
from bot.rehearsal import openings
from bot.room import RoomBot
from bot.staging import show
from core.clock import Clock
from core.engines import resolve
from core.errors import EngineError
from core.events import Role
from core.settings import Local as LocalSetting
from core.settings import Room, Settings
from nlu.commands import Command, Commands
from nlu.intents import Role as Fact
from nlu.knowledge import Faq, Knowledge, Local, Product
from nlu.memory import Memory
from nlu.mind import Mind
from nlu.open_talk import OpenTalk
from nlu.plan import Planner
from nlu.shelf import Shelf
from nlu.unanswered import Unanswered
from nlu.understand import Understander
from rooms.native.limits import Limits
from rooms.native.options import RoomOptions as HostedRoom
from rooms.native.options import ServerOptions
from rooms.source import CONNECTORS, ConnectOptions, Connector
from web.pages import PageGift, PageRoom

Tokens = Mapping[Role, str]


def is_hosted(room: Room) -> bool:
    """Return whether this process serves the room itself."""
    return room.connect.platform == "native" and not room.connect.url


def tokens(room: Room) -> dict[Role, str]:
    """Return the secrets of a room that we serve; those that settings do not name are made up for this run."""
    return {
        Role.STREAMER: room.tokens.streamer or secrets.token_urlsafe(18),
        Role.MODERATOR: room.tokens.moderator or secrets.token_urlsafe(18),
        Role.BOT: secrets.token_urlsafe(24),
    }


def server_options(settings: Settings) -> ServerOptions:
    """Return what the native room server is told."""
    limits = Limits(participants=settings.server.participants, per_address=settings.server.connections_per_address)
    return ServerOptions(limits=limits, origins=settings.server.origins)


def hosted_room(room: Room, secret: Tokens) -> HostedRoom:
    """Return what the server is told of one room."""
    return HostedRoom(
        id=room.id,
        title=title(room),
        streamer=room.streamer,
        bot=room.persona.name,
        tokens=dict(secret),
        gifts={gift.name: gift.value for gift in room.gifts},
    )


def page_room(room: Room) -> PageRoom:
    """Return what the page shows of one room."""
    return PageRoom(
        id=room.id,
        title=title(room),
        streamer=room.streamer,
        bot=room.persona.name,
        gifts=tuple(PageGift(gift.name, gift.value, gift.icon) for gift in room.gifts),
        language="en" if room.language == "en" else "zh",
    )


def title(room: Room) -> str:
    """Return the room's title, or its id where it has none."""
    return room.title or room.id


def knowledge(room: Room) -> Knowledge:
    """Return what the room knows."""
    return Knowledge(
        products=tuple(
            Product(
                id=str(product.id),
                title=_local(product.title),
                aliases=product.alias,
                price=product.price,
                stock=product.stock,
                link=product.link,
                facts=tuple(map(_local, product.facts)),
                source=product.source,
            )
            for product in room.knowledge.products
        ),
        faq=tuple(Faq(faq.ask, _local(faq.answer), faq.source) for faq in room.knowledge.faq),
    )


def understander(room: Room, engines: Engines) -> Understander:
    """Return what understands messages of this room."""
    if engines.intents is None:
        raise EngineError("the intent model is not loaded")
    return Understander(
        knowledge(room),
        engines.intents,
        wake=(room.persona.name, *room.persona.wake),
        language=room.language,
        streamer=room.streamer,
    )


def commands(room: Room, clock: Clock, shelf: Shelf | None = None) -> Commands:
    """Return the room's commands; raise `SettingsError` for a variable that does not exist."""
    return Commands(
        [
            Command(
                name=command.name,
                aliases=command.alias,
                level=command.level,
                cooldown_all=command.cooldown.all,
                cooldown_user=command.cooldown.user,
                reply=command.reply,
            )
            for command in room.commands
        ],
        knowledge(room),
        clock,
        streamer=room.streamer,
        shelf=shelf,
    )


def mind(room: Room, settings: Settings, engines: Engines) -> Mind:
    """Return what puts plans into words in this room."""
    if engines.templates is None:
        raise EngineError("the templates are not loaded")
    wider, talk = settings.models.open, None
    if wider is not None and engines.open is not None and engines.names is not None:
        talk = OpenTalk(engines.open, wider.intents, wider.timeout, engines.names, engines.templates)
    return Mind(engines.responder, engines.templates, room.persona.name, talk)


def planner(room: Room, settings: Settings, shelf: Shelf | None = None) -> Planner:
    """Return what looks answers up in this room."""
    others = tuple(other.title for other in settings.rooms if other.id != room.id and other.title)
    return Planner(knowledge(room), room.persona.name, room.streamer, others, shelf)


def ears(room: Room, settings: Settings, engines: Engines, clock: Clock) -> Ears | None:
    """Return the room's ears, or nothing where there is no recogniser."""
    if engines.recogniser is None or engines.voice_detector is None or not settings.ears.enabled:
        return None
    names = [room.persona.name, room.streamer, *room.persona.wake]
    for product in room.knowledge.products:
        names += [product.title.zh, product.title.en, *product.alias]
    options = EarsOptions(
        language=None if room.language == "auto" else room.language,
        hot_words=tuple(dict.fromkeys(filter(None, names))),
        turn=TurnOptions(min_wait_s=settings.ears.min_wait, max_wait_s=settings.ears.max_wait),
    )
    return Ears(
        engines.recogniser, engines.voice_detector, engines.turn_detector,
        options=options, worker=engines.listening, clock=clock,
    )  # fmt: skip


def connector(room: Room, url: str, token: str) -> Connector:
    """Return the connector to the room; raise `EngineError` for an unknown platform."""
    made: Connector = resolve(room.connect.platform, CONNECTORS)(
        ConnectOptions(room=room.id, url=url, name=room.persona.name, token=token)
    )
    return made


def room_bot(
    room: Room, settings: Settings, engines: Engines, joined: Connector, clock: Clock, seed: int | None = None
) -> RoomBot:
    """Return the bot for one room, ready to run; with a `seed` it does the same each time."""
    shelf = Shelf(knowledge(room).products)
    return RoomBot(
        msgspec.structs.replace(room_options(room, settings), seed=seed),
        joined,
        ears(room, settings, engines, clock),
        understander(room, engines),
        commands(room, clock, shelf),
        wits(room, settings, engines, joined, clock, shelf, seed),
        engines.mouth,
        clock,
        _openings(room, engines),
        products=knowledge(room).products,
        shelf=shelf,
    )


def wits(
    room: Room,
    settings: Settings,
    engines: Engines,
    joined: Connector,
    clock: Clock,
    shelf: Shelf,
    seed: int | None = None,
) -> Wits:
    """Return what the room's answers are made of."""
    if engines.templates is None:
        raise EngineError("the templates are not loaded")
    return Wits(
        planner=planner(room, settings, shelf),
        mind=mind(room, settings, engines),
        plain=Mind(None, engines.templates, room.persona.name),
        guard=guard(room, safety(room, engines.offence), joined, clock),
        memory=Memory(clock),
        unanswered=Unanswered(clock),
        behaviour=behaviour(room, clock, seed),
        show=show(room, knowledge(room), shelf, clock),
    )


def room_options(room: Room, settings: Settings) -> RoomOptions:
    """Return what the room's pipeline is told."""
    floor, thanks = room.floor, room.thanks
    return RoomOptions(
        id=room.id,
        persona=room.persona.name,
        streamer=room.streamer,
        tone=room.persona.tone,
        length=room.persona.length,
        language=room.language,
        gift_merge_s=thanks.gift.merge,
        wake=(room.persona.name, *room.persona.wake),
        intake=IntakeOptions(
            expire_s=floor.expire,
            answer_all=floor.answer_all,
            min_gift_value=thanks.gift.min_value,
            thank_follows=thanks.follow,
            thank_shares=thanks.share,
            thank_orders=thanks.order,
            likes=thanks.likes,
            welcome=thanks.welcome,
            sample=floor.raid.sample,
            sells=bool(room.knowledge.products),
        ),
        floor=FloorOptions(
            max=floor.max,
            per_viewer=floor.per_viewer,
            order=tuple(Priority[name.upper()] for name in floor.priority),
            ageing_s=floor.ageing,
        ),
        gate=GateOptions(
            replies=floor.rate.replies,
            replies_s=floor.rate.within,
            share_min=floor.share.min,
            share_max=floor.share.max,
            share_s=floor.share.over,
            yield_to_streamer=floor.yield_to_streamer,
        ),
        crowd=CrowdOptions(joins=floor.raid.joins, messages=floor.raid.messages, calm_s=floor.raid.calm),
        idle=IdleOptions(after_s=room.idle.after, in_a_row=room.idle.max_in_a_row),
        timers=tuple(Timer(timer.every, timer.after_lines, timer.say, timer.only_live) for timer in room.timers),
        minors=text_or(room.filters.minors, GROWN_UP),
        barge_in=settings.ears.barge_in,
    )


def _openings(room: Room, engines: Engines) -> list[tuple[str, str]]:
    if engines.templates is None:
        return []
    names = {Fact.ME: room.persona.name, Fact.STREAMER: room.streamer}
    persona = room.persona
    return openings(engines.templates, knowledge(room), persona.tone, persona.length, names, room.language)


def _local(text: LocalSetting) -> Local:
    return Local(zh=text.zh, en=text.en)
