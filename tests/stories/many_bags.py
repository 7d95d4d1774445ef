"""Writes bags by hand, many and quickly: awkward names, empty files, content that several of them share.

What this code writes is compared with what comes back from a store, so it shares none with the product.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from pathlib import Path
from random import Random

_NAMES = (
    "a.txt",
    "b c.txt",
    "\u00fc/\u0436.txt",
    "100%.txt",
    "deep/er/and/deeper.bin",
    "\u4e2d.xml",
    "no extension",
    ".hidden",
)
_SHARED = [f"text that many packages share, {number}\n".encode() * 40 for number in range(16)]


def identifier_of(number: int) -> str:
    """Return the identifier of a package."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'https://example.org/{number}')}"


def make_bag(folder: Path, number: int, version: int = 1) -> Path:
    """Write the bag of a package in one of its versions, which differ in a few files.

    Args:
        folder: gets the bag.
        number: of the package.
        version: from 1.
    """
    bag = folder / f"package-{number}-v{version}"
    payload = _payload(number, version)
    manifest = {f"data/{path}": hashlib.sha512(data).hexdigest() for path, data in payload.items()}
    octets = sum(map(len, payload.values()))
    tags = {
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": (
            f"External-Identifier: {identifier_of(number)}\nPayload-Oxum: {octets}.{len(payload)}\n"
        ).encode(),
        "manifest-sha512.txt": _manifest(manifest),
    }
    tags["tagmanifest-sha512.txt"] = _manifest({path: hashlib.sha512(data).hexdigest() for path, data in tags.items()})
    for path, data in {**tags, **{f"data/{path}": data for path, data in payload.items()}}.items():
        (bag / path).parent.mkdir(parents=True, exist_ok=True)
        (bag / path).write_bytes(data)
    return bag


def _payload(number: int, version: int) -> dict[str, bytes]:
    chance = Random(number)  # noqa: S311 - chance that can be repeated
    files = {name: _content(chance) for name in chance.sample(_NAMES, chance.randrange(1, 6))}
    for step in range(2, version + 1):
        name = chance.choice(_NAMES)
        files[name] = f"version {step} of package {number}\n".encode()
    return files


def _content(chance: Random) -> bytes:
    kind = chance.randrange(10)
    if kind == 0:
        return b""
    return chance.choice(_SHARED) if kind < 4 else chance.randbytes(chance.randrange(1, 6000))


def _manifest(entries: Mapping[str, str]) -> bytes:
    lines = [f"{digest}  {path.replace('%', '%25')}\n" for path, digest in sorted(entries.items())]
    return "".join(lines).encode()
