"""What stands against a deposit before a byte is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.model import Finding, Severity
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.deposits.contract import Capabilities, Target
    from archiver.model.deposits import Parcel


def objections(target: Target, parcel: Parcel) -> tuple[Finding, ...]:
    """Return what a target demands that a parcel lacks, and what it cannot take; changes nothing at the target.

    Raises:
        RefusedError: the target, asked what it can do, refused.
        RetryableError: it did not answer.
    """
    able = target.capabilities()
    found = [*_of_form(able, parcel), *_of_size(able, parcel)]
    return (*found, *target.demands(parcel))


def has_errors(findings: tuple[Finding, ...]) -> bool:
    """Tell whether one of them stops the deposit."""
    return any(finding.severity is Severity.ERROR for finding in findings)


def _of_form(able: Capabilities, parcel: Parcel) -> tuple[Finding, ...]:
    if parcel.packaging in able.packagings:
        return ()
    taken = ", ".join(packaging.value for packaging in able.packagings)
    return (
        Finding(
            severity=Severity.ERROR,
            code="deposit-packaging",
            file=printable(parcel.name),
            message=f"the target does not take a package as {parcel.packaging.value}; it takes {taken or 'none'}",
            fix="let the package be sent in a form that the target takes",
        ),
    )


def _of_size(able: Capabilities, parcel: Parcel) -> tuple[Finding, ...]:
    limit = able.largest_bytes
    if limit is None:
        return ()
    return tuple(
        Finding(
            severity=Severity.ERROR,
            code="deposit-too-large",
            file=printable(file.path),
            message=f"{printable(file.path)} has {file.size} bytes, and the target takes files of at most {limit}",
            fix="ask the repository for a higher limit, or split the package with `archiver bag --split-size`",
        )
        for file in parcel.files
        if file.size > limit
    )
