"""Fedora 6, request by request, against a real server."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tests.contracts.targets._fedora import FedoraBench

if TYPE_CHECKING:
    import pytest

JUDGES = ("fedora",)


@contextlib.contextmanager
def bench(folder: Path, request: pytest.FixtureRequest) -> Iterator[FedoraBench]:  # noqa: ARG001 - the server has its own
    """Give the server that the whole run shares."""
    yield FedoraBench(request.getfixturevalue("fedora_server"), transactions=False)
