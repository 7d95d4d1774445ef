from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archiver.execution.pool import WorkerPool
from archiver.model import Check, Finding, RenderResult, Severity
from archiver.render.sandbox import SandboxReport, SandboxSettings, load, lock_in

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def children(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkerPool]:
    """Rendering children as the build has them: locked in, in processes of their own."""
    settings = SandboxSettings(scratch=str(tmp_path_factory.mktemp("scratch")))
    results = (RenderResult, Check, Finding, Severity, SandboxReport)
    with WorkerPool(workers=1, preparation=load, initialiser=lock_in, argument=settings, results=results) as pool:
        yield pool
