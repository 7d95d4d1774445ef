"""Changes single elements of a ``bag-info.txt`` and leaves every other line as it stands, byte for byte.

Works on text; never reads a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from archiver.standards.bag_info import bag_info_text

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$")


def revise_bag_info(text: str, values: Iterable[tuple[str, str]]) -> str:
    """Set elements: where a label stands, its new values take the place of its first; new labels come last.

    Args:
        text: the whole file, decoded, with any line ends; empty for a new one.
        values: (label, value); a label given several times gets all its values. Labels are case-insensitive (RFC 8493
            section 2.2.2).

    Returns:
        The text; lines that were changed or added end in LF.

    Raises:
        ValueError: a label cannot be one.
    """
    wanted: dict[str, list[tuple[str, str]]] = {}
    for label, value in values:
        wanted.setdefault(label.lower(), []).append((label, value))
    written: set[str] = set()
    parts: list[str] = []
    for found, lines in _elements(text):
        if found is None or found not in wanted:
            parts += lines
        elif found not in written:
            written.add(found)
            parts.append(bag_info_text(wanted[found]))
    if parts and not parts[-1].endswith(("\r", "\n")):
        parts.append("\n")
    parts += [bag_info_text(fields) for label, fields in wanted.items() if label not in written]
    return "".join(parts)


def _elements(text: str) -> Sequence[tuple[str | None, list[str]]]:
    """Return each element's label in lower case with its lines; None for lines that belong to none."""
    elements: list[tuple[str | None, list[str]]] = []
    blank: list[str] = []
    for match in _LINE.finditer(text):
        line = match[0]
        if not line.strip(" \t\r\n"):
            blank.append(line)
            continue
        if elements and line[0] in " \t":  # it goes on with the value, whatever blank lines stand before it
            elements[-1][1].extend([*blank, line])
        else:
            name, colon, _ = line.partition(":")
            elements += [(None, blank), (name.strip(" \t").lower() if colon else None, [line])]
        blank = []
    return [*elements, (None, blank)]
