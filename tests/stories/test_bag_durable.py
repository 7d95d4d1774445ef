"""A bag gets its name only after each of its files and folders was made durable, whoever wrote it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.stories.trees import contents

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stories.commands import Archiver

SMALL_FILES = 1100
"""Enough that worker processes copy them."""

_STAGED = re.compile(r"/\.archiver-staging/[^/]+/bag(/.*|$)")
_FSYNC = re.compile(r"fsync\(\d+<(.*?)>")


def test_every_file_and_folder_is_fsynced_before_the_rename(strace: str, archiver: Archiver, tmp_path: Path) -> None:
    source, out, log = tmp_path / "source", tmp_path / "out", tmp_path / "log"
    for number in range(SMALL_FILES):
        folder = source / "deep" / f"{number % 5}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number}").write_bytes(b"%d" % number)
    for name in ("large", "larger"):
        (source / name).write_bytes(name.encode() * (1 << 18))
    prefix: list[str | Path] = [strace, "-f", "-y", "-s", "0", "-o", log, "-e", "trace=fsync,renameat2"]
    ran = archiver("bag", source, out / "bag", "--json", cwd=tmp_path, prefix=prefix)
    assert ran.status == 0, ran.stderr
    calls = log.read_text(encoding="utf-8").splitlines()
    rename = next(number for number, call in enumerate(calls) if "renameat2(" in call)
    synced = {match[1] for call in calls[:rename] if (match := _FSYNC.search(call))}
    staged = {match[1].lstrip("/") for path in synced if (match := _STAGED.search(path))}
    assert staged == {"", *contents(out / "bag")}
    assert not [call for call in calls if "fsync(" in call and "= -1" in call]
    published = {match[1] for call in calls[rename:] if (match := _FSYNC.search(call))}
    assert published == {str(out)}
