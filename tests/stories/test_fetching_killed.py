"""``archiver verify --fetch`` killed, or its disk refusing, at the calls that put files in their places."""

from __future__ import annotations

import re
import signal
from collections import defaultdict
from itertools import takewhile
from typing import TYPE_CHECKING

import pytest
import trustme

from tests.storage.fetching.holey_bags import holey_bag
from tests.storage.fetching.servers import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.stories.commands import Archiver

FILES = {f"{folder}/{number}": bytes([number]) * 70_000 for folder in ("one", "two/three") for number in range(4)}
CALLS = ["mkdirat", "fsync", "renameat2", "unlinkat"]


@pytest.fixture
def words(tmp_path: Path) -> Iterator[list[str]]:
    """Return the arguments that complete the holey bag ``tmp_path / "bag"`` from a server that runs meanwhile."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    with serving({f"/{path}": content for path, content in FILES.items()}, authority) as server:
        holey_bag(tmp_path / "bag", FILES, server.url)
        yield ["verify", "bag", "--json", "--fetch", f"--fetch-private-host={server.place}", "--fetch-ca=authority.pem"]


def injecting(strace: str, name: str, when: str, what: str) -> list[str]:
    """Return the prefix that lets a call of any thread do ``what``."""
    return [strace, "-f", "-o", "/dev/null", "-e", f"trace={name}", "-e", f"inject={name}:{what}:when={when}"]


def check_what_is_there(bag: Path) -> None:
    """Fail where anything has a name in the bag and is not whole."""
    for path in (bag / "data").rglob("*"):
        if path.is_file():
            assert path.read_bytes() == FILES[path.relative_to(bag / "data").as_posix()]


@pytest.mark.parametrize("when", ["1", "2"])
@pytest.mark.parametrize("name", CALLS)
def test_killed_anywhere_a_rerun_finishes(
    strace: str, archiver: Archiver, words: list[str], tmp_path: Path, name: str, when: str
) -> None:
    killed = archiver(*words, cwd=tmp_path, prefix=injecting(strace, name, when, "signal=SIGKILL"))
    assert killed.status == -signal.SIGKILL
    check_what_is_there(tmp_path / "bag")
    again = archiver(*words, cwd=tmp_path)
    assert again.status == 0, again.stdout
    assert again.objects[0]["valid"] is True
    assert not (tmp_path / ".archiver-fetch").exists()


@pytest.mark.parametrize("error", ["EIO", "ENOSPC"])
@pytest.mark.parametrize("name", ["mkdirat", "fsync", "renameat2"])
def test_a_disk_that_refuses_is_named_and_nothing_torn(
    strace: str, archiver: Archiver, words: list[str], tmp_path: Path, name: str, error: str
) -> None:
    refused = archiver(*words, cwd=tmp_path, prefix=injecting(strace, name, "1+", f"error={error}"))
    assert refused.status == 1
    assert {"fetch-disk-refused", "fetch-not-started"} & refused.codes
    check_what_is_there(tmp_path / "bag")
    assert archiver(*words, cwd=tmp_path).status == 0


def test_every_file_is_durable_before_it_has_a_name_and_its_name_after(
    strace: str, archiver: Archiver, words: list[str], tmp_path: Path
) -> None:
    log = tmp_path / "log"
    prefix = [strace, "-f", "-y", "-s", "0", "-o", str(log), "-e", "trace=fsync,renameat2"]
    assert archiver(*words, cwd=tmp_path, prefix=prefix).status == 0
    threads: dict[str, list[str]] = defaultdict(list)
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        thread, _, call = line.partition(" ")
        if call.lstrip().startswith(("fsync(", "renameat2(")):
            threads[thread].append(call.lstrip())
    renamed = 0
    for calls in threads.values():
        for number, call in enumerate(calls):
            if call.startswith("renameat2("):
                renamed += 1
                since = takewhile(lambda one: not one.startswith("renameat2("), reversed(calls[:number]))
                assert any(".part>" in one for one in since), calls
                folder = re.findall("<([^>]*)>", call)[1]
                assert f"<{folder}>" in calls[number + 1], calls
    assert renamed == len(FILES)
