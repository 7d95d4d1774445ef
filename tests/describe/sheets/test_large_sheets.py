"""Rows cost disk, not memory. The long form, a million rows, is benchmarks/describe_collection.py."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.describe.sheets.workbooks import xlsx_parts, zipped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FEW = 60_000
"""Enough to fill what is held for speed: SQLite's pages and the cells read ahead."""

MANY = 100_000
MOST_FOR_EACH = 140
"""Bytes: a row held in memory takes several hundred; SQLite sorts names in a few megabytes before it uses the disk."""

PROGRAM = """
import sys
from pathlib import Path
from archiver.describe import read_metadata
metadata = read_metadata(Path(sys.argv[1]), ["a.txt"])
assert [finding.code for finding in metadata.findings] == [], metadata.findings
assert len(metadata.unmatched(["a.txt"])) == 10_001
assert metadata.supplied("box/letter-0000007.txt").statements[0].text == "Letter 7"
(peak,) = [line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
print(peak)
"""


def write_csv(folder: Path, rows: int) -> None:
    """Write a sheet of so many rows."""
    lines = (f"box/letter-{number:07}.txt,Letter {number}\n" for number in range(rows))
    (folder / "s.csv").write_text("filename,title\n" + "".join(lines), encoding="utf-8")


def write_xlsx(folder: Path, rows: int) -> None:
    """Write a workbook of so many rows, with strings that cells share."""
    strings = "<si><t>filename</t></si><si><t>title</t></si>" + "".join(
        f"<si><t>box/letter-{number:07}.txt</t></si><si><t>Letter {number}</t></si>" for number in range(rows)
    )
    cells = "".join(
        f'<row><c t="s"><v>{number}</v></c><c t="s"><v>{number + 1}</v></c></row>'
        for number in range(0, 2 * rows + 2, 2)
    )
    (folder / "s.xlsx").write_bytes(zipped(xlsx_parts(cells, strings=strings)))


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read from /proc")
@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_memory_grows_little_with_each_row(tmp_path: Path, write: Callable[[Path, int], None]) -> None:
    peaks = []
    for rows in (FEW, MANY):
        folder = tmp_path / str(rows)
        folder.mkdir()
        write(folder, rows)
        ran = subprocess.run(
            [sys.executable, "-P", "-c", PROGRAM, str(folder)], capture_output=True, text=True, check=True
        )
        peaks.append(int(ran.stdout) << 10)
    assert peaks[1] < 100 << 20
    assert (peaks[1] - peaks[0]) / (MANY - FEW) < MOST_FOR_EACH
