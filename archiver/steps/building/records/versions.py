"""What changed between the package that stands and the one about to be made, in words for PREMIS and people."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from archiver.model import SourceKind, Statement
from archiver.standards import bagit
from archiver.standards.names import printable
from archiver.standards.values_record import LONGEST_RECORD, ValuesRecord, ValuesSyntaxError, read_values
from archiver.steps.naming import DESCRIPTIONS, ORIGINALS, VALUES
from archiver.storage.existing_packages import ExistingPackage

_NAMED = 10
"""Files of a kind that are named; the rest are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restated:
    """What two versions state alike."""

    paths: Collection[str]
    """Of descriptions below ``data/`` whose values are the same, but for what builds assign."""

    beside_changed: bool
    """Whether values that fit no Dublin Core term differ."""


def change_since(
    previous: ExistingPackage, algorithm: str, digests: Mapping[str, str], restated: Restated | None = None
) -> str:
    """Compare the documents and descriptions of a new package with those of the version before.

    Args:
        previous: the version before.
        algorithm: of ``digests``, as in manifest file names.
        digests: path below ``data/`` -> digest, for the new package.
        restated: which descriptions say the same but for what builds assign: those count as unchanged.

    Returns:
        One line: ``Version 2 follows version 1. Changed: letter.txt. Descriptions changed: ...``.
    """
    number = previous.version
    words = [f"Version {number + 1} follows version {number}"]
    before = _listed(previous, algorithm)
    if before is None:
        return f"{words[0]}; they were made with different digest algorithms, so their files were not compared."
    # The list of values follows from the descriptions; where it alone differs, that is said.
    listed = before.pop(VALUES, None)
    same = restated.paths if restated else ()
    for title, folder in (("documents", ORIGINALS), ("descriptions", DESCRIPTIONS)):
        old = {path: digest for path, digest in before.items() if path.startswith(f"{folder}/")}
        new = {path: digest for path, digest in digests.items() if path.startswith(f"{folder}/") and path != VALUES}
        kinds = {
            f"{title} changed": [path for path in new if path in old and new[path] != old[path] and path not in same],
            f"{title} added": [path for path in new if path not in old],
            f"{title} removed": [path for path in old if path not in new],
        }
        words.extend(f"{kind}: {_names(paths, folder)}" for kind, paths in kinds.items() if paths)
    if len(words) == 1:
        beside = restated.beside_changed if restated else listed not in {None, digests.get(VALUES)}
        words.append("values beside Dublin Core changed" if beside else "settings changed")
    return "; ".join(words)


def restated(previous: ExistingPackage, now: Iterable[ValuesRecord], place_of: Callable[[str], str]) -> Restated | None:
    """Compare what the records of two versions state, leaving out what builds assign.

    Args:
        previous: the version before.
        now: the records of the package being made.
        place_of: path in the item -> path of its description below ``data/``.

    Returns:
        None where the version before has no list of values that can be read.
    """
    paths, changed = set(), False
    records = {one.path: one for one in now}
    try:
        with (previous.folder / "data" / VALUES).open("rb") as file:
            for one in read_values(iter(lambda: file.readline(LONGEST_RECORD + 2), b"")):
                new = records.pop(one.path, None)
                if new is not None and _stated(one.values) == _stated(new.values):
                    paths.add(place_of(one.path))
                changed = changed or _beside(one) != _beside(new)
    except (OSError, ValuesSyntaxError):
        return None
    return Restated(paths=paths, beside_changed=changed or any(map(_beside, records.values())))


def _beside(record: ValuesRecord | None) -> list[tuple[str, str]]:
    return [(one.name, one.text) for one in record.other] if record else []


def _stated(statements: Iterable[Statement]) -> list[tuple[str, str, str | None]]:
    return [(one.term, one.text, one.language) for one in statements if one.source.kind is not SourceKind.ASSIGNED]


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
