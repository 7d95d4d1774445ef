"""The three collections that the stories are told of, each built once a test session, whichever worker comes first."""

from __future__ import annotations

import fcntl
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.judges.verdict import CHECKOUT, SHARED
from tests.stories.commands import Archiver, Ran, packages_of
from tests.stories.trees import touched

if TYPE_CHECKING:
    from collections.abc import Callable

OPERATOR = "Story Archivist"
COLLECTIONS = ("shared-described", "shared-undescribed", "own")

PUIDS = {".txt": "x-fmt/111", ".csv": "x-fmt/18", ".html": "fmt/471", ".md": "fmt/1149"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """One collection and the packages the real command made of it. Tests read it and never write to it."""

    name: str
    source: Path
    metadata: Path | None
    place: Path
    """The working folder of the build: it holds ``packages`` and, but for our own collection, ``archiver.toml``."""

    ran: Ran
    before: dict[str, dict[str, str]]
    """Source and metadata folder, as they were before the build."""

    @property
    def packages(self) -> list[Path]:
        """Every package's folder."""
        return packages_of(self.place / "packages")

    @property
    def results(self) -> list[dict[str, Any]]:
        """What ``--json`` said."""
        return self.ran.objects

    @property
    def arguments(self) -> list[str | Path]:
        """The words of the build, but for the destination."""
        return build_words(self.name)

    def renditions(self) -> dict[Path, Path]:
        """Return each rendition -> the original it was made from."""
        found = {}
        for package in self.packages:
            folder = package / "data" / "representations"
            for pdf in sorted((folder / "pdfa" / "data").rglob("*.pdf")):
                inner = pdf.relative_to(folder / "pdfa" / "data")
                found[pdf] = (folder / "original" / "data" / inner).with_suffix("")
        return found

    def documents(self) -> dict[str, Path]:
        """Return each document's path below the source -> the file."""
        files = (path for path in sorted(self.source.rglob("*")) if path.is_file())
        return {str(path.relative_to(self.source)): path for path in files}


def build_words(name: str) -> list[str | Path]:
    """Return the words of one collection's build, but for the destination; run it where ``archiver.toml`` is."""
    if name == "own":
        toml = CHECKOUT / "archiver.toml"
        return ["build", CHECKOUT / "seeds", "--metadata", CHECKOUT / "metadata", "--config", toml]
    words: list[str | Path] = ["build", SHARED / "seeds", "--operator", OPERATOR]
    return [*words, "--metadata", SHARED / "seeds-metadata"] if name == "shared-described" else words


def built(name: str, home: Path, archiver: Callable[[Path], Archiver]) -> Collection:
    """Return a collection, building it where nobody has yet.

    Args:
        name: one of :data:`COLLECTIONS`.
        home: a folder that all workers of the session share.
        archiver: makes the command, given a home folder for it.
    """
    place = home / name
    place.mkdir(parents=True, exist_ok=True)
    words = build_words(name)
    source = Path(words[1])
    metadata = Path(words[words.index("--metadata") + 1]) if "--metadata" in words else None
    record = place / "ran.json"
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not record.exists():
            told = _build(name, place, archiver(place), [source, *([metadata] if metadata else [])])
            record.write_text(json.dumps(told), encoding="utf-8")
    told = json.loads(record.read_text(encoding="utf-8"))
    return Collection(
        name=name, source=source, metadata=metadata, place=place, ran=Ran(**told["ran"]), before=told["before"]
    )


def _build(name: str, place: Path, archiver: Archiver, read: list[Path]) -> dict[str, Any]:
    before = {str(folder): touched(folder) for folder in read}
    if name != "own":
        made = archiver("init", place, "--name", "Story archive", cwd=place)
        assert made.status == 0, made.stderr
        # What init makes beside the configuration is for documents of one's own.
        (place / "metadata" / "_collection.yaml").unlink()
        (place / "metadata").rmdir()
    ran = archiver(*build_words(name), "--out", "packages", "--json", cwd=place)
    return {"before": before, "ran": asdict(ran)}
