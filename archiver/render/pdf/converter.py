"""The leaf for PDF: kept when it is valid PDF/A, converted when that changes nothing seen, else left as it is.

Encrypted, signed, XFA: nothing is done to it, and a finding says so. Damaged, with JavaScript, a form, with
attachments: converted, and a finding says what became of that.
"""

from __future__ import annotations

import dataclasses
from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf

from archiver.model import Check, Finding, ProgramOutput, RenderRequest, RenderResult
from archiver.render.failures import failed
from archiver.render.gate import limits_check
from archiver.render.gate.conformance import PIKEPDF, level_b_findings
from archiver.render.pdf import findings
from archiver.render.pdf.by_program import LostFilesError, taken
from archiver.render.pdf.conversion import Conversion, convert
from archiver.render.pdf.inspection import LARGEST_PAGES, MOST_FIELDS, PdfTraits, TooManyObjectsError, inspected
from archiver.render.pdf.keeping import Keeping, judged_as_it_is
from archiver.render.pdf.likeness import UNREAD, likeness
from archiver.render.pdf.obstacles import first_found, is_only_unknown, is_unreadable, obstacles, plain
from archiver.render.pdf.telling import confirmed, told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pikepdf.pdfa import Finding as Broken

_LONGEST_CAUSE = 200


class PdfConverter:
    """Keeps or converts a PDF; see :class:`archiver.render.contract.Converter`."""

    name = "pdf"

    def convert(self, request: RenderRequest) -> RenderResult:
        """Keep the PDF, make it PDF/A, or say why neither was done."""
        try:
            with pikepdf.open(BytesIO(request.content)) as pdf:
                if pdf.is_encrypted:
                    return failed(findings.encrypted(request.name, opens=True))
                return _settled(request, pdf)
        except pikepdf.PasswordError:
            return failed(findings.encrypted(request.name, opens=False))
        except TooManyObjectsError as error:
            return failed(findings.too_large(request.name, str(error)))
        except (pikepdf.PdfError, ValueError) as error:  # ValueError: a number, or text, that no PDF can hold
            return failed(findings.unreadable(request.name, _cause(error)))


RENDERER = PdfConverter()


def _settled(request: RenderRequest, pdf: pikepdf.Pdf) -> RenderResult:
    traits = inspected(pdf)
    keeping = Keeping(checks=(request.refused,) if request.refused else ())
    if request.refused is None and request.made is None:
        keeping = judged_as_it_is(request.content, pdf, traits, second_validator=request.second_validator)
    if keeping.flavour is not None:
        return _kept(request, traits, keeping)
    refusal = _refusal(request, traits)
    if refusal is not None:
        return failed(refusal, checks=keeping.checks)
    if request.made is not None:
        return _by_program(request, traits, request.made)
    untrue = next((check for check in keeping.checks if check.passed is False), None)
    return _converted(request, traits, convert(pdf, traits, request), untrue)


def _kept(request: RenderRequest, traits: PdfTraits, keeping: Keeping) -> RenderResult:
    return RenderResult(
        status="kept",
        flavour=keeping.flavour,
        validated=True if keeping.proven else None,
        pdf=request.content,
        checks=keeping.checks,
        notes=confirmed(traits.declared, str(keeping.flavour)),
        tool=PIKEPDF,
    )


def _refusal(request: RenderRequest, traits: PdfTraits) -> Finding | None:
    """Return why nothing is done to a PDF, or None."""
    if traits.signed:
        return findings.signed(request.name)
    if traits.xfa:
        return findings.xfa(request.name)
    if traits.pages > LARGEST_PAGES:
        cause = f"it has {traits.pages:,} pages; PDFs beyond {LARGEST_PAGES:,} are not converted"
        return findings.too_large(request.name, cause)
    if traits.widgets > MOST_FIELDS:
        cause = f"it has {traits.widgets:,} form fields; forms beyond {MOST_FIELDS:,} are not converted"
        return findings.too_large(request.name, cause)
    if traits.pages == 0:
        return findings.unreadable(request.name, "it has no page")
    return None


def _by_program(request: RenderRequest, traits: PdfTraits, output: ProgramOutput) -> RenderResult:
    """Judge what another program made of the PDF, by the measure of our own conversions."""
    if output.pdf is None:
        return failed(findings.program_failed(request.name, output.tool, output.cause))
    try:
        made = taken(output.pdf, output, traits, request)
    except (pikepdf.PdfError, TooManyObjectsError, LostFilesError, ValueError) as error:
        return failed(findings.program_failed(request.name, output.tool, _cause(error)))
    result = _converted(request, traits, made, None)
    if result.status == "converted":
        return dataclasses.replace(result, render_seconds=output.seconds)
    failures = [f"{check.name}: {check.detail}" for check in result.checks if not check.passed]
    refused = findings.program_failed(request.name, output.tool, "; ".join(failures) or "it cannot be judged")
    return dataclasses.replace(result, findings=(refused,))


def _converted(request: RenderRequest, traits: PdfTraits, made: Conversion, untrue: Check | None) -> RenderResult:
    conforms, broken = _conformance(made)
    unknown = is_only_unknown(broken) and not is_unreadable(broken)
    if broken and not (unknown and request.second_validator):
        return _not_reached(request, traits, broken, made.tool, unknown=unknown)
    alike = (*likeness(request.content, made.pdf, fields_drawn=made.fields_drawn), limits_check(made.pdf))
    checks = (conforms, *alike)
    wrong = [check for check in alike if not check.passed]
    if wrong:
        if wrong[0].detail.startswith(UNREAD):
            cause = f"it has to be read by two programs, and one cannot; {wrong[0].detail}"
            return failed(findings.unreadable(request.name, cause), checks=checks)
        finding = findings.differs(request.name, wrong[0].name, wrong[0].detail)
        return dataclasses.replace(failed(finding, checks=checks), tool=made.tool)
    return RenderResult(
        status="converted",
        flavour=made.flavour,
        validated=conforms.passed,
        pdf=made.pdf,
        checks=checks,
        findings=tuple(told(request, traits, made, untrue)),
        notes=made.notes,
        tool=made.tool,
    )


def _conformance(made: Conversion) -> tuple[Check, tuple[Broken, ...]]:
    """Judge by the rules of level B; what level U adds was proven before it was declared."""
    part, level = made.flavour[0], made.flavour[1:].upper()
    declared, broken = level_b_findings(made.pdf, part)
    if not broken and declared != level:
        raise AssertionError(f"declared {declared}, not {level}")
    detail = f"PDF/A-{part}b rules"
    if level == "U":
        detail += " on a file that declares U; every character shown has a Unicode value (ISO 19005-2 6.2.11.7)"
    if broken:
        detail = first_found(broken)
    return Check(name="pdfa", passed=None if broken else True, tool=PIKEPDF, detail=detail), broken


def _not_reached(
    request: RenderRequest, traits: PdfTraits, broken: Sequence[Broken], tool: str, *, unknown: bool
) -> RenderResult:
    check = Check(name="pdfa", passed=None if unknown else False, tool=PIKEPDF, detail=first_found(broken))
    if traits.damage and is_unreadable(broken):
        return failed(findings.unreadable(request.name, traits.damage[0]), checks=(check,))
    finding = findings.not_reached(request.name, obstacles(broken, traits), claimed=traits.declared, unknown=unknown)
    return dataclasses.replace(failed(finding, checks=(check,)), validated=check.passed, tool=tool)


def _cause(error: Exception) -> str:
    return plain(str(error))[:_LONGEST_CAUSE].rstrip(".")
