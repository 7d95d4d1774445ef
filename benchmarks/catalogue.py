"""What a catalogue of a million files takes: indexing a store, searching, planning an audit; in SQLite and PostgreSQL.

Targets: at least 20,000 files/s, a search in 100 ms, a plan in 1 s and 200 MiB. The store has 10,000 packages of 102
files, each with a PREMIS record of its 90 documents and copies and ten Dublin Core records, as `archiver build` makes
them. Beside it stands what walking the same store and reading its inventories alone takes, in one process. Needs 1.2
million names in the folder of temporary files. PostgreSQL is measured too where a server's URL is the argument.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from archiver.standards.ocfl.reading.inventories import read_inventory

PACKAGES = 10_000
DOCUMENTS = 45
RECORDS = 10
_WORDS = ("letters", "council", "harbour", "minutes", "school", "railway", "survey", "parish", "census", "map")
_ORIGINAL = "data/representations/original/data"
_COPY = "data/representations/pdfa/data"
_PREMIS = "data/metadata/preservation/premis.xml"
_DESCRIPTIONS = "data/metadata/descriptive"
_SEARCHES = ("harbour", '"minutes of the council"', "railw* 1905", "urn:uuid:00000000-0000-4000-8000-000000004242")
_LAUNCHER = (
    "import os, sys\n"
    "child = os.posix_spawn(sys.executable, [sys.executable, '-P', *sys.argv[1:]], os.environ)\n"
    "_, status, used = os.wait4(child, 0)\n"
    "print(used.ru_maxrss, file=sys.stderr)\n"
    "sys.exit(os.waitstatus_to_exitcode(status))\n"
)
_PLAN = (
    "import datetime, sys, time\n"
    "from archiver.storage.catalogue import Catalogue\n"
    "with Catalogue.open(sys.argv[1]) as catalogue:\n"
    "    stores = [store.id for store in catalogue.stores()]\n"
    "    started = time.perf_counter()\n"
    "    now = datetime.datetime.now(datetime.UTC)\n"
    "    count = sum(1 for _ in catalogue.plan(stores, now=now, older_than=datetime.timedelta(days=90)))\n"
    "    print(count, time.perf_counter() - started)\n"
)
_SEARCH = (
    "import sys, time\n"
    "from archiver.storage.catalogue import Catalogue\n"
    "with Catalogue.open(sys.argv[1]) as catalogue:\n"
    "    for words in sys.argv[2:]:\n"
    "        started = time.perf_counter()\n"
    "        found = len(catalogue.search(words))\n"
    "        print(found, time.perf_counter() - started)\n"
)


class Run(NamedTuple):
    """What one program took."""

    wall: float
    """Seconds."""

    peak: float
    """MiB held at most."""

    said: str


def main() -> None:
    """Measure and print."""
    packages = int(os.environ.get("PACKAGES", PACKAGES))
    with tempfile.TemporaryDirectory(prefix="archiver-bench-") as folder:
        store = Path(folder) / "store"
        files = _make_store(store, packages)
        print(f"{packages:,} packages, {files:,} files\n")
        floor = _floor(store)
        print(f"Walking the store and reading its inventories: {floor:.1f} s\n")
        print("| database | index | files/s | to reading | peak | size |\n|---|---|---|---|---|---|")
        places = {"SQLite": str(Path(folder) / "catalogue.sqlite")}
        if len(sys.argv) > 1:
            places["PostgreSQL"] = sys.argv[1]
        for name, place in places.items():
            words = ["-m", "archiver", "store", "index", "--store", str(store), "--catalogue", place]
            run = _run(*words)
            size = f"{Path(place).stat().st_size / 1e6:.0f} MB" if name == "SQLite" else ""
            cells = [name, f"{run.wall:.1f} s", f"{files / run.wall:,.0f}", f"{run.wall / floor:.1f}"]
            print(f"| {' | '.join([*cells, f'{run.peak:.0f} MiB', size])} |", flush=True)
        print("\n| database | question | answers | time | peak |\n|---|---|---|---|---|")
        for name, place in places.items():
            _ask(name, place)


def _ask(name: str, place: str) -> None:
    run = _run("-c", _SEARCH, place, *_SEARCHES)
    for words, line in zip(_SEARCHES, run.said.splitlines(), strict=True):
        count, seconds = line.split()
        print(f"| {name} | `{words}` | {count} | {float(seconds) * 1e3:.0f} ms | {run.peak:.0f} MiB |")
    run = _run("-c", _PLAN, place)
    count, seconds = run.said.split()
    print(f"| {name} | what is due for an audit | {int(count):,} | {float(seconds):.2f} s | {run.peak:.0f} MiB |")


def _run(*words: str) -> Run:
    started = time.perf_counter()
    ran = subprocess.run([sys.executable, "-P", "-c", _LAUNCHER, *words], capture_output=True, text=True, check=False)
    if ran.returncode:
        raise SystemExit(f"{words} ended with {ran.returncode}: {ran.stderr}")
    wall = time.perf_counter() - started
    return Run(wall, int(ran.stderr.split()[-1]) / 1024, ran.stdout)


def _floor(store: Path) -> float:
    started = time.perf_counter()
    for folder, _, names in os.walk(store):
        if "0=ocfl_object_1.1" in names:
            read_inventory((Path(folder) / "inventory.json").read_bytes())
        for name in names:
            os.lstat(f"{folder}/{name}")
    return time.perf_counter() - started


def _make_store(store: Path, packages: int) -> int:
    """Make the store; files of the same name are one file with many names, as their bytes are never read."""
    store.mkdir()
    (store / "0=ocfl_1.1").write_text("ocfl_1.1\n")
    moulds = store.with_name("moulds")
    files = 0
    for number in range(packages):
        content = dict(_content(number))
        files += len(content)
        _make_object(store / f"{number % 100:02}" / f"{number:06}", moulds / str(number % 50), number, content)
    return files


def _make_object(folder: Path, moulds: Path, number: int, content: dict[str, bytes]) -> None:
    manifest, state = {}, {}
    for path, data in content.items():
        mould, file = moulds / hashlib.sha1(data).hexdigest(), folder / "v1" / "content" / path  # noqa: S324 - a name
        file.parent.mkdir(parents=True, exist_ok=True)
        if not mould.exists():
            moulds.mkdir(parents=True, exist_ok=True)
            mould.write_bytes(data)
        file.hardlink_to(mould)
        # Digests that are each file's own, as they are in an archive, though the bytes here are not.
        digest = hashlib.sha512(f"{number}/{path}".encode()).hexdigest()
        manifest[digest], state[digest] = [f"v1/content/{path}"], [path]
    user = {"name": "Archive", "address": "mailto:archive@example.org"}
    inventory = {
        "id": f"urn:uuid:00000000-0000-4000-8000-{number:012}",
        "type": "https://ocfl.io/1.1/spec/#inventory",
        "digestAlgorithm": "sha512",
        "head": "v1",
        "manifest": manifest,
        "versions": {"v1": {"created": "2026-01-01T00:00:00Z", "message": "added", "user": user, "state": state}},
    }
    data = json.dumps(inventory, indent=1).encode()
    (folder / "0=ocfl_object_1.1").write_text("ocfl_object_1.1\n")
    for where in (folder, folder / "v1"):
        (where / "inventory.json").write_bytes(data)
        (where / "inventory.json.sha512").write_text(f"{hashlib.sha512(data).hexdigest()} inventory.json\n")


def _content(number: int) -> Iterator[tuple[str, bytes]]:
    """Yield logical path and bytes of a package's 100 files."""
    names = [f"{_WORDS[place % 10]}-{place:03}.txt" for place in range(DOCUMENTS)]
    paths = [f"{_ORIGINAL}/{name}" for name in names] + [f"{_COPY}/{name}.pdf" for name in names]
    yield from ((path, b"x" * 100) for path in paths)
    yield _PREMIS, _premis(paths)
    kind = number % 50
    for place in range(RECORDS - 1):
        yield f"{_DESCRIPTIONS}/{names[place]}.dc.xml", _record(f"{_WORDS[(kind + place) % 10]} {1900 + place}", kind)
    yield f"{_DESCRIPTIONS}/package.dc.xml", _record(f"Minutes of the council {kind}", kind)
    yield "bag-info.txt", f"External-Description: Minutes of the council {kind}\n".encode()


def _record(title: str, kind: int) -> bytes:
    values = [("title", title), ("creator", f"Anna Example {kind}"), ("issued", str(1900 + kind)), ("language", "en")]
    values += [("description", f"Papers of the {_WORDS[kind % 10]} and the {_WORDS[kind % 7]}, box {kind}. " * 4)]
    body = "".join(f"<dcterms:{term}>{text}</dcterms:{term}>" for term, text in values)
    return f'<metadata xmlns:dcterms="http://purl.org/dc/terms/">{body}</metadata>'.encode()


def _premis(paths: list[str]) -> bytes:
    objects = "".join(
        f'<object xsi:type="file"><objectIdentifier><objectIdentifierType>local</objectIdentifierType>'
        f"<objectIdentifierValue>{path[5:]}</objectIdentifierValue></objectIdentifier><objectCharacteristics><fixity>"
        f"<messageDigestAlgorithm>SHA-512</messageDigestAlgorithm><messageDigest>{'ab' * 64}</messageDigest></fixity>"
        "<size>100</size><format><formatDesignation><formatName>Plain Text File</formatName></formatDesignation>"
        "<formatRegistry><formatRegistryName>PRONOM</formatRegistryName><formatRegistryKey>x-fmt/111</formatRegistryKey>"
        "</formatRegistry><formatNote>Media type: text/plain; identified by extension</formatNote></format>"
        f"</objectCharacteristics><originalName>{path[-20:]}</originalName><relationship><relationshipType>derivation"
        "</relationshipType><relationshipSubType>is source of</relationshipSubType></relationship></object>\n"
        for path in paths
    )
    head = '<premis xmlns="http://www.loc.gov/premis/v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    return f"{head}\n{objects}</premis>".encode()


if __name__ == "__main__":
    main()
