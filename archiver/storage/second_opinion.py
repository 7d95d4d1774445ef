"""Asks an independent program, bagit-python, what it thinks of a bag, since no bag is valid on this code's word alone.

Runs it in this process: its ``Bag`` and ``validate`` change no working folder and keep no state (only its ``make_bag``
and ``save`` do, which are not used). It writes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from archiver.standards.names import is_utf8, printable
from archiver.storage.archives.opening import is_archive
from archiver.storage.bag_checks.folder import FolderBag

_ENCODED = frozenset("%\r\n")
_OTHER_LINE_ENDS = frozenset("\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")


@cache
def judge() -> str:
    """Return name and version of the other program, as events and agents give it."""
    from importlib.metadata import version  # noqa: PLC0415 - takes as long as half of everything else here

    return f"bagit-python {version('bagit')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What the other program said."""

    tool: str
    """Name and version: ``bagit-python 1.9.0``."""

    outcome: Literal["valid", "invalid", "not-run"]
    detail: str
    """The level for a valid bag; the program's own words for an invalid one; else why it was not asked."""


def is_judge_right(paths: Iterable[str]) -> bool:
    """Tell whether the other program is known to read bags with these names as RFC 8493 asks.

    Args:
        paths: from the bag's root.
    """
    return all(_misread(path) is None for path in paths)


def second_opinion(bag: Path) -> Opinion:
    """Ask at the fast level: the structure, and Payload-Oxum for the payload; no digest is re-computed.

    Args:
        bag: the bag's folder.

    Returns:
        The opinion; an error inside the other program is ``invalid``, never an exception here.
    """
    return _ask(bag, fast=True)


def cross_check(bag: Path) -> Opinion:
    """Ask at the full level: every digest of the manifests it knows.

    Args:
        bag: the bag's folder; an archive is ``not-run``.
    """
    return _ask(bag, fast=False)


def _ask(path: Path, *, fast: bool) -> Opinion:
    import bagit  # noqa: PLC0415 - loads multiprocessing, and only builds and cross-checks need it

    # A library logs nowhere unless asked to; without a handler the warnings would go to standard error.
    logger = logging.getLogger("bagit")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    reason = _why_not(path)
    if reason is not None:
        return Opinion(tool=judge(), outcome="not-run", detail=reason)
    try:
        bag = bagit.Bag(str(path))
        if fast and not bag.has_oxum():
            detail = "its fast level needs Payload-Oxum, which the bag does not state"
            return Opinion(tool=judge(), outcome="not-run", detail=detail)
        bag.validate(fast=fast)
    except Exception as error:  # noqa: BLE001 - it raises what it likes for a bag it does not understand
        return Opinion(tool=judge(), outcome="invalid", detail=printable(f"{type(error).__name__}: {error}"))
    level = "fast level: structure and Payload-Oxum" if fast else "full level: every digest"
    return Opinion(tool=judge(), outcome="valid", detail=level)


def _why_not(path: Path) -> str | None:
    """Say why the other program cannot judge this bag: it is known to be wrong there, or would hang on a pipe."""
    if is_archive(path):
        return "it reads folders alone, and archives are not unpacked here"
    try:
        with FolderBag(path) as container:
            listing = container.listing()
    except OSError as error:
        return f"the bag could not be read: {error.strerror or error}"
    if listing.blocked:
        return f"it would follow or open {printable(min(listing.blocked))}"
    return next((reason for reason in map(_misread, listing.files) if reason), None)


def _misread(path: str) -> str | None:
    if not _ENCODED.isdisjoint(path):
        return f"it does not percent-encode as RFC 8493 asks: {printable(path)}"
    if not _OTHER_LINE_ENDS.isdisjoint(path):
        return f"it ends lines inside names: {printable(path)}"
    if path != path.rstrip() or not is_utf8(path):
        return f"it cannot read the name {printable(path)!r}"
    return None
