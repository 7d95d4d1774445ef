"""The journal that a killed run leaves behind: whatever stands in it, it is read as claims or refused."""

from __future__ import annotations

import hashlib
import tempfile
from contextlib import suppress
from pathlib import Path
from random import Random

from archiver.storage.resuming.journal import JournalError, read_journal
from fuzz.holds import holds
from fuzz.target import Target

_KEY = {"source": "/a", "algorithms": ["sha256"]}
_SIZE = 32
_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - files of its own, gone at once
_ROW = b'["b/c.txt",5,"' + b"ab" * _SIZE + b'",1700000000000000000,1700000000000000000,7]'


def mend(data: bytes, chance: Random) -> bytes:
    """Write right checksums before the lines, mostly: a line with a wrong one is refused at once."""
    return data if chance.random() < 0.2 else _sealed(data)


def _sealed(data: bytes) -> bytes:
    texts = [line.partition(b" ")[2] for line in data.split(b"\n")]
    return b"\n".join(hashlib.sha256(text).hexdigest()[:16].encode() + b" " + text for text in texts if text) + b"\n"


def check_journal(data: bytes) -> None:
    """Read a journal to its end, or to where it is refused."""
    with tempfile.NamedTemporaryFile(dir=_IN_MEMORY if _IN_MEMORY.is_dir() else None) as file:
        file.write(data)
        file.flush()
        with suppress(JournalError):
            for name, copied in read_journal(Path(file.name), _KEY, _SIZE):
                holds(isinstance(name, str) and len(copied.digest) == _SIZE, "a path and its digests")


TARGETS = (
    Target(
        name="journal",
        seeds=(_sealed(b"x " + b'{"source":"/a","algorithms":["sha256"]}\nx [' + _ROW + b"," + _ROW + b"]\n"),),
        tokens=(b"[", b"]", b"{", b"}", b"null", b"true", b"1e999", b"-1", b"NaN", b'"', b"\\ud800", b"[" * 5000, _ROW),
        check=check_journal,
        finish=mend,
    ),
)
