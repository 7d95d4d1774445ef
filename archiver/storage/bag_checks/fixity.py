"""Re-computes digests: each byte of each listed file is read once for all the algorithms that list it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import accumulate, pairwise
from operator import itemgetter

from archiver.model import Finding, Severity
from archiver.standards.bagit import PAYLOAD_PREFIX
from archiver.standards.names import printable
from archiver.storage.bag_checks.container import TO_BE_READ_HERE, BagContainer, Progress
from archiver.storage.bag_checks.opened import Manifest, OpenBag
from archiver.storage.digesting.crew import Crew
from archiver.storage.digesting.files import digest_file
from archiver.storage.hashing import new_hasher


def check_fixity(bag: OpenBag, *, payload: Collection[str] | None, crew: Crew | None = None) -> Iterator[Finding]:
    """Compare every listed file with its digests (RFC 8493 section 3).

    Args:
        bag: opened, its manifests matched with the names on disk.
        payload: the payload files to read beside the tag files; None for all of them.
        crew: digests the payload already, where it has begun.

    Yields:
        One finding a file, damaged or not readable, in the order of the paths.
    """
    begun = payload is None and crew is not None and bool(crew.algorithms)
    if begun:
        payload = ()
    paths = bag.listing.files.keys()
    order = bag.container.reading_order(paths)
    if order is paths and not begun:
        for path in paths:
            yield from _check(bag, path, payload)
        return
    # An archive is read in its own order and a crew has none; the findings come in the order of the paths all the same.
    found = [(path, finding) for path in order for finding in _check(bag, path, payload)]
    if crew is not None and begun:
        found += _check_digested(bag, crew)
    yield from (finding for _, finding in sorted(found, key=itemgetter(0)))


def _check(bag: OpenBag, path: str, payload: Collection[str] | None) -> Iterator[Finding]:
    if path in bag.unreadable or (payload is not None and path.startswith(PAYLOAD_PREFIX) and path not in payload):
        return
    stated = _stated(bag, path)
    if not stated:
        return
    yield from _read(bag, path, stated, bag.progress)


def _read(
    bag: OpenBag, path: str, stated: list[tuple[Manifest, bytes]], progress: Progress | None
) -> Iterator[Finding]:
    try:
        actual = bag.digests.get(path) or file_digests(
            bag.container, path, {manifest.hash_name or "" for manifest, _ in stated}, progress
        )
    except OSError as error:
        yield _unreadable(path, error)
        return
    yield from _judged(path, stated, actual)


def _check_digested(bag: OpenBag, crew: Crew) -> Iterator[tuple[str, Finding]]:
    """Give the findings on what a crew has read, each with its path, in any order."""
    algorithms = crew.algorithms
    ends = list(accumulate((new_hasher(name)().digest_size for name in algorithms), initial=0))
    places = {name: slice(*place) for name, place in zip(algorithms, pairwise(ends), strict=True)}
    entries = [[manifest.entries for manifest in bag.manifests if manifest.hash_name == name] for name in algorithms]
    # Where each algorithm has one manifest, as in every sound bag, what is stated is compared as it stands.
    single = [ours[0].get for ours in entries]
    plain = all(len(ours) == 1 for ours in entries)
    for part in crew.results(bag.progress):
        for index, path in enumerate(part.paths):
            digests = part.digests[index * ends[-1] : (index + 1) * ends[-1]]
            error = part.errors.get(index)
            if error is None and plain and b"".join([get(path, b"") for get in single]) == digests:
                continue
            stated = _stated(bag, path)
            if stated and error is not None and error.errno == TO_BE_READ_HERE:
                yield from ((path, finding) for finding in _read(bag, path, stated, None))
            elif stated and error is not None:
                yield path, _unreadable(path, error)
            elif stated:
                actual = {name: digests[place] for name, place in places.items()}
                yield from ((path, finding) for finding in _judged(path, stated, actual))


def _stated(bag: OpenBag, path: str) -> list[tuple[Manifest, bytes]]:
    return [
        (manifest, manifest.entries[path])
        for manifest in bag.manifests
        if manifest.hash_name and path in manifest.entries
    ]


def _judged(path: str, stated: list[tuple[Manifest, bytes]], actual: dict[str, bytes]) -> Iterator[Finding]:
    wrong = [(manifest, digest) for manifest, digest in stated if actual[manifest.hash_name or ""] != digest]
    if wrong:
        yield _damaged(path, wrong, actual, agreeing=len(stated) - len(wrong))


def file_digests(
    container: BagContainer, path: str, algorithms: set[str], progress: Progress | None
) -> dict[str, bytes]:
    """Read one file once and return its digest by each algorithm.

    Args:
        container: the bag.
        path: a listed regular file.
        algorithms: hashlib's names.
        progress: told of each piece read.

    Raises:
        OSError: the file cannot be read to its end.
    """
    names = sorted(algorithms)
    return dict(zip(names, digest_file(container.read, path, names, progress), strict=True))


def _damaged(path: str, wrong: list[tuple[Manifest, bytes]], actual: dict[str, bytes], *, agreeing: int) -> Finding:
    name = printable(path)
    parts = "; ".join(
        f"{manifest.file} states {digest.hex()[:16]}..., it is {actual[manifest.hash_name or ''].hex()[:16]}..."
        for manifest, digest in wrong
    )
    # A change to the file changes every digest: one that still agrees says that the manifest was changed instead.
    note = " Another manifest agrees with it, so that the manifest may be wrong and not the file." if agreeing else ""
    return Finding(
        severity=Severity.ERROR,
        code="bag-file-damaged",
        file=name,
        message=f"{name} is not what it was: {parts}.{note}",
        fix="Restore the file from another copy of the bag; keep the damaged one until then.",
    )


def _unreadable(path: str, error: OSError) -> Finding:
    name = printable(path)
    return Finding(
        severity=Severity.ERROR,
        code="bag-file-unreadable",
        file=name,
        message=f"{name} could not be read ({error.strerror or error}); whether it is damaged is unknown.",
        fix="Give yourself permission to read it, or check the disk, then verify again.",
    )
