"""What lies in a store's records and comes from who knows where: lines of logs and of audits, heads, time stamps."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from archiver.model import Finding, FixityOutcome, FixityResult, Severity
from archiver.standards.audit_log.canonical import NotCanonicalError
from archiver.standards.audit_log.chain import LogChain
from archiver.standards.audit_log.entries import LogHead, entry_line, head_of, make_entry, read_entry
from archiver.standards.audit_log.heads import HeadSyntaxError, WitnessedHead, head_text, read_head
from archiver.standards.audit_log.result_lines import read_result_line, result_line
from archiver.storage.store_log.time_stamps import StampError, verify_stamp
from fuzz.holds import holds
from fuzz.target import Target

_NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
_FIRST = make_entry(None, "added", {"identifier": "urn:x:1", "text": "\u00e4"}, _NOW)
_SECOND = make_entry(head_of(_FIRST), "mended", {"bytes": 5, "sha256": "00" * 32, "torn": True}, _NOW)
_LOG = entry_line(_FIRST) + b"torn\n" + entry_line(_SECOND)
_make = Finding
_RESULT = result_line(
    FixityResult(
        identifier="urn:x:1",
        path="a/b",
        version="v1",
        inventory_digest="ab" * 64,
        outcome=FixityOutcome.DAMAGED,
        files=1,
        bytes=5,
        started=_NOW,
        ended=_NOW,
        findings=(_make(severity=Severity.ERROR, code="object-file-damaged", file="a", message="m", fix="f"),),
    )
)
_HEAD = head_text(LogHead(seq=7, time=_NOW, digest="0123456789abcdef" * 4), "store").encode()
_TOKENS = (b'"digest":"', b'"previous":null', b'"seq":1', b"\\ud800", b"1e400", b"[" * 2000, b"\0", b"\n", b"mended")
_DER = (b"\x30\x82\xff\xff", b"\x30\x80", b"\x02\x01\x00", b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", b"\xa0\x84")


def check_log(data: bytes) -> None:
    """Hold the rules of a log; what is read of it is written the same way."""
    chain = LogChain((WitnessedHead(seq=1, digest=_FIRST.digest),))
    for line in data.splitlines(keepends=True):
        entry = chain.take(line.removesuffix(b"\n"), ended=line.endswith(b"\n"))
        if entry is not None:
            holds(entry_line(entry) == line.removesuffix(b"\n") + b"\n", "an entry has one form")
    chain.end()
    holds(len(chain.findings) <= 202, "findings have an end")


def check_lines(data: bytes) -> None:
    """Read an entry and a result, which have one form each."""
    with suppress(NotCanonicalError):
        holds(entry_line(read_entry(data)) == data + b"\n", "an entry has one form")
    with suppress(NotCanonicalError):
        read_result_line(data)


def check_head(data: bytes) -> None:
    """Read a head as somebody kept it."""
    with suppress(HeadSyntaxError):
        head = read_head(data.decode(errors="replace"))
        holds(len(head.digest) == 64 and head.seq > 0, "a head has a number and a digest")


def check_stamp(data: bytes) -> None:
    """Verify a token that nobody signed, and certificates that are none."""
    token, _, certificates = data.partition(b"-----BEGIN")
    with suppress(StampError):
        verify_stamp(token, WitnessedHead(seq=1, digest="00" * 32), b"-----BEGIN" + certificates)


_EXPIRED = Path(__file__).resolve().parents[2] / "tests" / "steps" / "audit" / "expired"
_STAMP = (_EXPIRED / "stamp.tsr").read_bytes() + (_EXPIRED / "root.pem").read_bytes()

TARGETS = (
    Target(name="audit-log", seeds=(_LOG, entry_line(_FIRST), b""), tokens=_TOKENS, check=check_log),
    Target(name="audit-lines", seeds=(_RESULT[:-1], entry_line(_FIRST)[:-1]), tokens=_TOKENS, check=check_lines),
    Target(
        name="log-head",
        seeds=(_HEAD, b"7:" + b"0" * 64, b"{}"),
        tokens=(b":", b"SHA-256:", b"Entry: 9"),
        check=check_head,
    ),
    Target(name="time-stamp", seeds=(_STAMP,), tokens=_DER, check=check_stamp, share=0.3),
)
