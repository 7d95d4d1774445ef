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
from archiver.describe.sidecars import Sidecar, parse_sidecar
from archiver.describe.tree import LARGEST_SIDECAR
from archiver.model import Finding, KeptValue, Severity, SourceKind, Statement
from archiver.standards.names import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from archiver.describe.sheet_rows import SheetRows
    from archiver.describe.sheets import Row

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

    _rows: SheetRows | None = None
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
        row = self._rows.about(key) if self._rows else None
        statements = [*own.statements, *(row.statements() if row else ())]
        statements += self._inherited(key)
        kept = [*own.kept, *(row.kept() if row else ()), *self._inherited_kept(key)]
        findings = (*own.findings, *(row.findings if row else ()))
        return Supplied(statements=tuple(statements), kept=tuple(kept), findings=findings)

    def enclosing(self, path: str, within: str | None = None) -> Iterator[tuple[Statement, ...]]:
        """Yield what the folders around a document or item, and then the collection, state of themselves alone.

        Args:
            path: from the source folder, ``/`` between segments; nothing encloses the empty one.
            within: path of a folder; given, only folders inside it count.

        Yields:
            Statements of an identifier, a title and the like, of one folder at a time, the nearest first.
        """
        key, outer = path_key(path), None if within is None else path_key(within)
        if not key:
            return
        above = [folder for folder in _outward(key) if folder != key and (outer is None or _is_below(folder, outer))]
        around = [self._shared.get(folder, Sidecar()) for folder in above]
        for shared in (*around, *([self._collection] if outer is None else [])):
            own = tuple(one for one in shared.statements if one.term in _OWN_TERMS)
            if own:
                yield own

    def unmatched(self, paths: Iterable[str]) -> tuple[Finding, ...]:
        """Name the rows and sidecars that describe nothing there is.

        Args:
            paths: of every document and compound item of the source.
        """
        known = PathIndex(paths)
        findings: list[Finding] = []
        if self._rows:
            findings += self._rows.unmatched(known)
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

    def _inherited(self, key: str) -> list[Statement]:
        """Collect what folders from the nearest outward, then the collection, say of everything in them."""
        statements: list[Statement] = []
        said: set[str] = set()
        for folder in _outward(key):
            shared = self._shared.get(folder, Sidecar())
            own = folder == key
            for group in (shared.statements, self._row_statements(folder) if not own else ()):
                new = [s for s in group if s.term not in said and (own or s.term not in _OWN_TERMS)]
                statements += new
                said |= {s.term for s in new}
        whole = key == ""
        return statements + [s for s in self._collection.statements if whole or s.term not in _OWN_TERMS]

    def _row_statements(self, folder: str) -> tuple[Statement, ...]:
        """Return what a row says of everything in a folder; as the folder's, it yields to what its documents say."""
        row = self._folder_row(folder)
        return row.statements(SourceKind.FOLDER if folder else SourceKind.COLLECTION) if row else ()

    def _folder_row(self, folder: str) -> Row | None:
        return self._rows.about_all_in(folder) if self._rows else None

    def _inherited_kept(self, key: str) -> list[KeptValue]:
        """Collect what the same files say that no term understands; the nearest that has a name states it alone."""
        kept: list[KeptValue] = []
        said: set[str] = set()
        groups = []
        for folder in _outward(key):
            groups.append(self._shared.get(folder, Sidecar()).kept)
            row = self._folder_row(folder) if folder != key else None
            groups.append(row.kept() if row else ())
        for group in (*groups, self._collection.kept):
            new = [value for value in group if value.name not in said]
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
    sheets: list[str] = []
    reserved: list[str] = []
    for file in listing.files:
        stem, kind = kind_of(file)
        if kind is Kind.SHEET:
            sheets.append(file)
        elif kind is Kind.SHARED:
            shared[stem] = (*shared.get(stem, ()), file)
        elif kind is Kind.SIDECAR:
            sidecars[path_key(stem)] = (*sidecars.get(path_key(stem), ()), file)
        elif kind is Kind.RESERVED:
            reserved.append(file)
        else:
            findings.append(_ignored(file))
    index = PathIndex(paths)
    rows = _read_rows(folder, sheets, index, findings)
    read = {stem: _read_shared(folder, files, findings) for stem, files in shared.items()}
    return Metadata(
        findings=tuple(findings),
        reserved=tuple(reserved),
        _folder=folder,
        _paths=index,
        _sidecars=sidecars,
        _rows=rows,
        _shared={path_key(stem.rpartition("/")[0]): sidecar for stem, sidecar in read.items() if stem != "_collection"},
        _collection=read.get("_collection", Sidecar()),
    )


def _read_rows(folder: Path, sheets: list[str], paths: PathIndex, findings: list[Finding]) -> SheetRows | None:
    if not sheets:
        return None
    from archiver.describe.sheet_rows import SheetRows  # noqa: PLC0415 -- a database and readers, for sheets alone

    rows = SheetRows(paths)
    for file in sheets:
        findings += rows.read(folder, file)
    findings += rows.close_input()
    return rows


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


def _is_below(folder: str, outer: str) -> bool:
    return folder != outer and (not outer or folder.startswith(f"{outer}/"))


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
    table = file.lower().endswith((".xls", ".numbers", *SHEETS))
    return Finding(
        severity=Severity.WARNING if table else Severity.INFO,
        code="metadata-file-ignored",
        file=shown,
        message=f"{shown}: "
        + (
            "only sheets (CSV, TSV, XLSX, ODS) directly in the metadata folder are read."
            if table
            else "neither a sidecar nor a sheet."
        ),
        fix="Save it as XLSX or 'CSV UTF-8' directly in the metadata folder." if table else "Nothing has to be done.",
    )
