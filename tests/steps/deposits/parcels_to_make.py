"""What tests of deposits say of targets, and how they look into what was made to be sent."""

from __future__ import annotations

import hashlib
import tarfile
import zipfile
from typing import TYPE_CHECKING

from archiver.deposits.contract import Capabilities
from archiver.model.deposits import Packaging

if TYPE_CHECKING:
    from pathlib import Path

    from archiver.errors import FindingsError


def takes(*packagings: Packaging, largest: int | None = None) -> Capabilities:
    """Return the capabilities of a target that takes these packagings."""
    return Capabilities(packagings=packagings, largest_bytes=largest)


FOLDER = takes(Packaging.FOLDER)
TAR = takes(Packaging.TAR)
ZIP = takes(Packaging.ZIP)


def inside(archive: Path) -> dict[str, bytes]:
    """Return what other programs' readers find in an archive: path -> content."""
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as opened:
            return {name: opened.read(name) for name in opened.namelist()}
    with tarfile.open(archive) as opened_tar:
        return {
            member.name: file.read() for member in opened_tar if (file := opened_tar.extractfile(member)) is not None
        }


def on_disk(folder: Path, name: str) -> dict[str, bytes]:
    """Return the files of a folder as an archive would hold them."""
    return {
        f"{name}/{file.relative_to(folder).as_posix()}": file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


def digests(content: bytes) -> dict[str, str]:
    """Return the digests that a parcel states."""
    return {name: hashlib.new(name, content).hexdigest() for name in ("sha512", "sha256", "md5")}


def codes(error: FindingsError) -> list[str]:
    """Return the codes of what was found."""
    return [finding.code for finding in error.findings]
