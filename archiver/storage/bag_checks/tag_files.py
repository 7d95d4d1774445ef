"""Reads what a bag says of itself: ``bagit.txt``, ``bag-info.txt``, the manifests and ``fetch.txt``, each once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator

from archiver.model import Finding, Severity
from archiver.standards.bagit import (
    PAYLOAD_PREFIX,
    FetchEntry,
    FileFixity,
    ManifestGrammar,
    hash_name,
    parse_bag_info,
    parse_bagit_txt,
    read_fetch,
)
from archiver.standards.names import has_hidden_characters, printable
from archiver.storage.bag_checks.container import BagContainer, Listing, Progress
from archiver.storage.bag_checks.file_table import FileTable
from archiver.storage.bag_checks.manifest_entries import ManifestEntries
from archiver.storage.bag_checks.opened import Manifest, OpenBag
from archiver.storage.bag_checks.report import Report

_MANIFEST_NAME = re.compile(r"(tag)?manifest-([^/]+)\.txt", re.IGNORECASE)
_LONGEST_DECLARATION = 1 << 16
_LONGEST_INFO = 1 << 24


def open_bag(
    container: BagContainer,
    listing: Listing,
    report: Report,
    progress: Progress | None,
    *,
    hashes: Iterable[str] = (),
) -> OpenBag:
    """Read every tag file that BagIt gives a meaning, and report what is wrong inside each.

    Args:
        container: the bag.
        listing: its entries.
        report: takes the findings.
        progress: told of each byte read.
        hashes: hashlib's names of algorithms to hash these files with, beside those of the tag manifests.

    Returns:
        The bag, ready to be checked; never raises for what a stranger wrote.
    """
    bag = OpenBag(
        container=container, listing=listing, report=report, progress=progress, declaration=parse_bagit_txt(b"")
    )
    bag.manifests = _named_manifests(bag)
    own = {m.hash_name for m in bag.group(payload=False) if m.hash_name}
    bag.tag_hashes = tuple(sorted(own.union(hashes)))
    if "bagit.txt" in listing.files:
        bag.declaration = parse_bagit_txt(bag.read_bytes("bagit.txt", _LONGEST_DECLARATION))
    if "bagit.txt" not in bag.unreadable:
        report.extend(bag.declaration.findings)
    # The drafts before 0.96 called it package-info.txt.
    bag.info_file = "package-info.txt" if bag.declaration.number < (0, 96) else "bag-info.txt"
    if bag.info_file in listing.files:
        bag.info = parse_bag_info(_info_text(bag), bag.info_file)
        report.extend(bag.info.findings)
    for manifest in bag.manifests:
        _read_entries(bag, manifest)
    if "fetch.txt" in listing.files:
        _read_fetch(bag)
    return bag


def payload_algorithms(files: FileTable) -> list[str]:
    """Return hashlib's names of the algorithms that there are payload manifests of, sorted."""
    matches = (_MANIFEST_NAME.fullmatch(path) for path in files.tag_paths())
    names = {hash_name(match[2]) for match in matches if match and match[1] is None}
    return sorted(name for name in names if name)


def _named_manifests(bag: OpenBag) -> list[Manifest]:
    found = []
    for path in bag.listing.files.tag_paths():
        match = _MANIFEST_NAME.fullmatch(path)
        if match is None:
            continue
        algorithm = match[2].lower()
        if has_hidden_characters(path):  # no algorithm is called that; from here on the name can be printed as it is
            bag.report.add(_unknown_algorithm(path, algorithm))
            continue
        manifest = _empty(bag, path, algorithm, payload=match[1] is None)
        if path != path.lower():
            bag.report.add(_odd_name(path))
        if manifest.hash_name is None:
            bag.report.add(_unknown_algorithm(path, algorithm))
        found.append(manifest)
    return found


def _empty(bag: OpenBag, path: str, algorithm: str, *, payload: bool) -> Manifest:
    name = hash_name(algorithm)
    length = hashlib.new(name, usedforsecurity=False).digest_size if name else 0
    entries = ManifestEntries(bag.listing.files, length)
    return Manifest(file=path, algorithm=algorithm, hash_name=name, payload=payload, entries=entries)


def _info_text(bag: OpenBag) -> str:
    lines: list[str] = []
    size = 0
    for line in bag.read_lines(bag.info_file):
        size += len(line) + 1
        if size <= _LONGEST_INFO:
            lines.append(line)
    if size > _LONGEST_INFO:
        bag.report.add(
            Finding(
                severity=Severity.ERROR,
                code="bag-info-too-large",
                file=bag.info_file,
                message=f"{bag.info_file} has {size} characters; only the first {_LONGEST_INFO} were looked at.",
                fix="Move long descriptions into a tag file or the payload.",
            )
        )
    return "\n".join(lines)


def _read_entries(bag: OpenBag, manifest: Manifest) -> None:
    reader = _EntryReader(bag, manifest)
    is_plain = manifest.payload and manifest.hash_name is not None
    take_run = manifest.entries.run_taker() if is_plain else None
    take = manifest.entries.plain_taker() if is_plain else None
    for run in bag.read_runs(manifest.file):
        if take_run is not None and take_run(run):
            reader.taken(len(run))
            continue
        for line in run:
            if take is not None and take(line):
                reader.taken(1)
            else:
                reader.read(line)
    bag.report.extend(reader.grammar.findings())


class _EntryReader:
    """Reads the lines of one manifest that are of no plain form, and knows of the others."""

    def __init__(self, bag: OpenBag, manifest: Manifest) -> None:
        self._bag = bag
        self._manifest = manifest
        self._number = 0
        self._asked = False
        self.grammar = ManifestGrammar(manifest.algorithm, manifest.file)

    def taken(self, count: int) -> None:
        """Pass over lines that were taken already."""
        self._number += count
        if self._asked:  # for all the grammar knows, the line before was a blank one
            self.grammar.plain()
            self._asked = False

    def read(self, line: str) -> None:
        """Read the next line by the whole grammar."""
        self._number += 1
        self._asked = True
        part = self.grammar.read(line, self._number)
        finding = _take(self._bag, self._manifest, part) if isinstance(part, FileFixity) else part
        if finding:
            self._bag.report.add(finding)


def _take(bag: OpenBag, manifest: Manifest, entry: FileFixity) -> Finding | None:
    """Take one entry into its manifest, or say why it must not be there."""
    in_payload = entry.path.startswith(PAYLOAD_PREFIX)
    if in_payload != manifest.payload:
        if manifest.payload:
            # RFC 8493 section 2.1.3: a payload manifest MUST NOT reference files outside the payload directory
            return _out_of_scope(
                manifest.file, entry, "a payload manifest lists files below data/ alone", Severity.ERROR
            )
        bag.report.add(_out_of_scope(manifest.file, entry, "a tag manifest lists no payload files", bag.severity()))
    elif not manifest.payload and _is_tag_manifest(entry.path):
        # RFC 8493 section 2.2.1: MUST NOT list any tag manifests
        return _out_of_scope(manifest.file, entry, "a tag manifest lists no tag manifests", bag.severity())
    digest = bytes.fromhex(entry.digest) if manifest.hash_name else b""
    path = entry.path
    if path in manifest.entries:
        return _repeated(bag, manifest.file, entry, same=manifest.entries[path] == digest)
    manifest.entries[path] = digest
    if entry.written != path:
        manifest.written[path] = entry.written
    return None


def _is_tag_manifest(path: str) -> bool:
    match = _MANIFEST_NAME.fullmatch(path)
    return match is not None and match[1] is not None


def _read_fetch(bag: OpenBag) -> None:
    for part in _fetch_parts(bag):
        if isinstance(part, Finding):
            bag.report.add(part)
        elif part.path in bag.fetch:
            bag.report.add(
                Finding(
                    severity=Severity.WARNING,
                    code="bag-fetch-repeated",
                    file="fetch.txt",
                    message=f"fetch.txt, line {part.line}: {printable(part.path)} is listed a second time.",
                    fix="Keep one line a file.",
                )
            )
        else:
            bag.fetch[part.path] = part


def _fetch_parts(bag: OpenBag) -> Iterator[FetchEntry | Finding]:
    for part in read_fetch(bag.read_lines("fetch.txt")):
        if isinstance(part, FetchEntry) and not part.path.startswith(PAYLOAD_PREFIX):
            # RFC 8493 section 2.2.3: a fetch file MUST NOT list any tag files
            yield Finding(
                severity=Severity.ERROR,
                code="bag-fetch-scope",
                file="fetch.txt",
                message=f"fetch.txt, line {part.line}: {printable(part.path)} is no payload file; "
                "only files below data/ may be fetched.",
                fix="Do not fetch this bag before its sender has explained the line.",
            )
        else:
            yield part


def _repeated(bag: OpenBag, file: str, entry: FileFixity, *, same: bool) -> Finding:
    name = printable(entry.path)
    if same:
        return Finding(
            # RFC 8493 section 2.1.3 forbids it; the drafts before 1.0 were silent
            severity=bag.severity(),
            code="bag-manifest-repeated",
            file=file,
            message=f"{file}, line {entry.line}: {name} is listed a second time, with the same digest.",
            fix="Keep one line a file, and write the manifest's new digest into the tag manifests.",
        )
    return Finding(
        severity=Severity.ERROR,
        code="bag-manifest-conflict",
        file=file,
        message=f"{file}, line {entry.line}: {name} is listed a second time, with another digest.",
        fix="Find out which digest is right from another copy of the bag, and keep that line alone.",
    )


def _out_of_scope(file: str, entry: FileFixity, rule: str, severity: Severity) -> Finding:
    return Finding(
        severity=severity,
        code="bag-manifest-scope",
        file=file,
        message=f"{file}, line {entry.line}: {printable(entry.path)} does not belong here; {rule}.",
        fix="Move the line to the manifest it belongs to, or delete it.",
    )


def _odd_name(path: str) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="bag-manifest-name",
        file=printable(path),
        message=f"{printable(path)} is not named in lower case; on some systems it will not be found.",
        fix=f"Rename it to {printable(path.lower())}.",
    )


def _unknown_algorithm(path: str, algorithm: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="bag-algorithm-unknown",
        file=printable(path),
        message=f"{printable(path)}: the algorithm {printable(algorithm[:40])} is not known; "
        "its digests were not checked.",
        fix="Verify with a program that knows it, or rename a file that is no manifest; add a SHA-512 manifest.",
    )
