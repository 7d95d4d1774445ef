"""A store of this machine as a target: what is deposited is there for other programs, and its refusals are worded."""

from __future__ import annotations

import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archiver.deposits.journal import DepositJournal
from archiver.deposits.running import run_deposit, side_by_side
from archiver.errors import UsageError
from archiver.model.deposits import DepositState, Packaging
from tests.contracts.targets.bench import fast_run, small_parcel
from tests.contracts.targets.store import StoreBench
from tests.judges.ocfl import rocfl_program

if TYPE_CHECKING:
    from collections.abc import Callable

    from archiver.deposits.contract import Target
    from archiver.deposits.journal import Deposit
    from archiver.model.deposits import Parcel
    from tests.judges.ocfl import OcflVerdict


@pytest.fixture
def bench(tmp_path: Path) -> StoreBench:
    return StoreBench(store=tmp_path / "store")


def test_fifty_packages_are_fetched_back_by_another_program(
    bench: StoreBench, tmp_path: Path, rocfl_judge: Callable[[Path], OcflVerdict]
) -> None:
    parcels = [small_parcel(tmp_path / "sent", Packaging.FOLDER, f"box-{n:02}", 100 + n) for n in range(50)]
    run = fast_run("one")
    with DepositJournal.open(tmp_path / "deposits") as journal:

        def work(parcel: Parcel, target: Target) -> Deposit:
            return run_deposit(target, parcel, journal, origin=str(parcel.bag), run=run)

        ends = list(side_by_side(parcels, work, bench.make, parallel=2, stop=threading.Event()))
    assert {deposit.state for _, deposit in ends if not isinstance(deposit, Exception)} == {DepositState.VERIFIED}, ends
    assert len(ends) == 50
    assert rocfl_judge(bench.store).passed

    def fetched(parcel: Parcel) -> dict[str, bytes]:
        paths = [file.path.removeprefix(f"{parcel.name}/") for file in parcel.files]
        ask = [str(rocfl_program()), "--root", str(bench.store), "cat", parcel.identifier]
        home = {"HOME": str(tmp_path)}
        return {path: subprocess.run([*ask, path], check=True, capture_output=True, env=home).stdout for path in paths}

    with ThreadPoolExecutor(2) as pool:
        for parcel, back in zip(parcels, pool.map(fetched, parcels), strict=True):
            assert {f"{parcel.name}/{path}": content for path, content in back.items()} == {
                file.path: file.source.read_bytes() for file in parcel.files
            }


def test_a_changed_package_is_a_new_version(bench: StoreBench, tmp_path: Path) -> None:
    one = small_parcel(tmp_path / "one", Packaging.FOLDER, "letters", 500)
    other = small_parcel(tmp_path / "other", Packaging.FOLDER, "letters", 501)
    with DepositJournal.open(tmp_path / "deposits") as journal:
        ends = [
            run_deposit(bench.make(), parcel, journal, origin="letters", run=fast_run("one"))
            for parcel in (one, other, one)
        ]
    versions = [dict(end.evidence.identifiers)["version"] for end in ends if end.evidence]
    assert versions == ["v1", "v2", "v1"]
    assert bench.count(one) == 2


def test_something_else_in_its_place_is_refused_before_anything_is_written(bench: StoreBench, tmp_path: Path) -> None:
    bench.store.mkdir()
    (bench.store / "holiday.jpg").write_bytes(b"x")
    parcel = small_parcel(tmp_path / "sent", Packaging.FOLDER)
    with (
        DepositJournal.open(tmp_path / "deposits") as journal,
        pytest.raises(UsageError, match="is no OCFL storage root"),
    ):
        run_deposit(bench.make(), parcel, journal, origin="letters", run=fast_run("one"))
    assert [path.name for path in bench.store.iterdir()] == ["holiday.jpg"]
