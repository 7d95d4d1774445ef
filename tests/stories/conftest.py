"""Fixtures of the stories: the command, the collections it built, and the folder that workers share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.stories.collections_built import COLLECTIONS, Collection, built
from tests.stories.commands import Archiver
from tests.stories.deposit_place import DepositPlace
from tests.stories.tracing import Undisturbed, undisturbed_build

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def archiver(archiver_command: list[str], tmp_path_factory: pytest.TempPathFactory) -> Archiver:
    """Return the real command, with a home that is not the test's own ``tmp_path``."""
    return Archiver(command=tuple(archiver_command), home=tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def session_folder(run_folder: Path) -> Path:
    """Return a folder that all workers of this session share."""
    folder = run_folder / "stories"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session", params=COLLECTIONS)
def collection(request: pytest.FixtureRequest, session_folder: Path, archiver_command: list[str]) -> Collection:
    """Return each collection in turn."""
    return built(str(request.param), session_folder, lambda home: Archiver(command=tuple(archiver_command), home=home))


@pytest.fixture(scope="session")
def own(session_folder: Path, archiver_command: list[str]) -> Collection:
    """Return the project's own sample collection."""
    return built("own", session_folder, lambda home: Archiver(command=tuple(archiver_command), home=home))


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """Return a working folder with two small documents in ``seeds``, one of which is rendered, and a sidecar."""
    place = tmp_path / "letters é"
    (place / "seeds").mkdir(parents=True)
    (place / "seeds" / "letter.txt").write_text("A letter.\n\nIt says little.\n", encoding="utf-8")
    (place / "seeds" / "table.yaml").write_text("year: 2022\nletters: 1\n", encoding="utf-8")
    (place / "metadata").mkdir()
    (place / "metadata" / "letter.yaml").write_text("title: A letter\nissued: 2022-01-05\n", encoding="utf-8")
    return place


@pytest.fixture
def deposit(archiver: Archiver, tmp_path: Path) -> DepositPlace:
    """Return a working folder with two bags, and a target that a plug-in brings."""
    place = DepositPlace(archiver, tmp_path)
    place.prepare()
    return place


@pytest.fixture
def undisturbed(strace: str, archiver: Archiver, letters: Path, session_folder: Path) -> Undisturbed:
    """Return what building ``letters`` gives when nothing gets in its way, and the calls that it takes."""
    return undisturbed_build(strace, archiver, letters, session_folder / "undisturbed")
