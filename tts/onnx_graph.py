"""Cutting an ONNX graph in two without the onnx package: a model file is protobuf, and the cut needs six fields of it.

Field numbers are those of onnx.proto3 (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3). Graphs whose nodes
hold graphs of their own (If, Loop) are not cut rightly: names that only an inner graph uses are not seen.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from core.errors import ModelError

_GRAPH: Final = 7  # of ModelProto
_NODE, _INITIALIZER, _INPUT, _OUTPUT, _VALUE_INFO = 1, 5, 11, 12, 13  # of GraphProto
_NODE_INPUT, _NODE_OUTPUT = 1, 2  # of NodeProto
_TENSOR_NAME: Final = 8  # of TensorProto
_VALUE_NAME: Final = 1  # of ValueInfoProto
_FLOAT_OF_ANY_SHAPE: Final = b"\x12\x04\x0a\x02\x08\x01"  # ValueInfoProto.type = {tensor_type: {elem_type: FLOAT}}
_WIDTHS: Final = {1: 8, 5: 4}  # bytes of the fixed wire types


class _Field(msgspec.Struct, frozen=True):
    number: int
    """As in onnx.proto3."""
    value: memoryview
    """The payload of a length-delimited field; empty for other kinds."""
    raw: memoryview
    """Tag, length and payload, as in the file."""


def cut(model: memoryview, inputs: Iterable[str], outputs: Sequence[str]) -> bytes:
    """Return the part of `model` (a serialised ModelProto) that computes `outputs`, stopping at `inputs`.

    Tensors named in `inputs` that the model computes itself become float inputs of any shape. Raise `ModelError` if
    the model does not know one of the names or is no ONNX file.
    """
    try:
        fields = list(_fields(model))
        graph = list(_fields(next(field.value for field in fields if field.number == _GRAPH)))
        needed = _needed(graph, frozenset(inputs), outputs)
    except (IndexError, StopIteration, UnicodeDecodeError) as error:
        raise ModelError("this is no ONNX model; run `danmate models verify`") from error
    body = b"".join(_kept(graph, needed, frozenset(inputs), outputs))
    rest = b"".join(bytes(field.raw) for field in fields if field.number != _GRAPH)
    return rest + _length_delimited(_GRAPH, body)


def _kept(
    graph: Iterable[_Field], needed: frozenset[str], inputs: frozenset[str], outputs: Sequence[str]
) -> Iterator[bytes | memoryview]:
    declared = {number: set[str]() for number in (_INPUT, _OUTPUT)}
    wanted = {_INPUT: needed, _OUTPUT: frozenset(outputs)}
    for field in graph:
        if field.number in wanted:
            name = _name(field.value, _VALUE_NAME)
            if name in wanted[field.number]:
                declared[field.number].add(name)
                yield field.raw
        elif _belongs(field, needed, inputs):
            yield field.raw
    for number, names in ((_INPUT, sorted(inputs)), (_OUTPUT, outputs)):
        for name in names:
            if name not in declared[number]:
                yield _length_delimited(number, _length_delimited(_VALUE_NAME, name.encode()) + _FLOAT_OF_ANY_SHAPE)


def _belongs(field: _Field, needed: frozenset[str], inputs: frozenset[str]) -> bool:
    if field.number == _NODE:
        makes = set(_names(field.value, _NODE_OUTPUT))
        return bool(makes & needed) and not makes & inputs
    if field.number == _INITIALIZER:
        return _name(field.value, _TENSOR_NAME) in needed
    return field.number != _VALUE_INFO  # shapes of inner tensors are hints, and the cut makes some of them wrong


def _needed(graph: Iterable[_Field], inputs: frozenset[str], outputs: Sequence[str]) -> frozenset[str]:
    """Return the names of all tensors that `outputs` depend on, going back no further than `inputs`."""
    sources: dict[str, list[str]] = {}
    for field in graph:
        if field.number == _NODE:
            consumed = _names(field.value, _NODE_INPUT)
            sources.update(dict.fromkeys(_names(field.value, _NODE_OUTPUT), consumed))
    unknown = [name for name in (*inputs, *outputs) if name not in sources]
    if unknown:
        raise ModelError(f"the model has no tensor called {unknown[0]}; it is another export than the catalogue's")
    found: set[str] = set()
    waiting = list(outputs)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            if name not in inputs:
                waiting += sources.get(name, [])
    return frozenset(found)


def _names(message: memoryview, number: int) -> list[str]:
    return [str(field.value, "utf-8") for field in _fields(message) if field.number == number]


def _name(message: memoryview, number: int) -> str:
    return next(iter(_names(message, number)), "")


def _fields(message: memoryview) -> Iterator[_Field]:
    position = 0
    while position < len(message):
        start = position
        tag, position = _varint(message, position)
        kind = tag & 7
        value = message[:0]
        if kind == 0:
            _, position = _varint(message, position)
        elif kind == 2:  # noqa: PLR2004  # protobuf's number for length-delimited
            size, position = _varint(message, position)
            if position + size > len(message):
                raise IndexError(position)
            value = message[position : position + size]
            position += size
        elif kind in _WIDTHS:
            position += _WIDTHS[kind]
        else:
            raise IndexError(position)
        yield _Field(tag >> 3, value, message[start:position])


def _varint(message: memoryview, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004  # the top bit says that another byte follows
            return value, position
        shift += 7


def _length_delimited(number: int, payload: bytes) -> bytes:
    return _encode_varint(number << 3 | 2) + _encode_varint(len(payload)) + payload


def _encode_varint(value: int) -> bytes:
    encoded = bytearray()
    while value > 0x7F:  # noqa: PLR2004  # seven bits a byte
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)
