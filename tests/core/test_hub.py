"""Models by their hub id: the cache first, safe formats only, errors that say what to do."""

import pickle
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest
from huggingface_hub.errors import LocalEntryNotFoundError, OfflineModeIsEnabled

from core import hub
from core.catalogue import locate
from core.errors import ModelError, NetworkError

CTRANSLATE2 = struct.pack("<IH", 6, 12) + b"WhisperSpec\0" + bytes(64)
PICKLE = pickle.dumps({"weight": [0.0]})
TORCH_ZIP = b"PK\x03\x04" + bytes(64)
Snapshots = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch) -> Snapshots:
    """Return a function that has the hub's client answer from a folder, cached or not, and records what it is asked."""

    def install(folder: Path, *, cached: bool, error: Exception | None = None) -> list[dict[str, Any]]:
        asked: list[dict[str, Any]] = []

        def snapshot_download(repository: str, **options: Any) -> str:
            asked.append({"repository": repository, **options})
            if options.get("local_files_only") and not cached:
                raise LocalEntryNotFoundError("not here")
            if error and not options.get("local_files_only"):
                raise error
            return str(folder)

        monkeypatch.setattr(huggingface_hub, "snapshot_download", snapshot_download)
        return asked

    return install


def test_a_model_in_the_cache_is_taken_without_asking_the_hub(tmp_path: Path, offer: Snapshots) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"\x08")
    asked = offer(tmp_path, cached=True)
    assert locate("google/flan-t5-small") == tmp_path
    assert [call.get("local_files_only") for call in asked] == [True]


def test_a_model_that_is_not_cached_is_downloaded_in_safe_formats_only(tmp_path: Path, offer: Snapshots) -> None:
    (tmp_path / "model.bin").write_bytes(CTRANSLATE2)
    asked = offer(tmp_path, cached=False)
    assert locate("Systran/faster-whisper-base@main") == tmp_path
    assert asked[-1]["revision"] == "main"
    patterns = asked[-1]["allow_patterns"]
    assert "model.bin" in patterns
    assert not {"*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl", "*"} & set(patterns)


def test_a_cached_folder_without_weights_is_downloaded_again(tmp_path: Path, offer: Snapshots) -> None:
    asked = offer(tmp_path, cached=True)
    with pytest.raises(ModelError, match="no weights in a safe format"):
        locate("org/half-a-model")
    assert len(asked) == 2


@pytest.mark.parametrize("content", [PICKLE, TORCH_ZIP])
def test_a_pickle_that_calls_itself_model_bin_is_refused(tmp_path: Path, offer: Snapshots, content: bytes) -> None:
    (tmp_path / "model.bin").write_bytes(content)
    offer(tmp_path, cached=False)
    with pytest.raises(ModelError, match="is a pickle, which can run any code"):
        locate("org/trojan")


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "model.ckpt"])
def test_a_local_folder_whose_only_weights_are_pickles_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(PICKLE)
    with pytest.raises(ModelError, match="convert it to safetensors"):
        locate(str(tmp_path))
    with pytest.raises(ModelError, match="convert it to safetensors"):
        locate(str(tmp_path / name))


def test_a_local_folder_with_safe_weights_beside_a_pickle_is_taken(tmp_path: Path) -> None:
    (tmp_path / "pytorch_model.bin").write_bytes(PICKLE)
    (tmp_path / "model.safetensors").write_bytes(b"\x08")
    assert locate(str(tmp_path)) == tmp_path


def test_a_ctranslate2_folder_and_raw_voices_are_no_pickles(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(CTRANSLATE2)
    (tmp_path / "af_heart.bin").write_bytes(struct.pack("<4f", -0.24, 0.1, 0.2, 0.3))
    assert locate(str(tmp_path)) == tmp_path


def test_a_hub_that_does_not_answer_is_a_network_error_that_names_the_ways_out(
    tmp_path: Path, offer: Snapshots
) -> None:
    offer(tmp_path, cached=False, error=OfflineModeIsEnabled("offline"))
    with pytest.raises(NetworkError, match=r"HF_ENDPOINT .* or copy the model here"):
        locate("org/model")


def test_a_full_disk_is_said_to_be_one(tmp_path: Path, offer: Snapshots) -> None:
    offer(tmp_path, cached=False, error=OSError(28, "No space left on device"))
    with pytest.raises(ModelError, match="HF_HOME"):
        locate("org/model")


@pytest.mark.parametrize("name", ["whisper-base", "a/b/c", "../b", "a/..", "/a/b", "org/name;rm"])
def test_what_is_no_hub_id_is_not_taken_for_one(name: str) -> None:
    assert not hub.is_id(name)
