"""Which files of a bag BagIt itself defines: rules on tag files do not speak of them."""

from __future__ import annotations

import re

_BAGIT_FILES = re.compile(
    r"bagit\.txt|bag-info\.txt|package-info\.txt|fetch\.txt|(tag)?manifest-[^/]+\.txt", re.IGNORECASE
)


def is_bagit_file(path: str) -> bool:
    """Tell whether a path is one of BagIt's own files, which other rules of a profile speak of."""
    return _BAGIT_FILES.fullmatch(path) is not None
