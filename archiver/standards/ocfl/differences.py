"""What changed from one state of an object to another: by paths and digests, without any content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from archiver.standards.ocfl.renames import renamed_files

State = Mapping[str, tuple[str, ...]]
"""Digest -> logical paths that hold these bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """Logical paths, sorted; each stands in one of the four."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    """There before and after, with other bytes."""

    renamed: tuple[tuple[str, str], ...]
    """(path before, path after) of the same bytes."""

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed or self.renamed)


def state_differences(before: State, after: State) -> Differences:
    """Compare two states.

    Args:
        before: the older one.
        after: the newer one, its digests by the same algorithm.
    """
    old, new = digests_by_path(before), digests_by_path(after)
    renamed = renamed_files(before, after)
    gone = {path for path, _ in renamed}
    come = {path for _, path in renamed}
    return Differences(
        added=tuple(sorted(new.keys() - old.keys() - come)),
        removed=tuple(sorted(old.keys() - new.keys() - gone)),
        changed=tuple(sorted(path for path in old.keys() & new.keys() if old[path] != new[path])),
        renamed=renamed,
    )


def digests_by_path(state: State) -> dict[str, str]:
    """Return logical path -> digest in lower case."""
    return {path: digest.lower() for digest, paths in state.items() for path in paths}
