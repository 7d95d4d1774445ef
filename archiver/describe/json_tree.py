"""JSON as sidecars use it, read into a :mod:`tree <archiver.describe.tree>`.

Numbers stay as they are written; repeated keys and deep nesting are refused.
"""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import NoReturn, TypeAlias

from archiver.describe.tree import DEEPEST, Fault, Mapping, Node, Scalar, Sequence, TreeError

_Parsed: TypeAlias = "str | bool | list[_Parsed] | Mapping | None"

_LINES_SOUGHT = 20


def read_json(text: str) -> Node:
    """Read one JSON document (RFC 8259).

    Args:
        text: the whole file, decoded.

    Raises:
        TreeError: not JSON, nested too deep, or an object repeats a key (RFC 8259 section 4 leaves its meaning open).
    """
    _refuse_depth(text)
    faults: list[Fault] = []

    def pairs(found: list[tuple[str, _Parsed]]) -> Mapping:
        seen: set[str] = set()
        for key, _ in found:
            if key in seen:
                # Finding its lines reads the whole text: not more often than a person would look.
                faults.append(_repeated(key, text if len(faults) < _LINES_SOUGHT else ""))
            seen.add(key)
        return Mapping(entries=tuple((key, _node(value)) for key, value in found), line=None)

    try:
        parsed: _Parsed = json.loads(
            text, object_pairs_hook=pairs, parse_int=str, parse_float=str, parse_constant=_refuse_constant
        )
    except json.JSONDecodeError as error:
        fault = Fault(message=f"is not JSON: {error.msg}", line=error.lineno, column=error.colno)
        raise TreeError(fault) from error
    if faults:
        raise TreeError(*dict.fromkeys(faults))
    return _node(parsed)


def _node(value: _Parsed) -> Node:
    if isinstance(value, Mapping):
        return value
    if isinstance(value, list):
        return Sequence(items=tuple(_node(item) for item in value), line=None)
    if isinstance(value, bool):
        return Scalar(text="true" if value else "false", line=None)
    return Scalar(text=value, line=None)


def _refuse_constant(name: str) -> NoReturn:
    raise TreeError(Fault(message=f"is not JSON: {name} is no JSON value", line=None))


def _refuse_depth(text: str) -> None:
    """Count brackets outside strings before the parser, which recurses, sees them."""
    depth, line, in_string, escaped = 0, 1, False, False
    for character in text:
        if escaped:
            escaped = False
        elif in_string:
            escaped = character == "\\"
            in_string = character != '"'
        elif character == '"':
            in_string = True
        elif character in "[{":
            depth += 1
        elif character in "]}":
            depth -= 1
        line += character == "\n"
        if depth > DEEPEST:
            raise TreeError(Fault(message=f"nests deeper than {DEEPEST} levels", line=line))


def _repeated(key: str, text: str) -> Fault:
    written = re.escape(json.dumps(key, ensure_ascii=False))
    places = list(islice(re.finditer(rf"{written}[ \t\r\n]*:", text), 3))
    # The parser does not tell where a key stands; with just two of them in the text there is no doubt.
    if len(places) != 2:
        return Fault(message=f"the key {key[:80]!r} stands twice", line=None, repeated_key=True)
    first, line = (text.count("\n", 0, place.start()) + 1 for place in places)
    where = f": in line {first} and in line {line}"
    return Fault(message=f"the key {key[:80]!r} stands twice{where}", line=line, repeated_key=True)
