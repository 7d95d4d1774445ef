"""The metadata folder as a whole: which sidecars, rows and folder files speak of which document.

The folder is listed once and its sheets are read once; a sidecar is read when its document is asked for. It says what
people stated and what is wrong with the files; it never judges values (see ``checking``) and never looks at documents.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archiver.describe.matching import PathIndex
from archiver.describe.metadata_files import (
    UnreadableError,
    list_files,
    path_key,
    read_bounded,
    unreadable_sidecar,
)
from archiver.describe.metadata_kinds import SHEETS, Kind, kind_of
from archiver.describe.sheets import LARGEST_SHEET, Row, duplicate_row, read_sheet
from archiver.describe.sidecars import Sidecar, parse_sidecar
from archiver.describe.tree import LARGEST_SIDECAR
from archiver.model import Finding, KeptValue, Severity, SourceKind, Statement
from archiver.standards.names import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_ARCHIVEMATICA = ("objects/", "data/")

# These name one thing. A folder's or the collection's own stand for itself and never for a document in it.
_OWN_TERMS = frozenset({"alternative", "identifier", "tableOfContents", "title"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplied:
    """What people stated about one document or item."""

    statements: tuple[Statement, ...] = ()
    """Strongest source first; not yet checked."""

    kept: tuple[KeptValue, ...] = ()
    """What no DCMI term understands, strongest source first."""

    findings: tuple[Finding, ...] = ()
    """About the sidecars and the row that name it."""


@dataclass(slots=True, kw_only=True)
class Metadata:
    """A metadata folder, listed; what it says is read when asked for."""

    findings: tuple[Finding, ...] = ()
    """About the folder, its sheets and the files that describe folders or everything: once for a whole batch."""

    reserved: tuple[str, ...] = ()
    """Files whose names are kept for readers of their own (``metadata_kinds.reserved_for``), from the folder."""

    _folder: Path | None = None
    _paths: PathIndex = field(default_factory=PathIndex)
    _sidecars: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What a sidecar's name says it describes, NFC -> the files of that name."""

    _rows: dict[str, Row] = field(default_factory=dict)
    _shared: dict[str, Sidecar] = field(default_factory=dict)
    """Folder (empty for the root) -> its ``_folder`` file."""

    _collection: Sidecar = field(default_factory=Sidecar)

    def supplied(self, path: str) -> Supplied:
        """Return what people stated about one document or compound item.

        Args:
            path: from the source folder, ``/`` between segments; empty for the whole collection.
        """
        key = path_key(path)
        own = self._own_sidecar(key)
        row = self._row(key)
        statements = [*own.statements, *(row.statements() if row else ())]
        statements += self._inherited(key)
        kept = [*own.kept, *(row.kept() if row else ()), *self._inherited_kept(key)]
        findings = (*own.findings, *(row.findings if row else ()))
        return Supplied(statements=tuple(statements), kept=tuple(kept), findings=findings)

    def unmatched(self, paths: Iterable[str]) -> tuple[Finding, ...]:
        """Name the rows and sidecars that describe nothing there is.

        Args:
            paths: of every document and compound item of the source.
        """
        known = PathIndex(paths)
        findings: list[Finding] = []
        for name, row in self._rows.items():
            if not any(form in known for form in _forms(name)):
                findings += [known.row_without_file(row), *row.findings]
        for key, files in self._sidecars.items():
            claimants = known.described_by(key, self._sidecars)
            if not claimants:
                findings += [known.sidecar_without_document(file) for file in files]
            elif len(claimants) > 1 and not self._paths:
                findings.append(_ambiguous_documents(files[0], claimants))
        for folder in self._shared:
            if folder and not known.has_folder(folder):
                findings.append(known.sidecar_without_document(f"{folder}/_folder"))
        return tuple(findings)

    def _own_sidecar(self, key: str) -> Sidecar:
        name = key if key in self._sidecars else _stem(key)
        files = self._sidecars.get(name, ())
        if not files:
            return Sidecar()
        claimants = self._paths.described_by(name, self._sidecars) if self._paths else (key,)
        if key not in claimants:
            return Sidecar()
        if len(claimants) > 1:
            return Sidecar(findings=(_ambiguous_documents(files[0], claimants),))
        if len(files) > 1:
            return Sidecar(findings=(_ambiguous_files(files, key),))
        return _read_sidecar(self._folder, files[0], SourceKind.SIDECAR)

    def _row(self, key: str) -> Row | None:
        if key in self._rows:
            return self._rows[key]
        # Archivematica's metadata.csv names documents from above the folder they lie in.
        prefixed = (prefix + key for prefix in _ARCHIVEMATICA if prefix + key not in self._paths)
        return next((self._rows[name] for name in prefixed if name in self._rows), None)

    def _inherited(self, key: str) -> list[Statement]:
        """Collect what folders from the nearest outward, then the collection, say of everything in them."""
        statements: list[Statement] = []
        said: set[str] = set()
        for folder in _outward(key):
            shared = self._shared.get(folder, Sidecar())
            own = folder == key
            new = [s for s in shared.statements if s.term not in said and (own or s.term not in _OWN_TERMS)]
            statements += new
            said |= {s.term for s in new}
        whole = key == ""
        return statements + [s for s in self._collection.statements if whole or s.term not in _OWN_TERMS]

    def _inherited_kept(self, key: str) -> list[KeptValue]:
        """Collect what the same files say that no term understands; the nearest that has a name states it alone."""
        kept: list[KeptValue] = []
        said: set[str] = set()
        nearest = [self._shared.get(folder, Sidecar()) for folder in _outward(key)]
        for shared in (*nearest, self._collection):
            new = [value for value in shared.kept if value.name not in said]
            kept += new
            said |= {value.name for value in new}
        return kept


def read_metadata(folder: Path | None, paths: Iterable[str] = ()) -> Metadata:
    """List a metadata folder and read its sheets and shared files.

    Args:
        folder: None, or a folder that is not there, describes nothing.
        paths: of every document and compound item of the source, when known: a sidecar such as ``b.yaml`` that fits
            both ``b.txt`` and ``b.html`` is then found out, and ``data/b.txt`` in a sheet is not taken for ``b.txt``
            where both exist.

    Returns:
        What people stated, by document. Never raises for what the folder holds.
    """
    if folder is None or not folder.is_dir():
        return Metadata()
    listing = list_files(folder)
    findings = list(listing.findings)
    sidecars: dict[str, tuple[str, ...]] = {}
    shared: dict[str, tuple[str, ...]] = {}
    rows: dict[str, Row] = {}
    reserved = []
    for file in listing.files:
        stem, kind = kind_of(file)
        if kind is Kind.SHEET:
            _read_rows(folder, file, rows, findings)
        elif kind is Kind.SHARED:
            shared[stem] = (*shared.get(stem, ()), file)
        elif kind is Kind.SIDECAR:
            sidecars[path_key(stem)] = (*sidecars.get(path_key(stem), ()), file)
        elif kind is Kind.RESERVED:
            reserved.append(file)
        else:
            findings.append(_ignored(file))
    read = {stem: _read_shared(folder, files, findings) for stem, files in shared.items()}
    return Metadata(
        findings=tuple(findings),
        reserved=tuple(reserved),
        _folder=folder,
        _paths=PathIndex(paths),
        _sidecars=sidecars,
        _rows=rows,
        _shared={path_key(stem.rpartition("/")[0]): sidecar for stem, sidecar in read.items() if stem != "_collection"},
        _collection=read.get("_collection", Sidecar()),
    )


def _read_rows(folder: Path, file: str, rows: dict[str, Row], findings: list[Finding]) -> None:
    try:
        sheet = read_sheet(read_bounded(folder / file, LARGEST_SHEET), file)
    except UnreadableError as error:
        findings.append(unreadable_sidecar(file, str(error)))
        return
    findings += sheet.findings
    for name, row in sheet.rows.items():
        if name in rows:
            findings.append(duplicate_row(rows[name], row.sheet, row.number))
        rows.setdefault(name, row)


def _read_shared(folder: Path, files: tuple[str, ...], findings: list[Finding]) -> Sidecar:
    if len(files) > 1:
        findings.append(_ambiguous_files(files, files[0].rpartition("/")[0] or "the collection"))
        return Sidecar()
    kind = SourceKind.COLLECTION if files[0].startswith("_collection.") else SourceKind.FOLDER
    sidecar = _read_sidecar(folder, files[0], kind)
    findings += sidecar.findings
    return sidecar


def _read_sidecar(folder: Path | None, file: str, kind: SourceKind) -> Sidecar:
    if folder is None:
        return Sidecar()
    try:
        return parse_sidecar(read_bounded(folder / file, LARGEST_SIDECAR), file, kind)
    except UnreadableError as error:
        return Sidecar(findings=(unreadable_sidecar(file, str(error)),))


def _outward(key: str) -> Iterator[str]:
    """Yield a path, then every folder above it, and last the empty path of the root."""
    yield key
    while key:
        key = key.rpartition("/")[0]
        yield key


def _stem(path: str) -> str:
    """Return a document's path without its last extension; empty when it has none."""
    folder, slash, base = path.rpartition("/")
    dot = base.rfind(".")
    return folder + slash + base[:dot] if dot > 0 else ""


def _forms(filename: str) -> tuple[str, ...]:
    return (filename, *(filename.removeprefix(prefix) for prefix in _ARCHIVEMATICA if filename.startswith(prefix)))


def _ambiguous_files(files: tuple[str, ...], described: str) -> Finding:
    names = " and ".join(printable(file) for file in files)
    return Finding(
        severity=Severity.ERROR,
        code="sidecar-ambiguous",
        file=printable(files[0]),
        message=f"{names} both describe {printable(described)}; neither is used.",
        fix="Keep one of them.",
    )


def _ambiguous_documents(file: str, claimants: tuple[str, ...]) -> Finding:
    shown = printable(file)
    names = " and ".join(printable(path) for path in claimants[:5])
    return Finding(
        severity=Severity.ERROR,
        code="sidecar-ambiguous",
        file=shown,
        message=f"{shown} may describe {names}; it is used for none of them.",
        fix=f"Name it after the one document it describes, with its extension: {printable(claimants[-1])}.yaml; a "
        "folder's own description may also be named _folder.yaml inside it.",
    )


def _ignored(file: str) -> Finding:
    shown = printable(file)
    table = file.lower().endswith((".xlsx", ".ods", ".xls", *SHEETS))
    return Finding(
        severity=Severity.WARNING if table else Severity.INFO,
        code="metadata-file-ignored",
        file=shown,
        message=f"{shown}: "
        + ("only CSV sheets directly in the metadata folder are read." if table else "neither a sidecar nor a sheet."),
        fix="Save it as 'CSV UTF-8' directly in the metadata folder." if table else "Nothing has to be done.",
    )
