"""IPTC-IIM 4.2, record 2, as photograph agencies write it; texts of an unnamed encoding only where they are UTF-8."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import IptcImagePlugin

from archiver.describe.embedded.contract import Property
from archiver.describe.embedded.dates import compact_date

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL import ImageFile

_TERMS = {
    105: ("title", "Headline"),
    5: ("title", "Object Name"),
    80: ("creator", "By-line"),
    120: ("description", "Caption"),
    25: ("subject", "Keywords"),
    116: ("rights", "Copyright Notice"),
    55: ("created", "Date Created"),
}
_PLACE = (90, 95, 101)


def read_iptc(image: ImageFile.ImageFile) -> Iterator[Property]:
    """Yield what the datasets of an image state; every kind of object may stand in a broken one."""
    found = IptcImagePlugin.getiptcinfo(image) or {}
    for number, (term, name) in _TERMS.items():
        for text in _texts(found.get((2, number))):
            stated = compact_date(text) if term == "created" else text
            if stated:
                yield Property(term, stated, f"IPTC {name}")
    where = ", ".join(text for number in _PLACE for text in _texts(found.get((2, number)))[:1])
    if where:
        yield Property("spatial", where, "IPTC City, Province, Country")


def _texts(value: bytes | list[bytes] | None) -> list[str]:
    texts = []
    for one in value if isinstance(value, list) else [value]:
        try:
            text = one.decode("utf-8").strip("\0 ") if isinstance(one, bytes) else ""
        except UnicodeDecodeError:
            continue
        if text:
            texts.append(text)
    return texts
