"""The ``fixity`` block of an inventory: further digests of content files (OCFL 1.1 section 3.5.4).

What is wrong in it leaves the inventory usable: the files are known by the manifest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from archiver.standards.ocfl.findings import inventories as kinds
from archiver.standards.ocfl.paths import PathSet, path_fault
from archiver.standards.ocfl.reading.rule_report import RuleReport, shown

FIXITY_DIGITS: Mapping[str, int | None] = {
    "md5": 32,
    "sha1": 40,
    "sha256": 64,
    "sha512": 128,
    "blake2b-512": 128,
    "blake2b-160": 40,
    "blake2b-256": 64,
    "blake2b-384": 96,
    "sha512/256": 64,
    "size": None,
    "crc32c": 8,
}
"""Algorithms of section 3.4 and of the registered extensions 0001 and 0009 -> hexadecimal digits; None for a number."""

_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]+")
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")

Fixity = dict[str, dict[str, tuple[str, ...]]]
"""Algorithm -> digest -> content paths."""


def read_fixity(value: Mapping[str, Any], paths: PathSet, report: RuleReport) -> Fixity:
    """Read and check the fixity block.

    Args:
        value: the inventory.
        paths: of the manifest.
        report: takes what is wrong.

    Returns:
        Without what is wrong; empty where there is no such block.
    """
    block = value.get("fixity", {})
    if not isinstance(block, dict):
        report.note(kinds.fixity_block, "E111", "The fixity block is no JSON object")
        return {}
    read: Fixity = {}
    for algorithm, digests in block.items():
        if algorithm not in FIXITY_DIGITS:
            report.note(kinds.fixity_block, "E056", f"The fixity block names an unknown algorithm {shown(algorithm)}")
        elif not isinstance(digests, dict):
            report.note(kinds.fixity_block, "E057", f"The fixity block of {algorithm} is no JSON object")
        else:
            read[algorithm] = _read_digests(algorithm, digests, paths, report)
    return read


def _read_digests(
    algorithm: str, digests: dict[str, Any], paths: PathSet, report: RuleReport
) -> dict[str, tuple[str, ...]]:
    digits = FIXITY_DIGITS[algorithm]
    read: dict[str, tuple[str, ...]] = {}
    for digest, listed in digests.items():
        folded = digest.lower()
        good = _HEXADECIMAL.fullmatch(digest) and len(digest) == digits if digits else _DECIMAL.fullmatch(digest)
        if not good:
            report.note(kinds.fixity_block, "E057", f"{shown(digest)} is no digest by {algorithm}")
        elif folded in read:
            report.note(
                kinds.fixity_block,
                "E097",
                f"The digest {shown(digest)} stands twice in the fixity block of {algorithm}",
            )
        elif not isinstance(listed, list) or not all(isinstance(path, str) for path in listed):
            report.note(kinds.fixity_block, "E057", f"The fixity digest {shown(digest)} has no array of content paths")
        else:
            read[folded] = _known_paths(listed, paths, report)
    return read


def _known_paths(listed: list[str], paths: PathSet, report: RuleReport) -> tuple[str, ...]:
    for path in listed:
        fault = path_fault(path)
        if fault is not None:
            rule = "E099" if fault == "segment" else "E100"
            report.note(kinds.path_unsafe, rule, f"The content path {shown(path)} of the fixity block names no file")
        elif path not in paths:
            report.note(
                kinds.fixity_block, "E093", f"The fixity block speaks of {shown(path)}, which is not in the manifest"
            )
    return tuple(path for path in listed if path in paths)
