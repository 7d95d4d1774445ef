"""Licences as SPDX knows them: the identifier of a licence's address, and the address of an identifier.

Only addresses that name one licence and one version are known; a name in words is not interpreted.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from archiver.standards.vocabularies import is_uri

# Addresses that the publishers of the licences give them; each group becomes part of the SPDX identifier.
_ADDRESSES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"https?://(?:www\.)?{pattern}", re.IGNORECASE), form)
    for pattern, form in (
        (r"spdx\.org/licenses/([A-Za-z0-9.+-]+?)(?:\.html|\.json)?/?", "{0}"),
        (r"creativecommons\.org/licenses/([a-z-]+)/([0-9.]+)(?:/(?:deed|legalcode)(?:\.[a-z_-]+)?)?/?", "CC-{0}-{1}"),
        (r"creativecommons\.org/licenses/([a-z-]+)/([0-9.]+)/([a-z]{2,4})/?", "CC-{0}-{1}-{2}"),
        (r"creativecommons\.org/publicdomain/zero/1\.0(?:/(?:deed|legalcode)(?:\.[a-z_-]+)?)?/?", "CC0-1.0"),
        (r"creativecommons\.org/publicdomain/mark/1\.0(?:/deed(?:\.[a-z_-]+)?)?/?", "CC-PDM-1.0"),
        (r"apache\.org/licenses/LICENSE-2\.0(?:\.txt|\.html)?", "Apache-2.0"),
        (r"opensource\.org/licenses?/([A-Za-z0-9.-]+?)(?:\.php)?/?", "{0}"),
        (r"opendatacommons\.org/licenses/odbl/1[.-]0/?", "ODbL-1.0"),
        (r"opendatacommons\.org/licenses/pddl/1[.-]0/?", "PDDL-1.0"),
        (r"opendatacommons\.org/licenses/by/1[.-]0/?", "ODC-By-1.0"),
    )
)
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{1,60}")
_CREATIVE_COMMONS = re.compile(r"CC-(BY(?:-NC)?(?:-ND|-SA)?)-([0-9]\.[0-9])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """One statement of rights, as far as it names a licence."""

    text: str
    """As written."""

    identifier: str | None
    """SPDX identifier in its own case: ``CC-BY-4.0``; None for anything that SPDX does not list."""

    uri: str | None
    """As written where that is a URI, else the address of the identifier; None without either."""


def parse_licence(text: str) -> Licence:
    """Say which licence a text names: by its address, by its SPDX identifier, or none."""
    uri = text if is_uri(text) else None
    identifier = _of_address(text) if uri else _listed(text)
    return Licence(text=text, identifier=identifier, uri=uri or (licence_uri(identifier) if identifier else None))


def licence_uri(identifier: str) -> str:
    """Return the address of a licence by its SPDX identifier: its publisher's for Creative Commons, else SPDX's."""
    match = _CREATIVE_COMMONS.fullmatch(identifier)
    if match:
        return f"https://creativecommons.org/licenses/{match[1].lower()}/{match[2]}/"
    if identifier == "CC0-1.0":
        return "https://creativecommons.org/publicdomain/zero/1.0/"
    return f"https://spdx.org/licenses/{identifier}.html"


def _of_address(uri: str) -> str | None:
    for pattern, form in _ADDRESSES:
        match = pattern.fullmatch(uri)
        if match:
            return _listed(form.format(*match.groups()))
    return None


def _listed(identifier: str) -> str | None:
    if not _IDENTIFIER.fullmatch(identifier):
        return None
    return _spdx().get(identifier.lower())


@functools.cache  # 30 ms, and the list is a constant of the installed package
def _spdx() -> dict[str, str]:
    """Return every SPDX identifier by its lower case."""
    from license_expression import get_spdx_licensing  # noqa: PLC0415 -- only when rights are stated

    known = get_spdx_licensing().known_symbols.items()
    return {key.lower(): key for key, symbol in known if not symbol.is_exception}
