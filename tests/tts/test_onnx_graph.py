"""Cutting a model in two. The model here is written by hand: y = (x + x) * x, then z = -y."""

import numpy as np
import onnxruntime
import pytest

from core.errors import ModelError
from tts.onnx_graph import cut


def field(number: int, payload: bytes) -> bytes:
    assert len(payload) < 128
    return bytes([number << 3 | 2, len(payload)]) + payload


def node(kind: str, inputs: list[str], output: str) -> bytes:
    return field(
        1, b"".join(field(1, name.encode()) for name in inputs) + field(2, output.encode()) + field(4, kind.encode())
    )


def value(number: int, name: str) -> bytes:
    return field(number, field(1, name.encode()) + b"\x12\x04\x0a\x02\x08\x01")


@pytest.fixture
def model() -> memoryview:
    scale = field(5, b"\x10\x01" + field(8, b"two") + field(9, np.float32(2).tobytes()))
    graph = (
        node("Mul", ["x", "two"], "double")
        + node("Mul", ["double", "x"], "y")
        + node("Neg", ["y"], "z")
        + field(2, b"test")
        + scale
        + value(11, "x")
        + value(12, "z")
        + value(13, "y")
    )
    body = bytes([7 << 3 | 2, len(graph) & 0x7F | 0x80, len(graph) >> 7]) + graph
    return memoryview(b"\x08\x08" + body + field(8, field(1, b"") + b"\x10\x0d"))


def run(model: bytes | memoryview, **inputs: float) -> dict[str, float]:
    session = onnxruntime.InferenceSession(bytes(model), providers=["CPUExecutionProvider"])
    names = [entry.name for entry in session.get_outputs()]
    found = session.run(names, {name: np.array(value, np.float32) for name, value in inputs.items()})
    return {name: float(value) for name, value in zip(names, found, strict=True)}


def test_the_two_parts_compute_what_the_whole_does(model: memoryview) -> None:
    first, second = cut(model, (), ("y",)), cut(model, ("y",), ("z",))
    assert run(model, x=3) == {"z": -18}
    assert run(first, x=3) == {"y": 18}
    assert run(second, y=18) == {"z": -18}


def test_a_part_may_have_several_outputs(model: memoryview) -> None:
    assert run(cut(model, (), ("double", "z")), x=3) == {"double": 6, "z": -18}


def test_a_part_holds_only_the_weights_that_it_needs(model: memoryview) -> None:
    assert b"two" in cut(model, (), ("y",))
    assert b"two" not in cut(model, ("y",), ("z",))


def test_an_unknown_tensor_is_named(model: memoryview) -> None:
    with pytest.raises(ModelError, match="no tensor called nonesuch"):
        cut(model, (), ("nonesuch",))


@pytest.mark.parametrize("damage", [b"", b"no model", b"\x3a\x7f", b"\xff" * 20])
def test_what_is_no_model_is_refused(damage: bytes) -> None:
    with pytest.raises(ModelError):
        cut(memoryview(damage), (), ("z",))
