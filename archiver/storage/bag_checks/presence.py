"""Which listed files are there, and which files are listed: the completeness of a bag (RFC 8493 section 3).

Names that differ only in their Unicode normal form, or that an old tool did not percent-encode, are matched with a
warning.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from archiver.model import Finding, Severity
from archiver.standards.bagit import PAYLOAD_PREFIX
from archiver.standards.names import collision_key, is_utf8, printable
from archiver.storage.bag_checks.opened import Manifest, OpenBag


def check_presence(bag: OpenBag) -> Iterator[Finding]:
    """Match the manifests with the files that are there, and name every missing and every unlisted file.

    Afterwards the manifests' entries use the names on disk.
    """
    # A manifest that could not be read says nothing on what is unlisted.
    known = [manifest for manifest in bag.group(payload=True) if manifest.file not in bag.unreadable]
    yield from _Matching(bag, payload=True).run()
    yield from _Matching(bag, payload=False).run()
    if known:
        yield from _unlisted(bag, known)


class _Matching:
    def __init__(self, bag: OpenBag, *, payload: bool) -> None:
        self._bag = bag
        self._manifests = bag.group(payload=payload)
        files = bag.listing.files
        self._absent = sorted({path for m in self._manifests for path in m.entries.absent})
        # Only names that nothing lists may stand in for a listed name: a twin that is listed itself is another file.
        self._free: dict[str, None] = {}
        if self._absent:
            self._free = {
                path: None
                for path in files
                if path.startswith(PAYLOAD_PREFIX) == payload and not any(path in m.entries for m in self._manifests)
            }
        self._normal = {unicodedata.normalize("NFC", path): path for path in self._free if not path.isascii()}
        self._folded = {collision_key(path): path for path in self._free}

    def run(self) -> Iterator[Finding]:
        for path in self._absent:
            raw = self._raw(path)
            twin = self._normal.get(unicodedata.normalize("NFC", path))
            if raw is not None:
                self._rename(path, raw)
                yield _not_encoded(path, raw)
            elif twin is not None and twin in self._free:
                self._rename(path, twin)
                yield _other_form(path)
            elif not self._blocked(path):
                yield self._missing(path)

    def _raw(self, path: str) -> str | None:
        for manifest in self._manifests:
            written = manifest.written.get(path)
            if written in self._free:
                return written
        return None

    def _rename(self, listed: str, present: str) -> None:
        del self._free[present]
        for manifest in self._manifests:
            if listed in manifest.entries:
                manifest.entries[present] = manifest.entries.pop(listed)

    def _blocked(self, path: str) -> bool:
        """Tell whether the walk has already named the path, or a folder above it, as one it could not look into."""
        blocked = self._bag.listing.blocked
        if not blocked:
            return False
        parts = path.split("/")
        return any("/".join(parts[:count]) in blocked for count in range(1, len(parts) + 1))

    def _missing(self, path: str) -> Finding:
        name = printable(path)
        if path in self._bag.fetch:
            return Finding(
                severity=Severity.ERROR,
                code="bag-file-not-fetched",
                file=name,
                message=f"{name} is listed in fetch.txt and has not been fetched: the bag is incomplete.",
                fix="Fetch it with `archiver verify --fetch`, or by hand from the address in fetch.txt.",
            )
        twin = self._folded.get(collision_key(path))
        hint = f" {printable(twin)} is there, which differs in case." if twin else ""
        lists = " and ".join(manifest.file for manifest in self._manifests if path in manifest.entries)
        return Finding(
            severity=Severity.ERROR,
            code="bag-file-missing",
            file=name,
            message=f"{name} is listed in {lists} and is not there.{hint}",
            fix=f"Rename {printable(twin)}." if twin else "Restore the file from another copy of the bag.",
        )


def _unlisted(bag: OpenBag, manifests: list[Manifest]) -> Iterator[Finding]:
    # Nearly always nothing is unlisted, which packed entries tell at once.
    for path in sorted({path for manifest in manifests for path in manifest.entries.unlisted()}):
        without = [manifest.file for manifest in manifests if path not in manifest.entries]
        if not is_utf8(path):
            continue
        name = printable(path)
        if len(without) == len(manifests):
            yield Finding(
                severity=Severity.ERROR,
                code="bag-file-unlisted",
                file=name,
                message=f"{name} is in the payload and no manifest lists it.",
                fix="Find out where it comes from; remove it, or make the bag anew with it.",
            )
        elif bag.strict:
            # RFC 8493 section 3: every payload file in every payload manifest; the drafts before 1.0 asked for any one
            yield Finding(
                severity=Severity.ERROR,
                code="bag-manifest-incomplete",
                file=name,
                message=f"{name} is not listed in {' and '.join(without)}, only in another manifest.",
                fix="Add its digest there, after it verified against the other manifest.",
            )


def _not_encoded(path: str, raw: str) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="bag-path-not-encoded",
        file=printable(raw),
        message=f"{printable(raw)} stands in a manifest as it is; RFC 8493 reads that as {printable(path)!r}, "
        "which is not there.",
        fix="Percent-encode %, CR and LF in the manifests when the bag is next made anew.",
    )


def _other_form(path: str) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="bag-name-normalization",
        file=printable(path),
        message=f"{printable(path)} is there under the same name in another Unicode normal form (NFC, NFD).",
        fix="Nothing is lost; rename the file as the manifest has it, since some systems will not find it.",
    )
