"""Puts a time stamp on a store's log, and verifies those that are there.

A stamp that cannot be got is a warning: the log is as good without, and the next one covers everything before it.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archiver.config import EvidenceSettings
from archiver.errors import ConfigurationError, StorageError
from archiver.model import Finding, Severity
from archiver.standards.audit_log.canonical import Json
from archiver.standards.audit_log.entries import LogEntry, write_time
from archiver.standards.audit_log.heads import WitnessedHead
from archiver.standards.fetch_urls import FetchUrl, FetchUrlError, parse_fetch_url
from archiver.standards.names import printable
from archiver.storage.fetching.rules import Timing
from archiver.storage.posting import Letter, NotSentError, post
from archiver.storage.store_log.log import StoreLog
from archiver.storage.store_log.time_stamps import (
    LONGEST,
    StampError,
    VerifiedStamp,
    keep_stamp,
    make_request,
    read_kept,
    stamped_data,
    verify_stamp,
)

KIND = "time-stamp"
"""Of the entries that name a token: ``seq`` and ``head`` (the digest) of the entry it is for, ``time``, ``authority``,
``signer``, ``token`` and ``certificates`` (names of files in ``timestamps/``) and ``token_sha256``."""

_RECENT = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamping:
    """What asking for a time stamp came to."""

    head: WitnessedHead | None
    """Of the entry that was to be stamped; None: the log has none yet."""

    stamp: VerifiedStamp | None = None
    entry: LogEntry | None = None
    """In the log, about the stamp."""

    findings: tuple[Finding, ...] = ()


def stamp_log(records: Path, settings: EvidenceSettings, timing: Timing, *, now: datetime) -> Stamping:
    """Ask the authority for a time stamp on the last entry of a log, verify it, and keep it.

    Args:
        records: of the store.
        settings: with an authority and its certificates.
        timing: for the network.
        now: of the entry in the log, with its zone.

    Raises:
        ConfigurationError: no authority is named, or its certificates cannot be read.
        StorageError: the disk refused.
    """
    url, certificates = _authority(settings)
    last = StoreLog(records).head()
    if last is None:
        return Stamping(head=None)
    head = WitnessedHead(seq=last.seq, digest=last.digest)
    request = make_request(head)
    letter = Letter(url=url, body=request.body, media_type="application/timestamp-query", authorities=settings.ca_file)
    try:
        token = post(letter, timing)
        stamp = verify_stamp(token, head, certificates, request.nonce)
    except NotSentError as error:
        return Stamping(head=head, findings=(_not_made(url, f"the time-stamping authority {error}"),))
    except StampError as error:
        words = f"what the time-stamping authority {printable(url.authority)} answered does not hold: {error}"
        return Stamping(head=head, findings=(_not_made(url, words),))
    kept = keep_stamp(records, head, token, certificates)
    body: dict[str, Json] = {
        "seq": head.seq,
        "head": head.digest,
        "time": write_time(stamp.time),
        "authority": url.shown,
        "signer": stamp.signer,
        "token": kept.token_name,
        "token_sha256": kept.token_sha256,
        "certificates": kept.certificates_name,
    }
    return Stamping(head=head, stamp=stamp, entry=StoreLog(records).append(KIND, body, now=now))


class StampCheck:
    """Verifies the time stamps of a log, entry by entry. Give it every entry, then ask for :meth:`findings`."""

    def __init__(self, records: Path, certificates: bytes | None = None) -> None:
        """Take where the stamps are.

        Args:
            records: of the store.
            certificates: PEM, to verify every stamp by; None: those that are kept beside it.
        """
        self.count = 0
        """Stamps that hold."""

        self.newest: datetime | None = None
        """What the last of them says."""

        self.covers = 0
        """The entry it is for: everything up to it was there then."""

        self._records = records
        self._certificates = certificates
        self._recent: OrderedDict[int, str] = OrderedDict()
        self._older: list[tuple[WitnessedHead, LogEntry]] = []
        self._findings: list[Finding] = []

    def take(self, entry: LogEntry) -> None:
        """Take the next entry of the log."""
        if entry.kind == KIND:
            try:
                self._verify(entry)
            except StorageError as error:
                self._findings.append(unreadable("timestamps", str(error)))
        self._recent[entry.seq] = entry.digest
        if len(self._recent) > _RECENT:
            self._recent.popitem(last=False)

    def findings(self) -> Iterator[Finding]:
        """Say what does not hold, once every entry was given.

        Raises:
            StorageError: the log cannot be read again.
        """
        yield from self._findings
        wanted = {head.seq for head, _ in self._older}
        entries = StoreLog(self._records).entries() if wanted else ()
        found = {entry.seq: entry.digest for entry in entries if entry.seq in wanted}
        for head, entry in self._older:
            if found.get(head.seq) != head.digest:
                yield _of_another(entry)

    def _verify(self, entry: LogEntry) -> None:
        seq, digest, token, chain = (entry.body.get(key) for key in ("seq", "head", "token", "certificates"))
        if not (isinstance(seq, int) and isinstance(digest, str) and isinstance(token, str) and isinstance(chain, str)):
            self._findings.append(_of_another(entry))
            return
        head = WitnessedHead(seq=seq, digest=digest)
        if self._recent.get(seq) != digest:
            self._older.append((head, entry))
        data, certificates = read_kept(self._records, token), read_kept(self._records, chain)
        if data is None or certificates is None:
            self._findings.append(_missing(entry, token if data is None else chain))
            return
        changed = hashlib.sha256(data).hexdigest() != entry.body.get("token_sha256")
        if changed or f"{hashlib.sha256(certificates).hexdigest()}.pem" != chain:
            self._findings.append(_invalid(entry, "its files are not what they were when it was made"))
            return
        try:
            stamp = verify_stamp(data, head, self._certificates or certificates)
        except StampError as error:
            self._findings.append(_invalid(entry, str(error)))
            return
        self.count += 1
        self.newest, self.covers = stamp.time, seq


def command_for_openssl(head: WitnessedHead, entry: LogEntry) -> str:
    """Return the words by which anybody can verify a stamp without this program."""
    said = stamped_data(head).decode().strip()
    token, chain = entry.body["token"], entry.body["certificates"]
    return f"echo {said} | openssl ts -verify -data /dev/stdin -in {token} -CAfile {chain}"


def read_certificates(path: Path) -> bytes:
    """Read a PEM file of certificates.

    Raises:
        ConfigurationError: it cannot be read, or holds none.
    """
    shown = printable(str(path))
    try:
        with path.open("rb") as file:
            certificates = file.read(LONGEST + 1)
    except OSError as error:
        raise ConfigurationError(f"the certificates in {shown} cannot be read: {error.strerror or error}") from error
    if len(certificates) > LONGEST or b"-----BEGIN CERTIFICATE-----" not in certificates:
        raise ConfigurationError(f"{shown} holds no certificates in PEM form")
    return certificates


def _authority(settings: EvidenceSettings) -> tuple[FetchUrl, bytes]:
    if settings.authority is None or settings.certificates is None:
        raise ConfigurationError(
            "no time-stamping authority is named: give archiver.toml a table [evidence] with authority (its address) "
            "and certificates (the PEM file of its root)"
        )
    try:
        url = parse_fetch_url(settings.authority)
    except FetchUrlError as error:
        raise ConfigurationError(f"evidence.authority: {error}") from error
    return url, read_certificates(settings.certificates)


def unreadable(file: str, words: str) -> Finding:
    """Say that something the log speaks of cannot be read, so that nobody knows whether it is what it was."""
    return Finding(
        severity=Severity.ERROR,
        code="log-evidence-unreadable",
        file=file,
        message=f"what the log speaks of cannot be held against it: {words}",
        fix="check the disk of the records and who may read them, or restore the file from a copy",
    )


def _not_made(url: FetchUrl, words: str) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="time-stamp-not-made",
        file=None,
        message=f"there is no time stamp on this entry of the log: {words}",
        fix=f"nothing is lost: the next time stamp covers this entry too; if {printable(url.authority)} is gone for "
        "good, name another authority in [evidence] of archiver.toml",
    )


def _of_another(entry: LogEntry) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="log-time-stamp-strange",
        file="log.jsonl",
        message=f"entry {entry.seq} of the log speaks of a time stamp on an entry that is not in the log before it",
        fix="it was written by something else than this program; look for who else writes to the records",
    )


def _missing(entry: LogEntry, name: str) -> Finding:
    shown = printable(name[:200])
    return Finding(
        severity=Severity.ERROR,
        code="log-time-stamp-missing",
        file=f"timestamps/{shown}",
        message=f"timestamps/{shown}, which entry {entry.seq} of the log speaks of, is not there",
        fix="restore the file from a copy of the records",
    )


def _invalid(entry: LogEntry, words: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="log-time-stamp-invalid",
        file="log.jsonl",
        message=f"the time stamp that entry {entry.seq} of the log speaks of does not hold: {words}",
        fix="restore the files in timestamps/ from a copy of the records; where --certificates was given, check that "
        "they are this authority's",
    )
