"""What a profile looks at in a bag: a value, whether the bag stands on a disk already or is only planned."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from archiver.standards.bagit_paths import PAYLOAD_PREFIX
from archiver.standards.bagit_profiles.profile import IDENTIFIER_LABEL


@dataclass(frozen=True, slots=True, kw_only=True)
class BagDescription:
    """One bag, as far as a profile can ask anything of it."""

    version: str | None
    """BagIt's, as ``bagit.txt`` states it; None when it states none."""

    labels: tuple[tuple[str, str], ...] | None
    """(label, value) of ``bag-info.txt``, in order; None when nothing can be said of them."""

    info_file: str = "bag-info.txt"
    """Its name: another one before BagIt 0.96."""

    manifests: Collection[str]
    """Algorithms of the payload manifests, as in their file names."""

    tag_manifests: Collection[str]
    files: Mapping[str, int]
    """Path from the bag's folder -> bytes: every file that is there."""

    fetch: Collection[str] | None = None
    """Paths listed in ``fetch.txt``; None when there is no such file."""

    serialization: frozenset[str] | None = None
    """Media types that the bag's archive goes by; None for a folder."""

    def payload(self) -> dict[str, int]:
        """Return the files below ``data/`` that are there."""
        return {path: size for path, size in self.files.items() if path.startswith(PAYLOAD_PREFIX)}

    def named_profiles(self) -> list[str]:
        """Return the identifiers of profiles that the bag names in ``bag-info.txt``."""
        return [value for label, value in self.labels or () if label.lower() == IDENTIFIER_LABEL.lower()]
