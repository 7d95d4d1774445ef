"""A tree in an object store: what its server and its plug-in do that no disk does."""

from __future__ import annotations

import errno
import socket
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from archiver.config import Remote
from archiver.errors import ConfigurationError, ExitCode, MissingProgramError, UsageError
from archiver.storage.stores.remote_tree import RemoteTree
from archiver.storage.stores.tree import open_tree

if TYPE_CHECKING:
    from pathlib import Path

    from tests.judges.seaweedfs import ObjectStore


@pytest.fixture
def credentials(tmp_path: Path) -> Path:
    file = tmp_path / "credentials"
    file.write_text("[default]\naws_access_key_id = tests\naws_secret_access_key = p4ss\n", encoding="utf-8")
    return file


def test_a_key_that_stands_for_a_folder_is_no_file(object_store: ObjectStore) -> None:
    location = object_store.put({"a/file": b"x"})
    bucket, _, prefix = location.removeprefix("s3://").partition("/")
    filesystem = object_store.filesystem
    filesystem.call_s3("put_object", Bucket=bucket, Key=f"{prefix}/a/", Body=b"")
    entries = open_tree(location, object_store.remotes).entries("a")
    assert [(entry.name, entry.kind) for entry in entries] == [("file", "file")]


def test_a_stranger_is_refused_and_its_secret_not_told(object_store: ObjectStore, credentials: Path) -> None:
    location = object_store.put({"0=ocfl_1.1": b""})
    remote = Remote(prefix=location, endpoint_url=object_store.endpoint_url, credentials=credentials)
    tree = open_tree(location, [remote])
    assert not tree.reachable()
    with pytest.raises(OSError) as caught:  # noqa: PT011 - what is told of it is looked at
        tree.read("0=ocfl_1.1", 9)
    assert not isinstance(caught.value, FileNotFoundError)
    assert "p4ss" not in str(caught.value)


def test_a_bucket_that_is_not_there(object_store: ObjectStore) -> None:
    (known,) = object_store.remotes
    tree = open_tree("s3://no-such-bucket/store", [replace(known, prefix="s3://no-such-bucket")])
    assert not tree.reachable()
    with pytest.raises(FileNotFoundError):
        tree.entries("")


def test_a_server_that_is_not_there(credentials: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens on it, and nobody else gets it
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        tree = open_tree("s3://b/store", [Remote(prefix="s3://b", endpoint_url=url, credentials=credentials)])
        assert not tree.reachable()
        with pytest.raises(OSError, match="Could not connect") as caught:
            tree.kind("a")
    assert caught.value.errno == errno.EIO


@pytest.mark.parametrize(
    ("location", "said"),
    [
        pytest.param("foo://x", "nothing here reads foo://", id="a scheme nobody knows"),
        pytest.param("simplecache::s3://bucket", "one location inside another", id="a chain"),
        pytest.param("sftp://user:p4ss@host/store", "holds a secret", id="a password"),
        pytest.param("https://host/store?token=p4ss", "holds a secret", id="a query"),
        pytest.param("s3://[x/store", "is no URL", id="a broken URL"),
    ],
)
def test_locations_that_make_no_sense(location: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        open_tree(location)
    assert "p4ss" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("[default]\naws_access_key_id = a\n", id="no secret key"),
        pytest.param("p4ss p4ss\n", id="no such file"),
        pytest.param("[other]\naws_access_key_id = a\naws_secret_access_key = p4ss\n", id="another section"),
    ],
)
def test_credentials_that_cannot_be_used(credentials: Path, text: str) -> None:
    credentials.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"must hold \[default\] with aws_access_key_id") as caught:
        open_tree("s3://b/store", [Remote(prefix="s3://b", credentials=credentials)])
    assert "p4ss" not in str(caught.value)


def test_credentials_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot read the credentials"):
        open_tree("s3://b/store", [Remote(prefix="s3://b", credentials=tmp_path / "nothing")])


def test_a_missing_plug_in_is_said_with_the_command_that_installs_it() -> None:
    script = (
        "import sys; sys.modules['s3fs'] = None\n"
        "from archiver.storage.stores.tree import open_tree\n"
        "try: open_tree('s3://b/store')\n"
        "except Exception as error: print(type(error).__name__, error)\n"
    )
    ran = subprocess.run([sys.executable, "-P", "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.startswith("MissingProgramError")
    assert "pip install 'preservation-archiver[s3]'" in ran.stdout
    assert MissingProgramError.exit_code == ExitCode.MISSING_PROGRAM


class Broken(MemoryFileSystem):  # type: ignore[misc]
    """A plug-in whose library has errors of its own."""

    cachable = False

    def ls(self, path: str, **_: Any) -> Any:  # noqa: ANN401
        raise RuntimeError(f"the server said \x1b[31m{path}")

    info = ls

    def _open(self, path: str, *_: Any, **__: Any) -> Any:  # noqa: ANN401
        raise PermissionError(f"not for you: {path}")


def test_whatever_a_plug_in_raises_is_an_oserror() -> None:
    tree = RemoteTree(Broken(), "memory://store")
    for ask in (tree.entries, tree.kind, tree.size):
        with pytest.raises(OSError, match=r"the server said \\x1b\[31m"):
            ask("a")
    with pytest.raises(PermissionError, match="not for you") as caught:
        tree.read("a", 9)
    assert caught.value.errno == errno.EACCES
    assert not tree.reachable()
