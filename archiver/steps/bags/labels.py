"""What ``bag-info.txt`` of a plain bag says: what its maker gave, who the archive is, and what was counted.

Reads nothing but the values it is given; the clock comes in as an argument.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from archiver.config import Configuration
from archiver.errors import UsageError
from archiver.model import Finding, Severity
from archiver.standards.bag_info import bag_size_text, label_fault, parse_bag_info
from archiver.standards.names import is_utf8, printable
from archiver.steps.program import SOFTWARE_AGENT

Labels = tuple[tuple[str, str], ...]
"""(label, value), in order; labels may repeat (RFC 8493 section 2.2.2)."""

COMPUTED = frozenset({"bagging-date", "bag-size", "bag-software-agent", "payload-oxum"})
"""What states this one making of the bag; labels are case-insensitive."""


def label_from_option(text: str) -> tuple[str, str]:
    """Read ``KEY=VALUE`` as the command line gives it.

    Raises:
        UsageError: no ``=``, a label or a value that cannot stand in ``bag-info.txt``.
    """
    label, equals, value = text.partition("=")
    label, value = label.strip(" "), value.strip()
    shown = printable(text[:60])
    if not is_utf8(text):
        raise UsageError(f"--bag-info {shown}: it is not UTF-8, which bag-info.txt is written in")
    if not equals:
        raise UsageError(f"--bag-info {shown}: write it as KEY=VALUE, such as 'Contact-Name=Jane Doe'")
    if fault := label_fault(label):
        raise UsageError(f"--bag-info {shown}: the label before = cannot be used: {fault}")
    if not value:
        raise UsageError(f"--bag-info {shown}: there is no value behind =")
    return label, value


def labels_from_program(pairs: Iterable[tuple[str, str]]) -> Labels:
    """Check labels and values that a program gives.

    Raises:
        UsageError: a label or a value that cannot stand in ``bag-info.txt``.
    """
    labels = tuple(pairs)
    for label, value in labels:
        shown = f"bag_info {printable(label[:60])!r}"
        if fault := label_fault(label):
            raise UsageError(f"{shown}: the label cannot be used: {fault}")
        if not is_utf8(label + value):
            raise UsageError(f"{shown}: it is not UTF-8, which bag-info.txt is written in")
        if not value.strip():
            raise UsageError(f"{shown}: there is no value")
    return labels


def labels_from_file(data: bytes, name: str) -> Labels:
    """Read labels from a file written like ``bag-info.txt``: ``Label: value``, goes on in indented lines.

    Args:
        data: the whole file; UTF-8, with or without a byte-order mark.
        name: of the file, for messages.

    Raises:
        UsageError: it is no UTF-8 or has lines that are no labels; names every one.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{name}: byte {error.start} is not UTF-8; save the file as UTF-8") from error
    parsed = parse_bag_info(text, name)
    faults = [finding.message.rstrip(".") for finding in parsed.findings]
    faults += [
        f"{name}: the label {printable(label)!r} cannot be used: {fault}"
        for label, _ in parsed.fields
        if (fault := label_fault(label))
    ]
    if faults:
        raise UsageError("; ".join(faults) + "; write each element as 'Label: value'")
    return parsed.fields


def bag_labels(given: Labels, configuration: Configuration, now: datetime, octets: int) -> Labels:
    """Return the labels of a bag in order, without Payload-Oxum, which the writer of the bag counts.

    Args:
        given: by whoever makes the bag; takes the place of what the configuration says.
        configuration: of the archive.
        now: when the bag is made.
        octets: bytes of the payload.
    """
    stated = {label.lower() for label, _ in given}
    configured = (
        ("Source-Organization", configuration.name),
        ("Organization-Address", configuration.address),
        ("Contact-Name", configuration.contact_name),
        ("Contact-Email", configuration.contact_email),
    )
    return (
        *((label, value) for label, value in configured if value and label.lower() not in stated),
        *((label, value) for label, value in given if label.lower() not in COMPUTED),
        ("Bagging-Date", now.date().isoformat()),
        ("Bag-Size", bag_size_text(octets)),
        ("Bag-Software-Agent", SOFTWARE_AGENT),
    )


def recomputed(given: Iterable[tuple[str, str]], computed: Collection[str] = COMPUTED) -> tuple[Finding, ...]:
    """Say which given values are not taken, because they state how and when this very bag was made.

    Args:
        given: labels and values.
        computed: labels that this run knows, in lower case.
    """
    return tuple(
        Finding(
            severity=Severity.INFO,
            code="bag-info-recomputed",
            file="bag-info.txt",
            message=f"{label}: {printable(value)[:80]} was given, but states what only this run knows: its own "
            "value was written.",
            fix="Nothing to do.",
        )
        for label, value in given
        if label.lower() in computed
    )
