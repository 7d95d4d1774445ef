"""What changed between the package that stands and the one about to be made, in words for PREMIS and people."""

from __future__ import annotations

from collections.abc import Mapping

from archiver.standards import bagit
from archiver.standards.names import printable
from archiver.steps.naming import DESCRIPTIONS, ORIGINALS, VALUES
from archiver.storage.existing_packages import ExistingPackage

_NAMED = 10
"""Files of a kind that are named; the rest are counted."""


def change_since(previous: ExistingPackage, algorithm: str, digests: Mapping[str, str]) -> str:
    """Compare the documents and descriptions of a new package with those of the version before.

    Args:
        previous: the version before.
        algorithm: of ``digests``, as in manifest file names.
        digests: path below ``data/`` -> digest, for the new package.

    Returns:
        One line: ``Version 2 follows version 1. Changed: letter.txt. Descriptions changed: ...``.
    """
    number = previous.version
    words = [f"Version {number + 1} follows version {number}"]
    before = _listed(previous, algorithm)
    if before is None:
        return f"{words[0]}; they were made with different digest algorithms, so their files were not compared."
    # The list of values follows from the descriptions; where it alone differs, that is said.
    values = before.pop(VALUES, None), digests.get(VALUES)
    for title, folder in (("documents", ORIGINALS), ("descriptions", DESCRIPTIONS)):
        old = {path: digest for path, digest in before.items() if path.startswith(f"{folder}/")}
        new = {path: digest for path, digest in digests.items() if path.startswith(f"{folder}/") and path != VALUES}
        kinds = {
            f"{title} changed": [path for path in new if path in old and new[path] != old[path]],
            f"{title} added": [path for path in new if path not in old],
            f"{title} removed": [path for path in old if path not in new],
        }
        words.extend(f"{kind}: {_names(paths, folder)}" for kind, paths in kinds.items() if paths)
    if len(words) == 1:
        words.append("settings changed" if values[0] in {None, values[1]} else "values beside Dublin Core changed")
    return "; ".join(words)


def _listed(package: ExistingPackage, algorithm: str) -> dict[str, str] | None:
    try:
        text = (package.folder / f"manifest-{algorithm}.txt").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    entries = bagit.parse_manifest(text, algorithm).entries
    return {entry.path.removeprefix(bagit.PAYLOAD_PREFIX): entry.digest for entry in entries}


def _names(paths: list[str], folder: str) -> str:
    shown = [printable(path.removeprefix(f"{folder}/")) for path in sorted(paths)[:_NAMED]]
    more = len(paths) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
