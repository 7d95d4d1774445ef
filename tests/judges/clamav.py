"""A real ClamAV of the tests' own: two signatures, a daemon on a socket of its own, the program."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The test file of anti-virus makers: harmless, and found by all of them."""

MARKED = b"a sentence that this archive does not take in"
"""What the tests' own signature is about, wherever it stands in a file."""

EICAR_SIGNATURE = "Eicar-Test-Signature.UNOFFICIAL"
MARKED_SIGNATURE = "Tests.Marked.UNOFFICIAL"
STREAM_LIMIT = 1 << 20
"""Bytes of a document that the daemon takes (StreamMaxLength)."""

_READY = "Self checking every"
_START_LIMIT = 60.0


def make_database(folder: Path) -> Path:
    """Write the signature files and return their folder."""
    folder.mkdir()
    digest = hashlib.md5(EICAR, usedforsecurity=False).hexdigest()
    (folder / "tests.hdb").write_text(f"{digest}:{len(EICAR)}:Eicar-Test-Signature\n", encoding="ascii")
    (folder / "tests.ndb").write_text(f"Tests.Marked:0:*:{MARKED.hex()}\n", encoding="ascii")
    return folder


def make_clamscan(folder: Path, database: Path) -> Path:
    """Write a program that is clamscan with the tests' signatures, and return its path."""
    program = folder / "clamscan"
    program.write_text(f'#!/bin/sh\nexec {shutil.which("clamscan")} "--database={database}" "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return program


@contextmanager
def running_clamd(home: Path) -> Iterator[Path]:
    """Run the daemon for the length of the block.

    Args:
        home: an empty folder with a short path: a socket's has 107 bytes at most.

    Yields:
        Its socket.
    """
    database = make_database(home / "db")
    socket = home / "clamd.ctl"
    configuration = home / "clamd.conf"
    lines = [f"DatabaseDirectory {database}", f"LocalSocket {socket}", "Foreground yes", "AlertExceedsMax yes"]
    lines += [f"TemporaryDirectory {home}", f"StreamMaxLength {STREAM_LIMIT}", "MaxThreads 4"]
    configuration.write_text("\n".join(lines) + "\n", encoding="utf-8")
    daemon = subprocess.Popen(
        [shutil.which("clamd") or "clamd", "-c", str(configuration)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    late = threading.Timer(_START_LIMIT, daemon.kill)
    late.start()
    try:
        assert daemon.stdout is not None
        said = []
        for line in daemon.stdout:
            said.append(line)
            if line.startswith(_READY):
                break
        late.cancel()
        assert daemon.poll() is None, "".join(said)
        yield socket
    finally:
        late.cancel()
        daemon.terminate()
        daemon.communicate()
