"""Statements of rights that machines read: rightsstatements.org, Creative Commons, and the SPDX License List.

It says whether an address or an identifier is one of them. A statement in words is anybody's own and always good.
"""

from __future__ import annotations

import difflib
import functools
import re
from typing import NamedTuple

RIGHTS_STATEMENTS = {
    "InC": "In Copyright",
    "InC-OW-EU": "In Copyright - EU Orphan Work",
    "InC-EDU": "In Copyright - Educational Use Permitted",
    "InC-NC": "In Copyright - Non-Commercial Use Permitted",
    "InC-RUU": "In Copyright - Rights-holder(s) Unlocatable or Unidentifiable",
    "NoC-CR": "No Copyright - Contractual Restrictions",
    "NoC-NC": "No Copyright - Non-Commercial Use Only",
    "NoC-OKLR": "No Copyright - Other Known Legal Restrictions",
    "NoC-US": "No Copyright - United States",
    "CNE": "Copyright Not Evaluated",
    "UND": "Copyright Undetermined",
    "NKC": "No Known Copyright",
}
"""The twelve statements of rightsstatements.org 1.0: code -> name. Their addresses end in ``vocab/CODE/1.0/``."""

_STATEMENT = re.compile(r"https?://rightsstatements\.org/vocab/(?P<code>[A-Za-z-]{1,20})/1\.0/")
_LICENCE = re.compile(
    r"https?://creativecommons\.org/(?:licenses/(?:by|by-sa|by-nd|by-nc|by-nc-sa|by-nc-nd)/"
    r"(?:4\.0|(?:1\.0|2\.0|2\.1|2\.5|3\.0)(?:/[a-z]{2,5})?)|publicdomain/(?:zero|mark)/1\.0)"
    r"(?:/|/(?:deed|legalcode)(?:\.[A-Za-z_-]{2,10})?)?"
)
_SPDX_ADDRESS = re.compile(
    r"https?://(?:www\.)?spdx\.org/licenses/(?P<identifier>[A-Za-z0-9.+-]{1,100}?)(?:\.html|\.json)?"
)
_HOSTS = re.compile(
    r"https?://(?:www\.)?(rightsstatements\.org|creativecommons\.org|spdx\.org)(?=[/?#]|\Z)", re.IGNORECASE
)
_LONGEST = 200


class RightsFault(NamedTuple):
    """What is wrong with a statement."""

    cause: str
    """In words that go on after it."""

    suggestion: str | None


def rights_fault(text: str) -> RightsFault | None:
    """Say what is wrong with an address below one of the three hosts, or None; other texts are not judged."""
    host = _HOSTS.match(text)
    if host is None or len(text) > _LONGEST:
        return None
    if host[1].lower() == "rightsstatements.org":
        return _statement_fault(text)
    if host[1].lower() == "creativecommons.org":
        good = _LICENCE.fullmatch(text)
        return None if good else RightsFault("is no licence of Creative Commons", _creative_commons_meant(text))
    found = _SPDX_ADDRESS.fullmatch(text)
    if found and found["identifier"].lower() in _spdx():
        return None
    return RightsFault("is no licence of the SPDX License List", None)


def licence_name_fault(text: str) -> RightsFault | None:
    """Say that a licence is named almost, and not quite, as the SPDX License List has it: ``CC BY 4.0``, ``Apache 2``.

    Args:
        text: of the term ``license``; an identifier of the list, an expression of several, an address and words of
            one's own are all good.
    """
    if len(text) > _LONGEST or "://" in text or is_spdx(text):
        return None
    squeezed = re.sub(r"[\s_-]+", "-", text.strip()).lower()
    tried = (
        squeezed,
        f"{squeezed}.0",
        re.sub(r"-?v(?=[0-9])", "-", squeezed),
        re.sub(r"(?<=[a-z])(?=[0-9]\.)", "-", squeezed),
    )
    meant = next((_spdx()[one] for one in tried if one in _spdx()), None)
    return RightsFault("is not the name that the SPDX License List has for a licence", meant) if meant else None


def rights_name(text: str) -> str | None:
    """Return what people call a licence or statement given by its address or identifier: ``CC BY 4.0``, or None."""
    statement = _STATEMENT.fullmatch(text)
    if statement:
        return RIGHTS_STATEMENTS.get(statement["code"])
    licence = _LICENCE.fullmatch(text)
    if licence:
        kind, version, *_ = text.partition("creativecommons.org/")[2].split("/")[1:]
        if "publicdomain" in text:
            return f"{'CC0' if kind == 'zero' else 'Public Domain Mark'} {version}"
        return f"CC {kind.upper()} {version}"
    address = _SPDX_ADDRESS.fullmatch(text)
    return _spdx().get((address["identifier"] if address else text).lower())


def spdx_address(text: str) -> str | None:
    """Return where SPDX describes the licence of an identifier such as ``MIT``, or None."""
    listed = _spdx().get(text.lower()) if len(text) <= _LONGEST and " " not in text else None
    return f"https://spdx.org/licenses/{listed}" if listed else None


def is_spdx(text: str) -> bool:
    """Tell whether a text is an SPDX identifier or expression (``MIT``, ``Apache-2.0 OR MIT``), in any case."""
    if text.lower() in _spdx():
        return True
    if len(text) > _LONGEST or not re.search(r" (?:OR|AND|WITH) ", text):
        return False
    names = re.split(r" (?:OR|AND|WITH) |[()]", text)
    return all(name.strip().removesuffix("+").lower() in _spdx() for name in names if name.strip())


@functools.cache
def _spdx() -> dict[str, str]:
    """Return lower case -> identifier of the SPDX License List and its exceptions."""
    from license_expression import get_spdx_licensing  # noqa: PLC0415 - 0.1 s, and only where a licence is stated

    symbols = get_spdx_licensing().known_symbols
    return {str(key).lower(): str(key) for key in symbols if not str(key).lower().startswith("licenseref-")}


def _statement_fault(text: str) -> RightsFault | None:
    found = _STATEMENT.fullmatch(text)
    if found and found["code"] in RIGHTS_STATEMENTS:
        return None
    asked = re.search(r"/(?:vocab|page)/([^/?#]{1,40})", text)
    codes = {code.lower(): code for code in RIGHTS_STATEMENTS}
    near = difflib.get_close_matches(asked[1].lower(), codes, n=1, cutoff=0.6) if asked else []
    meant = f"http://rightsstatements.org/vocab/{codes[near[0]]}/1.0/" if near else None
    return RightsFault("is none of the twelve statements of rightsstatements.org", meant)


def _creative_commons_meant(text: str) -> str | None:
    found = re.search(r"/(by(?:-nc)?(?:-sa|-nd)?|cc0|zero)\b", text.lower())
    if found is None:
        return None
    if found[1] in {"cc0", "zero"}:
        return "https://creativecommons.org/publicdomain/zero/1.0/"
    return f"https://creativecommons.org/licenses/{found[1]}/4.0/"
