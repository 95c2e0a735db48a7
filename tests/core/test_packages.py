"""The registries' clients: how their failures read, and that they are ended when they stall or overflow."""

import sys
from pathlib import Path

import pytest

from core import npm_https, packages
from core.errors import ModelError, NetworkError
from core.models import Package
from core.packages import RegistryClient

WHEEL = Package("one", "pypi", "one", "1.0", 1000, "0" * 64)
TARBALL = Package("voices", "npm", "voices", "1.0", 1000, "0" * 64)
NPM_LOST = "npm error code ENOTFOUND\nnpm error network request failed\nnpm error A complete log of this run is in x"


def ignore(_: int) -> None:
    """Take no interest in progress."""


def run_instead_of_pip(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    monkeypatch.setattr(packages, "_pip", lambda package, into: [sys.executable, "-c", script, str(into)])
    monkeypatch.setattr(packages, "_POLL_SECONDS", 0.01)


def test_the_one_wheel_that_pip_leaves_is_the_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_instead_of_pip(monkeypatch, "import sys, pathlib; pathlib.Path(sys.argv[1], 'one-1.0.whl').write_bytes(b'w')")
    assert RegistryClient().get(WHEEL, tmp_path, ignore) == tmp_path / "one-1.0.whl"


def test_pip_takes_wheels_only_without_requirements_and_pinned(tmp_path: Path) -> None:
    command = packages._pip(WHEEL, tmp_path)
    assert command[:4] == [sys.executable, "-m", "pip", "download"]
    assert {"--no-deps", "--only-binary=:all:", "one==1.0"} <= set(command)


def test_npm_runs_no_scripts_of_a_package(tmp_path: Path) -> None:
    command = packages._npm("npm", TARBALL, tmp_path)
    assert command[:3] == ["npm", "pack", "voices@1.0"]
    assert "--ignore-scripts" in command


def test_a_client_that_stalls_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_instead_of_pip(monkeypatch, "import time; time.sleep(60)")
    with pytest.raises(NetworkError, match=r"nothing of one==1\.0 has arrived for 0 s"):
        RegistryClient(stall_seconds=0.05).get(WHEEL, tmp_path, ignore)


def test_a_package_that_outgrows_its_size_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = "import sys, time; open(sys.argv[1] + '/x.tmp', 'wb').truncate(20_000_000); time.sleep(60)"
    run_instead_of_pip(monkeypatch, script)
    with pytest.raises(ModelError, match="larger than the 1,000 bytes"):
        RegistryClient().get(WHEEL, tmp_path, ignore)


def test_what_is_downloaded_so_far_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = "import sys, time; open(sys.argv[1] + '/one.whl', 'wb').truncate(500); time.sleep(0.3)"
    run_instead_of_pip(monkeypatch, script)
    seen: list[int] = []
    RegistryClient().get(WHEEL, tmp_path, seen.append)
    assert 500 in seen


@pytest.mark.parametrize(
    ("said", "error", "reads"),
    [
        ("ERROR: Could not install packages: [Errno 28] No space left on device", ModelError, "disk is full"),
        ("ERROR: No matching distribution found for one==1.0", ModelError, "is not in the registry that pip uses"),
        (
            "WARNING: Retrying after connection broken by NewConnectionError\nERROR: No matching distribution found",
            NetworkError,
            "does not answer",
        ),
        ("/usr/bin/python: No module named pip", ModelError, "ensurepip"),
        ("ERROR: something new", ModelError, "something new"),
    ],
)
def test_what_pip_says_becomes_an_error_that_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, error: type[Exception], reads: str
) -> None:
    run_instead_of_pip(monkeypatch, f"import sys; sys.exit({said!r})")
    with pytest.raises(error, match=reads):
        RegistryClient().get(WHEEL, tmp_path, ignore)


def test_without_npm_the_registry_is_asked_directly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(npm_https, "download", lambda package, into, watch: (into / "voices.tgz").write_bytes(b"t"))
    assert RegistryClient().get(TARBALL, tmp_path, ignore) == tmp_path / "voices.tgz"


def test_when_npm_and_the_direct_way_both_fail_npms_reason_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise NetworkError("the direct way is closed too")

    monkeypatch.setattr(packages, "_POLL_SECONDS", 0.01)
    monkeypatch.setattr(npm_https, "download", fail)
    monkeypatch.setattr("shutil.which", lambda _: "npm")
    monkeypatch.setattr(packages, "_npm", lambda *_: [sys.executable, "-c", f"import sys; sys.exit({NPM_LOST!r})"])
    with pytest.raises(NetworkError, match=r"mirror that npm uses \(npm: npm error network request failed"):
        RegistryClient().get(TARBALL, tmp_path, ignore)
