"""Everything that travels survives its own serialisation."""

import typing

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import events


def _strategy(kind: typing.Any) -> st.SearchStrategy[typing.Any]:
    simple: dict[typing.Any, st.SearchStrategy[typing.Any]] = {
        str: st.text(max_size=20),
        int: st.integers(-(2**31), 2**31),
        float: st.floats(allow_nan=False, allow_infinity=False),
        bool: st.booleans(),
        bytes: st.binary(max_size=64),
    }
    if kind in simple:
        return simple[kind]
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple:
        return st.lists(_strategy(arguments[0]), max_size=3).map(tuple)
    if origin is dict:
        return st.dictionaries(_strategy(arguments[0]), _strategy(arguments[1]), max_size=3)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        hints = typing.get_type_hints(kind)
        fields = {field: _strategy(hints[field]) for field in kind.__struct_fields__}
        return st.builds(kind, **fields)
    return st.sampled_from(list(kind))  # an enum


KINDS = typing.get_args(events.KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_class_comes_back_as_it_went(kind: type[events.Event]) -> None:
    @given(_strategy(kind))
    def round_trip(event: events.Event) -> None:
        assert events.decode(events.encode(event)) == event

    round_trip()


def test_every_event_class_can_be_decoded() -> None:
    def below(kind: type[events.Event]) -> set[type[events.Event]]:
        return {kind}.union(*(below(child) for child in kind.__subclasses__()))

    assert below(events.Event) - {events.Event, events.RoomEvent} == set(KINDS)


def test_every_field_has_a_docstring() -> None:
    import ast
    import inspect

    tree = ast.parse(inspect.getsource(events))
    for struct in (node for node in tree.body if isinstance(node, ast.ClassDef)):
        for place, item in enumerate(struct.body):
            if isinstance(item, ast.AnnAssign):
                after = struct.body[place + 1] if place + 1 < len(struct.body) else None
                assert isinstance(after, ast.Expr), f"{struct.name}.{ast.unparse(item.target)} has no docstring"


def test_other_json_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        events.decode(b'{"kind": "Nonsense"}')
