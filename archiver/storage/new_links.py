"""A second name for a file that is open: whatever becomes of its first name meanwhile, it is this very file."""

from __future__ import annotations

import os
from pathlib import Path

from archiver.storage.durable import FOLDER


def link_open_file(descriptor: int, target: Path) -> None:
    """Give an open file another name.

    Args:
        descriptor: of the file.
        target: the name, in the same file system.

    Raises:
        OSError: the file system cannot, or the name is taken.
    """
    folder = os.open(target.parent, FOLDER)
    try:
        # With a folder's descriptor given, the call is linkat, which follows /proc's name for the open file.
        os.link(f"/proc/self/fd/{descriptor}", target.name, dst_dir_fd=folder, follow_symlinks=True)
    finally:
        os.close(folder)
