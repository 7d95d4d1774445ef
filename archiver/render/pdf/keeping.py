"""Whether a PDF is valid PDF/A as it stands, of the flavour it declares: then not one byte of it needs to change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archiver.model import Check
from archiver.render.gate.conformance import PIKEPDF, level_b_findings
from archiver.render.gate.unicode_text import unproven_text
from archiver.render.gate.verdict import listed
from archiver.render.pdf.byte_syntax import syntax_faults
from archiver.render.pdf.obstacles import first_found, is_only_unknown

if TYPE_CHECKING:
    from mmap import mmap
    from pathlib import Path

    import pikepdf
    from pikepdf.pdfa import Finding

    from archiver.render.pdf.inspection import PdfTraits

_SYNTAX_TOOL = "Archiver"
_JUDGED_PARTS = frozenset("123")


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """Whether a PDF may be kept as it is."""

    checks: tuple[Check, ...] = ()
    """``pdfa``, and ``syntax`` where the first did not fail; nothing where no claim was made that could be judged."""

    flavour: str | None = None
    """What it may be called; None: it may not be kept."""

    proven: bool = False
    """False: a second validator has to say so before it may be called that."""


def judged_as_it_is(
    content: bytes | mmap, pdf: pikepdf.Pdf, traits: PdfTraits, *, second_validator: bool, file: Path | None = None
) -> Keeping:
    """Judge a PDF as it stands.

    Two checks make one verdict: ``pdfa``, what the validator sees through the library that reads the file, and
    ``syntax``, the bytes that this library reads past. Level U is told where every character shown has a Unicode value.
    What level A adds, and part 4, are for a second validator.

    Args:
        content: the whole file.
        pdf: the same file, open; unchanged.
        traits: of it.
        second_validator: it will be asked about whatever may be kept.
        file: where the PDF is, when ``content`` is not in memory.
    """
    declared = traits.declared
    if declared is None:
        return Keeping()
    if declared[0] not in _JUDGED_PARTS:
        detail = f"it does not know PDF/A-{declared}"
        unknown = Check(name="pdfa", passed=None, tool=PIKEPDF, detail=detail)
        return Keeping(checks=(unknown,), flavour=declared) if second_validator else Keeping()
    part, level = declared[0], declared[1:]
    _, broken = level_b_findings(file or bytes(content), part)
    conforms = _conformance(broken, declared)
    if conforms.passed is False or (conforms.passed is None and not second_validator):
        return Keeping(checks=(conforms,))
    syntax = _syntax(content, pdf, traits)
    checks = (conforms, syntax)
    if not syntax.passed:
        return Keeping(checks=checks)
    proven = f"{part}{_proven_level(pdf, part, level)}"
    if second_validator:
        return Keeping(checks=checks, flavour=declared, proven=bool(conforms.passed) and proven == declared)
    return Keeping(checks=checks, flavour=proven, proven=True)


def _proven_level(pdf: pikepdf.Pdf, part: str, level: str) -> str:
    """Return the level that can be told here of a file in which level B was found to be kept to."""
    if level == "b" or part == "1":  # ISO 19005-1 has no level U
        return "b"
    return "b" if next(unproven_text(pdf), None) else "u"


def _conformance(broken: tuple[Finding, ...], declared: str) -> Check:
    if broken:
        passed = None if is_only_unknown(broken) else False
        return Check(name="pdfa", passed=passed, tool=PIKEPDF, detail=first_found(broken))
    more = f"; it does not know what level {declared[1:].upper()} adds" if declared[1:] not in {"b", "u"} else ""
    detail = f"PDF/A-{declared[0]}b rules on a file that declares {declared}{more}"
    return Check(name="pdfa", passed=True, tool=PIKEPDF, detail=detail)


def _syntax(content: bytes | mmap, pdf: pikepdf.Pdf, traits: PdfTraits) -> Check:
    faults = [*traits.damage, *syntax_faults(content, pdf)]
    detail = listed(faults, "; ") if faults else "its bytes are written as ISO 19005-2 6.1.2 to 6.1.9 want them"
    return Check(name="syntax", passed=not faults, tool=_SYNTAX_TOOL, detail=detail)
