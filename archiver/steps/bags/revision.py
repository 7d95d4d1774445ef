"""What an update makes of a bag: the bag is read and compared, and its new tag files are worded. Writes nothing."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from archiver.config import Configuration
from archiver.errors import UsageError
from archiver.model import Finding, Severity
from archiver.standards.bagit import BAGIT_TXT, PAYLOAD_PREFIX, hash_name
from archiver.standards.names import printable
from archiver.standards.package_profile import INPUT_LABEL
from archiver.steps.bags import update_findings as say
from archiver.steps.bags.labels import Labels, bag_labels
from archiver.storage.bag_checks.awkward_names import check_names
from archiver.storage.bag_checks.container import BagContainer, Progress
from archiver.storage.bag_checks.fetch import check_fetch
from archiver.storage.bag_checks.opened import Manifest, OpenBag
from archiver.storage.bag_checks.payload_oxum import check_payload_oxum
from archiver.storage.bag_checks.presence import check_presence
from archiver.storage.bag_checks.report import Report
from archiver.storage.bag_checks.structure import check_structure
from archiver.storage.bag_checks.tag_files import open_bag
from archiver.storage.bag_comparison import Comparison, compare
from archiver.storage.bag_tags import manifest_name
from archiver.storage.bag_update import is_work
from archiver.storage.revised_tags import TagPlan, can_be_listed, revised_tags

_SAID_ANEW = frozenset({"bag-file-missing", "bag-file-unlisted", "bag-file-not-fetched"})
"""Findings of the rules for which an update has words of its own."""

_MENDED = frozenset(
    {"bag-manifest-incomplete", "bag-manifest-repeated", "bag-tag-manifest-incomplete", "bag-tag-manifest-absent"}
)
"""Findings that new manifests put right."""

_VERSION_1_0 = (1, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateSettings:
    """What an update is to do; the clock comes in as ``now``."""

    bag: Path
    now: datetime
    """Aware, UTC, whole seconds."""

    algorithms: tuple[str, ...] = ()
    """To be added, as in hashlib."""

    drop: tuple[str, ...] = ()
    """Algorithms whose manifests go away, as in the manifests' file names."""

    accept: frozenset[str] = frozenset()
    """What may differ from the manifests: ``changed``, a file's bytes; ``missing``, that it is there."""

    labels: Labels = ()
    """To be set in ``bag-info.txt``; the values that a label had go away."""

    to_version_1_0: bool = False
    """Whether a bag of an older BagIt version becomes one of 1.0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A bag read, and the tag files that it is to have."""

    tags: Mapping[str, bytes]
    """Name -> content of the new ones; empty where nothing is to be done, or cannot be."""

    gone: tuple[str, ...]
    """Names of the tag files that go away."""

    kept: tuple[str, ...]
    """Paths of the tag files that stay as they are."""

    files: int
    bytes: int
    algorithms: tuple[str, ...]
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unfetched: bool
    """Whether files that ``fetch.txt`` lists are not there."""

    findings: tuple[Finding, ...]
    """An error among them means that there is nothing to put in place."""


def revise(container: BagContainer, settings: UpdateSettings, progress: Progress) -> Revision:
    """Read a bag once and word its new tag files.

    Args:
        container: the bag.
        settings: what to do.
        progress: told of bytes read.

    Raises:
        UsageError: an algorithm to drop has no manifest, or no payload manifest would be left.
        OSError: the bag cannot be listed.
    """
    report = Report()
    listing = container.listing()
    report.extend(listing.findings)
    bag = open_bag(container, listing, report, None)
    bag.progress = progress
    for rule in (check_structure, check_fetch, check_presence, check_names):
        report.extend(rule(bag))
    return _Revising(bag, settings, report).revision()


class _Revising:
    def __init__(self, bag: OpenBag, settings: UpdateSettings, report: Report) -> None:
        self._bag, self._settings = bag, settings
        self._dropped = _dropped(bag, settings)
        kept = {manifest.hash_name for manifest in bag.group(payload=True) if manifest not in self._dropped}
        tag_kept = {manifest.hash_name for manifest in bag.group(payload=False) if manifest not in self._dropped}
        self._algorithms = tuple(sorted({*filter(None, kept), *settings.algorithms}))
        self._tag_algorithms = tuple(sorted({*filter(None, tag_kept), *self._algorithms}))
        if not self._algorithms:
            raise UsageError("--drop would leave the bag without a payload manifest: add an algorithm with --algorithm")
        self._mended = False
        self._findings = list(self._of_rules(report.findings()))

    def revision(self) -> Revision:
        if self._any_error():  # a package of our own is not read, and no more is what no update can mend
            return self._outcome(None, {})
        comparison = compare(self._bag, self._algorithms, self._tag_algorithms)
        self._findings += self._of_changes(comparison)
        if self._any_error() or not self._is_due(comparison):
            return self._outcome(comparison, {})
        try:
            tags = revised_tags(self._plan(comparison))
        except (ValueError, OSError) as error:  # UnicodeEncodeError is a ValueError
            self._findings.append(say.cannot_be_written(str(error)))
            tags = {}
        return self._outcome(comparison, tags)

    # ------------------------------------------------------------------ findings

    def _of_rules(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        for label, _ in self._bag.info.fields if self._bag.info else ():
            if label.lower() == INPUT_LABEL.lower():
                yield say.sealed(label)
        unknown = {printable(manifest.file) for manifest in self._dropped}
        for finding in findings:
            if finding.code in _SAID_ANEW or (finding.code == "bag-algorithm-unknown" and finding.file in unknown):
                continue
            mended = finding.code in _MENDED
            self._mended |= mended
            yield (
                replace(finding, severity=Severity.INFO, fix="Nothing to do; an update mends it.")
                if mended
                else finding
            )

    def _of_changes(self, comparison: Comparison) -> Iterator[Finding]:
        accept = self._settings.accept
        yield from comparison.findings
        yield from (say.added(one.path) for one in comparison.added)
        yield from map(say.added, self._new_tag_files())
        yield from (say.changed(one, accepted="changed" in accept) for one in comparison.changed)
        yield from (say.missing(one, accepted="missing" in accept) for one in comparison.missing)
        payload = [path for path in comparison.seen if path.startswith(PAYLOAD_PREFIX)]
        yield from (say.unlistable(path) for path in payload if not can_be_listed(path))
        for path, digests in comparison.unfetched.items():
            lacking = [name for name in self._algorithms if name not in digests]
            yield from (say.not_fetched(path, name) for name in lacking[:1])

    def _any_error(self) -> bool:
        return any(finding.severity is Severity.ERROR for finding in self._findings)

    def _is_due(self, comparison: Comparison) -> bool:
        """Tell whether anything differs from what is there, or is asked for."""
        bag, settings = self._bag, self._settings
        oxum = [] if comparison.unfetched else list(check_payload_oxum(bag, "complete"))
        names = {manifest.file for manifest in bag.manifests}
        wanted = {f"manifest-{name}.txt" for name in map(manifest_name, self._algorithms)}
        wanted |= {f"tagmanifest-{name}.txt" for name in map(manifest_name, self._tag_algorithms)}
        differs = comparison.added or comparison.changed or comparison.missing or self._mended or oxum
        asked = settings.labels or self._number() != bag.declaration.number
        return bool(differs or asked or self._new_tag_files() or names != wanted)

    def _new_tag_files(self) -> list[str]:
        """Return the tag files that no tag manifest, or not every one, lists; none where there are no tag manifests."""
        listing = self._bag.group(payload=False)
        kept = filter(can_be_listed, self._kept(fetch_anew=False))
        return [path for path in kept if any(path not in manifest.entries for manifest in listing)]

    # ------------------------------------------------------------------ the new tag files

    def _number(self) -> tuple[int, int]:
        return _VERSION_1_0 if self._settings.to_version_1_0 else self._bag.declaration.number

    def _plan(self, comparison: Comparison) -> TagPlan:
        bag, number = self._bag, self._number()
        anew = number != bag.declaration.number
        encoding = "utf-8" if anew else bag.declaration.encoding
        fetch = None
        if anew and "fetch.txt" in bag.listing.files and bag.declaration.encoding != encoding:
            fetch = self._text("fetch.txt").encode(encoding)
        info_text = self._text(bag.info_file) if bag.info_file in bag.listing.files else ""
        payload = {path: seen.digests for path, seen in comparison.seen.items() if path.startswith(PAYLOAD_PREFIX)}
        return TagPlan(
            number=number,
            encoding=encoding,
            declaration=BAGIT_TXT if anew else b"".join(map(bytes, bag.container.read("bagit.txt"))),
            info_file=self._info_file(),
            info_text=info_text,
            labels=self._labels(comparison),
            fetch=fetch,
            payload={**payload, **comparison.unfetched},
            algorithms=self._algorithms,
            tag_algorithms=self._tag_algorithms,
            kept={path: comparison.seen[path].digests for path in self._kept(fetch_anew=fetch is not None)},
        )

    def _info_file(self) -> str:
        return "package-info.txt" if self._number() < (0, 96) else "bag-info.txt"

    def _kept(self, *, fetch_anew: bool) -> list[str]:
        made = {"bagit.txt", self._bag.info_file, self._info_file(), *(one.file for one in self._bag.manifests)}
        if fetch_anew:
            made.add("fetch.txt")
        files = self._bag.listing.files
        return [
            path for path in files if not path.startswith(PAYLOAD_PREFIX) and path not in made and not is_work(path)
        ]

    def _text(self, file: str) -> str:
        data, encoding = b"".join(map(bytes, self._bag.container.read(file))), self._bag.declaration.encoding
        marks = {
            "utf-16": (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE),
            "utf-32": (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE),
        }
        if encoding in marks and not data.startswith(marks[encoding]):
            encoding += "-be"  # RFC 2781 section 4.3, and Unicode section 3.10 for UTF-32
        return data.decode(encoding).removeprefix("\ufeff")

    def _labels(self, comparison: Comparison) -> Labels:
        sizes = [seen.size for path, seen in comparison.seen.items() if path.startswith(PAYLOAD_PREFIX)]
        for path in comparison.unfetched:
            size = self._bag.fetch[path].size
            if size is None:  # nobody knows how much the payload is: what was said of it stays
                labels = bag_labels(self._settings.labels, Configuration(), self._settings.now, 0)
                return tuple(one for one in labels if one[0] != "Bag-Size")
            sizes.append(size)
        labels = bag_labels(self._settings.labels, Configuration(), self._settings.now, sum(sizes))
        return (*labels, ("Payload-Oxum", f"{sum(sizes)}.{len(sizes)}"))

    def _outcome(self, comparison: Comparison | None, tags: Mapping[str, bytes]) -> Revision:
        bag = self._bag
        sizes = [size for path, size in bag.listing.files.items() if path.startswith(PAYLOAD_PREFIX)]
        bounded = Report()  # a million added files are counted and not all named
        bounded.extend(self._findings)
        old = [bag.info_file] if bag.info_file in bag.listing.files else []
        old += [manifest.file for manifest in bag.manifests]
        return Revision(
            tags=tags,
            gone=tuple(name for name in old if name not in tags) if tags else (),
            kept=tuple(self._kept(fetch_anew="fetch.txt" in tags)),
            files=len(sizes),
            bytes=sum(sizes),
            algorithms=self._algorithms,
            added=tuple(one.path for one in comparison.added) if comparison else (),
            changed=tuple(one.path for one in comparison.changed) if comparison else (),
            removed=tuple(one.path for one in comparison.missing) if comparison else (),
            unfetched=bool(comparison and comparison.unfetched),
            findings=bounded.findings(),
        )


def _dropped(bag: OpenBag, settings: UpdateSettings) -> list[Manifest]:
    """Return the manifests that are to go away."""
    found: list[Manifest] = []
    for word in settings.drop:
        known = hash_name(word)
        those = [one for one in bag.manifests if one.algorithm == word.lower() or (known and one.hash_name == known)]
        if not those:
            there = " and ".join(sorted({printable(one.algorithm) for one in bag.manifests})) or "none"
            raise UsageError(f"--drop {printable(word)}: the bag has no manifest of it; it has {there}")
        if known in settings.algorithms:
            raise UsageError(f"--drop {printable(word)} and --algorithm {printable(word)} contradict each other")
        found += those
    return found
