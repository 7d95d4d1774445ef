"""Durable writes: staging on the same file system, fsync, and an atomic rename that replaces nothing.

What is published under its final name is whole; what is not published is in the staging area, and goes away with
the run that made it or, after a kill, with the next run; only work that can be gone on with stays. Never writes outside
the destination it is given.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from archiver.errors import StorageError

STAGING_NAME = ".archiver-staging"
"""Folder below a destination that holds unpublished work."""

RESUMABLE = "bag-"
"""How folders of runs begin that a later run may go on with (:mod:`archiver.storage.resuming`)."""

NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
"""How a file is opened that must not be there yet."""

NEW_FILE_READ_BACK = NEW_FILE ^ os.O_WRONLY | os.O_RDWR
"""The same, for one that is read back before it is closed."""

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
"""How a folder is opened whose last segment must not be a link."""

_WRITE_BACK = 8 << 20
"""Bytes of a large file after which the disk is told to begin."""

_AT_FDCWD = -100
_RENAME_NOREPLACE = 1
_SYNC_FILE_RANGE_WRITE = 2
_NO_WRITE_BACK = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM, errno.ESPIPE})
"""What a system says that cannot begin to write on request; fsync does it all the same."""


class AlreadyPublishedError(StorageError):
    """Something stands under the final name already; nothing was replaced."""


def explain(error: OSError, path: Path, needed: int | None = None) -> str:
    """Word a failed disk operation: which disk, what it said, and what is missing.

    Args:
        error: as raised by the operating system.
        path: a file or folder on the disk concerned.
        needed: bytes that were still to be written, when known.
    """
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        free = free_bytes(path)
        if needed is None:
            missing = ""
        elif needed > free:
            missing = f", {needed - free:,} bytes short of the {needed:,} needed"
        else:
            missing = f", enough for the {needed:,} needed: a limit on files or their size is reached"
        return f"the disk that holds {path} is full: {free:,} bytes free{missing} ({os.strerror(error.errno)})"
    reason = os.strerror(error.errno) if error.errno else str(error)
    return f"the disk that holds {path} refused: {reason}"


def free_bytes(path: Path) -> int:
    """Return the bytes an ordinary user may still write on the disk of ``path`` (or of its nearest existing parent)."""
    for candidate in (path, *path.parents):
        with contextlib.suppress(OSError):
            return shutil.disk_usage(candidate).free
    return 0


def write_new(path: Path, chunks: Iterable[bytes]) -> int:
    """Create ``path``, write ``chunks`` one after another, and fsync it.

    Returns:
        Bytes written.

    Raises:
        OSError: it exists already, or the disk refused; a failed fsync is never tried again, because the pages it
            could not write may be marked clean.
    """
    descriptor = os.open(path, NEW_FILE, 0o666)
    size = 0
    try:
        for chunk in chunks:
            write_all(descriptor, chunk)
            size += len(chunk)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return size


def write_all(descriptor: int, data: bytes | memoryview) -> None:
    """Write every byte, however short the kernel's single writes are."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def fsync_together(descriptors: Sequence[int]) -> None:
    """Make files durable that were written one after another, and let their cached pages go.

    The disk is given all of them before the first is waited for, so that one commit of a journaling file system serves
    many; each is fsynced all the same, and tells of its own errors.

    Args:
        descriptors: open for writing.

    Raises:
        OSError: the disk refused one; see :func:`write_new`.
    """
    if len(descriptors) > 1:
        begin = write_back()
        for descriptor in descriptors:
            begin(descriptor, 0, 0)
    for descriptor in descriptors:
        os.fsync(descriptor)
    for descriptor in descriptors:
        forget_pages(descriptor)


def write_back() -> Callable[[int, int, int], None]:
    """Return a function that lets the kernel begin to write a file's pages, without waiting for it.

    Its arguments are a descriptor, the first byte and the number of bytes; 0 stands for all that follow. It raises
    OSError where the disk refuses at once: an fsync afterwards may not say so again.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "sync_file_range"):
        return lambda *_: None
    call = libc.sync_file_range
    call.argtypes = (ctypes.c_int, ctypes.c_int64, ctypes.c_int64, ctypes.c_uint)

    def begin(descriptor: int, start: int, count: int) -> None:
        if call(descriptor, start, count, _SYNC_FILE_RANGE_WRITE) != 0:
            code = ctypes.get_errno()
            if code not in _NO_WRITE_BACK:
                raise OSError(code, os.strerror(code))

    return begin


def writing_back(descriptor: int) -> Callable[[bytes], None]:
    """Return a function that writes a large file piece by piece, and has the disk begin early, not at the fsync.

    It raises OSError when the disk refuses.
    """
    begin = write_back()
    written = begun = 0

    def write(data: bytes) -> None:
        nonlocal written, begun
        write_all(descriptor, data)
        written += len(data)
        if written - begun >= _WRITE_BACK:
            begin(descriptor, begun, written - begun)
            begun = written

    return write


def forget_pages(descriptor: int) -> None:
    """Ask the kernel to drop its copy of a file that is on the disk: reading it back then reads the disk."""
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


def fsync_folder(folder: Path) -> None:
    """Make the entries of one folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folders(folder: Path) -> None:
    """Create a folder, and those above it that are missing, each durable in the one that holds it.

    What is published in a folder is lost with it, if a power cut takes the folder's own name.

    Raises:
        OSError: one cannot be created, or the disk refused.
    """
    missing = [one for one in (folder, *folder.parents) if not os.path.lexists(one)]
    folder.mkdir(parents=True, exist_ok=True)
    for one in reversed(missing):
        with contextlib.suppress(PermissionError):  # a folder that may be written to and not read cannot be fsynced
            fsync_folder(one.parent)


def fsync_folders(root: Path) -> None:
    """Make ``root`` and every folder below it durable, bottom-up, so that no entry outlives its target."""
    for folder, _, _ in os.walk(root, topdown=False):
        fsync_folder(Path(folder))


def publish(staged: Path, final: Path) -> None:
    """Rename ``staged`` to ``final`` in one step, replacing nothing, and fsync the parent.

    ``os.rename`` would replace an empty folder silently; ``renameat2`` with ``RENAME_NOREPLACE`` does not.

    Raises:
        AlreadyPublishedError: ``final`` exists; ``staged`` is untouched.
        OSError: the disk refused.
    """
    if not _rename_no_replace(_AT_FDCWD, os.fsencode(staged), _AT_FDCWD, os.fsencode(final)):
        # A file system without RENAME_NOREPLACE (some network mounts): the check and the rename are two steps.
        if os.path.lexists(final):
            raise _taken(os.fsencode(final))
        staged.rename(final)
    fsync_folder(final.parent)


def publish_below(source: int, staged: bytes, target: int, final: bytes) -> None:
    """Do as :func:`publish` between two open folders, so that no link put into a path meanwhile is followed.

    Args:
        source: descriptor of the folder that holds ``staged``.
        staged: a name in it.
        target: descriptor of the folder that gets ``final``.
        final: a name in it.

    Raises:
        AlreadyPublishedError: ``final`` exists; ``staged`` is untouched.
        OSError: the disk refused.
    """
    if not _rename_no_replace(source, staged, target, final):
        with contextlib.suppress(FileNotFoundError):
            os.stat(final, dir_fd=target, follow_symlinks=False)
            raise _taken(final)
        os.rename(staged, final, src_dir_fd=source, dst_dir_fd=target)
    os.fsync(target)


def _rename_no_replace(source: int, staged: bytes, target: int, final: bytes) -> bool:
    """Return True when renamed, False when the file system does not know how; raise for every other answer."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "renameat2"):
        return False
    if libc.renameat2(source, staged, target, final, _RENAME_NOREPLACE) == 0:
        return True
    code = ctypes.get_errno()
    if code in {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP}:
        return False
    if code == errno.EEXIST:
        raise _taken(final)
    raise OSError(code, os.strerror(code), os.fsdecode(final))


def _taken(final: bytes) -> AlreadyPublishedError:
    return AlreadyPublishedError(f"{os.fsdecode(final)} exists already; nothing was replaced")


@contextlib.contextmanager
def staging_area(destination: Path) -> Iterator[Path]:
    """Give a private folder below ``destination`` for the length of the block, then remove it.

    A lock tells a living run's folder from a killed run's: the next run removes what nobody holds any more.

    Raises:
        OSError: the destination cannot be written.
    """
    make_folders(destination)
    root = destination / STAGING_NAME
    remove_abandoned(root)
    run, lock = claim_run(root)
    try:
        yield run
    finally:
        remove_run(run, lock)
        with contextlib.suppress(OSError):
            root.rmdir()  # only when no other run is working here


def claim_run(root: Path) -> tuple[Path, int]:
    """Make a folder of its own for one run in a staging root, which is made where it is missing.

    Returns:
        The folder, and the descriptor that locks it: for :func:`remove_run`.

    Raises:
        OSError: the disk refused.
    """
    while True:
        # Neighbours come and go: the last to leave removes the root, and one may take a folder that has no lock yet
        # for abandoned. Each of these is tried again.
        with contextlib.suppress(FileExistsError):
            os.mkdir(root)  # noqa: PTH102 - pathlib's exist_ok raises when the folder goes away in between
        with contextlib.suppress(FileNotFoundError, FileExistsError):
            run = Path(tempfile.mkdtemp(prefix="run-", dir=root))
            lock = os.open(run / "lock", os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            fcntl.flock(lock, fcntl.LOCK_EX)
            if (run / "lock").exists():
                return run, lock
            os.close(lock)


def remove_abandoned(root: Path) -> None:
    """Remove what killed runs left in a staging root, but for work that can be gone on with."""
    for run, lock in abandoned_runs(root, lambda run: run.name.startswith(RESUMABLE) and not _is_published(run)):
        remove_run(run, lock)


def abandoned_runs(root: Path, kept: Callable[[Path], bool] = lambda _: False) -> Iterator[tuple[Path, int]]:
    """Yield the folders of killed runs in a staging root, each locked: what is done with it, closes the lock.

    Args:
        root: it need not be there.
        kept: names those that are passed over.
    """
    try:
        names = sorted(os.listdir(root))  # noqa: PTH208 - only names are needed
    except (FileNotFoundError, NotADirectoryError):
        return
    for name in names:
        run = root / name
        if kept(run):
            continue
        try:
            lock = os.open(run / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        except OSError:
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)  # its run is alive
            continue
        yield run, lock


def _is_published(run: Path) -> bool:
    """Tell whether a resumable run was killed after its bag had got its name."""
    return os.path.lexists(run / "journal") and not os.path.lexists(run / "bag")


def remove_run(run: Path, lock: int) -> None:
    """Remove one run's folder, as far as the disk allows, and give up its lock."""
    try:
        # The lock file goes last, so that a folder half removed still looks abandoned to the next run.
        with contextlib.suppress(OSError):
            for name in os.listdir(run):  # noqa: PTH208 - only names are needed
                if name != "lock":
                    discard(run / name)
        shutil.rmtree(run, ignore_errors=True)
    finally:
        os.close(lock)


def discard(path: Path) -> None:
    """Remove a staged file or folder, as far as the disk allows; never raises."""
    with contextlib.suppress(OSError):
        if stat.S_ISDIR(path.lstat().st_mode):
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()
