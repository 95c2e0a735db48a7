"""A model file gives back the same model, executes nothing, and is refused where it is damaged."""

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from behaviour.features import batch
from behaviour.fit import fit
from behaviour.model_file import load, save
from behaviour.sequence import SequenceModel
from core.errors import DanmateError

SYMBOLS = ("a", "b", "?", "$")


def fitted() -> SequenceModel:
    model = SequenceModel(SYMBOLS)
    fit(model, [np.array([0, 1, 0, 0, 3]), np.array([1, 1, 3]), np.array([0, 3])] * 20)
    return model


def test_a_file_gives_back_the_same_probabilities(tmp_path: Path) -> None:
    model = fitted()
    save(model, tmp_path / "m.npz", {"beside": np.arange(3)})
    again, beside = load(tmp_path / "m.npz")
    events = batch([np.array([0, 0, 1, 3])], 4)
    assert np.array_equal(model.predict_many(events), again.predict_many(events))
    assert beside["beside"].tolist() == [0, 1, 2]
    assert not list(tmp_path.glob("*.part"))


def test_a_loaded_model_learns_on(tmp_path: Path) -> None:
    save(fitted(), tmp_path / "m.npz")
    model, _ = load(tmp_path / "m.npz")
    for _ in range(50):
        history = model.begin()
        for symbol in (2, 2, 1, 3):
            assert np.isfinite(model.learn(history, symbol)).all()


def changed(folder: Path, **arrays: Any) -> Path:
    save(fitted(), folder / "m.npz")
    with np.load(folder / "m.npz") as found:
        kept = {name: found[name] for name in found.files}
    about = json.loads(kept["about"].tobytes())
    about |= arrays.pop("about", {})
    kept |= arrays | {"about": np.frombuffer(json.dumps(about).encode(), np.uint8)}
    np.savez(folder / "m.npz", **kept)
    return folder / "m.npz"


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"about": {"layout": 99}}, "another version"),
        ({"about": {"tables": ["all"]}}, "other contexts"),
        ({"about": {"order": 7}}, "no behaviour model"),
        ({"about": {"symbols": ["a"]}}, "no behaviour model"),
        ({"weights": np.zeros((1, 1), np.float32)}, "another shape"),
        ({"counts": np.zeros((1, 4), np.float32)}, "fit together"),
        ({"linear": np.full((1, 1), np.nan, np.float32)}, "what they should be"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, arrays: dict[str, Any], said: str) -> None:
    with pytest.raises(DanmateError, match=said):
        load(changed(tmp_path, **arrays))


def test_negative_counts_are_refused(tmp_path: Path) -> None:
    model = fitted()
    model.counts[1:] += 5.0
    model.counts[2, 0] = -1.0
    save(model, tmp_path / "m.npz")
    with pytest.raises(DanmateError, match="negative"):
        load(tmp_path / "m.npz")


class Trap:
    """Something whose unpickling would be noticed."""

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return (pytest.fail, ("a model file was executed",))


def test_nothing_in_a_file_is_executed(tmp_path: Path) -> None:
    trap = np.empty(1, object)
    trap[0] = Trap()
    path = changed(tmp_path)
    with np.load(path) as found:
        kept = {name: found[name] for name in found.files}
    np.savez(path, **(kept | {"linear": trap}))  # np.savez pickles objects
    with pytest.raises(DanmateError):
        load(path)
    path.write_bytes(pickle.dumps(Trap()))
    with pytest.raises(DanmateError):
        load(path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"hello"])
def test_what_is_no_npz_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "m.npz").write_bytes(content)
    with pytest.raises(DanmateError, match=r"m\.npz"):
        load(tmp_path / "m.npz")
    with pytest.raises(DanmateError, match="cannot be read"):
        load(tmp_path / "nowhere.npz")
