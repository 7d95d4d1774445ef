"""The verify step: bags and folders of bags, one verdict each, and the verdict's JSON form.

Reads only. A path that cannot be verified has a verdict that says so; nothing is passed over in silence but hidden
folders and loose files.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from archiver.errors import UsageError
from archiver.model import BagVerdict, Finding, Severity, VerifyLevel
from archiver.standards.bagit_profiles import BagProfile
from archiver.standards.expected_digest import ExpectedDigest
from archiver.standards.names import printable
from archiver.steps.places import why_absent
from archiver.steps.results import finding_json
from archiver.storage.archives.opening import EXTENSIONS, is_archive
from archiver.storage.bag_checks.container import Progress
from archiver.storage.bag_reader import bytes_to_read, empty_verdict, verify_bag
from archiver.storage.in_place import is_cut_off, name_beside

RECEIPTS_SUFFIX = ".receipts"
"""Of the folder beside a package that holds the receipts of its deposits, and no bag."""

_UNREAD = (".tar.bz2", ".tar.xz", ".tbz2", ".txz", ".7z", ".rar")
_ARCHIVES = (*EXTENSIONS, *_UNREAD)


def verify_paths(  # noqa: PLR0913 - keywords, each asking for one thing
    paths: Iterable[Path],
    level: VerifyLevel = "full",
    progress: Progress | None = None,
    *,
    cross_check: bool = False,
    profiles: Sequence[BagProfile] = (),
    expected: ExpectedDigest | None = None,
    workers: int = 1,
) -> Iterator[BagVerdict]:
    """Verify each path: a bag, as a folder or in an archive, or a folder of bags, which means each bag in it.

    Args:
        paths: as the user gave them.
        level: as for :func:`archiver.storage.bag_reader.verify_bag`.
        progress: called with the number of bytes read since its last call.
        cross_check: whether to ask bagit-python too, at its full level; what it says is a finding.
        profiles: BagIt profiles that each bag must keep to.
        expected: what the tag manifest of the one bag must hash to.
        workers: processes that read a large bag's files, as for :func:`archiver.storage.bag_reader.verify_bag`.

    Yields:
        One verdict a bag, and one for each path that is none; ``path`` begins as it was given.

    Raises:
        UsageError: a digest is expected of several bags.
    """
    bags = [bag for path in paths for bag in bags_below(path)]
    if expected is not None and len(bags) != 1:
        raise UsageError(f"an expected digest belongs to one bag, and {len(bags)} are named: verify each by itself")
    verify = partial(verify_bag, level=level, profiles=profiles, progress=progress, expected=expected, workers=workers)
    for bag in bags:
        verdict = _verify(bag, verify)
        yield _cross_checked(verdict, bag) if cross_check and verdict.bagit_version else verdict


def total_bytes(paths: Iterable[Path], level: VerifyLevel = "full") -> int:
    """Return how many bytes :func:`verify_paths` reads at most: the whole for its ``progress``."""
    return sum(bytes_to_read(bag, level) for path in paths for bag in bags_below(path))


def verdict_json(verdict: BagVerdict, *, with_profile: bool = False) -> dict[str, object]:
    """Return a verdict in the shape of one JSON line (design section 6); ``conforms`` where a profile was given."""
    conforms = {"conforms": verdict.conforms} if with_profile else {}
    return {
        "path": printable(verdict.path),
        "valid": verdict.valid,
        "complete": verdict.complete,
        **conforms,
        "bagit_version": verdict.bagit_version,
        "algorithms": list(verdict.algorithms),
        "files": verdict.files,
        "bytes": verdict.bytes,
        "findings": [finding_json(finding) for finding in verdict.findings],
    }


def _verify(path: Path, verify: Callable[[Path], BagVerdict]) -> BagVerdict:
    if not os.path.lexists(path):
        return empty_verdict(path, path_not_found(path))
    if path.name.lower().endswith(_UNREAD) and not os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises where it may not look
        return empty_verdict(path, _archive(path))
    return verify(path)


def _cross_checked(verdict: BagVerdict, path: Path) -> BagVerdict:
    from archiver.storage.second_opinion import cross_check  # noqa: PLC0415 - only asked for by --cross-check

    opinion = cross_check(path)
    if opinion.outcome == "invalid" and verdict.valid is not False:
        # Two programs disagree: validity is not established.
        finding = _disagreement(opinion.tool, opinion.detail)
        return replace(verdict, valid=None, findings=(*verdict.findings, finding))
    finding = Finding(
        severity=Severity.INFO,
        code="cross-check-outcome",
        file=None,
        message=f"{opinion.tool}: {opinion.outcome} ({opinion.detail}).",
        fix="Nothing to do.",
    )
    return replace(verdict, findings=(*verdict.findings, finding))


def _disagreement(tool: str, detail: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="cross-check-disagrees",
        file=None,
        message=f"{tool} does not accept the bag, in which no error was found here: {detail}",
        fix="Look at what it names, and report the disagreement to the makers of the program that is wrong.",
    )


def bags_below(path: Path, *, groups: bool = True) -> list[Path]:
    """Return the bags a path stands for; the path itself when it is one, or when it holds none.

    Args:
        path: a bag, or a folder of them.
        groups: whether a folder of bags among them, as ``bag --split-size`` makes it, stands for its bags too.
    """
    if os.path.lexists(path / "bagit.txt"):
        return [path]
    try:
        with os.scandir(path) as entries:
            names = [name for entry in entries if (name := _bag_name(path, entry))]
    except (OSError, ValueError):  # a NUL in the path is a ValueError
        return [path]
    found = [path / name for name in sorted(names, key=os.fsencode)]
    if groups:
        found = [bag for one in found for bag in (bags_below(one, groups=False) if _may_be_group(one) else [one])]
    # A folder beside bags that has lost its bagit.txt is not passed over: it may be a damaged bag.
    if any(is_archive(bag) or os.path.lexists(bag / "bagit.txt") or not os.path.lexists(bag) for bag in found):
        return found
    return [path]


def _may_be_group(folder: Path) -> bool:
    # What has a payload or labels of its own is a bag that has lost its bagit.txt, whatever bags its payload holds.
    return not any(os.path.lexists(folder / name) for name in ("data", "bag-info.txt"))


def _bag_name(folder: Path, entry: os.DirEntry[str]) -> str | None:
    """Return the name of what may be a bag; None for a hidden folder or a loose file."""
    if not entry.name.startswith("."):
        return entry.name if _counts(entry) else None
    # What is hidden is passed over, but for the bag of a run in place that was cut off: it is missed under its name.
    name = name_beside(entry.name)
    return name if name and is_cut_off(folder / name) else None


def _counts(entry: os.DirEntry[str]) -> bool:
    try:
        if entry.is_dir():
            return not _holds_receipts(entry)
        return entry.name.lower().endswith(_ARCHIVES)
    except OSError:
        return True


def _holds_receipts(folder: os.DirEntry[str]) -> bool:
    # A bag may be called so, too, and one that has lost its bagit.txt must not be passed over.
    if not folder.name.endswith(RECEIPTS_SUFFIX):
        return False
    with os.scandir(folder.path) as entries:
        names = {entry.name for entry in entries}
    bag = {"bagit.txt", "bag-info.txt", "data"}
    return names.isdisjoint(bag) and any(name.endswith(".premis.xml") for name in names)


def path_not_found(path: Path) -> Finding:
    """Return the finding on a path that leads nowhere."""
    return Finding(
        severity=Severity.ERROR,
        code="path-not-found",
        file=None,
        message=f"{printable(str(path))} is not there" + (f": {reason}." if (reason := why_absent(path)) else "."),
        fix="Check the spelling, that the disk is mounted, and that you may open the folder it lies in.",
    )


def _archive(path: Path) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="archive-not-supported",
        file=None,
        message=f"{printable(str(path))} is an archive of a kind that is not read here; .tar, .tar.gz, .tar.zst and "
        ".zip are.",
        fix="Unpack it in a place of its own and verify the folder.",
    )
