"""One bag with its tag files read: what the rules look at. Reading of tag files, each once, hashed while parsed.

Holds paths and digests of manifests, never the text of one: a bag of a million files fits.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from archiver.model import Finding, Severity
from archiver.standards.bagit import BagInfo, Declaration, FetchEntry
from archiver.standards.names import printable
from archiver.storage.bag_checks.container import BagContainer, Listing, Progress
from archiver.storage.bag_checks.manifest_entries import ManifestEntries
from archiver.storage.bag_checks.report import Report
from archiver.storage.hashing import Hashing

LONGEST_LINE = 1 << 16
"""Characters: 4096 bytes of path (PATH_MAX), each percent-encoded, leave room for any digest."""

_BYTE_ORDER_MARKS = {
    "utf-16": (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE),
    "utf-32": (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE),
}
_LONGEST_MARK = 4


@dataclass(slots=True, kw_only=True)
class Manifest:
    """One payload or tag manifest, read."""

    file: str
    algorithm: str
    """As in the file's name."""

    hash_name: str | None
    """hashlib's name; None when the algorithm is unknown."""

    payload: bool
    entries: ManifestEntries
    """Path -> digest."""

    written: dict[str, str] = field(default_factory=dict)
    """Path -> as the manifest writes it, where that differs."""


@dataclass(slots=True, kw_only=True)
class OpenBag:
    """A bag while it is being checked."""

    container: BagContainer
    listing: Listing
    report: Report
    progress: Progress | None
    declaration: Declaration
    manifests: list[Manifest] = field(default_factory=list)
    info: BagInfo | None = None
    info_file: str = "bag-info.txt"
    fetch: dict[str, FetchEntry] = field(default_factory=dict)
    tag_hashes: tuple[str, ...] = ()
    """hashlib's names of the tag manifests' algorithms."""

    digests: dict[str, dict[str, bytes]] = field(default_factory=dict)
    """Of the tag files read so far, by ``tag_hashes``."""

    unreadable: set[str] = field(default_factory=set)

    @property
    def strict(self) -> bool:
        """Whether the rules of BagIt 1.0 apply."""
        return self.declaration.number >= (1, 0)

    def severity(self) -> Severity:
        """Return error under BagIt 1.0, warning under the drafts before it, for rules that came with 1.0."""
        return Severity.ERROR if self.strict else Severity.WARNING

    def group(self, *, payload: bool) -> list[Manifest]:
        """Return the payload manifests, or the tag manifests."""
        return [manifest for manifest in self.manifests if manifest.payload == payload]

    def read_bytes(self, path: str, limit: int) -> bytes:
        """Read a tag file of at most ``limit`` bytes; what is beyond is hashed and dropped. Empty when unreadable."""
        kept = bytearray()
        for chunk in self._chunks(path):
            kept += chunk[: max(0, limit - len(kept))]
        return bytes(kept)

    def read_lines(self, path: str) -> Iterator[str]:
        """Read a tag file's lines in the declared encoding; LF, CR and CRLF end a line, nothing else does.

        Bad bytes, an unwanted byte-order mark, over-long lines and read errors are findings; the lines go on.
        """
        for run in self.read_runs(path):
            yield from run

    def read_runs(self, path: str) -> Iterator[list[str]]:
        """Read a tag file's lines as :meth:`read_lines` does, as many at a time as come in one piece."""
        pending = ""
        too_long = False
        for text in self._text(path):
            first, *run = text.split("\n")
            pending += first if len(pending) <= LONGEST_LINE else ""
            if not run:
                continue
            run.insert(0, pending)
            pending = run.pop()
            if max(map(len, run)) > LONGEST_LINE:
                too_long = True
                run = [line[:LONGEST_LINE] for line in run]
            yield run
        too_long |= len(pending) > LONGEST_LINE
        if pending:
            yield [pending[:LONGEST_LINE]]
        if too_long:
            self.report.add(_too_long(path))

    def _text(self, path: str) -> Iterator[str]:
        decoder = _Decoder(self.declaration.encoding)
        lines = io.IncrementalNewlineDecoder(None, translate=True)
        started = False
        for chunk in self._chunks(path):
            text = decoder.decode(bytes(chunk))
            if text and not started:
                started = True
                if text[0] == "\ufeff":
                    # RFC 8493 section 2.2.4 allows a byte-order mark only where the encoding requires one.
                    self.report.add(_byte_order_mark(path, self.severity()))
                    text = text[1:]
            yield lines.decode(text)
        yield lines.decode(decoder.decode(b"", final=True), final=True)
        if decoder.bad_byte is not None:
            self.report.add(_bad_bytes(path, decoder.bad_byte, self.declaration.encoding))

    def _chunks(self, path: str) -> Iterator[bytes | memoryview]:
        with Hashing(self.tag_hashes) as stream:
            try:
                for chunk in self.container.read(path):
                    stream.update(chunk)
                    if self.progress:
                        self.progress(len(chunk))
                    yield chunk
            except OSError as error:
                self.unreadable.add(path)
                self.report.add(_unreadable(path, error))
                return
            self.digests[path] = stream.digests()


class _Decoder:
    """Decodes piece by piece; at the first bad byte it notes where, and goes on with replacement characters."""

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding
        self._decoder: codecs.IncrementalDecoder | None = None
        self._held = b""
        self._consumed = 0
        self.bad_byte: int | None = None

    def decode(self, data: bytes, *, final: bool = False) -> str:
        if self._decoder is None:
            data = self._held = self._held + data
            if len(data) < _LONGEST_MARK and not final:
                return ""  # whether there is a byte-order mark cannot be told yet
            self._encoding, mark = _byte_order(self._encoding, data)
            self._consumed, data = mark, data[mark:]
            self._decoder = codecs.getincrementaldecoder(self._encoding)()
        before = self._decoder.getstate()
        try:
            text = self._decoder.decode(data, final)
        except UnicodeDecodeError as error:
            self.bad_byte = self._consumed - len(before[0]) + error.start
            self._decoder = codecs.getincrementaldecoder(self._encoding)("replace")
            self._decoder.setstate(before)
            text = self._decoder.decode(data, final)
        self._consumed += len(data)
        return text


def _byte_order(encoding: str, data: bytes) -> tuple[str, int]:
    """Return the encoding with its byte order, and the bytes of the byte-order mark that tells it."""
    if encoding not in _BYTE_ORDER_MARKS:
        return encoding, 0
    little, big = _BYTE_ORDER_MARKS[encoding]
    if data.startswith(little):
        return f"{encoding}-le", len(little)
    # RFC 2781 section 4.3, and Unicode section 3.10 for UTF-32: big-endian where nothing says otherwise
    return f"{encoding}-be", len(big) if data.startswith(big) else 0


def _too_long(path: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="bag-tag-file-line-too-long",
        file=printable(path),
        message=f"{printable(path)} has a line of more than {LONGEST_LINE} characters; the rest of it was not read.",
        fix="Compare the file with another copy of the bag.",
    )


def _byte_order_mark(path: str, severity: Severity) -> Finding:
    return Finding(
        severity=severity,
        code="bag-tag-file-bom",
        file=printable(path),
        message=f"{printable(path)} starts with a byte-order mark, which its encoding does not need.",
        fix="Save the file without a byte-order mark, and write its new digest into the tag manifests.",
    )


def _bad_bytes(path: str, position: int, encoding: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="bag-tag-file-encoding",
        file=printable(path),
        message=f"{printable(path)}: byte {position} is not {encoding}, which bagit.txt declares; "
        "what cannot be decoded was read as U+FFFD.",
        fix="Compare the file with another copy of the bag, or correct the encoding that bagit.txt declares.",
    )


def _unreadable(path: str, error: OSError) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="bag-tag-file-unreadable",
        file=printable(path),
        message=f"{printable(path)} could not be read ({error.strerror or error}); what it says is unknown.",
        fix="Give yourself permission to read it, or check the disk, then verify again.",
    )
