"""A tree in an object store or on a server, read by fsspec and its plug-ins: ``s3://``, ``sftp://`` and others.

Reads block by block and keeps no listing: what is told of the store is what it said last. Whatever a plug-in raises
comes out as an OSError; secrets come from the cloud's own files or from one that the configuration names, never from
the location.
"""

from __future__ import annotations

import configparser
import contextlib
import errno
import os
from collections.abc import Iterator, Sequence
from operator import attrgetter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import fsspec

from archiver.config.remotes import Remote, remote_for
from archiver.errors import ConfigurationError, MissingProgramError, UsageError
from archiver.standards.names import is_utf8, printable
from archiver.storage.stores.tree import EntryKind, TreeEntry, TreeFile, declares_root, segments_of

_BLOCK = 8 << 20
"""Bytes that are asked for at once."""

_S3 = frozenset({"s3", "s3a"})
_VERSION_QUERY = "?versionId="
"""What s3fs takes for no part of a key's name."""

_KINDS: dict[str, EntryKind] = {"file": "file", "directory": "folder", "link": "link"}


def open_remote(location: str, remotes: Sequence[Remote]) -> RemoteTree:
    """Open a tree by URL; nothing is asked of the server yet.

    Args:
        location: as the user named it.
        remotes: what the configuration says; the nearest to the location holds.

    Raises:
        UsageError: nothing here reads such a location, or a password stands in it.
        ConfigurationError: the file with the credentials cannot be used.
        MissingProgramError: the plug-in is not installed.
    """
    _refuse_secrets(location)
    scheme = location.partition("://")[0]
    kind = _filesystem_class(scheme)
    options = _options(scheme, remote_for(location, remotes))
    try:
        options = kind._get_kwargs_from_urls(location) | options  # noqa: SLF001 - what fsspec's own opening calls
        filesystem = kind(**options)
    except ImportError as error:
        raise _missing(scheme, error) from error
    except (OSError, TypeError, ValueError) as error:
        raise UsageError(f"{printable(location)} cannot be opened: {printable(str(error))}") from error
    return RemoteTree(filesystem, location)


class RemoteTree:
    """One folder of an object store."""

    def __init__(self, filesystem: fsspec.AbstractFileSystem, location: str) -> None:
        """Ask nothing of the server yet.

        Args:
            filesystem: which reads the location.
            location: as the user named it.
        """
        self._filesystem = filesystem
        self._location = location
        self._root: str = str(filesystem._strip_protocol(location)).rstrip("/")  # noqa: SLF001 - as fsspec's opening

    @property
    def location(self) -> str:
        """As the user named it."""
        return self._location

    @property
    def local(self) -> None:
        """It is no folder of this machine."""
        return

    def entries(self, path: str) -> list[TreeEntry]:
        """Return what a folder holds, sorted by name."""
        full = self._full(path)
        with _as_os_errors(path):
            found = self._filesystem.ls(full, detail=True)
        if len(found) == 1 and _is_file_itself(found[0], full):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), path)
        entries = [entry for one in found if (entry := _entry(one, full))]
        entries.sort(key=attrgetter("name"))
        return entries

    def kind(self, path: str) -> EntryKind | None:
        """Tell what a path is."""
        try:
            with _as_os_errors(path):
                info = self._filesystem.info(self._full(path))
        except (FileNotFoundError, NotADirectoryError):
            return None
        return _KINDS.get(str(info["type"]), "other")

    def size(self, path: str) -> int:
        """Return a file's bytes."""
        with _as_os_errors(path):
            info = self._filesystem.info(self._full(path))
        if info["type"] != "file":
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
        return int(info["size"])

    def read(self, path: str, limit: int) -> bytes:
        """Return a small file whole."""
        with self.open(path) as file:
            data = file.read(limit + 1)
        if len(data) > limit:
            raise ValueError(f"it has more than {limit:,} bytes")
        return data

    @contextlib.contextmanager
    def open(self, path: str, *, fresh: bool = False) -> Iterator[TreeFile]:  # noqa: ARG002 - nothing is remembered
        """Open a file for one reading."""
        with _as_os_errors(path):
            file = self._filesystem.open(self._full(path), "rb", block_size=_BLOCK, cache_type="readahead")
        if (getattr(file, "details", None) or {}).get("type") == "directory":
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
        try:
            yield _RemoteFile(file, path)
        finally:
            with contextlib.suppress(Exception):  # it was read; what closing it says is of no matter
                file.close()

    def reachable(self) -> bool:
        """Tell whether this is an OCFL storage root."""
        try:
            return declares_root(self.entries(""))
        except OSError:
            return False

    def _full(self, path: str) -> str:
        segments = segments_of(path)
        if not is_utf8(path) or _VERSION_QUERY in path:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        return "/".join((self._root, *segments))


class _RemoteFile:
    """A plug-in's file, whose errors are OSErrors."""

    def __init__(self, file: Any, path: str) -> None:  # noqa: ANN401 - plug-ins' files have no common type
        self._file = file
        self._path = path

    def read(self, size: int = -1, /) -> bytes:
        with _as_os_errors(self._path):
            return bytes(self._file.read(size))

    def readinto(self, buffer: bytearray | memoryview, /) -> int:
        with _as_os_errors(self._path):
            data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


@contextlib.contextmanager
def _as_os_errors(path: str) -> Iterator[None]:
    """Raise what a plug-in raises as an OSError: their libraries have errors of many families."""
    try:
        yield
    except OSError as error:
        if error.errno is None:
            raise _numbered(error, path) from error
        raise
    except Exception as error:
        said = printable(str(error)) or type(error).__name__
        raise OSError(errno.EIO, said, path) from error


_NUMBERS = {
    FileNotFoundError: errno.ENOENT,
    NotADirectoryError: errno.ENOTDIR,
    FileExistsError: errno.ENOTDIR,  # a file where a folder was looked for
    IsADirectoryError: errno.EISDIR,
    PermissionError: errno.EACCES,
}


def _numbered(error: OSError, path: str) -> OSError:
    """Return the error with a number: plug-ins raise ``FileNotFoundError("name")``."""
    number = next((number for kind, number in _NUMBERS.items() if isinstance(error, kind)), errno.EIO)
    said = printable(str(error)) or type(error).__name__
    return OSError(number, os.strerror(number) if number in {errno.ENOENT, errno.ENOTDIR} else said, path)


def _is_file_itself(info: dict[str, Any], full: str) -> bool:
    return info["type"] == "file" and str(info["name"]).strip("/") == full.strip("/")


def _entry(info: dict[str, Any], folder: str) -> TreeEntry | None:
    name = str(info["name"]).lstrip("/").removeprefix(folder.lstrip("/")).lstrip("/")
    kind: EntryKind = _KINDS.get(str(info["type"]), "other")
    if not name:
        # A key that ends with "/" stands for a folder, which some programs make; two in a row name nothing.
        return None if kind == "file" else TreeEntry(name="", kind="other", size=None)
    return TreeEntry(name=name.rstrip("/"), kind=kind, size=int(info["size"]) if kind == "file" else None)


def _refuse_secrets(location: str) -> None:
    try:
        parts = urlsplit(location)
        password, query = parts.password, parts.query
    except ValueError as error:
        raise UsageError(f"{printable(location)} is no URL: {error}") from error
    if "::" in location.partition("://")[0]:
        raise UsageError(f"{printable(location)}: one location inside another cannot be read; name the store itself")
    if password is not None or (query and parts.scheme in {"http", "https"}):
        raise UsageError(
            f"the location on {printable(parts.hostname or 'a server')} holds a secret, which anybody on this machine "
            "could read; take it out, and name the credentials in archiver.toml ([remotes])"
        )


def _filesystem_class(scheme: str) -> type[fsspec.AbstractFileSystem]:
    try:
        kind: type[fsspec.AbstractFileSystem] = fsspec.get_filesystem_class(scheme)
    except ImportError as error:
        raise _missing(scheme, error) from error
    except ValueError as error:
        said = f"nothing here reads {printable(scheme)}:// locations; s3:// is one that can be read"
        raise UsageError(said) from error
    return kind


def _missing(scheme: str, error: ImportError) -> MissingProgramError:
    if scheme in _S3:
        how = "pip install 'preservation-archiver[s3]'"
        return MissingProgramError(f"{scheme}:// locations need the package s3fs, which is not installed: {how}")
    return MissingProgramError(f"{printable(scheme)}:// locations need a package that is not installed: {error}")


def _options(scheme: str, remote: Remote | None) -> dict[str, Any]:
    """Return what the plug-in's file system is made with."""
    # Each run asks anew: a listing or a file system that another caller used may be of another time.
    options: dict[str, Any] = {"skip_instance_cache": True, "use_listings_cache": False}
    if scheme in _S3:
        # s3fs tries again what failed on the way, and botocore what the server was too busy for.
        options["config_kwargs"] = {"retries": {"max_attempts": 2, "mode": "standard"}}
    if remote is not None:
        options |= remote.options
        options |= _s3_options(remote) if scheme in _S3 else {}
    return options


def _s3_options(remote: Remote) -> dict[str, Any]:
    client = {"region_name": remote.region, "verify": str(remote.ca_file) if remote.ca_file else None}
    options: dict[str, Any] = {
        "endpoint_url": remote.endpoint_url,
        "profile": remote.profile if remote.credentials is None else None,
        "anon": remote.anonymous or None,
        "client_kwargs": {key: value for key, value in client.items() if value is not None},
    }
    if remote.credentials is not None:
        options |= _credentials(remote.credentials, remote.profile or "default")
    return {key: value for key, value in options.items() if value is not None}


def _credentials(file: Path, profile: str) -> dict[str, str | None]:
    """Read a file of the form of ``~/.aws/credentials``."""
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(file.read_text(encoding="utf-8"))
        section = parser[profile]
        return {
            "key": section["aws_access_key_id"],
            "secret": section["aws_secret_access_key"],
            "token": section.get("aws_session_token"),
        }
    except OSError as error:
        raise ConfigurationError(f"cannot read the credentials {file}: {error.strerror}") from error
    except (KeyError, UnicodeDecodeError, configparser.Error):
        # What the parser says may quote a line, which may be the secret.
        wanted = f"[{profile}] with aws_access_key_id and aws_secret_access_key"
        raise ConfigurationError(f"the file of credentials {file} must hold {wanted}") from None
