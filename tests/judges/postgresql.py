"""A real PostgreSQL of the tests' own: in a folder of its own, stopped by what started it."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

USER = "archiver"
_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/bin", "/usr/bin", "/opt/homebrew/bin")


def postgresql_programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, the newest version's."""
    for place in _PLACES:
        for folder in sorted(Path("/").glob(place.lstrip("/")), reverse=True):
            if all(os.access(folder / name, os.X_OK) for name in ("postgres", "initdb")):
                return folder
    return None


@contextlib.contextmanager
def running_postgresql() -> Iterator[Path]:
    """Run a server for the length of the block.

    Yields:
        The folder of its socket: ``host`` of a connection, with user ``archiver`` and database ``postgres``. It listens
        on no port.

    Raises:
        RuntimeError: it did not start; with what it said.
    """
    programs = postgresql_programs()
    if programs is None:
        raise RuntimeError("PostgreSQL's programs postgres and initdb are not installed")
    user, group = _user()
    # A socket's path has 107 bytes at most: the folders that pytest makes are too deep.
    memory = Path("/dev/shm")  # noqa: S108 - made anew inside it, by a random name
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=memory if memory.is_dir() else None))
    try:
        if user is not None:
            os.chown(folder, user, group or 0)
        data = str(folder / "data")
        home = {"HOME": str(folder), "LC_ALL": "C"}
        make = ["-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        subprocess.run(
            [programs / "initdb", *make], check=True, capture_output=True, env=home, cwd="/", user=user, group=group
        )
        serve = ["-D", data, "-k", str(folder), "-c", "listen_addresses=", "-F"]
        server = subprocess.Popen(
            [programs / "postgres", *serve], stderr=subprocess.PIPE, env=home, cwd="/", user=user, group=group
        )
        try:
            _wait(server)
            yield folder
        finally:
            server.send_signal(signal.SIGQUIT)  # at once: nothing of it is kept
            server.wait(60)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _user() -> tuple[int, int] | tuple[None, None]:
    """Return user and group that the server runs as where we are root, which it refuses to be."""
    for name in ("postgres", "nobody") if os.geteuid() == 0 else ():
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_uid, pwd.getpwnam(name).pw_gid
    return None, None


def _wait(server: subprocess.Popen[bytes]) -> None:
    """Read what the server says until it is ready; a thread reads the rest, so that it can go on saying."""
    said = b""
    stream = server.stderr
    assert stream is not None
    for line in stream:
        said += line
        if b"ready to accept connections" in line:
            threading.Thread(target=stream.read, daemon=True).start()
            return
    raise RuntimeError(f"PostgreSQL did not start: {said.decode(errors='replace')}")
