"""What the crosswalks of JSON vocabularies share: the same bytes for the same values, records read with care.

It knows no vocabulary.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NoReturn

from archiver.crosswalks.contract import UnreadableRecordError, UnreadValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Json = dict[str, object]
"""One JSON object."""

_LARGEST = 16 << 20


def json_bytes(value: object) -> bytes:
    """Serialise as UTF-8 with two-space indentation and a final line feed, keys in the order they were made."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace")


def json_value(data: bytes) -> object:
    """Parse one JSON document.

    Raises:
        UnreadableRecordError: no JSON in UTF-8, nested too deep, or larger than 16 MiB.
    """
    if len(data) > _LARGEST:
        raise UnreadableRecordError("is larger than 16 MiB")
    try:
        value: object = json.loads(data.decode("utf-8-sig"), parse_constant=_no_number)
    except RecursionError as error:
        raise UnreadableRecordError("is nested too deep") from error
    except ValueError as error:
        raise UnreadableRecordError(f"is no JSON: {error}") from error
    return value


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")  # RFC 8259 section 6


def compact(**values: object) -> Json:
    """Return an object of the values that say something: None and empty texts and lists are left out."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def unique(values: Iterable[Json | str]) -> list[Json | str]:
    """Return the values, each once, in order."""
    return list({json.dumps(value, sort_keys=True): value for value in reversed(list(values))}.values())[::-1]


def objects(value: object) -> list[Json]:
    """Return the objects of a list, or the object itself in a list; empty for anything else."""
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, dict)]


def text_in(record: Json, name: str) -> str:
    """Return a text or number of an object as text, blanks around it taken off; empty where there is none."""
    value = record.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).strip()


def unread(name: str, value: object) -> Iterator[UnreadValue]:
    """Yield every text and number inside a value by its name: ``fundingReferences.funderName``."""
    waiting: list[tuple[str, object]] = [(name, value)]
    while waiting:
        place, one = waiting.pop()
        if isinstance(one, dict):
            waiting += [(f"{place}.{key}", inner) for key, inner in reversed(one.items())]
        elif isinstance(one, list):
            waiting += [(place, inner) for inner in reversed(one)]
        elif isinstance(one, str | int | float) and not isinstance(one, bool) and str(one).strip():
            yield UnreadValue(name=place, text=str(one).strip())
