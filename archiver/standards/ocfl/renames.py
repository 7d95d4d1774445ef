"""Files that got another name from one version of an object to the next, told by their digests."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def renamed_files(
    before: Mapping[str, tuple[str, ...]], since: Mapping[str, tuple[str, ...]]
) -> tuple[tuple[str, str], ...]:
    """Return (path before, path since) of the bytes whose name is gone and that have a new one.

    Bytes with several names lose and get them in the order of paths; what has only got a further name is not renamed.

    Args:
        before: the ``state`` of a version: digest -> logical paths.
        since: that of the next one, its digests by the same algorithm.
    """
    if before == since:
        return ()
    old = {path: digest.lower() for digest, paths in before.items() for path in paths}
    new = {path: digest.lower() for digest, paths in since.items() for path in paths}
    lost: dict[str, list[str]] = {}
    for path in sorted(old.keys() - new.keys()):
        lost.setdefault(old[path], []).append(path)
    found = []
    for path in sorted(new.keys() - old.keys()):
        names = lost.get(new[path])
        if names:
            found.append((names.pop(0), path))
    return tuple(found)
