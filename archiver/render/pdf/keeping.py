"""Whether a PDF is valid PDF/A as it stands, of the flavour it declares: then not one byte of it needs to change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.model import Check
from archiver.render.gate.conformance import PIKEPDF, level_b_findings
from archiver.render.gate.verdict import listed
from archiver.render.pdf.byte_syntax import syntax_faults
from archiver.render.pdf.obstacles import first_found

if TYPE_CHECKING:
    import pikepdf

    from archiver.render.pdf.inspection import PdfTraits

_SYNTAX_TOOL = "Archiver"
_JUDGED_PARTS = frozenset("123")


def keeping_checks(content: bytes, pdf: pikepdf.Pdf, traits: PdfTraits) -> tuple[Check, ...]:
    """Judge a PDF as it stands.

    Two checks make one verdict: ``pdfa``, what the validator sees through the library that reads the file, and
    ``syntax``, the bytes that this library reads past. What level A or U adds is not judged here.

    Args:
        content: the whole file.
        pdf: the same file, open; unchanged.
        traits: of it.

    Returns:
        Nothing when it does not claim to be PDF/A of a part that is judged here; else ``pdfa``, and ``syntax`` where
        the first passed.
    """
    declared = traits.declared
    if declared is None or declared[0] not in _JUDGED_PARTS:
        return ()
    part = declared[0]
    _, broken = level_b_findings(content, part)
    if broken:
        return (Check(name="pdfa", passed=False, tool=PIKEPDF, detail=first_found(broken)),)
    more = f"; what level {declared[1].upper()} adds was not judged" if declared[1] != "b" else ""
    conforms = Check(
        name="pdfa", passed=True, tool=PIKEPDF, detail=f"PDF/A-{part}b rules on a file that declares {declared}{more}"
    )
    faults = [*traits.damage, *syntax_faults(content, pdf)]
    detail = listed(faults, "; ") if faults else "its bytes are written as ISO 19005-2 6.1.2 to 6.1.9 want them"
    return conforms, Check(name="syntax", passed=not faults, tool=_SYNTAX_TOOL, detail=detail)
