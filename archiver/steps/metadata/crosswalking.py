"""The crosswalk step: the Dublin Core records of packages, or records alone, in another vocabulary.

Reads packages and records; writes below a folder that it is given, never over a file and never into a package.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path, PurePosixPath
from typing import cast

from archiver.crosswalks import CROSSWALKS, ENTRY_POINT_GROUP
from archiver.crosswalks.contract import Conversion, Crosswalk, Loss, UnreadableRecordError
from archiver.describe.checking import check_statements
from archiver.errors import FindingsError, UsageError
from archiver.model import Description, Finding, Severity, SourceKind, Statement, ValueSource
from archiver.standards.dublin_core import DctermsValue, parse_dcterms_xml
from archiver.standards.names import printable
from archiver.standards.xml import XmlSyntaxError
from archiver.steps.verify import bags_below
from archiver.storage.archives.opening import is_archive
from archiver.storage.bag import Bag
from archiver.storage.durable import (
    AlreadyPublishedError,
    discard,
    make_folders,
    publish,
    staging_area,
    write_new,
)

_RECORDS = "data/metadata/descriptive/"
_RECORD_END = ".dc.xml"
_LARGEST_RECORD = 16 << 20
_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecord:
    """One record that was asked for."""

    name: str
    """As shown to people: the package's or file's path, and the record's path in the package."""

    place: str
    """Where its crosswalk goes below the destination, without a suffix: ``letters/box 3/letter.txt``."""

    description: Description | None
    """None: it cannot be read; why is in ``findings``."""

    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossed:
    """One record in another vocabulary."""

    record: SourceRecord
    suffix: str
    conversion: Conversion | None
    findings: tuple[Finding, ...]

    @property
    def files(self) -> tuple[tuple[str, bytes], ...]:
        """What the target wants: path below the destination and content, the record itself first."""
        if self.conversion is None:
            return ()
        place = self.record.place
        further = ((f"{place}.{name}", content) for name, content in self.conversion.further)
        return ((f"{place}{self.suffix}", self.conversion.data), *further)


def crosswalk_names() -> tuple[str, ...]:
    """Return the names of every crosswalk: ours, then those of other packages."""
    return (*CROSSWALKS, *(point.name for point in _third_party() if point.name not in CROSSWALKS))


def load_crosswalk(name: str) -> Crosswalk:
    """Import one crosswalk.

    Raises:
        UsageError: there is none of that name, or its package cannot be imported.
    """
    if name in CROSSWALKS:
        return cast("Crosswalk", import_module(CROSSWALKS[name]))
    point = next((point for point in _third_party() if point.name == name), None)
    if point is None:
        raise UsageError(f"there is no crosswalk {printable(name)}: name one of {', '.join(crosswalk_names())}")
    try:
        return cast("Crosswalk", point.load())
    except Exception as error:
        raise UsageError(f"the crosswalk {printable(name)} of {point.value} cannot be loaded: {error}") from error


def source_records(path: Path) -> Iterator[SourceRecord]:
    """Yield the records that a path stands for: of a package, of each package in a folder, or the one record it is.

    A package is a folder or an archive, read in place.
    """
    for place in bags_below(path):
        if place.is_dir() or is_archive(place):
            yield from _of_package(place)
        else:
            yield _of_file(place)


def cross(record: SourceRecord, crosswalk: Crosswalk) -> Crossed:
    """Convert one record, and word what was lost and what the target demands."""
    if record.description is None:
        return Crossed(record=record, suffix=crosswalk.SUFFIX, conversion=None, findings=record.findings)
    conversion = crosswalk.convert(record.description)
    findings = (
        *record.findings,
        *(_lost(loss, record, crosswalk) for loss in conversion.losses),
        *(
            Finding(
                severity=Severity.WARNING,
                code="crosswalk-demand",
                file=record.name,
                message=f"{record.name}: {demand.message}",
                fix=f"State {' or '.join(demand.terms)} in the description."
                if demand.terms
                else f"Fill in {demand.field} in the target's own form.",
            )
            for demand in conversion.demands
        ),
    )
    return Crossed(record=record, suffix=crosswalk.SUFFIX, conversion=conversion, findings=findings)


def check_destination(out: Path, sources: Iterable[Path]) -> None:
    """Check that nothing would be written into a package.

    Raises:
        UsageError: ``out`` lies in one of the sources.
    """
    place = Path(os.path.realpath(out))
    for source in sources:
        for package in bags_below(source):
            inside = Path(os.path.realpath(package))
            if package.is_dir() and (inside == place or inside in place.parents):
                raise UsageError(
                    f"{printable(str(out))} lies in the package {printable(str(package))}, which is never changed: "
                    "name another folder"
                )


class Destination:
    """A folder that crosswalks are written to; :func:`destination` opens one."""

    def __init__(self, folder: Path, staging: Path) -> None:
        """Take the folder, and the staging folder below it that is this run's own."""
        self._folder = folder
        self._staged = staging / "file"

    def write(self, crossed: Crossed) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
        """Write what one record became, each file whole or not at all.

        Returns:
            The files' paths as written, and a finding for each that stands there already with other content.

        Raises:
            OSError: the disk refused.
        """
        written: list[str] = []
        findings: list[Finding] = []
        for name, content in crossed.files:
            final = self._folder / name
            make_folders(final.parent)
            write_new(self._staged, [content])
            try:
                publish(self._staged, final)
            except AlreadyPublishedError:
                discard(self._staged)
                if not _same(final, content):
                    findings.append(_taken(final))
                    continue
            written.append(str(final))
        return tuple(written), tuple(findings)


@contextmanager
def destination(folder: Path | None) -> Iterator[Destination | None]:
    """Open a folder for the length of the block; None stands for none.

    Raises:
        OSError: it cannot be written.
    """
    if folder is None:
        yield None
        return
    with staging_area(folder) as staging:
        yield Destination(folder, staging)


def _third_party() -> list[EntryPoint]:
    return sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda point: point.name)


def _of_package(package: Path) -> Iterator[SourceRecord]:
    shown = printable(str(package))
    try:
        bag = Bag.open(package)
    except FindingsError as error:
        yield SourceRecord(name=shown, place="", description=None, findings=error.findings)
        return
    with bag:
        paths = [path for path in bag.files if path.startswith(_RECORDS) and path.endswith(_RECORD_END)]
        if not paths:
            finding = _unreadable(shown, "holds no Dublin Core record below data/metadata/descriptive")
            yield SourceRecord(name=shown, place="", description=None, findings=(finding,))
        for path in paths:
            place = path.removeprefix(_RECORDS).removesuffix(_RECORD_END)
            name = f"{shown}/{printable(path)}"
            if ".." in PurePosixPath(place).parts or PurePosixPath(place).is_absolute():
                yield SourceRecord(
                    name=name, place="", description=None, findings=(_unreadable(name, "has no safe name"),)
                )
            elif bag.files[path] > _LARGEST_RECORD:
                yield _too_large(name)
            else:
                yield _record(b"".join(bag.read(path)), name, f"{_plain_name(package)}/{place}")


def _of_file(path: Path) -> SourceRecord:
    name = printable(str(path))
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST_RECORD + 1)
    except (OSError, ValueError) as error:  # a NUL in the path is a ValueError
        reason = getattr(error, "strerror", None) or str(error)
        return SourceRecord(
            name=name, place="", description=None, findings=(_unreadable(name, f"cannot be read: {reason}"),)
        )
    return _too_large(name) if len(data) > _LARGEST_RECORD else _record(data, name, _plain_name(path))


def _plain_name(path: Path) -> str:
    name = Path(os.path.realpath(path)).name
    return next(
        (name.removesuffix(end) for end in (_RECORD_END, ".tar.gz", ".tar", ".zip") if name.endswith(end)), name
    )


def _record(data: bytes, name: str, place: str) -> SourceRecord:
    try:
        values = parse_dcterms_xml(data)
    except (XmlSyntaxError, UnreadableRecordError) as error:
        finding = _unreadable(name, f"is no record of DCMI terms: {printable(str(error))[:200]}")
        return SourceRecord(name=name, place=place, description=None, findings=(finding,))
    # A record says only the schemes that dcterms.xsd has; EDTF is found again by the check.
    statements = check_statements(_statement(value, name) for value in values).statements
    return SourceRecord(name=name, place=place, description=Description(statements=statements))


def _statement(value: DctermsValue, name: str) -> Statement:
    source = ValueSource(kind=SourceKind.SIDECAR, place=name)
    return Statement(term=value.term, text=value.text, language=value.language, scheme=value.scheme, source=source)


def _same(file: Path, content: bytes) -> bool:
    if file.is_symlink() or not file.is_file() or file.stat().st_size != len(content):
        return False
    return file.read_bytes() == content


def _lost(loss: Loss, record: SourceRecord, crosswalk: Crosswalk) -> Finding:
    text = loss.statement.text
    shown = printable(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}...")
    value = f"{loss.statement.term} '{shown}'"
    if loss.part != "value":
        what = (
            f"loses its language {printable(str(loss.statement.language))}" if loss.part == "language" else "says less"
        )
        return Finding(
            severity=Severity.INFO,
            code="crosswalk-part-lost",
            file=record.name,
            message=f"{record.name}: {value} {what}. {crosswalk.TITLE}: {printable(loss.reason)}.",
            fix="Nothing has to be done; the package keeps it.",
        )
    return Finding(
        severity=Severity.WARNING,
        code="crosswalk-value-lost",
        file=record.name,
        message=f"{record.name}: {value} is not carried. {crosswalk.TITLE}: {loss.reason}.",
        fix="Nothing has to be done, the package keeps it; state it in another term too if the target shall have it.",
    )


def _unreadable(name: str, cause: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="crosswalk-record-unreadable",
        file=name,
        message=f"{name} {cause}.",
        fix="Name a package, a folder of packages, or a .dc.xml record from one.",
    )


def _too_large(name: str) -> SourceRecord:
    return SourceRecord(name=name, place="", description=None, findings=(_unreadable(name, "is larger than 16 MiB"),))


def _taken(final: Path) -> Finding:
    shown = printable(str(final))
    return Finding(
        severity=Severity.ERROR,
        code="crosswalk-file-exists",
        file=shown,
        message=f"{shown} exists already with other content; it was not touched.",
        fix="Remove it, or name another folder with --out.",
    )
