"""``archiver verify --fetch`` as a user runs it: what it says, what it exits with, what is left when it is stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import tarfile
import threading
from typing import TYPE_CHECKING

import pytest
import trustme

from tests.storage.fetching.holey_bags import holey_bag
from tests.storage.fetching.servers import Exchange, FileServer, answering, honest, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.stories.commands import Archiver, Ran

FILES = {"a.txt": b"one", "deep/b.bin": bytes(range(256)) * 400}


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def server(authority: trustme.CA) -> Iterator[FileServer]:
    with serving({f"/{path}": content for path, content in FILES.items()}, authority) as running:
        yield running


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path) -> Path:
    """Return the file of the authority that vouches for the server."""
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    return file


@pytest.fixture
def bag(tmp_path: Path, server: FileServer) -> Path:
    return holey_bag(tmp_path / "bags" / "holey", FILES, server.url)


@pytest.fixture
def allowed(server: FileServer, trusted: Path) -> list[str]:
    """Return the options that let the server be asked."""
    return ["--fetch", f"--fetch-private-host={server.place}", f"--fetch-ca={trusted}"]


def test_without_the_option_nothing_is_asked(archiver: Archiver, bag: Path, server: FileServer, tmp_path: Path) -> None:
    ran = archiver("verify", bag, "--json", cwd=tmp_path)
    assert (ran.status, ran.codes) == (1, {"bag-file-not-fetched"})
    assert "archiver verify --fetch" in archiver("verify", bag, cwd=tmp_path).stderr
    assert server.asked == []


def test_without_a_host_it_says_which_and_asks_none(
    archiver: Archiver, bag: Path, server: FileServer, tmp_path: Path
) -> None:
    ran = archiver("verify", bag, "--fetch", cwd=tmp_path)
    assert ran.status == 2
    assert ran.stdout == ""
    assert f"{server.place} (2 files)" in ran.stderr
    assert f"archiver verify --fetch --fetch-host={server.place} {bag}\n" in ran.stderr
    assert server.asked == []


def test_a_public_name_that_leads_to_this_machine_is_refused(
    archiver: Archiver, bag: Path, server: FileServer, trusted: Path, tmp_path: Path
) -> None:
    words = ["--fetch", f"--fetch-host={server.place}", f"--fetch-ca={trusted}"]
    ran = archiver("verify", bag, *words, "--json", cwd=tmp_path)
    assert ran.status == 1
    assert "fetch-address-refused" in ran.codes
    assert server.asked == []


def test_a_bag_is_completed_and_valid(archiver: Archiver, bag: Path, allowed: list[str], tmp_path: Path) -> None:
    ran = archiver("verify", bag, *allowed, cwd=tmp_path)
    assert ran.status == 0, ran.stderr
    assert ran.stdout.startswith("valid")
    assert "2 files with 102403 bytes were fetched" in ran.stderr
    assert [entry.name for entry in bag.parent.iterdir()] == ["holey"]
    again = archiver("verify", bag, *allowed, "--json", cwd=tmp_path)
    assert again.status == 0
    assert "fetch-done" not in again.codes


def test_bags_below_a_folder_are_completed(
    archiver: Archiver, bag: Path, server: FileServer, allowed: list[str], tmp_path: Path
) -> None:
    holey_bag(bag.parent / "other", FILES, server.url)
    holey_bag(bag.parent / "whole", FILES, server.url, present=list(FILES))
    ran = archiver("verify", bag.parent, *allowed, "--json", cwd=tmp_path)
    assert ran.status == 0, ran.stderr
    assert [one["valid"] for one in ran.objects] == [True, True, True]


def test_a_bag_that_is_named_twice_is_completed_once(
    archiver: Archiver, bag: Path, allowed: list[str], tmp_path: Path
) -> None:
    ran = archiver("verify", bag, bag.parent, *allowed, "--json", cwd=tmp_path)
    assert ran.status == 0, ran.stdout
    assert [one["valid"] for one in ran.objects] == [True, True]


def test_authorities_may_come_from_the_environment(
    archiver: Archiver, bag: Path, server: FileServer, trusted: Path, tmp_path: Path
) -> None:
    words = ["--fetch", f"--fetch-private-host={server.place}"]
    assert archiver("verify", bag, *words, cwd=tmp_path).status == 5
    assert archiver("verify", bag, *words, cwd=tmp_path, changes={"SSL_CERT_FILE": str(trusted)}).status == 0


def test_a_certificate_for_another_name_is_refused(
    archiver: Archiver, authority: trustme.CA, trusted: Path, tmp_path: Path
) -> None:
    files = {f"/{path}": content for path, content in FILES.items()}
    with serving(files, authority, name="files.example") as other:
        place = f"localhost:{other.server_address[1]}"
        bag = holey_bag(tmp_path / "bag", FILES, f"https://{place}/")
        words = ["--fetch", f"--fetch-private-host={place}", f"--fetch-ca={trusted}"]
        ran = archiver("verify", bag, *words, cwd=tmp_path)
        assert ran.status == 5
        assert "certificate" in ran.stderr.lower()
        assert not other.asked
    assert not (bag / "data" / "a.txt").exists()


def test_a_proxy_of_the_environment_is_not_used(
    archiver: Archiver, bag: Path, allowed: list[str], tmp_path: Path
) -> None:
    proxy = dict.fromkeys(("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"), "http://127.0.0.1:9/")
    assert archiver("verify", bag, *allowed, cwd=tmp_path, changes=proxy).status == 0


def test_a_server_that_lacks_a_file_is_exit_status_5(
    archiver: Archiver, bag: Path, server: FileServer, allowed: list[str], tmp_path: Path
) -> None:
    server.behaviours["/a.txt"] = answering(404)
    ran = archiver("verify", bag, *allowed, cwd=tmp_path)
    assert ran.status == 5
    assert "data/a.txt was not fetched: " in ran.stderr
    assert "answered 404 (Not Found)" in ran.stderr
    assert "bag-file-not-fetched" not in ran.stderr  # the finding above says the same, and why
    assert (bag / "data" / "deep" / "b.bin").read_bytes() == FILES["deep/b.bin"]


def test_nothing_is_fetched_into_an_archive(archiver: Archiver, bag: Path, allowed: list[str], tmp_path: Path) -> None:
    archive = tmp_path / "bag.tar"
    with tarfile.open(archive, "w") as writer:
        writer.add(bag, "holey")
    ran = archiver("verify", archive, *allowed, cwd=tmp_path)
    assert ran.status == 2
    assert "is an archive, into which nothing can be fetched" in ran.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--fetch-host=example.org"], "--fetch-host says how to fetch: give --fetch too"),
        (["--fetch", "--fetch-host=https://example.org"], "--fetch-host: 'https://example.org' is no host"),
        (["--fetch", "--fetch-ca=/nowhere.pem"], "/nowhere.pem of --fetch-ca cannot be used"),
    ],
)
def test_options_that_make_no_sense(archiver: Archiver, bag: Path, tmp_path: Path, words: list[str], said: str) -> None:
    ran = archiver("verify", bag, *words, cwd=tmp_path)
    assert ran.status == 2
    assert said in ran.stderr


BIG = os.urandom(1 << 16) * 320  # 20 MiB
SENT = 15 << 20  # more than the buffers of a connection hold: most of it has been written when as much was sent


@pytest.fixture
def halfway(server: FileServer) -> threading.Event:
    """Let the server stop in the middle of ``/big``, once; the event says that it has."""
    reached = threading.Event()
    server.files["/big"] = BIG

    def stop(exchange: Exchange) -> None:
        if exchange.count > 1:
            honest(exchange)
            return
        exchange.send_response(200)
        exchange.send_header("Content-Length", str(len(BIG)))
        exchange.send_header("ETag", f'"{hash(BIG)}"')
        exchange.end_headers()
        exchange.wfile.write(BIG[:SENT])
        reached.set()
        exchange.server.ending.wait()

    server.behaviours["/big"] = stop
    return reached


@pytest.mark.parametrize("stopped", [(signal.SIGKILL, -9), (signal.SIGINT, 130), (signal.SIGTERM, 130)])
def test_stopped_in_the_middle_a_rerun_goes_on(
    archiver: Archiver,
    server: FileServer,
    halfway: threading.Event,
    allowed: list[str],
    tmp_path: Path,
    stopped: tuple[signal.Signals, int],
) -> None:
    bag = holey_bag(tmp_path / "bag", {"big": BIG, "a.txt": FILES["a.txt"]}, server.url)
    words = [*archiver.command, "verify", str(bag), *allowed]
    with subprocess.Popen(words, cwd=tmp_path, env=archiver.environment(), stderr=subprocess.PIPE) as running:
        assert halfway.wait(60)
        running.send_signal(stopped[0])
        assert running.wait(30) == stopped[1]
    assert not (bag / "data" / "big").exists()
    (part,) = (tmp_path / ".archiver-fetch").rglob("*.part")
    come = part.stat().st_size
    assert 0 < come <= SENT
    again: Ran = archiver("verify", bag, *allowed, cwd=tmp_path)
    assert again.status == 0, again.stderr
    assert server.asked[-1][1].get("range") == f"bytes={come}-"
    assert (bag / "data" / "big").read_bytes() == BIG
    assert not (tmp_path / ".archiver-fetch").exists()
