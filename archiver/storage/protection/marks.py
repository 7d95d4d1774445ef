"""What a look at a document saw."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Signs of protection; each says in words by what it was told, and is empty where there is none."""

    encrypted: str = ""
    signed: str = ""
