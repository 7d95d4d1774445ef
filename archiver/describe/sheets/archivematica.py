"""Archivematica's ``metadata.json``: a list of objects, each with a ``filename`` and what it states of that file.

Read as a table: an object is a row, counted from 1, a key a column, a list several columns of that heading. Only lists
hold several values; ``|`` is a character like any other here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from archiver.describe.json_tree import read_json
from archiver.describe.sheets.lines import MOST_COLUMNS, CellNote, Line, Oddity, SheetError, Table, encodable
from archiver.describe.tree import Mapping, Node, Scalar, Sequence, TreeError, decode_sidecar

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = 16 << 20
"""Bytes: the whole of it is held in memory, several times over."""

_FIX = (
    'Write it as a list of objects, [{"filename": "objects/a.txt", "dc.title": "A", "dc.subject": ["x", "y"]}, ...], '
    "or name a sidecar in JSON after the whole file name of its document."
)


def read_objects(stream: BinaryIO) -> Table:
    """Return the one table of a ``metadata.json``; its first line, number 0, has the keys.

    Args:
        stream: the whole file.

    Raises:
        SheetError: too large, not JSON, nested too deep, with a key twice, or no list of objects.
    """
    data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise SheetError(f"is larger than {LARGEST >> 20} MiB")
    try:
        tree = read_json(decode_sidecar(data))
    except TreeError as error:
        fault = error.faults[0]
        where = f", line {fault.line}" if fault.line else ""
        raise SheetError(f"cannot be read{where}: it {_verb(fault.message)}", fix=_FIX) from error
    objects = _objects(tree)
    columns = _columns(objects)
    return Table(name=None, lines=_lines(objects, columns), splits=False)


def _objects(tree: Node) -> list[Mapping]:
    items = tree.items if isinstance(tree, Sequence) else ()
    objects = [item for item in items if isinstance(item, Mapping)]
    if not isinstance(tree, Sequence) or len(objects) < len(items):
        raise SheetError("is no list of objects", fix=_FIX)
    return objects


def _columns(objects: list[Mapping]) -> dict[str, int]:
    """Return how many columns each key takes: as many as its longest list has values."""
    widths: dict[str, int] = {}
    for one in objects:
        for key, node in one.entries:
            widths[key] = max(widths.get(key, 1), len(node.items) if isinstance(node, Sequence) else 1)
    if sum(widths.values()) > MOST_COLUMNS:
        raise SheetError(f"has more than {MOST_COLUMNS} keys, or values in the lists of its keys")
    return widths


def _lines(objects: list[Mapping], widths: dict[str, int]) -> Iterator[Line]:
    if not objects:
        return
    starts: dict[str, int] = {}
    header: list[str] = []
    for key, width in widths.items():
        starts[key] = len(header)
        header += [encodable(key)] * width
    yield Line(0, header)
    for number, one in enumerate(objects, start=1):
        cells = [""] * len(header)
        notes: list[CellNote] = []
        for key, node in one.entries:
            parts = node.items if isinstance(node, Sequence) else (node,)
            for column, part in enumerate(parts, start=starts[key]):
                if isinstance(part, Scalar):
                    cells[column] = encodable(part.text or "")
                else:
                    notes.append(CellNote(column, Oddity.NESTED, ""))
        yield Line(number, cells, tuple(notes))


def _verb(message: str) -> str:
    return message if message.startswith(("is ", "holds ", "nests ", "does ")) else f"is not usable: {message}"
