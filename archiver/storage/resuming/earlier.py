"""Which copies of an earlier run still count, and taking away everything else that it left.

A copy counts when the journal names it, the source is still the file that was copied, and the staged file looks as it
was left. Only names that the source has are looked at, so that a journal leads nowhere; no link is followed.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path

from archiver.storage.durable import FOLDER, discard
from archiver.storage.payload_copying import CopiedFile, CopyJob


def still_there(
    job: CopyJob, noted: Iterable[tuple[str, CopiedFile]], documents: Collection[str]
) -> dict[str, CopiedFile]:
    """Return the copies that need not be made again; what else is in the target is removed.

    Args:
        job: where the copies came from and where they are.
        noted: what the journal says.
        documents: paths that are to be copied now, as they were just found in the source.

    Returns:
        Path -> what was seen when it was copied.

    Raises:
        OSError: the target is no folder, or cannot be looked at.
    """
    os.close(os.open(job.target, FOLDER))  # never through a link, to where it would remove what it does not know
    wanted = {path: copy for path, copy in noted if path in documents}
    found = {path: copy for path, copy in wanted.items() if _source_is_same(job, path, copy)}
    return {path: found[path] for path in _sweep(job, found)}


def _source_is_same(job: CopyJob, path: str, copy: CopiedFile) -> bool:
    try:
        state = os.lstat(f"{job.source}/{path}")
    except OSError:
        return False
    seen = (state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino)
    return stat.S_ISREG(state.st_mode) and seen == (copy.size, copy.modified, copy.changed, copy.inode)


def _sweep(job: CopyJob, found: dict[str, CopiedFile]) -> list[str]:
    """Walk the target; remove every file that does not count, and return the paths of the others."""
    kept = []
    folders = [""]
    for folder in folders:  # grows while it is walked
        with os.scandir(f"{job.target}/{folder}") as entries:
            for entry in entries:
                path = f"{folder}{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    folders.append(f"{path}/")
                elif path in found and _is_as_left(job, entry.stat(follow_symlinks=False), found[path]):
                    kept.append(path)
                else:
                    discard(Path(entry.path))
    for folder in reversed(folders[1:]):
        with suppress(OSError):  # it is not empty
            os.rmdir(f"{job.target}/{folder}")  # noqa: PTH106 - a Path a folder costs more than the folder
    return kept


def _is_as_left(job: CopyJob, state: os.stat_result, copy: CopiedFile) -> bool:
    # One name: a file with a second one elsewhere could be written to from there.
    sound = stat.S_ISREG(state.st_mode) and state.st_nlink == 1 and state.st_size == copy.size
    return sound and (not job.keep_times or state.st_mtime_ns == copy.modified)
