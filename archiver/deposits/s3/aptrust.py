"""What APTrust asks of a bag, checked before a byte is sent: its BagIt profile 2.3, and its rules on names.

The rules are written from APTrust's user guide ("Bagging (SIP) Requirements") and the facts of the published profile.
Reads the bag's tag files; asks no server.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.model import Finding, Severity
from archiver.model.deposits import Packaging
from archiver.standards.bag_info import parse_bag_info
from archiver.standards.bagit import parse_bagit_txt
from archiver.standards.bagit_profiles import BagDescription, BagProfile, LabelRule, check_bag, media_types
from archiver.standards.names import has_hidden_characters, printable

if TYPE_CHECKING:
    from archiver.model.deposits import Parcel

LARGEST = 5 * 10**12
"""Bytes of a bag: "5 terabytes or less"."""

_INFO = "aptrust-info.txt"
_LONGEST_TAG_FILE = 1 << 20
_ALGORITHMS = ("md5", "sha1", "sha256", "sha512")
_MANIFEST = re.compile(r"(tag)?manifest-([a-z0-9]+)\.txt", re.IGNORECASE)
_NAME = "the APTrust profile 2.3"

_PROFILE = BagProfile(
    name=_NAME,
    manifests_required=("md5",),
    manifests_allowed=_ALGORITHMS,
    tag_manifests_allowed=_ALGORITHMS,
    allow_fetch=False,
    serialization="required",
    accept_serialization=("application/tar",),
    accept_bagit_version=("0.97", "1.0"),
    tag_files_required=(_INFO,),
)
_LABELS = BagProfile(
    name=_NAME,
    labels=(
        LabelRule(label="Title", required=True),
        LabelRule(label="Access", required=True, values=("Institution", "Restricted", "Consortia")),
        LabelRule(
            label="Storage-Option",
            values=(
                *("Standard", "Glacier-OH", "Glacier-OR", "Glacier-VA", "Glacier-Deep-OH", "Glacier-Deep-OR"),
                *("Glacier-Deep-VA", "Wasabi-OR", "Wasabi-TX", "Wasabi-VA"),
            ),
        ),
    ),
)
_NOT_ASKED = frozenset({"profile-identifier-missing", "profile-identifier-other"})
"""APTrust judges by its own profile whatever a bag names."""


def against_profile(parcel: Parcel) -> Iterator[Finding]:
    """Give what keeps APTrust from taking a bag."""
    yield from _check_name(parcel)
    names = sorted(entry.name for entry in parcel.bag.iterdir() if entry.is_file())
    info = _read(parcel.bag, "bag-info.txt")
    bag = BagDescription(
        version=parse_bagit_txt(_read(parcel.bag, "bagit.txt") or b"").version,
        labels=None if info is None else parse_bag_info(info.decode("utf-8", "replace")).fields,
        manifests=_algorithms(names, tag=False),
        tag_manifests=_algorithms(names, tag=True),
        files=dict.fromkeys(names, 0),
        fetch=() if "fetch.txt" in names else None,
        serialization=media_types(parcel.files[0].path) if parcel.packaging is Packaging.TAR else None,
    )
    yield from (finding for finding in check_bag(_PROFILE, bag) if finding.code not in _NOT_ASKED)
    own = _read(parcel.bag, _INFO)
    if own is not None:
        yield from _check_own_labels(own)


def _check_own_labels(data: bytes) -> Iterator[Finding]:
    parsed = parse_bag_info(data.decode("utf-8", "replace"), _INFO)
    yield from parsed.findings
    spelt = {value.lower(): value for rule in _LABELS.labels for value in rule.values}
    described = BagDescription(
        version=None,
        # Upper and lower case are one to APTrust.
        labels=tuple((label, spelt.get(value.strip().lower(), value)) for label, value in parsed.fields),
        info_file=_INFO,
        manifests=(),
        tag_manifests=(),
        files={},
    )
    yield from (finding for finding in check_bag(_LABELS, described) if finding.code not in _NOT_ASKED)


def _check_name(parcel: Parcel) -> Iterator[Finding]:
    name = f"{parcel.name}.tar"
    if name.startswith("-") or len(name.encode("utf-8", "surrogatepass")) > 255 or has_hidden_characters(name):
        yield Finding(
            severity=Severity.ERROR,
            code="aptrust-name",
            file=printable(parcel.name),
            message="APTrust takes no bag of this name: it begins with a hyphen, has more than 255 bytes with .tar, or "
            "characters that cannot be seen.",
            fix="Give the package's folder another name, and deposit it again.",
        )


def _algorithms(names: list[str], *, tag: bool) -> tuple[str, ...]:
    found = (_MANIFEST.fullmatch(name) for name in names)
    return tuple(match[2].lower() for match in found if match and bool(match[1]) == tag)


def _read(bag: Path, name: str) -> bytes | None:
    """Return a tag file, cut off where no tag file ends; None where there is none."""
    file = bag / name
    if file.is_symlink() or not file.is_file():
        return None
    with file.open("rb") as source:
        return source.read(_LONGEST_TAG_FILE)
