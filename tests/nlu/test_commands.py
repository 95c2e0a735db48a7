"""Fixed answers to fixed words."""

import pytest

from core.errors import SettingsError
from core.events import Role, Viewer
from core.local import Local
from nlu.commands import USERS_REMEMBERED, Command, Commands, Granted, Refused
from nlu.knowledge import Knowledge, Product

SHOP = Knowledge(
    (
        Product(id="1", title=Local("蓝色卫衣", "the blue hoodie"), price="99元", stock=12, link=3),
        Product(id="2", title=Local("保温杯", "the mug"), price="59元", link=5),
    )
)
PRICE = Command("!价格", "@$(user) $(product.title) $(product.price)", ("!price", "多少钱"), "everyone", 5, 30)
LILY = Viewer(id="1", name="Lily")
BOB = Viewer(id="2", name="Bob")


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def wall(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now


def commands(*given: Command, clock: Clock | None = None) -> Commands:
    return Commands(given, SHOP, clock or Clock(), streamer="阿杰")


def reply(verdict: Granted | Refused | None) -> str:
    assert isinstance(verdict, Granted)
    return verdict.reply


@pytest.mark.parametrize("text", ["!价格", "！价格", "!PRICE", " !price ", "多少钱", "！ｐｒｉｃｅ"])
def test_a_command_is_met_by_any_of_its_names_in_any_width_and_case(text: str) -> None:
    assert reply(commands(PRICE).match(text, LILY)) == "@Lily 蓝色卫衣 99元"


@pytest.mark.parametrize("text", ["价格", "卫衣多少钱", "多少钱 啊", "!价", "", "hi !price"])
def test_other_messages_are_no_commands(text: str) -> None:
    assert commands(PRICE).match(text, LILY) is None


def test_a_product_named_after_a_command_is_the_one_that_is_meant() -> None:
    assert reply(commands(PRICE).match("!price 保温杯", LILY)) == "@Lily 保温杯 59元"


def test_a_command_rests_for_everybody_and_longer_for_the_same_viewer() -> None:
    clock = Clock()
    room = commands(PRICE, clock=clock)
    assert isinstance(room.match("!价格", LILY), Granted)
    refused = room.match("!price", BOB)
    assert isinstance(refused, Refused)
    assert "5 s" in refused.why
    clock.now += 5
    assert isinstance(room.match("!价格", BOB), Granted)
    clock.now += 6
    refused = room.match("!价格", LILY)
    assert isinstance(refused, Refused)
    assert "this viewer" in refused.why
    clock.now += 20
    assert isinstance(room.match("!价格", LILY), Granted)


def test_those_who_run_the_room_never_wait() -> None:
    room = commands(PRICE)
    moderator = Viewer(id="3", name="Mo", role=Role.MODERATOR)
    assert isinstance(room.match("!价格", moderator), Granted)
    assert isinstance(room.match("!价格", moderator), Granted)


@pytest.mark.parametrize(
    ("role", "granted"), [(Role.VIEWER, False), (Role.SUBSCRIBER, False), (Role.MODERATOR, True), (Role.STREAMER, True)]
)
def test_a_command_is_for_its_level_and_above(role: Role, granted: bool) -> None:  # noqa: FBT001  # a table's column
    room = commands(Command("!raid", "go", level="moderator"))
    verdict = room.match("!raid", Viewer(id="1", name="x", role=role))
    assert isinstance(verdict, Granted if granted else Refused)


def test_a_viewer_named_like_a_variable_stays_text() -> None:
    assert reply(commands(PRICE).match("!价格", Viewer(id="1", name="$(product.price)"))) == (
        "@$(product.price) 蓝色卫衣 99元"
    )


def test_counts_streamer_and_arguments_are_filled_in() -> None:
    room = commands(Command("!hug", "$(streamer) hugs $( args ) $(count)"))
    assert reply(room.match("!hug Bob", LILY)) == "阿杰 hugs bob 1"
    assert reply(room.match("!hug", BOB)) == "阿杰 hugs 2"


def test_what_the_room_does_not_know_is_left_out() -> None:
    room = Commands([Command("!stock", "left: $(product.stock)")], Knowledge(), Clock())
    assert reply(room.match("!stock", LILY)) == "left:"


def test_an_unknown_variable_is_an_error_at_load_time_that_names_the_right_one() -> None:
    with pytest.raises(SettingsError, match=r"did you mean \$\(product.price\)"):
        commands(Command("!x", "$(product.prise)"))


def test_a_name_that_two_commands_share_is_an_error() -> None:
    with pytest.raises(SettingsError, match="two commands"):
        commands(PRICE, Command("!PRICE", "x"))


def test_a_long_message_and_many_viewers_stay_bounded() -> None:
    room = commands(Command("!echo", "$(args)"))
    assert len(reply(room.match("!echo " + "x" * 10_000, LILY))) <= 60
    for number in range(USERS_REMEMBERED + 10):
        room.match("!echo", Viewer(id=str(number), name="x"))
    assert len(room._uses["!echo"].by_user) == USERS_REMEMBERED
