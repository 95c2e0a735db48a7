"""Finding models: the catalogue's data, what is on disk, local paths."""

import hashlib
import os
from collections import Counter
from pathlib import Path

import pytest

from core.catalogue import DEFAULT, locate, models_dir, status, verify
from core.errors import ModelError
from core.integrity import MARKER
from core.models import Catalogue, File, Model, Package, Part, known

WEIGHTS = b"weights" * 100
WORDS = b'["a", "b"]'


def file(name: str, content: bytes) -> File:
    return File(name, len(content), hashlib.sha256(content).hexdigest(), (Part("box", f"box/{name}"),))


CATALOGUE = Catalogue(
    packages=(Package("box", "pypi", "box-of-ears", "1.0", 1, "0" * 64),),
    models=(Model("ears", "Ears", "asr", "MIT", "us", (file("model.bin", WEIGHTS), file("words.json", WORDS))),),
)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DANMATE_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


@pytest.fixture
def ears(root: Path) -> Path:
    folder = root / "ears"
    folder.mkdir(parents=True)
    (folder / "model.bin").write_bytes(WEIGHTS)
    (folder / "words.json").write_bytes(WORDS)
    return folder


def damage(path: Path) -> None:
    """Change one byte, keeping size and time, as a failing disk would."""
    stat = path.stat()
    content = bytearray(path.read_bytes())
    content[3] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def test_the_catalogue_names_every_package_that_its_files_need_and_no_other() -> None:
    catalogue = known()
    named = {part.package for model in catalogue.models for file in model.files for part in file.parts}
    assert named == {package.id for package in catalogue.packages}
    assert all(n == 1 for n in Counter(package.id for package in catalogue.packages).values())
    assert all(n == 1 for n in Counter(model.name for model in catalogue.models).values())


def test_every_hash_of_the_catalogue_is_a_sha256_and_every_file_name_is_plain() -> None:
    catalogue = known()
    files = [file for model in catalogue.models for file in model.files]
    for sha256 in [*(file.sha256 for file in files), *(package.sha256 for package in catalogue.packages)]:
        assert len(bytes.fromhex(sha256)) == 32
    assert all(Path(file.name).name == file.name and not file.name.startswith(".") for file in files)


def test_the_default_models_hear_understand_and_speak_both_languages() -> None:
    models = [known().model(name) for name in DEFAULT]
    assert {model.kind for model in models} == {"asr", "sense", "tts", "vad", "turn"}
    voices = {file.name[:2] for file in known().model("kokoro-voices").files}
    assert voices == {"zf", "zm", "af", "am", "bf", "bm"}


def test_nothing_in_the_catalogue_is_a_pickle_by_name() -> None:
    suffixes = {Path(file.name).suffix for model in known().models for file in model.files}
    # .npz is read with allow_pickle=False, .model is SentencePiece's
    assert suffixes <= {".bin", ".onnx", ".json", ".txt", ".gguf", ".npz", ".model"}


def test_the_models_folder_follows_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DANMATE_MODELS", str(tmp_path / "mine"))
    assert models_dir() == tmp_path / "mine"
    monkeypatch.delenv("DANMATE_MODELS")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert models_dir() == tmp_path / "cache" / "danmate" / "models"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert models_dir() == tmp_path / ".cache" / "danmate" / "models"


def test_a_whole_model_is_located(ears: Path) -> None:
    assert locate("ears", catalogue=CATALOGUE) == ears


def test_a_missing_model_says_which_command_fetches_it(root: Path) -> None:
    with pytest.raises(ModelError, match=r"run `danmate models fetch ears`"):
        locate("ears", catalogue=CATALOGUE)


def test_a_file_of_the_wrong_size_is_named_with_the_command_that_mends_it(ears: Path) -> None:
    (ears / "model.bin").write_bytes(WEIGHTS[:-1])
    with pytest.raises(ModelError, match=r"model.bin is damaged: it has 699 bytes instead of 700; run `danmate models"):
        locate("ears", catalogue=CATALOGUE)


def test_a_model_that_lacks_one_file_is_damaged_not_missing(ears: Path) -> None:
    (ears / "words.json").unlink()
    with pytest.raises(ModelError, match=r"words.json is missing; run"):
        locate("ears", catalogue=CATALOGUE)
    (row,) = status(catalogue=CATALOGUE)
    assert (row.present, row.damage) == (False, "words.json is missing")


def test_a_changed_byte_is_found_when_nothing_vouches_for_the_file(ears: Path) -> None:
    damage(ears / "model.bin")
    with pytest.raises(ModelError, match=r"model.bin is damaged: its SHA-256"):
        locate("ears", catalogue=CATALOGUE)


def test_a_second_start_hashes_nothing(ears: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locate("ears", catalogue=CATALOGUE)
    monkeypatch.setattr("core.integrity.sha256_of", lambda path: pytest.fail(f"hashed {path} again"))
    assert locate("ears", catalogue=CATALOGUE) == ears


def test_a_file_touched_since_is_hashed_again(ears: Path) -> None:
    locate("ears", catalogue=CATALOGUE)
    damage(ears / "model.bin")
    os.utime(ears / "model.bin", ns=(1, 1))
    with pytest.raises(ModelError, match=r"model\.bin is damaged"):
        locate("ears", catalogue=CATALOGUE)


def test_verify_finds_what_the_marker_hides_and_locate_believes_it(ears: Path) -> None:
    locate("ears", catalogue=CATALOGUE)
    damage(ears / "model.bin")
    assert locate("ears", catalogue=CATALOGUE) == ears
    (verdict,) = verify(["ears"], catalogue=CATALOGUE)
    assert verdict.state == "damaged"
    assert verdict.mend == "danmate models fetch ears"
    with pytest.raises(ModelError, match=r"model\.bin is damaged"):
        locate("ears", catalogue=CATALOGUE)


def test_verify_without_names_takes_the_models_that_are_here(root: Path, ears: Path) -> None:
    more = Catalogue(
        CATALOGUE.packages, (*CATALOGUE.models, Model("mouth", "Mouth", "tts", "MIT", "us", CATALOGUE.models[0].files))
    )
    assert [(verdict.name, verdict.state) for verdict in verify(catalogue=more)] == [("ears", "present")]


def test_a_marker_that_makes_no_sense_is_not_believed(ears: Path) -> None:
    (ears / MARKER).write_text("{]")
    assert locate("ears", catalogue=CATALOGUE) == ears
    assert "model.bin" in (ears / MARKER).read_text()


def test_a_folder_that_cannot_be_written_is_hashed_and_used(ears: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "write_bytes", refuse)
    assert locate("ears", catalogue=CATALOGUE) == ears
    assert {path.name for path in ears.iterdir()} == {"model.bin", "words.json"}


def test_status_lists_source_size_and_presence_without_hashing(ears: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.integrity.sha256_of", lambda path: pytest.fail(f"hashed {path}"))
    (row,) = status(catalogue=CATALOGUE)
    assert (row.name, row.present, row.damage, row.source) == ("ears", True, "", "pypi: box-of-ears==1.0")


def test_a_misspelt_name_gets_the_nearest_right_one(root: Path) -> None:
    with pytest.raises(ModelError, match=r"did you mean whisper-base\?"):
        locate("wisper-base")
    with pytest.raises(ModelError, match=r"did you mean kokoro\?"):
        verify(["kokorro"])


def test_a_local_folder_is_itself(tmp_path: Path, root: Path) -> None:
    (tmp_path / "my-model").mkdir()
    assert locate(str(tmp_path / "my-model")) == tmp_path / "my-model"


def test_a_local_path_that_does_not_exist_is_said_to_be_one(root: Path) -> None:
    with pytest.raises(ModelError, match="there is no model at"):
        locate("./nowhere")


@pytest.mark.weights
def test_the_models_on_this_machine_are_the_catalogues(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANMATE_MODELS", str(models))
    verdicts = verify(DEFAULT)
    assert {verdict.name: verdict.troubles for verdict in verdicts} == dict.fromkeys(DEFAULT, ())
    assert locate("kokoro-voices") == locate("kokoro") / "voices"
