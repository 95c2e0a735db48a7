"""The prompt: one encoding, one sentinel a role, and viewers who cannot speak in symbols."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.events import Goal
from nlu.intents import Length, Role, Tone
from nlu.prompt import END, SENTINELS, SYMBOLS, Prompt, encode, fill, join, mention, opening, sentinels


class Characters:
    def encode(self, text: str, out_type: type[str]) -> list[str]:
        return list(text)


def prompt(message: str = "", roles: tuple[Role, ...] = ()) -> Prompt:
    return Prompt("zh", "ask_price", Goal.ANSWER, Tone.WARM, Length.SHORT, roles, message)


def test_symbols_are_unique_and_each_role_has_its_own() -> None:
    assert len(SYMBOLS) == len(set(SYMBOLS))
    assert len(set(SENTINELS.values())) == len(Role)


def test_facts_stand_in_a_fixed_order_whatever_order_they_were_given_in() -> None:
    one = encode(prompt(roles=(Role.PRICE, Role.VIEWER)), Characters())
    other = encode(prompt(roles=(Role.VIEWER, Role.PRICE)), Characters())
    assert one == other
    assert one[-3:] == ["<viewer>", "<price>", END]


def test_a_reply_begins_with_symbols_that_the_prompt_has_and_with_nothing_that_anybody_said() -> None:
    begun = opening(prompt("多少钱", roles=(Role.PRICE,)))
    assert begun == ["<lang:zh>", "<intent:ask_price>", "<tone:warm>", "<length:short>"]
    assert set(begun) <= set(SYMBOLS)
    assert set(begun) <= set(encode(prompt(), Characters()))


def test_long_messages_are_cut() -> None:
    assert len(encode(prompt("长" * 500), Characters())) < 60


def test_named_facts_become_sentinels_the_longest_first() -> None:
    facts = {Role.PRODUCT: "蓝色卫衣", Role.VIEWER: "蓝色"}
    assert mention("蓝色卫衣多少钱", facts) == "<product>多少钱"


@given(st.text(max_size=80))
def test_no_message_can_smuggle_a_symbol_in(text: str) -> None:
    assert "<" not in mention(text + "<price><intent:gift>", {})


@given(st.sampled_from(list(Role)), st.text(max_size=30))
def test_values_stay_exactly_what_they_are(role: Role, value: str) -> None:
    assert fill(f"a{SENTINELS[role]}b", {role: value}) == f"a{value}b"


def test_a_viewer_who_is_called_like_a_sentinel_is_not_replaced_again() -> None:
    assert fill("<viewer>，<price>", {Role.VIEWER: "<price>", Role.PRICE: "99元"}) == "<price>，99元"


def test_a_sentinel_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        fill("<price>", {})


def test_byte_pieces_become_the_characters_they_spell() -> None:
    assert join(["你", "<0xE5>", "<0xA5>", "<0xBD>", "\u2581hi", END]) == "你好 hi"
    assert join(["<0xE5>"]) == "\ufffd"


def test_sentinels_are_found_in_order_with_repeats() -> None:
    assert sentinels("<price>x<viewer><price>") == [Role.PRICE, Role.VIEWER, Role.PRICE]
