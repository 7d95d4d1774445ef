"""What is told of a document that is PDF: values only, one function a finding."""

from __future__ import annotations

from archiver.model import Check, Finding, Severity
from archiver.standards.names import printable

_AS_IT_IS = "The original is packaged as it is."


def encrypted(name: str, *, opens: bool) -> Finding:
    """Tell that a PDF is protected; ``opens``: it can be read without a password."""
    how = "its owner has set a password on what may be done with it" if opens else "it opens with a password alone"
    return Finding(
        severity=Severity.WARNING,
        code="pdf-encrypted",
        file=name,
        message=f"{name}: no PDF/A copy, because the PDF is encrypted: {how}.",
        fix=f"{_AS_IT_IS} Ask who made it for a copy without protection: whoever loses the password loses the text.",
    )


def signed(name: str) -> Finding:
    """Tell that a PDF bears a digital signature, which a conversion would break."""
    return Finding(
        severity=Severity.INFO,
        code="pdf-signed",
        file=name,
        message=f"{name}: no PDF/A copy, because the PDF is digitally signed and any change breaks the signature.",
        fix=f"{_AS_IT_IS} Keep what proves the signature (certificates, time stamps) beside it.",
    )


def xfa(name: str) -> Finding:
    """Tell that a PDF is a form whose content is not on its pages."""
    return Finding(
        severity=Severity.WARNING,
        code="pdf-xfa",
        file=name,
        message=f"{name}: no PDF/A copy, because the PDF is an XFA form: what it shows may be made by its program and "
        "not stand on its pages.",
        fix=f"{_AS_IT_IS} Open it in the program it was made for, print it to PDF, and add that to the item.",
    )


def unreadable(name: str, cause: str) -> Finding:
    """Tell that nothing can read a PDF."""
    return Finding(
        severity=Severity.WARNING,
        code="pdf-unreadable",
        file=name,
        message=f"{name}: no PDF/A copy, because it cannot be read as a PDF: {cause}.",
        fix=f"{_AS_IT_IS} Look for another copy of it: this one is cut off, damaged or no PDF.",
    )


def damaged(name: str, damage: tuple[str, ...]) -> Finding:
    """Tell that a PDF was repaired to be read."""
    more = f" and {len(damage) - 1} more" if len(damage) > 1 else ""
    return Finding(
        severity=Severity.WARNING,
        code="pdf-damaged",
        file=name,
        message=f"{name} is damaged, and was repaired to be read: {damage[0]}{more}.",
        fix="Look at the PDF/A copy beside the original, or for another copy of the document.",
    )


def too_large(name: str, cause: str) -> Finding:
    """Tell that a PDF has more in it than is converted."""
    return Finding(
        severity=Severity.WARNING,
        code="pdf-too-large",
        file=name,
        message=f"{name}: no PDF/A copy, because {cause}.",
        fix=f"{_AS_IT_IS} Split it into parts if a PDF/A copy is wanted.",
    )


def javascript(name: str) -> Finding:
    """Tell that the copy has no JavaScript any more."""
    return Finding(
        severity=Severity.INFO,
        code="pdf-javascript-removed",
        file=name,
        message=f"{name} has JavaScript in it, which PDF/A forbids; its PDF/A copy has none.",
        fix="Nothing has to be done: the original, with its JavaScript, is in the package.",
    )


def fields_drawn(name: str) -> Finding:
    """Tell that the copy is no form any more."""
    return Finding(
        severity=Severity.INFO,
        code="pdf-form-flattened",
        file=name,
        message=f"{name} is a form; in its PDF/A copy what stood in the fields is drawn on the pages.",
        fix="Nothing has to be done: the original, with its fields, is in the package.",
    )


def attachments(name: str, count: int) -> Finding:
    """Tell why the copy is PDF/A-3."""
    files = f"{count} files" if count != 1 else "a file"
    return Finding(
        severity=Severity.INFO,
        code="pdf-attachments",
        file=name,
        message=f"{name} has {files} attached, so its copy is PDF/A-3: part 2 allows no attachment that is not PDF/A.",
        fix="Add what is attached to the item as documents of their own if it has to last.",
    )


def annotations_removed(name: str, count: int) -> Finding:
    """Tell that hidden annotations are not in the copy."""
    words = f"{count} hidden annotations" if count != 1 else "a hidden annotation"
    return Finding(
        severity=Severity.WARNING,
        code="pdf-annotations-removed",
        file=name,
        message=f"{name} has {words}, which PDF/A forbids; the PDF/A copy is without.",
        fix="Look at the original if what is hidden matters: it is in the package.",
    )


def not_reached(name: str, obstacle: str, *, claimed: str | None, unknown: bool) -> Finding:
    """Tell that a PDF stays what it is, and why.

    Args:
        name: the document's path.
        obstacle: what is in the way.
        claimed: the flavour it says it is in.
        unknown: nothing was found against it, only what the validator cannot judge.
    """
    claim = f" It says of itself that it is PDF/A-{claimed}." if claimed else ""
    why = "the built-in validator cannot judge" if unknown else "it cannot be made so without changing its pages:"
    help_ = "Install veraPDF and build again" if unknown else "Save it as PDF/A in the program it was made with"
    return Finding(
        severity=Severity.WARNING,
        code="pdfa-not-reached",
        file=name,
        message=f"{name}: no PDF/A copy, because {why} {obstacle}.{claim}",
        fix=f"{_AS_IT_IS} {help_} if a PDF/A copy is wanted.",
    )


def differs(name: str, what: str, detail: str) -> Finding:
    """Tell that a copy was thrown away because it is not what the document is."""
    return Finding(
        severity=Severity.WARNING,
        code="pdf-copy-differs",
        file=name,
        message=f"{name}: no PDF/A copy, because the {what} of the copy would not be the document's; {detail}.",
        fix=f"{_AS_IT_IS} Please report what differs as a defect.",
    )


def claim_untrue(name: str, declared: str, check: Check) -> Finding:
    """Tell that a PDF is not the PDF/A that it says it is.

    Args:
        name: the document's path.
        declared: the flavour it says it is in.
        check: that it failed.
    """
    return Finding(
        severity=Severity.INFO,
        code="pdf-claim-untrue",
        file=name,
        message=f"{name} says of itself that it is PDF/A-{declared}, and is not, so a copy was made; {check.tool} "
        f"says: {check.detail}.",
        fix="Nothing has to be done: the copy is what it says. Tell who made the document if there are many of them.",
    )


def other_flavour(name: str, asked: str, given: str, reason: str) -> Finding:
    """Tell that a copy is in another flavour than asked for."""
    return Finding(
        severity=Severity.INFO,
        code="rendition-other-flavour",
        file=name,
        message=f"{name}: its copy is PDF/A-{given}, not PDF/A-{asked}: {reason}.",
        fix="Nothing has to be done: what it is called is what it was proven to be.",
    )


def program_failed(name: str, tool: str, cause: str) -> Finding:
    """Tell that the program that was asked in the second place made no copy that can be kept."""
    return Finding(
        severity=Severity.INFO,
        code="pdf-program-failed",
        file=name,
        message=f"{name}: {tool} made no PDF/A copy of it that can be kept: {printable(cause)}.",
        fix=f"{_AS_IT_IS} Nothing has to be done.",
    )
