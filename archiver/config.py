"""``archiver.toml``: who the archive is and how it builds. Reads it and the style sheet it names; writes nothing.

Keys::

    [archive]
    name = "Small Archive"            Source-Organization of every bag
    address = "1 Main Street, Town"   Organization-Address
    contact_name = "Jane Doe"         Contact-Name, and the person in PREMIS
    contact_email = "jane@example.org"
    url = "https://example.org"       its home page, and its ROR identifier: for RO-Crate
    ror = "https://ror.org/..."
    namespace = "<UUID>"              made once by ``archiver init``; identifiers are derived from it

    [metadata]
    profile = "default"               what records must have: "default", "strict", or a DCTAP profile beside this file

    [build]
    algorithms = ["sha512"]           of the manifests
    pdfa = "2u"                       flavour of renditions, or "none"
    sheets = "tables"                 how spreadsheets are laid out: "tables", or as pages by "libreoffice"
    workers = 2                       rendering processes
    page_style = "pages.css"          CSS for the pages of renditions: size, margins, fonts, footer; beside this file
    embed_original = false            true: the original and its record inside each copy, which is then 3u
    e_ark = "aip"                     packages are E-ARK packages too: "sip", "aip" or "none"
    verapdf = "/opt/verapdf/verapdf"  program that judges each copy too; "none": not asked.  [default: the one on PATH]
    pdftopdfa = "/opt/pdftopdfa/bin/pdftopdfa"  program asked for PDF/A of PDFs that cannot be mended here; or "none"

    [screening]                       virus checks; without this table there are none
    clamd = "/run/clamav/clamd.ctl"   socket of ClamAV's daemon, or "host:port"
    clamscan = "/usr/bin/clamscan"    instead of it: the program
    quarantine = "quarantine"         folder that gets a copy of what was found; beside this file
"""

from __future__ import annotations

import difflib
import hashlib
import os
import re
import tomllib
import uuid
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from archiver.errors import ConfigurationError, UsageError

FILE_NAME = "archiver.toml"

UNNAMED_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://example.org/preservation-archiver/unnamed-archive")
"""Used where no ``archiver.toml`` names an archive: two unnamed archives may give two items one identifier."""

FLAVOURS = ("2a", "2b", "2u", "3a", "3b", "3u", "4", "4f")
"""PDF/A flavours that can be made and proven."""

VERAPDF_FLAVOURS = ("2a", "3a", "4", "4f")
"""Those that nothing but veraPDF can prove."""

EMBEDDING_FLAVOURS = ("3a", "3b", "3u", "4f")
"""Those that can hold the original; 4f must hold a file."""

_REFUSED_FLAVOURS = dict.fromkeys(
    ("1a", "1b"),
    "PDF/A-1 allows neither transparency nor the OpenType fonts that pages are set with, so no copy would pass; every "
    "reader of PDF/A-1 reads PDF/A-2: use 2u",
)
"""Flavour -> why it is not made."""

RECORD_PROFILES = ("default", "strict")
"""Profiles of records that come with the program."""

_LARGEST_STYLE = 1 << 16
_ARCHIVE_KEYS = ("name", "address", "contact_name", "contact_email", "namespace", "url", "ror")
_ADDRESSES = {"url": r"https?://[^\s<>\"{}|\\^`]+", "ror": r"https://ror\.org/0[a-hj-km-np-tv-z0-9]{6}[0-9]{2}"}
_ADDRESS_WORDS = {"url": "https://...", "ror": "https://ror.org/ and nine letters and digits"}
_METADATA_KEYS = ("profile",)
_SCREENING_KEYS = ("clamd", "clamscan", "quarantine")
_BUILD_KEYS = (
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """How documents are checked for viruses: one of ``clamd`` and ``clamscan`` is given."""

    clamd: str | None = None
    """Path of a Unix socket, or ``host:port``."""

    clamscan: str | None = None
    """Path of the program, or its name on PATH."""

    quarantine: Path | None = None
    """Folder that gets a copy of each document in which something was found; None: no copy is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What an archive says about itself; every field has a usable default."""

    name: str | None = None
    address: str | None = None
    contact_name: str | None = None
    contact_email: str | None = None
    url: str | None = None
    """Of the archive's home page."""

    ror: str | None = None
    """``https://ror.org/...``"""

    namespace: uuid.UUID = UNNAMED_NAMESPACE
    algorithms: tuple[str, ...] = ("sha512",)
    pdfa: str | None = "2u"
    """None: no renditions."""

    embed_original: bool = False
    """Whether each rendition holds the original and its record; only in a flavour that can."""

    page_style: str = ""
    """Text of the archive's own style sheet, not yet looked into."""

    verapdf: str | None = "verapdf"
    """Name or path of the program; None: it is not asked, though it be there."""

    pdftopdfa: str | None = "pdftopdfa"
    """Name or path of the program; None: it is not asked, though it be there."""

    sheets_by_libreoffice: bool = False
    """Spreadsheets are laid out by LibreOffice, where it is, instead of as plain tables."""

    record_profile: str = "default"
    """What records must have: one of :data:`RECORD_PROFILES`, or the path of a file, not yet read."""

    screening: Screening | None = None
    """None: documents are not checked for viruses, and nothing says that they were."""

    e_ark: Literal["sip", "aip"] | None = None
    """What kind of E-ARK information package each package is too; None: none."""

    workers: int = field(default_factory=lambda: max(1, min(os.cpu_count() or 1, 8)))

    @property
    def is_unnamed(self) -> bool:
        """True when identifiers come from the namespace that unnamed archives share."""
        return self.namespace == UNNAMED_NAMESPACE


def read_configuration(path: Path | None) -> Configuration:
    """Read ``archiver.toml``.

    Args:
        path: the file; None looks for ``archiver.toml`` in the working directory, and takes the defaults without one.

    Raises:
        ConfigurationError: the file is missing, is no TOML, or a key is unknown or has an unusable value.
    """
    file = path or Path(FILE_NAME)
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        if path is None:
            return Configuration()
        raise ConfigurationError(f"there is no configuration file {path}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"cannot read {file}: {error}") from error
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{file} is no valid TOML: {error}") from error
    return _configuration(tables, str(file))


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


def check_embedding(configuration: Configuration) -> Configuration:
    """Return the configuration, with the original embedded where its flavour demands a file.

    Raises:
        UsageError: the original is to be embedded and the flavour holds no such file.
    """
    if configuration.pdfa == "4f":
        return replace(configuration, embed_original=True)
    if configuration.embed_original and configuration.pdfa not in EMBEDDING_FLAVOURS:
        why = "no PDF/A copies are made"
        if configuration.pdfa:
            why = f"PDF/A-{configuration.pdfa} holds no file of another format"
        raise UsageError(
            f"the original cannot be embedded: {why}; ask for one of {', '.join(EMBEDDING_FLAVOURS)}, or do not "
            "ask for it to be embedded"
        )
    return configuration


def _configuration(tables: dict[str, Any], file: str) -> Configuration:
    _refuse_unknown(tables, ("archive", "build", "metadata", "screening"), "table", file)
    archive = _table(tables, "archive", _ARCHIVE_KEYS, file)
    values = _build_values(_table(tables, "build", _BUILD_KEYS, file), file)
    for key in ("name", "address", "contact_name", "contact_email"):
        if key in archive:
            values[key] = _text(archive[key], f"archive.{key}", file)
    for key, form in _ADDRESSES.items():
        if key in archive:
            values[key] = _text(archive[key], f"archive.{key}", file)
            if not re.fullmatch(form, values[key]):
                raise ConfigurationError(f"{file}: archive.{key} must be the whole address: {_ADDRESS_WORDS[key]}")
    metadata = _table(tables, "metadata", _METADATA_KEYS, file)
    if "profile" in metadata:
        values["record_profile"] = _record_profile(_text(metadata["profile"], "metadata.profile", file), file)
    if "namespace" in archive:
        values["namespace"] = _uuid(archive["namespace"], file)
    if "screening" in tables:
        values["screening"] = _screening(_table(tables, "screening", _SCREENING_KEYS, file), file)
    return Configuration(**values)


def _build_values(build: dict[str, Any], file: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if "algorithms" in build:
        values["algorithms"] = check_algorithms(_texts(build["algorithms"], "build.algorithms", file))
    if "pdfa" in build:
        values["pdfa"] = _flavour(build["pdfa"], file)
    if "embed_original" in build:
        values["embed_original"] = _yes_or_no(build["embed_original"], "build.embed_original", file)
        if values["embed_original"] and "pdfa" not in build:
            values["pdfa"] = "3u"
    if "page_style" in build:
        values["page_style"] = _page_style(_text(build["page_style"], "build.page_style", file), file)
    programs = [key for key in ("verapdf", "pdftopdfa") if key in build]
    values |= {key: _program(build[key], f"build.{key}", file) for key in programs}
    if "sheets" in build:
        values["sheets_by_libreoffice"] = _sheets(build["sheets"], file)
    if "e_ark" in build:
        values["e_ark"] = _e_ark(build["e_ark"], file)
    if "workers" in build:
        values["workers"] = _count(build["workers"], file)
    return values


def _screening(table: dict[str, Any], file: str) -> Screening:
    said = {key: _text(value, f"screening.{key}", file) for key, value in table.items()}
    if ("clamd" in said) == ("clamscan" in said):
        raise ConfigurationError(
            f"{file}: [screening] needs one of clamd (the socket of ClamAV's daemon) and clamscan (its program); take "
            "the table out where documents are not to be checked for viruses"
        )
    host, _, port = said.get("clamd", "/").rpartition(":")
    if "/" not in said.get("clamd", "/") and not (host and _is_port(port)):
        raise ConfigurationError(f"{file}: screening.clamd must be the path of a socket, or host:port")
    quarantine = Path(file).parent / said["quarantine"] if "quarantine" in said else None
    return Screening(clamd=said.get("clamd"), clamscan=said.get("clamscan"), quarantine=quarantine)


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 5 and 0 < int(text) < 1 << 16


def _program(value: object, key: str, file: str) -> str | None:
    named = _text(value, key, file)
    return None if named == "none" else named


def _sheets(value: object, file: str) -> bool:
    if value not in {"tables", "libreoffice"}:
        raise ConfigurationError(f'{file}: build.sheets must be "tables" or "libreoffice"')
    return value == "libreoffice"


def _e_ark(value: object, file: str) -> Literal["sip", "aip"] | None:
    if value in {"sip", "aip"}:
        return "sip" if value == "sip" else "aip"
    if value != "none":
        raise ConfigurationError(f'{file}: build.e_ark must be "sip", "aip" or "none"')
    return None


def _table(tables: dict[str, Any], name: str, keys: tuple[str, ...], file: str) -> dict[str, Any]:
    table = tables.get(name, {})
    if not isinstance(table, dict):
        raise ConfigurationError(f"{file}: [{name}] must be a table")
    _refuse_unknown(table, keys, f"key in [{name}]", file)
    return table


def _refuse_unknown(table: dict[str, Any], known: tuple[str, ...], what: str, file: str) -> None:
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
            raise ConfigurationError(f"{file}: unknown {what}: {key!r}; {hint}")


def _text(value: object, key: str, file: str) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise ConfigurationError(f"{file}: {key} must be one line of plain text in quotes")
    return value.strip()


def _texts(value: object, key: str, file: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise ConfigurationError(f'{file}: {key} must be a list of names, such as ["sha512"]')
    return tuple(_text(entry, key, file) for entry in value)


def _uuid(value: object, file: str) -> uuid.UUID:
    try:
        return uuid.UUID(_text(value, "archive.namespace", file).removeprefix("urn:uuid:"))
    except ValueError as error:
        raise ConfigurationError(
            f"{file}: archive.namespace must be a UUID; `archiver init` makes one in a new folder"
        ) from error


def _flavour(value: object, file: str) -> str | None:
    if value in {"none", False}:
        return None
    try:
        return check_flavour(str(value))
    except UsageError as error:
        raise ConfigurationError(f"{file}: build.pdfa: {error}, or none") from error


def _page_style(name: str, file: str) -> str:
    """Read the style sheet that ``name`` means, from the folder of ``archiver.toml``."""
    path = Path(file).parent / name
    try:
        with path.open(encoding="utf-8") as sheet:
            text = sheet.read(_LARGEST_STYLE + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file}: build.page_style: cannot read {path}: {error}") from error
    if len(text) > _LARGEST_STYLE:
        raise ConfigurationError(f"{file}: build.page_style: {path} has more than {_LARGEST_STYLE:,} characters")
    return text


def _record_profile(name: str, file: str) -> str:
    return name if name in RECORD_PROFILES else str(Path(file).parent / name)


def _yes_or_no(value: object, key: str, file: str) -> bool:
    if not isinstance(value, bool):
        raise ConfigurationError(f"{file}: {key} must be true or false")
    return value


def _count(value: object, file: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ConfigurationError(f"{file}: build.workers must be a whole number from 1")
    return value
