"""Tokens to roles."""

from core.events import Role
from rooms.native.tokens import role_of

TOKENS = {Role.BOT: "b", Role.STREAMER: "s", Role.MODERATOR: ""}


def test_each_token_gives_its_role_and_none_makes_a_viewer() -> None:
    assert [role_of(token, TOKENS) for token in ("b", "s", "")] == [Role.BOT, Role.STREAMER, Role.VIEWER]


def test_a_wrong_token_gives_nothing_rather_than_a_viewer() -> None:
    assert role_of("wrong", TOKENS) is None
    assert role_of("密码", TOKENS) is None


def test_a_role_whose_token_is_empty_is_closed() -> None:
    assert role_of("", {Role.MODERATOR: ""}) is Role.VIEWER
