"""Small bags to tamper with: what is in them, and how they are put on disk, as a folder or an archive."""

from __future__ import annotations

import hashlib
import io
import tarfile
import zipfile
from typing import TYPE_CHECKING

from archiver.standards.bagit import BAGIT_TXT, manifest_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Files = dict[str, bytes]
"""Path from the bag's root -> content."""


def manifest(files: Mapping[str, bytes], algorithm: str) -> bytes:
    return manifest_text((path, hashlib.new(algorithm, data).hexdigest()) for path, data in files.items()).encode()


def strict() -> Files:
    """BagIt 1.0, two payload manifests, a tag manifest over everything, names that need encoding: 1.3 KiB."""
    payload = {"data/50%": b"\x00\xff", "data/b/\u00e9": b"c" * 20}
    tags = {"bagit.txt": BAGIT_TXT, "bag-info.txt": b"Payload-Oxum: 22.2\n"}
    tags |= {f"manifest-{algorithm}.txt": manifest(payload, algorithm) for algorithm in ("md5", "sha512")}
    return {**payload, **tags, "tagmanifest-sha512.txt": manifest(tags, "sha512")}


def loose() -> Files:
    """BagIt 0.97, MD5, no tag manifest: nothing vouches for its tag files."""
    payload = {"data/a.txt": b"Dear all,\n", "data/b/c": b"c" * 20}
    bagit = BAGIT_TXT.replace(b"1.0", b"0.97")
    info = b"Payload-Oxum: 30.2\nContact-Name: A B\n"
    return {**payload, "bagit.txt": bagit, "bag-info.txt": info, "manifest-md5.txt": manifest(payload, "md5")}


def fetched() -> Files:
    """BagIt 1.0 with a fetch file whose one file is there."""
    payload = {"data/50%": b"Dear all,\n"}
    tags = {"bagit.txt": BAGIT_TXT, "fetch.txt": b"https://example.org/a 10 data/50%25\n"}
    tags["manifest-sha256.txt"] = manifest(payload, "sha256")
    return {**payload, **tags, "tagmanifest-sha256.txt": manifest(tags, "sha256")}


def resealed(files: Files) -> Files:
    """Write every manifest of a bag anew, as somebody does who wants a change not to be noticed."""
    made = {path: data for path, data in files.items() if "manifest-" not in path}
    payload = {path: data for path, data in made.items() if path.startswith("data/")}
    if "bag-info.txt" in made:
        made["bag-info.txt"] = f"Payload-Oxum: {sum(map(len, payload.values()))}.{len(payload)}\n".encode()
    for path in files:
        if path.startswith("manifest-"):
            made[path] = manifest(payload, path[9:-4])
    tags = {path: data for path, data in made.items() if path not in payload}
    for path in files:
        if path.startswith("tagmanifest-"):
            made[path] = manifest(tags, path[12:-4])
    return made


def as_folder(files: Files, place: Path) -> Path:
    bag = place / "bag"
    (bag / "data").mkdir(parents=True)
    for path, data in files.items():
        (bag / path).parent.mkdir(parents=True, exist_ok=True)
        (bag / path).write_bytes(data)
    return bag


def as_tar(files: Files, place: Path) -> Path:
    path = place / "bag.tar"
    with tarfile.open(path, "w") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(f"bag/{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path


def as_zip(files: Files, place: Path) -> Path:
    """Store the tag files, deflate the payload."""
    path = place / "bag.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            method = zipfile.ZIP_DEFLATED if name.startswith("data/") else zipfile.ZIP_STORED
            archive.writestr(zipfile.ZipInfo(f"bag/{name}"), data, compress_type=method)
    return path
