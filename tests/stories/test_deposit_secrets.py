"""No secret of a target is anywhere but where the archive keeps it, though a server repeat it in all that it says."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.stories.deposit_place import TOKEN, DepositPlace

if TYPE_CHECKING:
    from tests.stories.commands import Archiver

TRACES = tuple(TOKEN.encode(encoding) for encoding in ("utf-8", "utf-16-le"))


class Repeating:
    """A server that says the token in header, body and reason; the first answers are refusals to try again after."""

    def __init__(self, statuses: list[int]) -> None:
        self.seen_in: set[str] = set()
        """Processes in whose arguments or environment the token stood while a request was under way."""

        self.asked = 0
        self._statuses = statuses

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.asked += 1
        assert handler.headers["Authorization"] == f"Bearer {TOKEN}"
        self.seen_in |= processes_with_the_token()
        body = f'{{"message": "no {TOKEN}", "token": "{TOKEN}"}}'.encode()
        status = self._statuses.pop(0) if self._statuses else 200
        handler.send_response(status, f"said {TOKEN}")
        for header in ("ETag", "Location", "X-Request-Id", "Server"):
            handler.send_header(header, f"{TOKEN}")
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)


def processes_with_the_token() -> set[str]:
    found = set()
    for process in Path("/proc").iterdir():
        for name in ("cmdline", "environ"):
            with contextlib.suppress(OSError):
                if process.name.isdigit() and TOKEN.encode() in (process / name).read_bytes():
                    found.add(f"{process.name} {name}")
    return found


@contextlib.contextmanager
def served(server: Repeating) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.answer(self)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 - the base's signature
            """Say nothing on stderr."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.server_port}"
        finally:
            listening.shutdown()
            thread.join()


@pytest.fixture
def deposit(archiver: Archiver, tmp_path: Path) -> DepositPlace:
    place = DepositPlace(archiver, tmp_path)
    place.prepare()
    secret = tmp_path / "box.secret"
    secret.write_text(TOKEN + "\n", encoding="utf-8")
    secret.chmod(0o600)
    return place


def files_with_the_token(place: DepositPlace) -> set[str]:
    kept = {"token-of-the-box", "box.secret"}
    found = set()
    for folder in (place.folder, place.archiver.home):
        for path in folder.rglob("*"):
            if path.is_file() and path.name not in kept and any(trace in path.read_bytes() for trace in TRACES):
                found.add(str(path))
    return found


@pytest.mark.skipif(not os.access("/proc/self/environ", os.R_OK), reason="there is no /proc to look into")
@pytest.mark.parametrize(
    ("statuses", "outcome"),
    [pytest.param([503], (2, 0), id="taken in the end"), pytest.param([403], (1, 5), id="refused")],
)
@pytest.mark.parametrize("way", ["stdin", "file"])
def test_no_secret_is_anywhere(deposit: DepositPlace, statuses: list[int], outcome: tuple[int, int], way: str) -> None:
    server = Repeating([*statuses])
    with served(server) as url:
        deposit.configure(f'url = "{url}"')
        toml = deposit.folder / "archiver.toml"
        if way == "file":
            toml.write_text(toml.read_text(encoding="utf-8").replace('"stdin"', '"file:box.secret"'), encoding="utf-8")
        typed = f"{TOKEN}\n" if way == "stdin" else ""
        runs = [deposit("packages/one", "--to", "box", "--parallel", "1", typed=typed)]
        asked = server.asked
    assert (asked, runs[0].status) == outcome
    runs += [deposit("status", "--all", "--json", typed=""), deposit("status", "--all", typed="")]
    runs += [deposit("receipts", "--show", typed=""), deposit("receipts", "--json", typed="")]
    assert "let-me-in" in runs[-1].stdout
    doctor = deposit.archiver("doctor", cwd=deposit.folder, changes=deposit.environment)
    for ran in (*runs, doctor):
        assert TOKEN not in ran.stdout + ran.stderr
    assert server.seen_in == set()
    assert files_with_the_token(deposit) == set()
    assert list((deposit.folder / "packages" / "one.receipts").iterdir())
