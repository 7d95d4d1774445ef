"""Licences that descriptions state, as rights statements of PREMIS. Guesses nothing from free text about rights."""

from __future__ import annotations

import re
import uuid
from collections import defaultdict
from typing import TYPE_CHECKING

from archiver.standards.premis.rights import LICENSE, LinkedRights, RightsDocument, RightsStatement

if TYPE_CHECKING:
    from archiver.model import Description, PackageRecord

_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
_LICENCE = re.compile(r"https?://creativecommons\.org/(?:licenses|publicdomain)/[^\s<>\"]+")


def licence_rights(record: PackageRecord) -> tuple[LinkedRights, ...]:
    """Return a rights statement for each licence: of the package where its own description states it, else of files.

    Args:
        record: of its descriptions, ``license`` is read, and in ``rights`` addresses of Creative Commons licences.
    """
    whole = _licences(record.description)
    of_files: dict[str, list[str]] = defaultdict(list)
    for path, description in record.document_descriptions.items():
        for text in _licences(description):
            if text not in whole:
                of_files[text].append(path)
    stated = [*((text, ()) for text in whole), *((text, tuple(paths)) for text, paths in of_files.items())]
    namespace = uuid.UUID(record.identifier.removeprefix("urn:uuid:"))
    return tuple(
        LinkedRights(
            identifier=("UUID", str(uuid.uuid5(namespace, f"licence:{number}:{text}"))),
            statement=_statement(text),
            objects=paths,
        )
        for number, (text, paths) in enumerate(stated)
    )


def _licences(description: Description) -> list[str]:
    found = [one.text for one in description.all("license")]
    found += [one.text for one in description.all("rights") if _LICENCE.fullmatch(one.text)]
    return list(dict.fromkeys(text.strip() for text in found if text.strip()))


def _statement(text: str) -> RightsStatement:
    if _ADDRESS.fullmatch(text):
        return RightsStatement(basis=LICENSE, documents=(RightsDocument(kind="URI", value=text),))
    return RightsStatement(basis=LICENSE, terms=text)
