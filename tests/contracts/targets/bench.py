"""What a target brings to the contract suite: itself, made anew at will, and another way to see what its server holds.

A target joins with one file ``tests/contracts/targets/NAME.py`` that has

- ``JUDGES``: the judges it needs (``tests/judges/available.py``), often none;
- ``bench(folder, request)``: a context manager that gives a :class:`TargetBench`; ``folder`` is the test's own, empty.

The suite (``tests/contracts/test_targets.py``) and the fault runs find it by that file.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from archiver.config.targets import TargetSettings
from archiver.deposits.contract import Target
from archiver.deposits.running import Bandwidth, Rules, Run, RunClock
from archiver.deposits.surroundings import PackageStore, Surroundings
from archiver.model import Description, Statement, ValueSource
from archiver.model import SourceKind as Kind
from archiver.model.deposits import EvidenceLevel, Packaging, Parcel, ParcelFile
from archiver.steps.deposits.folders import LocalFolders

if TYPE_CHECKING:
    import pytest


class TargetBench(Protocol):
    """A target against its real server."""

    @property
    def packaging(self) -> Packaging:
        """The form in which the suite sends its packages; one that the target takes."""
        ...

    @property
    def min_evidence(self) -> EvidenceLevel:
        """The best level that this target always reaches with this server."""
        ...

    @property
    def port(self) -> int | None:
        """Of the server on 127.0.0.1; None where there is no connection that a proxy could stand in."""
        ...

    def make(self, port: int | None = None) -> Target:
        """Make the target anew, as after a restart: it knows nothing but its settings.

        Args:
            port: of a proxy on 127.0.0.1 that stands before the server; None: it speaks to the server itself.
        """
        ...

    def held(self, parcel: Parcel) -> Mapping[str, bytes] | None:
        """Return path -> bytes of what the server holds of a complete deposit, by another way than the target.

        Paths are the parcel's own. None where nothing complete is there. A target that takes packages apart gives
        what the parcel's files became under the parcel's paths.
        """
        ...

    def count(self, parcel: Parcel) -> int:
        """Return how many deposits of this parcel the server holds, by another way; drafts and parts count too."""
        ...

    def tamper(self, parcel: Parcel) -> bool:
        """Change one byte of what the server holds, keeping the size; False where that cannot be done."""
        ...


class TargetModule(Protocol):
    """What a file of this folder holds."""

    JUDGES: Sequence[str]

    def bench(self, folder: Path, request: pytest.FixtureRequest) -> AbstractContextManager[TargetBench]:
        """Give the target for the length of one test."""
        ...


def target_names() -> list[str]:
    """Return every target that brings a file."""
    here = Path(__file__)
    return sorted(file.stem for file in here.parent.glob("*.py") if file != here and not file.stem.startswith("_"))


def target_module(name: str) -> TargetModule:
    """Return a target's file."""
    return cast("TargetModule", import_module(f"tests.contracts.targets.{name}"))


def surroundings_of_tests(secrets: Mapping[str, str] | None = None, **environment: str) -> Surroundings:
    """Return what a target needs from outside."""

    def no_store(settings: TargetSettings) -> PackageStore:
        raise NotImplementedError(settings.name)

    return Surroundings(
        secret=dict(secrets or {}).__getitem__,
        now=lambda: datetime.now(UTC),
        environment=environment,
        folders=LocalFolders(),
        store=no_store,
    )


def fast_run(name: str, min_evidence: EvidenceLevel = EvidenceLevel.READ_BACK) -> Run:
    """Return a run that gives up soon and hardly waits."""
    stop = threading.Event()
    clock = RunClock(now=lambda: datetime.now(UTC), monotonic=time.monotonic, sleep=stop.wait, chance=lambda: 0.5)
    rules = Rules(min_evidence=min_evidence, attempts=4, retry_wait=0.01, patience=20)
    return Run(name=name, rules=rules, clock=clock, bandwidth=Bandwidth(None, time.monotonic), stop=stop)


def small_parcel(folder: Path, packaging: Packaging, name: str = "letters-1923", size: int = 40_000) -> Parcel:
    """Write a small package, and return it as a parcel: a tar or zip is one file of so many bytes, of no real form.

    The bytes depend on the name, so that no two packages are alike.
    """
    if packaging is Packaging.FOLDER:
        contents = {
            f"{name}/bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
            f"{name}/bag-info.txt": f"External-Identifier: {identifier_of(name)}\n".encode(),
            f"{name}/data/empty.txt": b"",
            f"{name}/data/letter.txt": _bytes(name, size),
        }
        digest = hashlib.sha512(contents[f"{name}/data/letter.txt"]).hexdigest()
        empty = hashlib.sha512(b"").hexdigest()
        manifest = f"{empty}  data/empty.txt\n{digest}  data/letter.txt\n"
        contents[f"{name}/manifest-sha512.txt"] = manifest.encode()
    else:
        contents = {f"{name}.{packaging.value}": _bytes(name, size)}
    for path, content in contents.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    files = tuple(_file(folder, path, content) for path, content in sorted(contents.items()))
    lines = "".join(f"{file.digests['sha256']}  {file.path}\n" for file in files)
    return Parcel(
        identifier=identifier_of(name),
        name=name,
        package_digest=hashlib.sha256(lines.encode()).hexdigest(),
        packaging=packaging,
        files=files,
        bag=folder / name,
        bag_info={"External-Identifier": [identifier_of(name)]},
        description=_description(name),
    )


def identifier_of(name: str) -> str:
    """Return a package's identifier."""
    digest = hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()
    return f"urn:uuid:{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-8{digest[17:20]}-{digest[20:]}"


def _bytes(name: str, size: int) -> bytes:
    block = hashlib.sha512(name.encode()).digest()
    return (block * (size // len(block) + 1))[:size]


def _file(folder: Path, path: str, content: bytes) -> ParcelFile:
    digests = {algorithm: hashlib.new(algorithm, content).hexdigest() for algorithm in ("sha512", "sha256", "md5")}
    return ParcelFile(path=path, source=folder / path, size=len(content), digests=digests)


def _description(name: str) -> Description:
    source = ValueSource(kind=Kind.SIDECAR, place=f"{name}.yaml")
    values = {
        "title": f"Letters of {name}",
        "creator": "Müller, Anna",
        "issued": "1923",
        "type": "Text",
        "language": "de",
        "rights": "No known restrictions",
        "publisher": "The archive",
        "description": "Letters",
        "subject": "letters",
    }
    return Description(
        statements=tuple(Statement(term=term, text=text, source=source) for term, text in values.items())
    )
