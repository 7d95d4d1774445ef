"""METS 1.12.1 documents of a package that is an E-ARK information package too: CSIP, SIP and AIP 2.2.0.

``elements`` writes METS; ``csip`` says what E-ARK wants to stand where; ``profiles`` what its kinds differ in; the
schema of our records and the page about the package's layout are texts of their own. Nothing reads a file or a clock.
"""

from __future__ import annotations

from archiver.standards.mets.csip import representation_chunks, root_chunks
from archiver.standards.mets.profiles import CHECKSUM_TYPES, PackageKind, checksum_algorithm, submitter

__all__ = [
    "CHECKSUM_TYPES",
    "PackageKind",
    "checksum_algorithm",
    "representation_chunks",
    "root_chunks",
    "submitter",
]
