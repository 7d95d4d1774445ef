"""A holey bag (RFC 8493 section 2.2.3): the payload is hashed where it lies and listed in ``fetch.txt``, not copied.

Such a bag is incomplete on purpose, and is complete again when its files were fetched. The source is never written to,
and nobody is asked anything: whether the files can be had at their addresses is not looked at.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.errors import ItemError, UsageError
from archiver.model import Finding, Severity
from archiver.standards.fetch_urls import FetchUrlError, fetch_text, parse_fetch_url, parse_prefix
from archiver.standards.names import printable
from archiver.steps.bags.copying import copy_documents
from archiver.steps.bags.labels import bag_labels
from archiver.steps.publishing import Proof, not_read_back, off_profile
from archiver.storage.bag_reader import verify_bag
from archiver.storage.bag_writer import BagWriter
from archiver.storage.second_opinion import judge
from archiver.storage.source_files import Progress, read_document

if TYPE_CHECKING:
    from archiver.standards.bagit_profiles import BagProfile
    from archiver.steps.bags.making import BagSettings
    from archiver.steps.bags.source import BagSource

_EXPECTED = frozenset({"bag-file-not-fetched", "bag-oxum-mismatch", "bag-findings-cut"})
"""What is wrong with a holey bag as long as its files are missing; ``cut`` counts more of the same."""


def holey_prefix(text: str) -> str:
    """Return the address that the paths of the payload are put behind.

    Raises:
        UsageError: it is no address that files could be fetched from.
    """
    try:
        return parse_prefix(text)
    except FetchUrlError as error:
        shown = "the address" if "@" in text else printable(text[:200])
        raise UsageError(f"--holey: {shown} cannot be used: {error}; write it as https://HOST/FOLDER/") from error


def write_holey(settings: BagSettings, prefix: str, source: BagSource, root: Path, progress: Progress) -> Proof:
    """Write a holey bag and read it back.

    Args:
        settings: of the bag.
        prefix: as :func:`holey_prefix` returns it.
        source: what the payload is.
        root: the bag's folder in staging; does not exist.
        progress: told of each byte hashed.

    Raises:
        ItemError: a document cannot be read, or what was read back is not what was written.
        OSError: the disk refused.
    """
    root.mkdir()
    (root / "data").mkdir()  # RFC 8493 section 2.1.2: it has to be there, even with nothing in it
    algorithms = settings.configuration.algorithms
    writer = BagWriter(root=root, algorithms=algorithms)

    def list_document(path: str) -> None:
        writer.payload[path] = read_document(settings.source, path, algorithms, progress)

    copy_documents(settings.source, [document.path for document in source.documents], list_document)
    fetch = fetch_text(prefix, [(path, seen.size) for path, seen in writer.payload.items()])
    missing = len(writer.payload)
    for path in source.kept_files:  # not in the source, so that they could not be fetched either
        writer.write(path, [])
    octets = sum(seen.size for seen in writer.payload.values())
    labels = bag_labels(settings.labels, settings.configuration, settings.now, octets)
    writer.seal(labels, {"fetch.txt": fetch.encode()})
    _read_back(root, printable(str(settings.destination)), settings.profiles)
    told = _to_complete(settings.destination, prefix, missing)
    if not settings.cross_check:
        return Proof(findings=(told,))
    return Proof(opinion=f"{judge()}: not-run", findings=(told, _not_asked(settings.destination)))


def _read_back(root: Path, name: str, profiles: Sequence[BagProfile]) -> None:
    """Verify all of it that is there: the tag files by their digests, and that nothing else is wrong.

    Raises:
        ItemError: something is.
    """
    verdict = verify_bag(root, "full", profiles=profiles)
    if verdict.conforms is False:
        raise ItemError((off_profile(name, profiles), *verdict.findings))
    wrong = [one for one in verdict.findings if one.severity is Severity.ERROR and one.code not in _EXPECTED]
    if wrong:
        raise ItemError((not_read_back(name, len(wrong)), *wrong))


def _to_complete(destination: Path, prefix: str, missing: int) -> Finding:
    url = parse_fetch_url(prefix)
    words = ["archiver", "verify", "--fetch", f"--fetch-host={url.authority}"]
    words += ["--fetch-scheme=http"] if url.scheme == "http" else []
    command = printable(shlex.join([*words, str(destination)]))
    files = "1 file is" if missing == 1 else f"{missing} files are"
    return Finding(
        severity=Severity.INFO,
        code="bag-made-holey",
        file="fetch.txt",
        message=f"The bag is incomplete on purpose: {files} listed in fetch.txt, to be had below {url.shown}. "
        f"When they are there, `{command}` completes it.",
        fix="Nothing to do; whether the files can be had there was not looked at.",
    )


def _not_asked(destination: Path) -> Finding:
    name = printable(str(destination))
    return Finding(
        severity=Severity.INFO,
        code="second-opinion-not-run",
        file=name,
        message=f"{judge()} was not asked about {name}: to it, a bag that is incomplete on purpose is invalid.",
        fix="Nothing has to be done; `archiver verify --fetch --cross-check` asks it when the bag is complete.",
    )
