"""The BagIt profile that packages of ``archiver build`` keep to, as a value: ``docs/profiles`` publishes it as JSON.

A package that changes in a way the profile does not permit needs a new version of the profile, with an identifier of
its own: the one that stands here is what older packages name for ever (docs/adr/0007).
"""

from __future__ import annotations

from dataclasses import replace

from archiver.standards.bagit_profiles import IDENTIFIER_LABEL, BagProfile, LabelRule

VERSION_LABEL = "Archiver-Package-Version"
"""bag-info label: whole number from 1."""

INPUT_LABEL = "Archiver-Input-Digest"
"""bag-info label: digest over everything a person or a file contributed to the package."""

SLUG_LABEL = "Archiver-Slug"
"""bag-info label: the folder name that versions of one item share."""

_IDENTIFIER_1_0 = "urn:uuid:af45edc7-ffe9-4dc3-b2ac-6529c9c86d3d"

PACKAGE_PROFILE_IDENTIFIER = "urn:uuid:d68df474-e884-4234-ab92-baeb0d666765"
"""Of version 1.1, which packages are made by now."""


def _once(label: str, description: str, *, required: bool = True) -> LabelRule:
    return LabelRule(label=label, required=required, repeatable=False, description=description)


def _about(identifier: str, version: str) -> tuple[tuple[str, str], ...]:
    what = "A preservation package: documents as received, Dublin Core, PDF/A copies, PREMIS 3, RO-Crate, a page"
    return (
        (IDENTIFIER_LABEL, identifier),
        ("BagIt-Profile-Version", "1.4.0"),
        ("Source-Organization", "Archiver"),
        ("External-Description", what),
        ("Version", version),
    )


PACKAGE_PROFILE_1_0 = BagProfile(
    name="archiver-package-1.0.json",
    about=_about(_IDENTIFIER_1_0, "1.0"),
    labels=(
        _once("Source-Organization", "The archive that made the package", required=False),
        _once("Organization-Address", "Where the archive is", required=False),
        _once("Contact-Name", "Who answers questions about the package", required=False),
        _once("Contact-Email", "Where they can be reached", required=False),
        _once("External-Description", "What the package is about, in a sentence or two", required=False),
        _once("External-Identifier", "urn:uuid: of the item; its versions share it"),
        _once("Internal-Sender-Identifier", "Path of the item in the folder that was built from", required=False),
        _once("Internal-Sender-Description", "Title of the item", required=False),
        _once("Bagging-Date", "Day on which the package was made, UTC"),
        _once("Bag-Size", "About how large the payload is"),
        _once("Bag-Software-Agent", "Program and version that made the package"),
        _once(VERSION_LABEL, "Number of the package among those of its item, from 1"),
        _once(SLUG_LABEL, "The folder name that the versions of the item share"),
        _once(INPUT_LABEL, "Digest of everything that people and files contributed to the package"),
        _once("Payload-Oxum", "Bytes and files of the payload"),
    ),
    allow_fetch=False,
    serialization="optional",
    accept_serialization=(
        *("application/tar", "application/x-tar", "application/gzip", "application/x-gzip", "application/zip"),
        "application/zstd",
    ),
    accept_bagit_version=("1.0",),
    tag_files_allowed=(),
    payload_files_required=(
        "data/ro-crate-metadata.json",
        "data/ro-crate-preview.html",
        "data/metadata/descriptive/",
        "data/metadata/preservation/premis.xml",
        "data/representations/original/data/",
    ),
    payload_files_allowed=(
        "data/ro-crate-metadata.json",
        "data/ro-crate-preview.html",
        "data/metadata/descriptive/*.dc.xml",
        "data/metadata/preservation/premis.xml",
        "data/representations/original/data/*",
        "data/representations/pdfa/data/*.pdf",
    ),
)
"""Version 1.0, which packages name that were made before there were values with their sources, and E-ARK's files."""

_ALLOWED_1_0 = PACKAGE_PROFILE_1_0.payload_files_allowed or ()

PACKAGE_PROFILE = replace(
    PACKAGE_PROFILE_1_0,
    name="archiver-package-1.1.json",
    about=_about(PACKAGE_PROFILE_IDENTIFIER, "1.1"),
    payload_files_allowed=(
        *_ALLOWED_1_0,
        "data/metadata/descriptive/values.json",
        # With --e-ark, the payload is an information package of E-ARK too.
        "data/METS.xml",
        "data/representations/original/METS.xml",
        "data/representations/pdfa/METS.xml",
        "data/documentation/*",
        "data/schemas/*.xsd",
    ),
    earlier=(PACKAGE_PROFILE_1_0,),
)
"""Version 1.1."""
