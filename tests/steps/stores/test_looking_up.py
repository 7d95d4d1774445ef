"""A store that is not there, and one whose server does not answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from archiver.errors import ExitCode, RemoteError, UsageError
from archiver.steps.stores.looking_up import check_reachable, look_up
from archiver.storage.stores.remote_tree import RemoteTree
from archiver.storage.stores.tree import open_tree

if TYPE_CHECKING:
    from pathlib import Path


class Silent(MemoryFileSystem):  # type: ignore[misc]
    """A server that does not answer."""

    cachable = False

    def ls(self, path: str, **_: Any) -> Any:  # noqa: ANN401, ARG002
        raise TimeoutError("no answer")


def test_a_server_that_does_not_answer_is_no_missing_store() -> None:
    tree = RemoteTree(Silent(), "memory://bucket/store")
    with pytest.raises(RemoteError, match=r"memory://bucket/store cannot be read: no answer; check the connection"):
        check_reachable(tree)
    with pytest.raises(RemoteError):
        look_up(tree, "urn:x:one")
    assert RemoteError.exit_code is ExitCode.REMOTE


def test_a_folder_that_is_no_store(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for location in (tmp_path, tmp_path / "nothing", tmp_path / "file"):
        with pytest.raises(UsageError, match="there is no store at"):
            check_reachable(open_tree(str(location)))
    (tmp_path / "0=ocfl_1.1").touch()
    check_reachable(open_tree(str(tmp_path)))
