"""What a sidecar holds before anyone asks what it means: scalars as written, lists and mappings, with their lines.

One shape for YAML and JSON. Nothing here knows Dublin Core, and no scalar is taken for a number, date or truth value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

DEEPEST = 20
"""Levels a sidecar may nest; descriptions need three."""

MOST_NODES = 20_000
"""Keys and values a sidecar may hold: one mebibyte of one-letter values would take the YAML reader half a minute."""

LARGEST_SIDECAR = 1024 * 1024
"""Bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    """One value, exactly as written."""

    text: str | None
    """None for a null or an empty value."""

    line: int | None
    """From 1; None where the format does not tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    line: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """Keys and values in order; keys are unique."""

    entries: tuple[tuple[str, Node], ...]
    line: int | None


Node: TypeAlias = Scalar | Sequence | Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One reason why a sidecar cannot be read."""

    message: str
    """Plain words, without the file's name."""

    line: int | None
    column: int | None = None
    repeated_key: bool = False


class TreeError(ValueError):
    """The text is not a sidecar; ``faults`` says everything that was found."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__("; ".join(fault.message for fault in faults))


def decode_sidecar(data: bytes) -> str:
    """Decode a sidecar: UTF-8 with or without a byte order mark, or UTF-16 with one.

    Raises:
        TreeError: it is neither; names the line.
    """
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TreeError(Fault(message=f"is not text in UTF-8 (byte {error.start})", line=line)) from error
