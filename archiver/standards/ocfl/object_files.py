"""The small files that make a folder an OCFL object or a storage root: declarations and the sidecars of inventories.

Pure: names and bytes in, what is wrong with them out.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from archiver.standards.ocfl.findings import objects as kinds
from archiver.standards.ocfl.inventory import DECLARATION, INVENTORY_TYPES
from archiver.standards.ocfl.reading.rule_report import RuleReport, shown

SMALL_FILE = 4096
"""Bytes of the largest declaration or sidecar that is read."""

_SIDECAR = re.compile(rb"([0-9A-Fa-f]+)[ \t]+inventory\.json[ \t]*(?:\r?\n)?")


def declared_version(names: Collection[str], report: RuleReport) -> str | None:
    """Return the version of OCFL that an object's declaration names (OCFL 1.1 section 3.2).

    Args:
        names: of the files in the object's root.
        report: takes what is wrong.

    Returns:
        None when there is no declaration, or none of a version that is known.
    """
    found = sorted(name for name in names if name.startswith("0="))
    declarations = [name for name in found if name.startswith(DECLARATION)]
    if not declarations:
        report.note(kinds.declaration_wrong, "E003", "There is no declaration such as 0=ocfl_object_1.1")
    for name in found:
        if name not in declarations:
            report.note(kinds.declaration_wrong, "E006", f"{shown(name)} declares something else than an object", name)
    if len(declarations) > 1:
        report.note(kinds.declaration_wrong, "E003", f"There are {len(declarations)} declarations, and one is allowed")
    known = [
        name.removeprefix(DECLARATION) for name in declarations if name.removeprefix(DECLARATION) in INVENTORY_TYPES
    ]
    if declarations and not known:
        name = declarations[0]
        report.note(kinds.declaration_wrong, "E006", f"{shown(name)} names no version of OCFL known here", name)
    return known[-1] if known else None


def check_declaration(name: str, content: bytes, report: RuleReport) -> None:
    """Check that a declaration's content is its name without ``0=`` and a line feed (E007)."""
    if content != name.removeprefix("0=").encode("utf-8", "surrogateescape") + b"\n":
        report.note(kinds.declaration_wrong, "E007", f"{shown(name)} does not hold what its name says", name)


def read_sidecar(content: bytes) -> str | None:
    """Return the digest that a sidecar states, in lower case; None when it is not one (section 3.6, E061)."""
    match = _SIDECAR.fullmatch(content)
    return match[1].decode().lower() if match else None
