"""Two adders and an auditor work on one store at once: no alarm without damage, nothing lost, the log holds."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from archiver.steps.audit.verify_log import verify_log
from archiver.storage.store_log.log import StoreLog
from archiver.storage.stores.reading import StoreReader
from archiver.storage.stores.tree import open_tree
from tests.stories.many_bags import make_bag

if TYPE_CHECKING:
    from tests.stories.commands import Archiver, Ran

PACKAGES = 6
"""Few, so that the two often want the same one."""

VERSIONS = 4
ADDERS = 2
CLOCK = {"SOURCE_DATE_EPOCH": ""}
_CHANGED = frozenset({"added", "new-version"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """What came of it."""

    added: int
    """New objects and new versions that success was told of."""

    audits: int
    checks: int
    """Packages that audits found whole."""

    wrong: tuple[str, ...]


def work_together(archiver: Archiver, place: Path, seconds: float, judge: Callable[[Path], str | None]) -> Together:
    """Let them work for a while, and look at what is left.

    Args:
        archiver: the command line.
        place: an empty folder.
        seconds: after which no new command is started.
        judge: of storage roots: says what is wrong, or None.
    """
    for number in range(PACKAGES):
        for version in range(1, VERSIONS + 1):
            make_bag(place / "bags", number, version)
    store = place / "store"
    bags = [place / f"bags/package-{number}-v1" for number in range(PACKAGES)]
    first = archiver("store", "add", *bags, "--store", store, "--json", cwd=place)
    assert first.status == 0, first.stdout + first.stderr
    end = time.monotonic() + seconds

    def until_the_end(command: Callable[[Random], Ran], seed: int) -> list[Ran]:
        chance, found = Random(seed), []  # noqa: S311 - chance that can be repeated
        while time.monotonic() < end:
            found.append(command(chance))
        return found

    def add(chance: Random) -> Ran:
        packages = [f"package-{chance.randrange(PACKAGES)}-v{chance.randint(1, VERSIONS)}" for _ in range(2)]
        words = [place / "bags" / name for name in packages]
        return archiver("store", "add", *words, "--store", store, "--json", cwd=place)

    def audit(_: Random) -> Ran:
        # By the clock of this machine: what was checked a moment ago is asked for again.
        return archiver("audit", "--store", store, "--older-than", "1s", "--json", cwd=place, changes=CLOCK)

    with ThreadPoolExecutor(ADDERS + 1) as pool:
        adding = [pool.submit(until_the_end, add, number) for number in range(ADDERS)]
        auditing = pool.submit(until_the_end, audit, ADDERS)
        added = [first, *(ran for one in adding for ran in one.result())]
        audits = auditing.result()
    wrong = [f"an adder has status {ran.status}: {ran.stdout}{ran.stderr}" for ran in added if ran.status != 0]
    wrong += [f"an audit has status {ran.status}: {ran.stdout}{ran.stderr}" for ran in audits if ran.status != 0]
    changes = Counter(one["identifier"] for ran in added for one in ran.objects if one["status"] in _CHANGED)
    outcomes = [one["outcome"] for ran in audits for one in ran.objects if "outcome" in one]
    wrong += [f"an alarm without damage: {outcome}" for outcome in outcomes if outcome != "ok"]
    wrong += _wrong_at_the_end(store, changes, judge)
    return Together(added=changes.total(), audits=len(audits), checks=len(outcomes), wrong=tuple(wrong))


def _wrong_at_the_end(store: Path, changes: Counter[str], judge: Callable[[Path], str | None]) -> list[str]:
    """Hold the store and its log against the changes that success was told of: identifier -> how many."""
    wrong = []
    reader = StoreReader(open_tree(str(store)))
    versions = Counter[str]()
    for path in reader.object_paths():
        stored = reader.read_object(path)
        versions[stored.identifier] = len(stored.inventory.versions)
    if versions != changes:
        wrong.append(f"the store has the versions {versions}, and success was told of {changes}")
    records = store.with_name("store.archiver")
    logged = Counter(str(entry.body["identifier"]) for entry in StoreLog(records).entries() if entry.kind == "added")
    if logged != changes:
        wrong.append(f"the log has {logged}, and success was told of {changes}")
    verdict = verify_log(records)
    wrong += [finding.message for finding in verdict.findings]
    wrong += [f"an audit is not ended: {run}" for run in verdict.open_runs]
    said = judge(store)
    if said:
        wrong.append(said)
    staging = records / "staging"
    if staging.exists() and any(staging.iterdir()):
        wrong.append("something is left in staging")
    return wrong
