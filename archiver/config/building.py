"""``[build]``: how packages are made, and the names of digest algorithms and PDF/A flavours that may be asked for."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from archiver.errors import ConfigurationError, UsageError

if TYPE_CHECKING:
    from archiver.config.tables import Table

FLAVOURS = ("2a", "2b", "2u", "3a", "3b", "3u", "4", "4f")
"""PDF/A flavours that can be made and proven."""

VERAPDF_FLAVOURS = ("2a", "3a", "4", "4f")
"""Those that nothing but veraPDF can prove."""

EMBEDDING_FLAVOURS = ("3a", "3b", "3u", "4f")
"""Those that can hold the original; 4f must hold a file."""

BUILD_KEYS = (
    "algorithms",
    "pdfa",
    "workers",
    "embed_original",
    "page_style",
    "verapdf",
    "pdftopdfa",
    "sheets",
    "e_ark",
)

_REFUSED_FLAVOURS = dict.fromkeys(
    ("1a", "1b"),
    "PDF/A-1 allows neither transparency nor the OpenType fonts that pages are set with, so no copy would pass; every "
    "reader of PDF/A-1 reads PDF/A-2: use 2u",
)
"""Flavour -> why it is not made."""

_LARGEST_STYLE = 1 << 16


def check_algorithms(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return ``names`` without repeats, each one of hashlib's fixed-length algorithms.

    Raises:
        ConfigurationError: a name is unknown, or its digests have no fixed length.
    """
    usable = sorted(
        name
        for name in hashlib.algorithms_guaranteed
        if not name.startswith("shake")  # no fixed length
    )
    known = {name.replace("_", ""): name for name in usable}
    plain = tuple(dict.fromkeys(name.lower().replace("-", "").replace("_", "") for name in names))
    unknown = [name for name in plain if name not in known]
    if unknown or not plain:
        raise ConfigurationError(f"unknown digest algorithm {', '.join(unknown) or '(none)'}: use {', '.join(usable)}")
    return tuple(known[name] for name in plain)


def check_flavour(name: str) -> str:
    """Return the name of a PDF/A flavour that can be made.

    Raises:
        UsageError: it is none, or is not made; the message says why.
    """
    if name in FLAVOURS:
        return name
    if name in _REFUSED_FLAVOURS:
        raise UsageError(f"PDF/A-{name} is not made: {_REFUSED_FLAVOURS[name]}")
    raise UsageError(f"there is no PDF/A flavour {name!r} to be made: use {', '.join(FLAVOURS)}")


def build_values(build: Table) -> dict[str, Any]:
    """Return the fields of the configuration that the table gives.

    Raises:
        ConfigurationError: a value is unusable, or the style sheet it names cannot be read.
    """
    values: dict[str, Any] = {}
    if "algorithms" in build:
        values["algorithms"] = check_algorithms(build.texts("algorithms"))
    if "pdfa" in build:
        values["pdfa"] = _flavour(build)
    if "embed_original" in build:
        values["embed_original"] = build.yes_or_no("embed_original")
        if values["embed_original"] and "pdfa" not in build:
            values["pdfa"] = "3u"
    if "page_style" in build:
        values["page_style"] = _page_style(build)
    values |= {key: _program(build, key) for key in ("verapdf", "pdftopdfa") if key in build}
    if "sheets" in build:
        values["sheets_by_libreoffice"] = _by_libreoffice(build)
    if "e_ark" in build:
        values["e_ark"] = _e_ark(build)
    if "workers" in build:
        values["workers"] = build.count("workers")
    return values


def _flavour(build: Table) -> str | None:
    value = build.values["pdfa"]
    if value in ("none", False):
        return None
    try:
        return check_flavour(str(value))
    except UsageError as error:
        raise ConfigurationError(f"{build.file}: build.pdfa: {error}, or none") from error


def _page_style(build: Table) -> str:
    """Read the style sheet that is named, from the folder of ``archiver.toml``."""
    path = Path(build.file).parent / build.text("page_style")
    try:
        with path.open(encoding="utf-8") as sheet:
            text = sheet.read(_LARGEST_STYLE + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{build.file}: build.page_style: cannot read {path}: {error}") from error
    if len(text) > _LARGEST_STYLE:
        raise ConfigurationError(f"{build.file}: build.page_style: {path} has more than {_LARGEST_STYLE:,} characters")
    return text


def _program(build: Table, key: str) -> str | None:
    named = build.text(key)
    return None if named == "none" else named


def _by_libreoffice(build: Table) -> bool:
    if build.values["sheets"] not in ("tables", "libreoffice"):
        raise build.fault("sheets", 'must be "tables" or "libreoffice"')
    return bool(build.values["sheets"] == "libreoffice")


def _e_ark(build: Table) -> Literal["sip", "aip"] | None:
    value = build.values["e_ark"]
    if value in ("sip", "aip"):
        return "sip" if value == "sip" else "aip"
    if value != "none":
        raise build.fault("e_ark", 'must be "sip", "aip" or "none"')
    return None
