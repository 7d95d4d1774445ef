"""Small bags for stores, and what a store holds of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from archiver.config import Configuration
from archiver.steps.bags.api import make_bag
from archiver.steps.stores.adding import AddSettings, add_packages
from archiver.storage.stores.place import store_place
from archiver.storage.stores.reading import StoreReader
from archiver.storage.stores.tree import open_tree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from archiver.model import Finding
    from archiver.steps.stores.package_adding import AddedPackage

NOW = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
ONE = "urn:uuid:6e8bc430-9c3a-41d9-9669-0800200c9a66"
TEXTS = {"a.txt": b"first\n", "deep/er/b.txt": b"second\n", "same as a.txt": b"first\n"}


@dataclass(slots=True)
class Heard:
    """Progress that must not be told too much."""

    total: int = 0
    done: int = 0
    said: list[str] = field(default_factory=list)
    warned: list[Finding] = field(default_factory=list)

    def begin(self, total: int) -> None:
        self.total = total

    def advance(self, count: int) -> None:
        self.done += count
        assert self.done <= self.total

    def say(self, sentence: str) -> None:
        self.said.append(sentence)


def bag(
    place: Path,
    files: Mapping[str, bytes] | None = None,
    *,
    identifier: str | None = ONE,
    labels: Sequence[tuple[str, str]] = (),
    algorithms: Sequence[str] = ("sha512",),
) -> Path:
    """Make a bag at ``place``."""
    source = place.with_name(f"{place.name} source")
    for path, content in (TEXTS if files is None else files).items():
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        (source / path).write_bytes(content)
    named = [("External-Identifier", identifier)] if identifier is not None else []
    make_bag(source, place, bag_info=[*named, *labels], algorithms=algorithms, now=NOW)
    return place


def add(store: Path, *packages: Path, heard: Heard | None = None, **changes: Any) -> list[AddedPackage]:  # noqa: ANN401
    """Add packages to a store as one run does."""
    progress = heard or Heard()
    settings = AddSettings(
        place=changes.pop("place", store_place(store)),
        packages=packages,
        configuration=changes.pop("configuration", Configuration()),
        now=NOW,
        **({"workers": 1} | changes),
    )
    return list(add_packages(settings, progress, progress.say, progress.warned.extend))


def held(store: Path, identifier: str = ONE, version: str | None = None) -> dict[str, str]:
    """Return what one version of a package is by the bytes in the store: path -> SHA-512."""
    reader = StoreReader(open_tree(str(store)))
    path = reader.find(identifier)
    assert path is not None
    stored = reader.read_object(path)
    return {
        logical: hashlib.sha512((store / path / content).read_bytes()).hexdigest()
        for logical, (content, _) in reader.logical_files(stored, version).items()
    }


def in_folder(folder: Path) -> dict[str, str]:
    """Return every file of a folder: path -> SHA-512."""
    return {
        file.relative_to(folder).as_posix(): hashlib.sha512(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file()
    }
