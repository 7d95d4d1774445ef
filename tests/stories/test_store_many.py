"""Many packages and many hands, in short; ``bin/fuzz store`` and ``bin/fuzz together`` do it at length."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.stories.store_round_trip import store_and_export
from tests.stories.together import PACKAGES as PACKAGES_OF_ALL
from tests.stories.together import work_together

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.judges.ocfl import OcflVerdict
    from tests.stories.commands import Archiver

PACKAGES = 200
SECONDS = 5.0


def said_by(*judges: Callable[[Path], OcflVerdict]) -> Callable[[Path], str | None]:
    def say(root: Path) -> str | None:
        verdicts = [judge(root) for judge in judges]
        return "\n".join(one.detail for one in verdicts if not one.passed or one.codes) or None

    return say


def test_packages_come_back_as_they_were(
    archiver: Archiver,
    tmp_path: Path,
    ocfl_judge: Callable[[Path], OcflVerdict],
    rocfl_judge: Callable[[Path], OcflVerdict],
) -> None:
    trip = store_and_export(archiver, tmp_path, PACKAGES, said_by(ocfl_judge, rocfl_judge))
    assert trip.wrong == ()
    assert trip.packages == PACKAGES + len(range(0, PACKAGES, 7))


def test_two_adders_and_an_auditor(
    archiver: Archiver, tmp_path: Path, ocfl_judge: Callable[[Path], OcflVerdict]
) -> None:
    came = work_together(archiver, tmp_path, SECONDS, said_by(ocfl_judge))
    assert came.wrong == ()
    assert came.added > PACKAGES_OF_ALL
    assert came.checks >= PACKAGES_OF_ALL
