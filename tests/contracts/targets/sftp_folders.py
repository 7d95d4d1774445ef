"""A folder of OpenSSH's server, with packages as folders."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.model.deposits import Packaging
from tests.contracts.targets.sftp import SftpBench, new_bench

if TYPE_CHECKING:
    import pytest

JUDGES = ("openssh",)


@contextlib.contextmanager
def bench(folder: Path, request: pytest.FixtureRequest) -> Iterator[SftpBench]:  # noqa: ARG001 - the server has its own
    """Give an empty folder of the session's server."""
    yield new_bench(request.getfixturevalue("ssh_server"), Packaging.FOLDER)
