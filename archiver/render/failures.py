"""The results of documents that have no rendition, each with the finding that says why.

Values only; used by the child for what it can say itself, and by the build for a child that can say nothing any more.
"""

from __future__ import annotations

import dataclasses

from archiver.model import Check, Finding, RenderResult, Severity
from archiver.standards.names import printable

LARGEST_RENDERED = 32 << 20
"""Bytes of a document beyond which it is packaged without a rendition: what is made of it, and what that is compared
with, are several times as large, in the memory of one worker."""

INSTALL_LIBREOFFICE = (
    "Debian and Ubuntu: apt-get install --no-install-recommends libreoffice-writer-nogui libreoffice-impress-nogui "
    "libreoffice-calc-nogui; Fedora: dnf install libreoffice-writer libreoffice-impress libreoffice-calc; macOS: brew "
    "install --cask libreoffice"
)
"""The commands, by system."""


def failed(finding: Finding, *, notes: tuple[str, ...] = (), checks: tuple[Check, ...] = ()) -> RenderResult:
    """Return a failed result that holds one finding; nothing was validated."""
    return RenderResult(
        status="failed", flavour=None, validated=None, pdf=None, checks=checks, findings=(finding,), notes=notes
    )


def rendering_failed(name: str, cause: str) -> RenderResult:
    """Return the result of a document whose rendering stopped.

    Args:
        name: the document's path.
        cause: the exception, or how the child ended: ``killed by signal 9``.
    """
    return failed(
        Finding(
            severity=Severity.WARNING,
            code="rendition-failed",
            file=name,
            message=f"{name}: no PDF/A copy, because rendering stopped: {cause}.",
            fix="Nothing is lost: the original is packaged as it is. A simpler or smaller document may render.",
        )
    )


def rendering_timed_out(name: str, seconds: float) -> RenderResult:
    """Return the result of a document that took longer than ``seconds`` of wall time and was stopped."""
    return failed(
        Finding(
            severity=Severity.WARNING,
            code="rendition-timeout",
            file=name,
            message=f"{name}: no PDF/A copy, because rendering took longer than {seconds:g} seconds and was stopped.",
            fix="Split the document into smaller ones; the original is packaged as it is.",
        )
    )


def too_large(name: str, size: int, cause: str = "") -> Finding:
    """Return the finding on a document that is larger than what is rendered.

    Args:
        name: the document's path.
        size: bytes.
        cause: of a PDF, why it is not PDF/A as it stands; empty for any other document.
    """
    words = f"documents beyond {LARGEST_RENDERED:,} are not rendered as PDF/A"
    if cause:
        words = f"PDFs beyond {LARGEST_RENDERED:,} are not converted, and it cannot stay as it is: {printable(cause)}"
    return Finding(
        severity=Severity.WARNING,
        code="rendition-too-large",
        file=name,
        message=f"{name} has {size:,} bytes; {words}.",
        fix="Nothing has to be done; split the document if a PDF/A copy is wanted.",
    )


def original_not_embedded(name: str, result: RenderResult) -> Finding:
    """Return the finding on a rendition that could not take its original in."""
    kept = result.status == "kept"
    why = "it is kept as it is" if kept else f"PDF/A-{result.flavour} holds no file of another format"
    return Finding(
        severity=Severity.INFO,
        code="original-not-embedded",
        file=name,
        message=f"{name}: the original is not embedded in the PDF/A copy, because {why}.",
        fix="Nothing has to be done: the original stands in the package beside the copy.",
    )


def with_second_judge(result: RenderResult, check: Check, name: str) -> RenderResult:
    """Return what a rendition comes to once a second validator was asked.

    Args:
        result: has a PDF and the flavour that the second validator was asked about.
        check: what the second validator said.
        name: the document's path.

    Returns:
        The result with the check. Without its PDF where the second validator refuses it, or gave no verdict on a
        flavour that nothing else here can judge.
    """
    checks = (*result.checks, check)
    if check.passed:
        return dataclasses.replace(result, checks=checks, validated=True)
    if check.passed is None and result.validated:
        return dataclasses.replace(result, checks=checks)
    # A PDF of somebody else's may be what it is; one that was laid out here and is refused is a defect of ours.
    theirs = result.status != "rendered" and not result.validated
    refused = _not_reached(check, name) if theirs else _refused(check, name)
    finding = refused if check.passed is False else _not_proven(check, name, result.flavour or "")
    return dataclasses.replace(
        result,
        status="failed",
        flavour=None,
        validated=check.passed,
        pdf=None,
        checks=checks,
        # What was done to make the copy is of no account where there is none.
        findings=(*(result.findings if result.status == "rendered" else ()), finding),
    )


def _refused(check: Check, name: str) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="rendition-refused-by-verapdf",
        file=name,
        message=f"{name}: no PDF/A copy, because {check.tool} refuses it: {check.detail}.",
        fix="Nothing is lost: the original is packaged as it is. Please report what veraPDF says as a defect.",
    )


def _not_reached(check: Check, name: str) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="pdfa-not-reached",
        file=name,
        message=f"{name}: no PDF/A copy, because it cannot be made so without changing its pages; {check.tool} says: "
        f"{check.detail}.",
        fix="The original is packaged as it is. Save it as PDF/A in the program it was made with if a copy is wanted.",
    )


def _not_proven(check: Check, name: str, flavour: str) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="rendition-not-proven",
        file=name,
        message=f"{name}: no PDF/A copy, because only veraPDF can prove PDF/A-{flavour} and it gave no verdict: "
        f"{check.detail}.",
        fix="Build again; if it says the same, ask for 2u, most of which is proven without veraPDF.",
    )


def needs_program(name: str, extension: str) -> RenderResult:
    """Return the result of a document that only LibreOffice can lay out, on a machine without it.

    Args:
        name: the document's path.
        extension: of its format, with the dot.
    """
    finding = Finding(
        severity=Severity.WARNING,
        code="rendition-needs-program",
        file=name,
        message=f"{name}: no PDF/A copy, because {extension} files are laid out by LibreOffice, which is not on this "
        "machine.",
        fix=f"Install it ({INSTALL_LIBREOFFICE}) and build again; the original is packaged as it is.",
    )
    return RenderResult(status="unsupported", flavour=None, validated=None, pdf=None, findings=(finding,))


def program_failed(name: str, cause: str, *, tool: str) -> RenderResult:
    """Return the result of a document of which a program made no PDF.

    Args:
        name: the document's path.
        cause: what the program said, or how it ended.
        tool: the program and its version.
    """
    finding = Finding(
        severity=Severity.WARNING,
        code="rendition-program-failed",
        file=name,
        message=f"{name}: no PDF/A copy: {printable(cause)}.",
        fix="Nothing is lost: the original is packaged as it is. See whether it opens in the program that made it.",
    )
    return RenderResult(status="failed", flavour=None, validated=None, pdf=None, findings=(finding,), tool=tool)
