"""What the exports bring to the contract suite: read back by what an importer reads, and by nothing of the program."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.config.tables import Table
from archiver.config.targets import TargetSettings
from archiver.deposits.kinds import target_kind
from archiver.deposits.surroundings import Surroundings
from archiver.model.deposits import EvidenceLevel, Packaging, Parcel
from archiver.steps.deposits.folders import LocalFolders

if TYPE_CHECKING:
    from archiver.deposits.contract import Target
    from archiver.deposits.surroundings import PackageStore


def exporting(kind: str, home: Path, **values: object) -> Target:
    """Return a target that exports to a folder."""
    own = Table(name="targets.one", values={"path": str(home), **values}, file=str(home.parent / "archiver.toml"))
    settings = TargetSettings(name="one", kind=kind, own=own)
    return target_kind(kind, "targets.one.kind").make(settings, surroundings())


def surroundings() -> Surroundings:
    """Return what an export needs from outside."""

    def no_store(settings: TargetSettings) -> PackageStore:
        raise NotImplementedError(settings.name)

    return Surroundings(
        secret=lambda name: name,
        now=lambda: datetime.now(UTC),
        environment={},
        folders=LocalFolders(),
        store=no_store,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportBench:
    """The suite's view of an export."""

    kind: str
    home: Path
    options: Mapping[str, object] = field(default_factory=dict)
    packaging: Packaging = Packaging.FOLDER
    min_evidence: EvidenceLevel = EvidenceLevel.READ_BACK
    port: int | None = None

    def make(self, port: int | None = None) -> Target:  # noqa: ARG002 - there is no connection
        return exporting(self.kind, self.home, **self.options)

    def held(self, parcel: Parcel) -> Mapping[str, bytes] | None:
        found = self._items(parcel)
        if not found:
            return None
        files = entries(found[0])
        read = {"dspace-saf": _by_contents, "opf-csv": _by_objects}[self.kind]
        return {f"{parcel.name}/{path}": content for path, content in read(files).items()}

    def count(self, parcel: Parcel) -> int:
        # A folder that its units were moved out of, by a run that was killed then, is no second deposit.
        staged = self.home.glob(f"{parcel.name}-*") if self.home.exists() else ()
        beside = [one for one in staged if one.is_dir() and any(one.iterdir())]
        return len(self._items(parcel)) + len(beside)

    def tamper(self, parcel: Parcel) -> bool:
        (item,) = self._items(parcel)
        file = item if item.is_file() else next(one for one in item.rglob("*letter.txt") if one.is_file())
        content = file.read_bytes()
        at = content.index(parcel.files[-2].source.read_bytes()[:64]) + 8
        file.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        return True

    def _items(self, parcel: Parcel) -> list[Path]:
        return sorted((self.home / "items").glob(f"{parcel.name}-*"))


def entries(item: Path) -> dict[str, bytes]:
    """Return the files of one item, which is a folder or the only one in a zip: path in the item -> content."""
    if item.is_file():
        with zipfile.ZipFile(item) as archive:
            return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
    return {one.relative_to(item).as_posix(): one.read_bytes() for one in item.rglob("*") if one.is_file()}


def listed(files: Mapping[str, bytes]) -> list[tuple[str, dict[str, str]]]:
    """Read ``contents`` as DSpace does: name, and what stands behind it."""
    lines = files["contents"].decode().split("\n")
    assert lines.pop() == ""
    found = []
    for line in lines:
        name, *fields = line.split("\t")
        assert not line.strip().startswith("-r ")
        assert name in files
        found.append((name, dict(one.split(":", 1) for one in fields)))
    return found


def _by_contents(files: Mapping[str, bytes]) -> dict[str, bytes]:
    found = {}
    for name, fields in listed(files):
        path = fields.get("description", name)
        if fields["bundle"] == "BAG":
            found[path.removeprefix("bag/")] = files[name]
        else:
            found[f"data/{path}"] = files[name]
    return found


def _by_objects(files: Mapping[str, bytes]) -> dict[str, bytes]:
    if "metadata/metadata.csv" in files:
        rows = list(csv.reader(files["metadata/metadata.csv"].decode().splitlines()))
        assert rows[1][0] == "objects"
    ours = ("metadata/metadata.csv", "metadata/checksum.sha256")
    found = {}
    for path, content in files.items():
        if path in ours or path.endswith(".opex"):
            continue
        for prefix, bag in (
            ("objects/original/", "data/"),
            ("metadata/submissionDocumentation/bag/", ""),
            ("bag/", ""),
        ):
            if path.startswith(prefix):
                found[bag + path.removeprefix(prefix)] = content
    return found
