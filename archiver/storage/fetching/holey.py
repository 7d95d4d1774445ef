"""Which files of a bag are to be fetched, and whether the bag may be trusted that far. Asks nobody and writes nothing.

A file that no manifest lists is never fetched: nothing could tell whether it is the right one.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from archiver.model import Finding, Severity
from archiver.standards.bagit import PAYLOAD_PREFIX
from archiver.standards.expected_digest import ExpectedDigest
from archiver.storage.bag_checks.expected import check_expected
from archiver.storage.bag_checks.fixity import check_fixity
from archiver.storage.bag_checks.folder import FolderBag
from archiver.storage.bag_checks.opened import OpenBag
from archiver.storage.bag_checks.presence import check_presence
from archiver.storage.bag_checks.report import Report
from archiver.storage.bag_checks.tag_files import open_bag

_UNEXPECTED = frozenset({"bag-tag-manifest-unexpected"})
_HOSTILE = frozenset({"bag-path-unsafe", "bag-fetch-scope"})


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedFile:
    """A file that is listed in ``fetch.txt`` and in manifests, and is not there."""

    path: str
    """From the bag's root, found safe."""

    url: str
    """As written."""

    size: int | None
    """Bytes, where ``fetch.txt`` states them."""

    digests: tuple[tuple[str, str, bytes], ...]
    """(manifest file, hashlib's name, digest): every one must agree; at least one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoleyBag:
    """What has to be fetched for one bag."""

    path: Path
    wanted: tuple[WantedFile, ...]
    """In order of their paths."""

    distrust: str | None
    """Why nothing may be fetched: the end of a sentence on the bag; None when nothing speaks against it."""

    @property
    def stated_bytes(self) -> int:
        """Return the bytes of the files whose length is stated."""
        return sum(file.size or 0 for file in self.wanted)


def look_for_holes(path: Path, expected: ExpectedDigest | None = None) -> HoleyBag:
    """See what is to be fetched.

    Args:
        path: the bag's folder; what is no bag has nothing to fetch.
        expected: what a tag manifest must hash to before the bag is trusted.
    """
    try:
        with FolderBag(path) as container:
            if not container.has("bagit.txt") or not container.has("fetch.txt"):
                return HoleyBag(path=path, wanted=(), distrust=None)
            report = Report()
            hashes = [expected.usual_algorithm] if expected else []
            bag = open_bag(container, container.listing(), report, None, hashes=hashes)
            if _may_be_renamed(bag):
                for _ in check_presence(bag):
                    pass  # what it finds is told when the bag is verified; here it matches names in another form
            if expected:
                report.extend(check_expected(bag, expected))
            return HoleyBag(path=path, wanted=_wanted(bag), distrust=_distrust(bag, report.findings()))
    except OSError:
        return HoleyBag(path=path, wanted=(), distrust=None)  # verifying it says why


def _may_be_renamed(bag: OpenBag) -> bool:
    """Tell whether a payload file is there that no manifest lists: it may be a listed one under another name."""
    manifests = bag.group(payload=True)
    payload = (path for path in bag.listing.files if path.startswith(PAYLOAD_PREFIX))
    return any(all(path not in manifest.entries for manifest in manifests) for path in payload)


def _wanted(bag: OpenBag) -> tuple[WantedFile, ...]:
    manifests = [manifest for manifest in bag.group(payload=True) if manifest.hash_name]
    found = []
    for path, entry in sorted(bag.fetch.items()):
        digests = tuple(
            (manifest.file, manifest.hash_name or "", manifest.entries[path])
            for manifest in manifests
            if path in manifest.entries
        )
        # Of a file that is there under a name in another form, the manifests' entries have that name by now.
        if digests and path not in bag.listing.files:
            found.append(WantedFile(path=path, url=entry.url, size=entry.size, digests=digests))
    return tuple(found)


def _distrust(bag: OpenBag, findings: tuple[Finding, ...]) -> str | None:
    """Say why the addresses cannot be trusted: hostile lines, or a file that is not what the tag manifests say."""
    if any(finding.file == "fetch.txt" and finding.code in _HOSTILE for finding in findings):
        return "fetch.txt lists places outside the payload"
    if any(finding.code in _UNEXPECTED and finding.severity is Severity.ERROR for finding in findings):
        return "its tag manifest is not the one that is expected"
    vouched = {"fetch.txt", *(manifest.file for manifest in bag.group(payload=True))}
    damaged = sorted(finding.file or "" for finding in check_fixity(bag, payload=()) if finding.file in vouched)
    if damaged:
        return f"{' and '.join(damaged)} cannot be relied on: see the other findings"
    return None
