"""What one parity set is over: ``set.json``. Text and values; reads and writes no file.

The files in their order, with their sizes, say how the shards are put together and taken apart again.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

FORMAT = "archiver parity 1"
DIGEST = "sha512"
"""Of files, by hashlib's name."""

_HEX = re.compile(r"[0-9a-f]{128}")
_VERSION = re.compile(r"v[0-9]{1,18}")
_MOST_BLOCKS = 32768


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectedFile:
    """One file of the version folder."""

    path: str
    """From the object's root, such as ``v1/content/data/a.txt``."""

    bytes: int
    digest: str
    """SHA-512, hexadecimal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """A piece of all files one after another, and what the program was told of it."""

    bytes: int
    block_bytes: int
    recovery_blocks: int
    """As many blocks of this size may be lost."""

    @property
    def blocks(self) -> int:
        """Blocks of the shard itself; the last may be a short one."""
        return -(-self.bytes // self.block_bytes)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParityRecord:
    """One set: over one version folder of one object."""

    identifier: str
    version: str
    content: str
    """Names what the inventory says lies in the version folder: another value, another folder."""

    percent: int
    program: str
    files: tuple[ProtectedFile, ...]
    shards: tuple[Shard, ...]

    def offsets(self) -> list[int]:
        """Say where each file begins in the shards put one after another."""
        return [0, *accumulate(file.bytes for file in self.files)][: len(self.files)]


def shard_name(number: int) -> str:
    """Return the name of a shard, from 1; its PAR2 files begin with it."""
    return f"shard-{number}"


def record_bytes(record: ParityRecord) -> bytes:
    """Return the record as a JSON document, a file a line."""
    head = {
        "format": FORMAT,
        "identifier": record.identifier,
        "version": record.version,
        "content": record.content,
        "percent": record.percent,
        "program": record.program,
        "shards": [
            {
                "name": shard_name(number),
                "bytes": shard.bytes,
                "block_bytes": shard.block_bytes,
                "recovery_blocks": shard.recovery_blocks,
            }
            for number, shard in enumerate(record.shards, 1)
        ],
    }
    files = ",\n".join(
        json.dumps({"path": file.path, "bytes": file.bytes, DIGEST: file.digest}) for file in record.files
    )
    return (json.dumps(head, indent=1)[:-2] + f',\n "files": [\n{files}\n ]\n}}\n').encode("ascii")


def read_record(data: bytes) -> ParityRecord:
    """Read a record that anybody may have written.

    Raises:
        ValueError: it is none, or contradicts itself; the message says in what.
    """
    try:
        said: Any = json.loads(data)
        if said["format"] != FORMAT:
            raise ValueError(f"it is not of the form {FORMAT!r}")
        record = ParityRecord(
            identifier=_text(said["identifier"]),
            version=_text(said["version"]),
            content=_text(said["content"]),
            percent=_count(said["percent"]),
            program=_text(said["program"]),
            files=tuple(_file(one) for one in said["files"]),
            shards=tuple(_shard(one, number) for number, one in enumerate(said["shards"], 1)),
        )
    except (KeyError, TypeError, RecursionError, UnicodeDecodeError) as error:
        raise ValueError(f"it is no record of a parity set: {error!r}") from error
    _check(record)
    return record


def _check(record: ParityRecord) -> None:
    if not _VERSION.fullmatch(record.version):
        raise ValueError(f"{record.version!r} is no version")
    for file in record.files:
        if not file.path.startswith(f"{record.version}/") or not {"", ".", ".."}.isdisjoint(file.path.split("/")):
            raise ValueError(f"{file.path!r} lies in no folder of that version")
    if len({file.path for file in record.files}) != len(record.files):
        raise ValueError("it names a file twice")
    first = record.shards[0].bytes if record.shards else 0
    if any(shard.bytes != first for shard in record.shards[:-1]) or any(shard.bytes > first for shard in record.shards):
        raise ValueError("its shards are not all of one size")
    if sum(file.bytes for file in record.files) != sum(shard.bytes for shard in record.shards):
        raise ValueError("its files and its shards do not have the same number of bytes")


def _file(said: dict[str, object]) -> ProtectedFile:
    return ProtectedFile(path=_text(said["path"]), bytes=_count(said["bytes"]), digest=_digest(said[DIGEST]))


def _shard(said: dict[str, object], number: int) -> Shard:
    if said["name"] != shard_name(number):
        raise ValueError(f"shard {number} has another name")
    shard = Shard(
        bytes=_count(said["bytes"], least=1),
        block_bytes=_count(said["block_bytes"], least=4),
        recovery_blocks=_count(said["recovery_blocks"], least=1),
    )
    if shard.blocks > _MOST_BLOCKS or shard.recovery_blocks > _MOST_BLOCKS:
        raise ValueError(f"shard {number} has more blocks than a PAR2 set can have")
    return shard


def _text(value: object) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(f"{value!r:.80} is no text")
    return value


def _count(value: object, *, least: int = 0) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value < 1 << 63:
        raise ValueError(f"{value!r:.80} is no number from {least}")
    return value


def _digest(value: object) -> str:
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        raise ValueError(f"{value!r:.80} is no SHA-512 digest")
    return value
