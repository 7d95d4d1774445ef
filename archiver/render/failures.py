"""The results of documents that were not rendered, each with the finding that says why.

Values only; used by the child for what it can say itself, and by the build for a child that can say nothing any more.
"""

from __future__ import annotations

from archiver.model import Check, Finding, RenderResult, Severity


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
