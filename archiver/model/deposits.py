"""What deposits speak in: what is sent to a target, how far that is, and what proves that it arrived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archiver.model import Description


class DepositState(StrEnum):
    """How far a deposit is; the journal's words."""

    PLANNED = "planned"
    """Nothing was sent."""

    OPENED = "opened"
    """The target knows of it: a draft, an upload, a folder of its own."""

    UPLOADING = "uploading"
    UPLOADED = "uploaded"
    COMPLETING = "completing"
    """The request that makes the target keep it was about to be sent; nobody knows yet whether it was."""

    COMPLETED = "completed"
    """The target says that it has it: no proof yet."""

    VERIFIED = "verified"
    """What the target holds was compared, at the level that the configuration asks for or a better one."""

    FAILED = "failed"
    """It is certain that the target does not hold the package, or holds other bytes; it can be tried again."""

    UNKNOWN = "unknown"
    """It cannot be found out from here whether the target has it: a person must look. Never tried again by itself."""

    @property
    def is_end(self) -> bool:
        """Whether nothing more happens by itself."""
        return self in {DepositState.VERIFIED, DepositState.FAILED, DepositState.UNKNOWN}


class EvidenceLevel(StrEnum):
    """What says that the target holds the same bytes, best first."""

    SERVER_SHA512 = "server-sha512"
    SERVER_SHA256 = "server-sha256"
    """The target computed the digest of what it holds, and reports it."""

    SERVER_MD5 = "server-md5"
    READ_BACK = "read-back"
    """Every byte was fetched again and digested here."""

    SIZE = "size"
    """The target reports as many bytes as were sent, and nothing better."""

    NONE = "none"

    def reaches(self, wanted: EvidenceLevel) -> bool:
        """Whether this is as good as ``wanted``, or better."""
        order = list(EvidenceLevel)
        return order.index(self) <= order.index(wanted)


class Packaging(StrEnum):
    """The form in which a package travels."""

    TAR = "tar"
    """One file, deterministic; its one folder is the bag."""

    ZIP = "zip"
    FOLDER = "folder"
    """The bag's files, each under its path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelFile:
    """One file that is sent."""

    path: str
    """At the target, ``/`` between segments: ``report.tar``, or ``report/data/a.txt`` of a folder."""

    source: Path
    """Where its bytes lie; never written to."""

    size: int
    digests: Mapping[str, str]
    """Algorithm -> hexadecimal digest: ``sha512``, ``sha256`` and ``md5``, always the three."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A package, made ready to be sent to a target."""

    identifier: str
    """``External-Identifier`` of the bag."""

    name: str
    """The bag's folder name."""

    package_digest: str
    """SHA-256, hexadecimal, of the lines ``<sha256>  <path>\\n`` of every file of the bag, in the order of their paths
    (by code point): the same whether it travels as a folder, a tar or a zip."""

    packaging: Packaging
    files: Sequence[ParcelFile]
    """In the order of their paths."""

    bag: Path
    """A folder with the bag's tag files and ``data/metadata``, for targets that want some of them by name; only of a
    package that is given as a folder is it the bag itself."""

    bag_info: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Labels of ``bag-info.txt`` -> values."""

    description: Description | None = None
    """Of the package; None where it has no record that can be read."""

    descriptions: Mapping[str, Description] = field(default_factory=dict)
    """Of each document: path of the original in the bag -> record."""

    @property
    def key(self) -> str:
        """What a target can find the same deposit by: identifier and digest of the package."""
        return f"{self.identifier}#sha256:{self.package_digest}"

    @property
    def size(self) -> int:
        """Bytes that are sent."""
        return sum(file.size for file in self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEvidence:
    """What the target is known to hold of one file."""

    path: str
    level: EvidenceLevel
    size: int | None
    """Bytes, as the target reports or as were read back; None where neither."""

    digest: str | None = None
    """Hexadecimal, as reported or computed from what was read back."""

    agrees: bool
    """Whether size and digest are those of what was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What proves that a target holds a package."""

    files: Sequence[FileEvidence]
    location: str
    """Where it is to be found: a URL or a path, without secrets."""

    identifiers: Mapping[str, str] = field(default_factory=dict)
    """What the target calls it: ``doi``, ``record``, ``version-id``, ``object`` and ``version`` ..."""

    @property
    def level(self) -> EvidenceLevel:
        """The weakest of its files'; none where it has no files."""
        order = list(EvidenceLevel)
        return max((file.level for file in self.files), key=order.index, default=EvidenceLevel.NONE)

    @property
    def agrees(self) -> bool:
        """Whether every file agrees, and there is one."""
        return bool(self.files) and all(file.agrees for file in self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and its reply as a receipt keeps them: no secret is in them."""

    time: datetime
    """When it was sent, with its zone."""

    request: str
    """``PUT https://host/path``, ``sftp write /in/report.tar.part 8388608-16777216``."""

    reply: str
    """``201 Created``, the words of an error, or what is known of a lost reply."""

    headers: Mapping[str, str] = field(default_factory=dict)
    """Of the reply, those that say something of the deposit: ``ETag``, ``Location``, ``x-amz-version-id`` ..."""

    body: str | None = None
    """Of the reply, its beginning, where it is text; at most 8192 characters."""
