"""``bin/fuzz damage``: a store is damaged at random; audits must find all of it and imagine none, and all of it heals.

Bits are flipped, files cut short, deleted, swapped with others or overwritten with zeros: content, inventories, their
sidecars and declarations alike. Audits run over the whole store while some packages are damaged, and while none is.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from archiver.model import FixityOutcome
from archiver.steps.audit.asking import AuditRequest, Checked
from archiver.steps.audit.limits import AuditLimits
from archiver.steps.audit.opening import StoresAsked, opened_stores
from archiver.steps.audit.running import Audit
from archiver.storage.stores.place import StorePlace, store_place
from fuzz.repairs import Repairs
from tests.storage.stores.stored_objects import make_object, make_root

PACKAGES = 500
CORRUPTIONS = 1000
CLEAN = 10_000
"""Checks of packages that nothing is wrong with, besides those beside damaged ones."""

_AT_ONCE = 50
"""Packages damaged at the same time: a tenth of the store at most."""

_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own, gone at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Corruption:
    """What was done to one file, and what stood there before."""

    kind: str
    package: str
    """Folder of the package, from the storage root."""

    file: Path
    before: bytes


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What came of it."""

    corruptions: int = 0
    kinds: Counter[str]
    clean: int = 0
    """Checks of packages that nothing was wrong with."""

    wrong: list[str]
    """Damage that was not found, damage that was imagined, and damage that was not repaired to the byte."""

    by_parity: int = 0
    """Corruptions within what parity can give back, repaired from it; all are repaired from a copy."""


def damage(arguments: list[str]) -> int:
    """Run it, and return the exit status.

    Args:
        arguments: how many corruptions, packages and clean checks; a seed. Each may be left out from the end.
    """
    numbers = [int(one) for one in arguments]
    defaults = [CORRUPTIONS, PACKAGES, CLEAN, 0]
    corruptions, packages, clean, seed = numbers + defaults[len(numbers) :]
    started = time.monotonic()
    with tempfile.TemporaryDirectory(dir=_IN_MEMORY if _IN_MEMORY.is_dir() else None) as scratch:
        outcome = damaged_and_found(Path(scratch), corruptions, packages, clean, Random(seed))  # noqa: S311 - no secret
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(outcome.kinds.items()))
    print(f"{outcome.corruptions} corruptions ({kinds}), {outcome.by_parity} repaired from parity and all from a copy,")
    print(f"{outcome.clean} clean checks, seed {seed}: ", end="")
    print(f"{len(outcome.wrong)} wrong  {time.monotonic() - started:.0f} s")
    print("".join(f"  {line}\n" for line in outcome.wrong), end="")
    return int(bool(outcome.wrong))


def damaged_and_found(place: Path, corruptions: int, packages: int, clean: int, chance: Random) -> Outcome:
    """Damage a store so many times, and have it audited each time.

    Args:
        place: an empty folder, for the store and a copy of it.
        corruptions: how many, each of another package while others are damaged too.
        packages: in the store.
        clean: checks of packages that nothing is wrong with, in a store that nothing is wrong with.
        chance: decides everything.
    """
    store = make_store(place / "store", packages, chance)
    repairs = Repairs(store, place / "copy")
    outcome = Outcome(kinds=Counter(), wrong=[])
    _judge(outcome, store, audited(store), {})  # what is there when it is whole
    while outcome.corruptions < corruptions:
        at_once = min(_AT_ONCE, max(1, packages // 10), corruptions - outcome.corruptions)
        done = list(corrupted(store.root, at_once, chance))
        for one in done:
            outcome.corruptions += 1
            outcome.kinds[one.kind] += 1
        _judge(outcome, store, audited(store), {one.package: one for one in done})
        for one in done:
            outcome.wrong += repairs.of(one.package, one.file)
    outcome.by_parity = repairs.by_parity
    until = outcome.clean + clean
    while outcome.clean < until:
        _judge(outcome, store, audited(store), {})
    return outcome


def make_store(root: Path, packages: int, chance: Random) -> StorePlace:
    """Make a store of small packages, some with several versions, no two with the same bytes."""
    make_root(root)
    for number in range(packages):
        files = {f"data/{one}.bin": chance.randbytes(chance.randint(40, 4000)) for one in range(3)}
        states = [{"bagit.txt": b"BagIt-Version: 1.0\n%d\n" % number, **files}]
        for version in range(chance.choice((0, 0, 1, 2))):
            states.append({**states[-1], f"data/v{version}.bin": chance.randbytes(100)})
        make_object(root / f"{number:05}", f"urn:example:{number}", states)
    return store_place(root)


def corrupted(root: Path, count: int, chance: Random) -> Iterator[Corruption]:
    """Damage one file each of so many packages; two whose files are swapped are both damaged, and both count."""
    packages = chance.sample(sorted(path.name for path in root.iterdir() if path.is_dir()), count)
    while packages:
        package = packages.pop()
        if packages and chance.random() < 0.2:
            yield from _swapped(root, package, packages.pop(), chance)
            continue
        file, before = _file_of(root, package, chance)
        kind, change = chance.choice(_CHANGES)
        after = change(before, chance)
        if after == before or _means_the_same(file, before, after):
            packages.append(package)
            continue
        if after is None:
            file.unlink()
        else:
            file.write_bytes(after)
        yield Corruption(kind=kind, package=package, file=file, before=before)


def audited(place: StorePlace) -> list[Checked]:
    """Audit the whole store once."""
    now = datetime.now(UTC)
    with opened_stores(StoresAsked(places=[place], now=now), AuditLimits()) as (stores, _):
        request = AuditRequest(clock=lambda: datetime.now(UTC), seconds=time.monotonic)
        return list(Audit(stores, request).run())


def _judge(outcome: Outcome, place: StorePlace, found: list[Checked], damaged: dict[str, Corruption]) -> None:
    for checked in found:
        result = checked.result
        if result is None:
            outcome.wrong.append(f"the store as a whole: {checked.finding}")
        elif (one := damaged.pop(result.path, None)) is None:
            outcome.clean += 1
            if result.outcome is not FixityOutcome.OK:
                outcome.wrong.append(f"{result.path}: imagined {result.findings}")
        elif result.outcome not in {FixityOutcome.DAMAGED, FixityOutcome.MISSING}:
            outcome.wrong.append(f"{one.file}: {one.kind} was not found, it is {result.outcome}")
        elif not any(
            one.file.as_posix().startswith(f"{place.root}/{one.package}/{finding.file}") for finding in result.findings
        ):
            outcome.wrong.append(f"{one.file}: {one.kind} is told of another file: {result.findings}")
    outcome.wrong += [f"{one.file}: {one.kind}, and the package was not checked" for one in damaged.values()]


def _file_of(root: Path, package: str, chance: Random) -> tuple[Path, bytes]:
    files = sorted(path for path in (root / package).rglob("*") if path.is_file())
    file = chance.choice(files)
    return file, file.read_bytes()


def _swapped(root: Path, package: str, other: str, chance: Random) -> Iterator[Corruption]:
    """Swap two files of one name, or any two; what the other has by chance as well is left."""
    first, before = _file_of(root, package, chance)
    second, behind = _file_of(root, other, chance)
    twin = root / other / first.relative_to(root / package)
    if twin.is_file() and chance.random() < 0.5:
        second, behind = twin, twin.read_bytes()
    if before == behind:
        first.write_bytes(b"")
        second.write_bytes(b"")
    else:
        first.write_bytes(behind)
        second.write_bytes(before)
    yield Corruption(kind="swap", package=package, file=first, before=before)
    yield Corruption(kind="swap", package=other, file=second, before=behind)


def _bit(data: bytes, chance: Random) -> bytes:
    changed = bytearray(data)
    changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _means_the_same(file: Path, before: bytes, after: bytes | None) -> bool:
    """Tell of the one thing that no check can see: an earlier version's sidecar without the line feed at its end."""
    return after is not None and file.name.startswith("inventory.json.") and before.rstrip() == after.rstrip()


_CHANGES: tuple[tuple[str, Callable[[bytes, Random], bytes | None]], ...] = (
    ("bit", _bit),
    ("truncation", lambda data, chance: data[: chance.randrange(len(data))]),
    ("deletion", lambda _data, _chance: None),
    ("zeros", lambda data, _chance: bytes(len(data))),
)
