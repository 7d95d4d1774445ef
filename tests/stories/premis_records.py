"""Reads a package's PREMIS record the way a stranger would: by XPath, without the product's code."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

_PREMIS = {"p": "http://www.loc.gov/premis/v3"}


def premis_texts(package: Path, query: str) -> list[str]:
    """Return the texts or attribute values that ``query`` finds; ``p:`` stands for PREMIS 3."""
    found = etree.parse(package / "data" / "metadata" / "preservation" / "premis.xml").xpath(query, namespaces=_PREMIS)
    assert isinstance(found, list), f"{query} does not ask for nodes"
    return [str(one) for one in found]
