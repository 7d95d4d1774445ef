"""What a report takes on a store of a million files that was audited for ten years: time and memory of each form.

Targets: seconds, and 200 MiB. The catalogue is made by its own functions, without the files it tells of: 10,000
packages of 100 files, 40 audits of all of them, some failures, 400 formats, and a log with 400 repairs.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archiver.model import FixityOutcome, FixityResult
from archiver.steps.stores.cataloguing import opened_catalogues
from archiver.storage.catalogue import IndexedFile, IndexedFormat, IndexedObject, IndexedVersion
from archiver.storage.store_log.log import StoreLog
from archiver.storage.stores.place import StorePlace, store_place

PACKAGES = 10_000
FILES = 100
AUDITS = 40
FORMS = ("", "--json", "--csv", "--html", "--pdf", "--premis")
START = datetime(2016, 1, 1, tzinfo=UTC)
QUARTER = timedelta(days=91)
_LAUNCHER = (
    "import os, sys\n"
    "child = os.posix_spawn(sys.executable, [sys.executable, '-P', *sys.argv[1:]], os.environ)\n"
    "_, status, used = os.wait4(child, 0)\n"
    "print(used.ru_maxrss, file=sys.stderr)\n"
    "sys.exit(os.waitstatus_to_exitcode(status))\n"
)


def main() -> None:
    """Measure and print."""
    packages = int(os.environ.get("PACKAGES", PACKAGES))
    with tempfile.TemporaryDirectory(prefix="archiver-bench-") as folder:
        place = store_place(Path(folder) / "store")
        place.root.mkdir()
        (place.root / "0=ocfl_1.1").write_text("ocfl_1.1\n", encoding="utf-8")
        started = time.perf_counter()
        _fill(place, packages)
        print(
            f"{packages:,} packages, {packages * FILES:,} files, {packages * AUDITS:,} checks; "
            f"made in {time.perf_counter() - started:.0f} s\n"
        )
        print("| form | time | peak | bytes |\n|---|---|---|---|")
        for form in FORMS:
            _measure(place, form, Path(folder) / "report")


def _measure(place: StorePlace, form: str, out: Path) -> None:
    words = ["-m", "archiver", "report", "--store", str(place.root), *([form, "--out", str(out)] if form else [])]
    started = time.perf_counter()
    command = [sys.executable, "-P", "-c", _LAUNCHER, *words]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=out.parent)
    seconds = time.perf_counter() - started
    if ran.returncode:
        raise SystemExit(f"{words} ended with {ran.returncode}: {ran.stderr}")
    size = out.stat().st_size if form else len(ran.stdout)
    peak = int(ran.stderr.split()[-1]) / 1024
    print(f"| {form or 'summary'} | {seconds:.1f} s | {peak:.0f} MiB | {size:,} |", flush=True)
    out.unlink(missing_ok=True)


def _fill(place: StorePlace, packages: int) -> None:
    with opened_catalogues([place]) as (opened,):
        (store,) = opened.places
        with opened.catalogue.rebuilding(store) as rebuild:
            rebuild.put_objects(_packages(packages))
        for number in range(AUDITS):
            opened.catalogue.results(store, _results(packages, number), f"audit-{number:02}")
    log = StoreLog(place.records)
    for number in range(400):
        body = {"identifier": _identifier(number), "from": "/copy", "files": ["v1/content/data/1"]}
        log.append("repaired", body, now=START + timedelta(days=number))


def _packages(packages: int) -> Iterator[IndexedObject]:
    forms = [IndexedFormat(puid=f"fmt/{number}", media_type="x/y", name=f"Format {number}") for number in range(1, 400)]
    for number in range(packages):
        created = (START + timedelta(hours=number)).isoformat().replace("+00:00", "Z")
        files = [
            IndexedFile(
                path=f"data/representations/original/data/{place}.txt",
                content_path=f"v1/content/data/representations/original/data/{place}.txt",
                # One in twenty lies in another package too.
                digest=hashlib.sha512(f"{number if place % 20 else number // 2} {place}".encode()).hexdigest(),
                size=10_000 + place,
                document=True,
                form=forms[(number * FILES + place) % len(forms)],
            )
            for place in range(FILES)
        ]
        yield IndexedObject(
            identifier=_identifier(number),
            path=f"{number:05}",
            head="v1",
            versions=[IndexedVersion(number=1, created=created)],
            inventory_digest=f"{number:0128x}",
            digest_algorithm="sha512",
            created=created,
            bytes=FILES * 10_050,
            content_files=FILES,
            files=files,
            title=f"Package {number}",
        )


def _results(packages: int, audit: int) -> Iterator[FixityResult]:
    for number in range(packages):
        at = START + audit * QUARTER + timedelta(seconds=number)
        yield FixityResult(
            identifier=_identifier(number),
            path=f"{number:05}",
            version="v1",
            inventory_digest=f"{number:0128x}",
            outcome=FixityOutcome.OK if (number + audit) % 5000 else FixityOutcome.DAMAGED,
            files=FILES,
            bytes=FILES * 10_050,
            started=at,
            ended=at,
        )


def _identifier(number: int) -> str:
    return f"urn:uuid:00000000-0000-4000-8000-{number:012}"


if __name__ == "__main__":
    main()
