"""Both ways of asking ClamAV, asked of a real one; and what becomes of an engine that stops answering."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from archiver.storage.screening.clamd import Clamd
from archiver.storage.screening.clamscan import Clamscan
from archiver.storage.screening.contract import Engine, ScreeningUnavailableError, Verdict, verdict_of
from tests.judges.clamav import EICAR, EICAR_SIGNATURE, MARKED, MARKED_SIGNATURE, STREAM_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from archiver.storage.screening.contract import Screener

AWKWARD = "--remove\nOK: a name: FOUND"


@pytest.fixture(params=["clamd", "clamscan"])
def screener(request: pytest.FixtureRequest) -> Iterator[Screener]:
    made: Screener
    if request.param == "clamd":
        made = Clamd(str(request.getfixturevalue("clamd")))
    else:
        made = Clamscan(str(request.getfixturevalue("clamscan")))
    yield made
    made.close()


def looked(screener: Screener, file: Path, content: bytes, piece: int = 1 << 16) -> Verdict:
    file.write_bytes(content)
    look = screener.look(file)
    for start in range(0, len(content), piece):
        look.take(content[start : start + piece])
    look.end()
    return look.verdict()


@contextmanager
def answering(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """Listen on a port that the kernel gives, answer each connection in turn, and give the address."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    link, _ = server.accept()
                except OSError:
                    return
                with link:
                    answer(link)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"127.0.0.1:{server.getsockname()[1]}"
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def test_an_engine_says_who_it_is(screener: Screener) -> None:
    engine = screener.engine()
    assert engine.name == "ClamAV"
    assert engine.version[:1].isdigit()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"a letter\n", Verdict(), id="nothing in it"),
        pytest.param(b"", Verdict(), id="empty"),
        pytest.param(EICAR, Verdict(signature=EICAR_SIGNATURE), id="EICAR"),
        pytest.param(b"x" * 70_000 + MARKED + b"y" * 70_000, Verdict(signature=MARKED_SIGNATURE), id="across pieces"),
    ],
)
def test_verdicts(screener: Screener, tmp_path: Path, content: bytes, expected: Verdict) -> None:
    assert looked(screener, tmp_path / "a", content, piece=70_010) == expected


def test_names_of_documents_are_nothing_to_the_engine(screener: Screener, tmp_path: Path) -> None:
    file = tmp_path / AWKWARD
    assert looked(screener, file, EICAR) == Verdict(signature=EICAR_SIGNATURE)
    assert looked(screener, file, b"a letter") == Verdict()
    assert file.exists()


def test_many_documents_keep_their_own_verdicts(screener: Screener, tmp_path: Path) -> None:
    looks = []
    for number in range(20):
        content = EICAR if number % 3 == 0 else b"letter %d" % number
        file = tmp_path / str(number)
        file.write_bytes(content)
        look = screener.look(file)
        look.take(content)
        look.end()
        looks.append(look)
    found = [look.verdict().signature is not None for look in looks]
    assert found == [number % 3 == 0 for number in range(20)]


def test_a_look_may_be_given_up(screener: Screener, tmp_path: Path) -> None:
    look = screener.look(tmp_path / "a")
    look.take(b"half of a lett")
    look.give_up()
    assert looked(screener, tmp_path / "b", EICAR) == Verdict(signature=EICAR_SIGNATURE)


def test_no_descriptor_is_left_open(screener: Screener, tmp_path: Path) -> None:
    looked(screener, tmp_path / "a", b"first")
    before = sorted(os.listdir("/proc/self/fd"))  # noqa: PTH208 - only names are needed
    for content in (b"second", EICAR):
        looked(screener, tmp_path / "a", content)
    assert sorted(os.listdir("/proc/self/fd")) == before  # noqa: PTH208 - as above


def test_what_clamd_does_not_take_was_not_screened(clamd: Path, tmp_path: Path) -> None:
    verdict = looked(Clamd(str(clamd)), tmp_path / "a", bytes(3 * STREAM_LIMIT) + EICAR)
    assert verdict.signature is None
    assert "larger than clamd takes" in str(verdict.failure)


def test_clamd_is_reached_over_tcp(clamd: Path, tmp_path: Path) -> None:
    def relay(link: socket.socket) -> None:
        with socket.socket(socket.AF_UNIX) as daemon:
            daemon.connect(str(clamd))
            back = threading.Thread(target=pump, args=(daemon, link))
            back.start()
            pump(link, daemon)
            back.join()

    def pump(source: socket.socket, target: socket.socket) -> None:
        while piece := source.recv(4096):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)

    with answering(relay) as address:
        screener = Clamd(address)
        assert screener.engine().name == "ClamAV"
        assert looked(screener, tmp_path / "a", EICAR) == Verdict(signature=EICAR_SIGNATURE)


def test_a_daemon_that_hangs_up_gave_no_verdict(tmp_path: Path) -> None:
    def hang_up(link: socket.socket) -> None:
        link.recv(1)

    with answering(hang_up) as address:
        verdict = looked(Clamd(address), tmp_path / "a", bytes(1 << 22))
        assert verdict.signature is None
        assert "gave no answer" in str(verdict.failure)
        with pytest.raises(ScreeningUnavailableError):
            Clamd(address).engine()


def test_whatever_else_listens_there_is_not_taken_for_clamd(tmp_path: Path) -> None:
    with answering(lambda link: link.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 10_000)) as address:
        with pytest.raises(ScreeningUnavailableError, match=r"not ClamAV|does not answer"):
            Clamd(address).engine()
        assert looked(Clamd(address), tmp_path / "a", b"letter").failure is not None


def test_no_socket_no_verdict(tmp_path: Path) -> None:
    absent = Clamd(str(tmp_path / "absent.ctl"))
    with pytest.raises(ScreeningUnavailableError, match="No such file"):
        absent.engine()
    assert "No such file" in str(looked(absent, tmp_path / "a", b"x").failure)


@pytest.mark.parametrize("script", ["exit 3", "echo ERROR: no signatures >&2; exit 2", "head -c 100 </dev/zero"])
def test_a_program_that_ends_gave_no_verdict_and_is_started_again(tmp_path: Path, script: str) -> None:
    program = tmp_path / "clamscan"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    screener = Clamscan(str(program))
    for _ in range(2):
        verdict = looked(screener, tmp_path / "a", b"letter")
        assert verdict.failure is not None
        assert verdict.signature is None
    with pytest.raises(ScreeningUnavailableError):
        screener.engine()
    screener.close()


def test_clamscan_says_what_it_did_not_read_to_the_end(clamscan: Path, tmp_path: Path) -> None:
    file = tmp_path / "a"
    with file.open("wb") as large:
        large.truncate((2 << 30) + 1)
    screener = Clamscan(str(clamscan))
    look = screener.look(file)
    look.end()
    verdict = look.verdict()
    screener.close()
    assert verdict.signature is None
    assert verdict.failure is not None


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param("ClamAV 1.4.6", Engine(name="ClamAV", version="1.4.6", signatures=""), id="no version"),
        pytest.param(
            "ClamAV 1.4.6/27460/Sat Nov 21 10:05:12 2026\n",
            Engine(name="ClamAV", version="1.4.6", signatures="27460, Sat Nov 21 10:05:12 2026"),
            id="with signatures",
        ),
    ],
)
def test_engines_are_read_from_their_answer(answer: str, expected: Engine) -> None:
    assert Engine.parse(answer) == expected


def test_a_signature_that_stands_for_a_limit_is_no_virus() -> None:
    verdict = verdict_of("Heuristics.Limits.Exceeded.MaxFileSize FOUND")
    assert verdict.signature is None
    assert "beyond what the engine is set to read" in str(verdict.failure)
    assert verdict_of("").failure
    assert verdict_of("No such command").failure
