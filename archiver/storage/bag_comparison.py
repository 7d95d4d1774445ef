"""A bag as it is against what its manifests say of it: every file read once, for the old algorithms and the new ones.

Judges nothing: whether a file was changed on purpose or damaged looks the same from here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from archiver.model import Finding, Severity
from archiver.standards.bagit import PAYLOAD_PREFIX
from archiver.standards.names import printable
from archiver.storage.bag_checks.opened import OpenBag
from archiver.storage.bag_update import is_work
from archiver.storage.digesting.files import digest_file
from archiver.storage.source_files import ReadDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A file that is not as the manifests say."""

    path: str
    """From the bag's root."""

    manifests: tuple[str, ...]
    """The files that say otherwise; empty for an added file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What differs."""

    seen: Mapping[str, ReadDocument]
    """Path from the bag's root -> what was read, of every file but what an update left behind."""

    unfetched: Mapping[str, dict[str, str]]
    """Payload files that ``fetch.txt`` lists and that are not there: path -> what the manifests state."""

    added: tuple[Change, ...]
    """Payload files that no manifest lists."""

    changed: tuple[Change, ...]
    missing: tuple[Change, ...]
    findings: tuple[Finding, ...]
    """On files that could not be read."""


def compare(bag: OpenBag, payload: Collection[str], tags: Collection[str]) -> Comparison:
    """Read every file of an opened bag once and compare it with every manifest that lists it.

    Args:
        bag: its manifests matched with the names on disk.
        payload: hashlib's names of the algorithms wanted of payload files, beside those of the manifests.
        tags: the same of tag files.
    """
    seen: dict[str, ReadDocument] = {}
    added, changed, findings = [], [], []
    for path in bag.listing.files:
        if is_work(path):
            continue
        in_payload = path.startswith(PAYLOAD_PREFIX)
        stated = {
            manifest.file: (manifest.hash_name, manifest.entries[path].hex())
            for manifest in bag.manifests
            if manifest.hash_name and path in manifest.entries
        }
        try:
            read = _read(bag, path, {*(payload if in_payload else tags), *(name for name, _ in stated.values())})
        except OSError as error:
            findings.append(_unreadable(path, error))
            continue
        seen[path] = read
        if in_payload and not stated:
            added.append(Change(path=path, manifests=()))
        if wrong := tuple(file for file, (name, digest) in stated.items() if read.digests[name] != digest):
            changed.append(Change(path=path, manifests=wrong))
    missing, unfetched = _absent(bag)
    return Comparison(
        seen=seen,
        unfetched=unfetched,
        added=tuple(added),
        changed=tuple(changed),
        missing=missing,
        findings=tuple(findings),
    )


def _read(bag: OpenBag, path: str, algorithms: Collection[str]) -> ReadDocument:
    names, size = sorted(algorithms), 0

    def advance(count: int) -> None:
        nonlocal size
        size += count
        if bag.progress:
            bag.progress(count)

    digests = digest_file(bag.container.read, path, names, advance)
    return ReadDocument(size=size, digests={name: one.hex() for name, one in zip(names, digests, strict=True)})


def _absent(bag: OpenBag) -> tuple[tuple[Change, ...], dict[str, dict[str, str]]]:
    stated: dict[str, list[tuple[str, str | None, str]]] = {}
    for manifest in bag.manifests:
        for path in manifest.entries.absent:
            said = (manifest.file, manifest.hash_name, manifest.entries[path].hex())
            stated.setdefault(path, []).append(said)
    missing = [
        Change(path=path, manifests=tuple(file for file, _, _ in those))
        for path, those in sorted(stated.items())
        if path not in bag.fetch
    ]
    unfetched = {
        path: {name: digest for _, name, digest in those if name} for path, those in stated.items() if path in bag.fetch
    }
    return tuple(missing), unfetched


def _unreadable(path: str, error: OSError) -> Finding:
    name = printable(path)
    return Finding(
        severity=Severity.ERROR,
        code="bag-file-unreadable",
        file=name,
        message=f"{name} could not be read ({error.strerror or error}); what its digests are now is unknown.",
        fix="Give yourself permission to read it, or check the disk, and run the same command again.",
    )
