"""Checksum lists that came with the documents (``checksum.sha256`` in the metadata folder), held against them.

The lists are read once; each document is compared in the one read that hashes or copies it. What a list does not name
is not compared, and that is said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path, PurePosixPath

from archiver.describe.metadata_files import UnreadableError, path_key, text_lines
from archiver.describe.metadata_kinds import Reserved, reserved_for
from archiver.model import Finding, Severity
from archiver.standards.bagit_manifest import hash_name
from archiver.standards.checksum_lists import LONGEST_LINE, ChecksumFault, ListedChecksum, read_checksums
from archiver.standards.names import printable
from archiver.standards.premis_events import digest_label
from archiver.storage.source_files import ReadDocument

_SAID = 20
"""Findings of one kind about one list; the rest is counted."""

_NAMED = 5
_PREFIXES = ("objects", "data")
"""Folders that Archivematica's lists, and those of bags, name documents from above of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedChecksum:
    """What a list states of a document."""

    algorithm: str
    """hashlib's name."""

    digest: str
    """Lower-case hexadecimal."""

    file: str
    """Of the list, in the metadata folder; printable."""

    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedChecksums:
    """What all lists state, by document."""

    expected: Mapping[str, tuple[ExpectedChecksum, ...]] = field(default_factory=dict)
    """Document path in the source -> what it must hash to."""

    findings: tuple[Finding, ...] = ()
    """About the lists as wholes, and about lines that name nothing there is."""

    def of(self, paths: Iterable[str]) -> tuple[ExpectedChecksum, ...]:
        """Return what is stated of some documents."""
        return tuple(one for path in paths for one in self.expected.get(path, ()))

    def lists(self, paths: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return each list that names one of some documents, with the algorithms that it states of them."""
        found: dict[str, dict[str, None]] = {}
        for one in self.of(paths):
            found.setdefault(one.file, {})[one.algorithm] = None
        return {file: tuple(algorithms) for file, algorithms in sorted(found.items())}

    def compared(self, paths: Iterable[str]) -> int:
        """Return how many of some documents are listed."""
        return sum(path in self.expected for path in paths)

    def algorithms(self, path: str, known: Sequence[str]) -> tuple[str, ...]:
        """Return the algorithms that a document is hashed with beside those that it is hashed with anyway."""
        return tuple(dict.fromkeys(one.algorithm for one in self.of([path]) if one.algorithm not in known))

    def mismatches(self, path: str, seen: ReadDocument, item: str) -> list[Finding]:
        """Compare one document that was read.

        Args:
            path: from the source folder.
            seen: with the digests by every algorithm asked for.
            item: name of its item, for the messages.
        """
        return [
            _mismatch(path, one, seen, item) for one in self.of([path]) if seen.digests[one.algorithm] != one.digest
        ]


def received_checksums(
    metadata: Path | None, files: Iterable[str], source: Path, documents: Sequence[str]
) -> ReceivedChecksums:
    """Read every checksum list of a metadata folder.

    Args:
        metadata: the folder; None where there is none.
        files: names in it that are kept for readers of their own.
        source: the folder that is built from; lists may name documents from above it.
        documents: paths of all documents of the source.
    """
    lists = [file for file in files if reserved_for(file) is Reserved.CHECKSUMS]
    if metadata is None or not lists:
        return ReceivedChecksums()
    known = {path_key(path): path for path in documents}
    expected: dict[str, list[ExpectedChecksum]] = defaultdict(list)
    findings: list[Finding] = []
    for file in lists:
        findings += _read_list(metadata, file, source.resolve().name, known, expected)
    if len(expected) < len(documents):
        findings.append(_partial(lists, expected, documents))
    return ReceivedChecksums(
        expected={path: tuple(stated) for path, stated in expected.items()}, findings=tuple(findings)
    )


def _read_list(
    folder: Path, file: str, source: str, known: Mapping[str, str], expected: dict[str, list[ExpectedChecksum]]
) -> Iterator[Finding]:
    shown = printable(file)
    algorithm = hash_name(file.rpartition(".")[2])
    if algorithm is None:
        yield _unreadable(shown, f"the algorithm {printable(file.rpartition('.')[2])} is not known")
        return
    faults, absent = 0, 0
    try:
        for one in read_checksums(text_lines(folder / file, LONGEST_LINE), algorithm):
            path = None if isinstance(one, ChecksumFault) else _document(one, source, known)
            if isinstance(one, ChecksumFault):
                faults += 1
                if faults <= _SAID:
                    yield _not_understood(shown, one)
            elif path is None:
                absent += 1
                if absent <= _SAID:
                    yield _without_document(shown, one)
            else:
                stated = ExpectedChecksum(algorithm=one.algorithm, digest=one.digest, file=shown, line=one.line)
                expected[path].append(stated)
    except UnreadableError as error:
        yield _unreadable(shown, str(error))
    if faults > _SAID:
        yield _more_not_understood(shown, faults - _SAID)
    if absent > _SAID:
        yield _more_without_document(shown, absent - _SAID)


def _document(one: ListedChecksum, source: str, known: Mapping[str, str]) -> str | None:
    """Return the document that a line means, or None."""
    return next((known[form] for form in _forms(path_key(one.path), source) if form in known), None)


def _forms(path: str, source: str) -> Iterator[str]:
    """Yield what a path may mean, as it is written first: lists are made in the folder, beside it or above it."""
    yield path
    slashes = path.strip().replace("\\", "/") if "/" not in path else path.strip()
    parts = [part for part in PurePosixPath(slashes).parts if part != "."]
    while parts and parts[0] == "..":
        parts = parts[1:]
    yield "/".join(parts)
    if parts and parts[0] in {*_PREFIXES, path_key(source)}:
        yield "/".join(parts[1:])


def _mismatch(path: str, one: ExpectedChecksum, seen: ReadDocument, item: str) -> Finding:
    name, label = printable(path), digest_label(one.algorithm)
    return Finding(
        severity=Severity.ERROR,
        code="checksum-mismatch",
        file=name,
        message=f"{name} is not what {one.file}, line {one.line}, says it is: its {label} is "
        f"{seen.digests[one.algorithm]}, stated is {one.digest}. {item} was not packaged.",
        fix="Ask the sender for the document again. If it was changed on purpose, put its new checksum into the list.",
    )


def _unreadable(file: str, cause: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="checksums-unreadable",
        file=file,
        message=f"{file}: {cause}; what it says further was compared with no document.",
        fix="Name it checksum.md5, .sha1, .sha256 or .sha512, as readable text with one 'DIGEST  PATH' a line.",
    )


def _not_understood(file: str, fault: ChecksumFault) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="checksum-line-unreadable",
        file=file,
        message=f"{file}, line {fault.line}: {printable(fault.cause)}; what it means was not compared.",
        fix="Write the digest, two spaces and the path from the source folder, as sha256sum does.",
    )


def _more_not_understood(file: str, count: int) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="checksum-line-unreadable",
        file=file,
        message=f"{file}: {count} more lines are not understood.",
        fix="Write each as digest, two spaces and the path from the source folder, as sha256sum does.",
    )


def _without_document(file: str, one: ListedChecksum) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="checksum-without-document",
        file=file,
        message=f"{file}, line {one.line}: there is no document {printable(one.path[:200])!r} in the source; it may be "
        "lost.",
        fix="Ask the sender for it, or correct its path (from the source folder), or take the line out.",
    )


def _more_without_document(file: str, count: int) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="checksum-without-document",
        file=file,
        message=f"{file}: {count} more lines name documents that are not in the source.",
        fix="Ask the sender for them, or name the source folder that the list was made of.",
    )


def _partial(lists: Sequence[str], expected: Mapping[str, object], documents: Sequence[str]) -> Finding:
    names = " and ".join(map(printable, lists))
    absent = len(documents) - len(expected)
    some = ", ".join(printable(path) for path in islice((path for path in documents if path not in expected), _NAMED))
    more = f" and {absent - _NAMED:,} more" if absent > _NAMED else ""
    return Finding(
        severity=Severity.INFO,
        code="checksums-partial",
        file=printable(lists[0]),
        message=f"{names}: {len(expected):,} of {len(documents):,} documents are listed and compared; not listed: "
        f"{some}{more}.",
        fix="Nothing has to be done; ask the sender for the checksums of the rest if they should be there.",
    )
