"""What an update of a bag says: what differs, what is taken in, what stands in its way. Looks at nothing itself."""

from __future__ import annotations

from archiver.model import Finding, Severity
from archiver.standards.names import printable
from archiver.storage.bag_comparison import Change


def added(path: str) -> Finding:
    """Return the finding on a payload file that no manifest listed, or a tag file that no tag manifest did."""
    name = printable(path)
    return Finding(
        severity=Severity.INFO,
        code="bag-update-added",
        file=name,
        message=f"{name} is new: not every manifest listed it. It is taken in.",
        fix="Nothing to do.",
    )


def changed(change: Change, *, accepted: bool) -> Finding:
    """Return the finding on a file whose bytes are others than the manifests state."""
    name, lists = printable(change.path), " and ".join(map(printable, change.manifests))
    return Finding(
        severity=Severity.INFO if accepted else Severity.ERROR,
        code="bag-update-changed",
        file=name,
        message=f"{name} is not what {lists} {'states' if len(change.manifests) == 1 else 'state'}: "
        + ("it is taken in as it is now, as asked." if accepted else "it was changed on purpose, or damaged."),
        fix="If every such change was made on purpose, add --accept changed; else restore the file from another copy.",
    )


def missing(change: Change, *, accepted: bool) -> Finding:
    """Return the finding on a listed file that is not there."""
    name, lists = printable(change.path), " and ".join(map(printable, change.manifests))
    return Finding(
        severity=Severity.INFO if accepted else Severity.ERROR,
        code="bag-update-missing",
        file=name,
        message=f"{name} is listed in {lists} and is not there: "
        + ("it is listed no more, as asked." if accepted else "it was removed on purpose, or lost."),
        fix="If every such file was removed on purpose, add --accept missing; else restore it from another copy.",
    )


def sealed(label: str) -> Finding:
    """Return the finding on a package of this program's own."""
    return Finding(
        severity=Severity.ERROR,
        code="bag-update-sealed",
        file="bag-info.txt",
        message=f"bag-info.txt has {label}: the bag is a package that `archiver build` sealed, and such a package is "
        "never changed, because its records say what it holds.",
        fix="Change the documents or their descriptions and run `archiver build`: it makes a new version beside this.",
    )


def not_fetched(path: str, algorithm: str) -> Finding:
    """Return the finding on a file still to be fetched, whose new digest nobody can compute."""
    name = printable(path)
    return Finding(
        severity=Severity.ERROR,
        code="bag-update-not-fetched",
        file=name,
        message=f"{name} is listed in fetch.txt and has not been fetched: its {algorithm} digest cannot be computed.",
        fix="Fetch the file first, or add no algorithm.",
    )


def unlistable(path: str) -> Finding:
    """Return the finding on a payload file that no line of a manifest may name."""
    name = printable(path)
    return Finding(
        severity=Severity.ERROR,
        code="name-unsafe",
        file=name,
        message=f"The name {name} would leave its folder where backslashes separate folders, so bags refuse it.",
        fix="Rename it.",
    )


def kept_unlisted(path: str) -> Finding:
    """Return the finding on a tag file that no line of a tag manifest can name."""
    name = printable(path)
    return Finding(
        severity=Severity.WARNING,
        code="bag-update-tag-file-unlisted",
        file=name,
        message=f"{name} stays, but no line of a tag manifest can name it: changes to it cannot be noticed.",
        fix="Rename it, without a space, tab, * or ~ at its beginning.",
    )


def cannot_be_written(reason: str) -> Finding:
    """Return the finding on a name or label that the bag's tag files have no way to write."""
    return Finding(
        severity=Severity.ERROR,
        code="bag-update-cannot-be-written",
        file=None,
        message=f"The tag files cannot be made anew: {printable(reason)}.",
        fix="Rename what is named here; where the encoding is at fault, --bagit-version 1.0 makes it UTF-8.",
    )


def finished() -> Finding:
    """Return the finding on an earlier update that was cut off."""
    return Finding(
        severity=Severity.INFO,
        code="bag-update-finished",
        file=None,
        message="An earlier update of this bag had been cut off; its last steps were taken now.",
        fix="Nothing to do.",
    )


def not_read_back(count: int) -> Finding:
    """Return the finding on new tag files that do not verify."""
    return Finding(
        severity=Severity.ERROR,
        code="bag-update-not-read-back",
        file=None,
        message=f"With its new tag files the bag would not verify ({count} findings), so that they were not put in "
        "place: the payload was changed meanwhile, or the disk is at fault.",
        fix="Look at the other findings, and run the same command again.",
    )
