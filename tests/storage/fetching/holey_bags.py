"""Holey bags for tests, made without the code under test."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


def holey_bag(  # noqa: PLR0913 - what may be wrong with one
    folder: Path,
    files: Mapping[str, bytes],
    base: str,
    *,
    algorithms: Sequence[str] = ("sha256",),
    sizes: bool = True,
    fetch: str | None = None,
    present: Sequence[str] = (),
) -> Path:
    """Make a bag of ``files`` (path below ``data/`` -> content) of which only ``present`` are there.

    Args:
        folder: of the bag.
        files: its payload.
        base: of the addresses, with a slash at the end.
        algorithms: of its manifests.
        sizes: whether fetch.txt states lengths.
        fetch: fetch.txt, instead of one line a missing file.
        present: files that are there.
    """
    (folder / "data").mkdir(parents=True)
    for path in present:
        (folder / "data" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "data" / path).write_bytes(files[path])
    lines = [
        f"{base}{quote(path)} {len(content) if sizes else '-'} data/{path}\n"
        for path, content in files.items()
        if path not in present
    ]
    tags = {
        "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "fetch.txt": "".join(lines) if fetch is None else fetch,
    }
    for algorithm in algorithms:
        tags[f"manifest-{algorithm}.txt"] = "".join(
            f"{hashlib.new(algorithm, content).hexdigest()}  data/{path}\n" for path, content in files.items()
        )
    listed = "".join(f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n" for name, text in tags.items())
    tags["tagmanifest-sha256.txt"] = listed
    for name, text in tags.items():
        (folder / name).write_bytes(text.encode())
    return folder
