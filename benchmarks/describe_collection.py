"""How long ``archiver metadata check`` takes over 10,000 documents with a row each, and what a million rows need.

Targets: 10,000 documents in at most 20 s and 250 MiB; a sheet of a million rows, CSV or XLSX, in at most 300 MiB.
Beside it stands what csv and python-calamine take to read the same cells and do nothing with them.
"""

from __future__ import annotations

import csv
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.measuring.bags import scratch

DOCUMENTS = 10_000
ROWS = 1_000_000
HEADER = ("filename", "title@ru", "creator", "issued", "language", "type", "subject", "identifier", "Shelf")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_ODF = "urn:oasis:names:tc:opendocument:xmlns"
_READ_CSV = "import csv, sys\nfor row in csv.reader(open(sys.argv[1], encoding='utf-8', newline='')): pass"
_READ_XLSX = (
    "import sys\nfrom python_calamine import CalamineWorkbook\n"
    "for row in CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).iter_rows(): pass"
)
_LAUNCHER = (
    "import os, sys, time\n"
    "started = time.perf_counter()\n"
    "child = os.posix_spawn(sys.executable, [sys.executable, '-P', *sys.argv[1:]], os.environ)\n"
    "_, _, used = os.wait4(child, 0)\n"
    "wall = time.perf_counter() - started\n"
    "print(wall, used.ru_utime + used.ru_stime, used.ru_maxrss, file=sys.stderr)"
)


class Run(NamedTuple):
    """What one program took."""

    wall: float
    """Seconds."""

    processor: float
    """Seconds."""

    peak: float
    """MiB held at most."""

    said: str
    """The last line of what it printed."""


def main() -> None:
    """Measure and print."""
    print("| | wall | processor | peak |\n|---|---|---|---|")
    with scratch() as folder:
        source = folder / "documents"
        paths = list(_documents(source, DOCUMENTS))
        writers: dict[str, Callable[[Path, Iterable[tuple[str, ...]]], None]] = {
            "csv": _write_csv,
            "xlsx": _write_xlsx,
            "ods": _write_ods,
        }
        for kind, write in writers.items():
            metadata = folder / f"metadata-{kind}"
            metadata.mkdir()
            write(metadata / f"all.{kind}", _rows(paths))
            _report(f"{DOCUMENTS:,} documents, {kind.upper()}", _check(source, metadata))
        few = folder / "few"
        names = list(_documents(few, 3))
        for kind, write, floor in (("csv", _write_csv, _READ_CSV), ("xlsx", _write_xlsx, _READ_XLSX)):
            metadata = folder / f"million-{kind}"
            metadata.mkdir()
            sheet = metadata / f"all.{kind}"
            write(sheet, _rows([*names, *(f"box {n // 1000}/letter-{n:07}.txt" for n in range(ROWS - len(names)))]))
            _report(f"{ROWS:,} rows, {kind.upper()}, read alone by another reader", _run("-c", floor, str(sheet)))
            _report(f"{ROWS:,} rows, {kind.upper()}", _check(few, metadata))


def _report(name: str, run: Run) -> None:
    print(f"| {name} | {run.wall:.1f} s | {run.processor:.1f} s | {run.peak:.0f} MiB |  {run.said}", flush=True)


def _check(source: Path, metadata: Path) -> Run:
    return _run("-m", "archiver", "metadata", "check", str(source), "--metadata", str(metadata))


def _run(*words: str) -> Run:
    """Run Python with these words below a small launcher: a child begins with the memory of what started it."""
    ran = subprocess.run([sys.executable, "-P", "-c", _LAUNCHER, *words], capture_output=True, text=True, check=True)
    wall, processor, peak = ran.stderr.splitlines()[-1].split()
    lines = ran.stdout.splitlines()
    return Run(float(wall), float(processor), int(peak) / 1024, lines[-1] if lines else "")


def _documents(source: Path, count: int) -> Iterator[str]:
    for number in range(count):
        path = f"box {number // 500:03}/letter-{number:05}.txt"
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        (source / path).write_text(f"Letter {number}\n", encoding="utf-8")
        yield path


def _rows(paths: Iterable[str]) -> Iterator[tuple[str, ...]]:
    yield HEADER
    for number, path in enumerate(paths):
        day = f"{1900 + number % 90}-{1 + number % 12:02}-{1 + number % 28:02}"
        subjects = f"bread {number % 40} | salt | household, small"
        yield (
            *(path, f"Письмо {number}", "Bolatova, A.", day, ("ru", "kk", "en")[number % 3], "Text", subjects),
            *(f"https://archive.example/{number}", f"shelf {number % 700}"),
        )


def _write_csv(file: Path, rows: Iterable[tuple[str, ...]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)


def _write_xlsx(file: Path, rows: Iterable[tuple[str, ...]]) -> None:
    """Write a workbook as spreadsheet programs do: each string once, cells point to it."""
    strings: dict[str, int] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r" Type="{_RELATED}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override '
            'PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml'
            '.sheet.main+xml"/></Types>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATED}"><sheets><sheet name="All" sheetId="1" r:id="r1"/></sheets>'
            "</workbook>",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" Type="{_RELATED}/worksheet" '
            f'Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{_RELATED}/sharedStrings" '
            'Target="sharedStrings.xml"/></Relationships>',
        )
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(f'<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
            for number, row in enumerate(rows, start=1):
                cells = "".join(
                    f'<c r="{chr(65 + place)}{number}" t="s"><v>{strings.setdefault(text, len(strings))}</v></c>'
                    for place, text in enumerate(row)
                )
                part.write(f'<row r="{number}">{cells}</row>'.encode())
            part.write(b"</sheetData></worksheet>")
        with archive.open("xl/sharedStrings.xml", "w", force_zip64=True) as part:
            part.write(f'<sst xmlns="{_MAIN}">'.encode())
            for text in strings:
                part.write(f"<si><t>{text}</t></si>".encode())
            part.write(b"</sst>")


def _write_ods(file: Path, rows: Iterable[tuple[str, ...]]) -> None:
    names = " ".join(f'xmlns:{prefix}="{_ODF}:{prefix}:1.0"' for prefix in ("office", "table", "text"))
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        with archive.open("content.xml", "w", force_zip64=True) as part:
            part.write(f"<office:document-content {names}><office:body><office:spreadsheet>".encode())
            part.write(b'<table:table table:name="All">')
            for row in rows:
                cells = "".join(
                    f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
                    for text in row
                )
                part.write(f"<table:table-row>{cells}</table:table-row>".encode())
            part.write(b"</table:table></office:spreadsheet></office:body></office:document-content>")


if __name__ == "__main__":
    main()
