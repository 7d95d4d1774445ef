"""BagIt manifests and fetch files: lines to values and back (RFC 8493 sections 2.1.3, 2.2.1, 2.2.3 and 2.4).

Works on lines, so that a manifest of a million files need not be held as text; never reads a file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from archiver.model import Finding, Severity
from archiver.standards.bagit_paths import decode_path, encode_path, unsafe_reason
from archiver.standards.names import printable

ALGORITHMS: Mapping[str, tuple[str, int]] = MappingProxyType(
    {
        "md5": ("md5", 16),
        "sha1": ("sha1", 20),
        "sha224": ("sha224", 28),
        "sha256": ("sha256", 32),
        "sha384": ("sha384", 48),
        "sha512": ("sha512", 64),
        "sha3224": ("sha3_224", 28),
        "sha3256": ("sha3_256", 32),
        "sha3384": ("sha3_384", 48),
        "sha3512": ("sha3_512", 64),
        "blake2b": ("blake2b", 64),
        "blake2b512": ("blake2b", 64),
        "blake2s": ("blake2s", 32),
        "blake2s256": ("blake2s", 32),
    }
)
"""Name in a manifest's file name, normalised -> (hashlib's name, bytes in a digest). Fixed lengths only."""

_LINE = re.compile(r"([0-9A-Fa-f]+)[ \t]+([^ \t].*)", re.DOTALL)
_FETCH = re.compile(r"([^ \t]+)[ \t]+([0-9]{1,25}|-)[ \t]+([^ \t].*)", re.DOTALL)
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_END = re.compile("\r\n|\r|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFixity:
    """What one file of a bag must hash to, as one manifest states it."""

    path: str
    """From the bag's root, decoded. Not a Path: pathlib folds ``a//b``."""

    written: str
    """As the manifest writes it; the same string where nothing had to be decoded."""

    algorithm: str
    """As in a manifest's file name: ``sha512``, never ``SHA-512``."""

    digest: str
    """Lower-case hexadecimal."""

    line: int
    """From 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedManifest:
    """One manifest: what it lists, and what is wrong with its lines."""

    entries: tuple[FileFixity, ...]
    """In file order, repeats kept."""

    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchEntry:
    """One line of ``fetch.txt``."""

    url: str
    size: int | None
    """Bytes; None where the file says ``-``."""

    path: str
    """From the bag's root, decoded."""

    line: int


def hash_name(algorithm: str) -> str | None:
    """Return hashlib's name for an algorithm as manifests name it (RFC 8493 section 2.4), or None when unknown."""
    known = ALGORITHMS.get(re.sub("[^a-z0-9]", "", algorithm.lower()))
    return known[0] if known else None


def parse_manifest(text: str, algorithm: str, file: str | None = None) -> ParsedManifest:
    """Parse one payload or tag manifest (RFC 8493 section 2.1.3).

    Args:
        text: the whole file, decoded; lines end in LF, CR or CRLF and nothing else.
        algorithm: from the file's name; the text does not state it.
        file: its name, for messages; ``manifest-ALGORITHM.txt`` when not given.

    Returns:
        One entry a good line, and a finding for each bad one; never raises.
    """
    entries: list[FileFixity] = []
    findings: list[Finding] = []
    for part in read_manifest(_LINE_END.split(text), algorithm, file or f"manifest-{algorithm}.txt"):
        if isinstance(part, FileFixity):
            entries.append(part)
        else:
            findings.append(part)
    return ParsedManifest(entries=tuple(entries), findings=tuple(findings))


def read_manifest(lines: Iterable[str], algorithm: str, file: str) -> Iterator[FileFixity | Finding]:
    """Read a manifest line by line, as :func:`parse_manifest` does.

    Args:
        lines: without their line endings; the empty one after the last line ending may be there or not.
        algorithm: as in the file's name, known or not.
        file: the manifest's name, for messages.

    Yields:
        Entries and findings in line order; findings that count lines come last.
    """
    grammar = ManifestGrammar(algorithm, file)
    for number, line in enumerate(lines, start=1):
        part = grammar.read(line, number)
        if part is not None:
            yield part
    yield from grammar.findings()


class ManifestGrammar:
    """Reads the lines of one manifest, one at a time; a caller may take lines of the plain form by itself."""

    def __init__(self, algorithm: str, file: str) -> None:
        """Begin before the first line; arguments as for :func:`read_manifest`."""
        known = ALGORITHMS.get(re.sub("[^a-z0-9]", "", algorithm.lower()))
        self._algorithm = algorithm
        self._file = file
        self._digits = 2 * known[1] if known else None
        self._forms = _Forms()

    def read(self, line: str, number: int) -> FileFixity | Finding | None:
        """Read one line, ``number`` from 1; None for a blank one."""
        if not line.strip(" \t"):
            self._forms.blank(number)
            return None
        self._forms.text_seen()
        match = _LINE.fullmatch(line)
        if match is None:
            return _syntax(self._file, number, f"{printable(line[:60])!r} is not of the form 'DIGEST PATH'")
        digest, written = match.groups()
        if self._digits and len(digest) != self._digits:
            cause = f"a digest has {self._digits} hexadecimal digits in {self._algorithm}, this one {len(digest)}"
            return _syntax(self._file, number, cause)
        path = decode_path(self._forms.strip(written, number))
        reason = unsafe_reason(path)
        if reason:
            return _unsafe(self._file, number, path, reason)
        return FileFixity(path=path, written=written, algorithm=self._algorithm, digest=digest.lower(), line=number)

    def plain(self) -> None:
        """Know of a line that was taken without asking."""
        self._forms.text_seen()

    def findings(self) -> Iterator[Finding]:
        """Give what was counted, when all lines are read."""
        return self._forms.findings(self._file)


def manifest_text(entries: Iterable[tuple[str, str]], *, encode: Callable[[str], str] = encode_path) -> str:
    """Write a payload or tag manifest.

    Args:
        entries: (path from the bag's root, digest in hexadecimal), in any order.
        encode: how a path is written; another one for bags of BagIt before 1.0.

    Returns:
        One line a file, sorted by the UTF-8 bytes of the path, paths percent-encoded, two spaces between; the same
        entries always give the same text.

    Raises:
        ValueError: a path could not be read back: it is unsafe, starts with white space or is not UTF-8.
    """
    # The order of code points is that of UTF-8's bytes.
    return "".join([f"{digest.lower()}  {written_path(path, encode)}\n" for path, digest in sorted(entries)])


def written_path(path: str, encode: Callable[[str], str] = encode_path) -> str:
    """Return a path as a manifest writes it.

    Args:
        path: from the bag's root.
        encode: as for :func:`manifest_text`.

    Raises:
        ValueError: it could not be read back: it is unsafe, starts with white space or is not UTF-8.
    """
    if unsafe_reason(path) or path[0] in " \t*" or (not path.isascii() and _has_surrogate(path)):
        raise ValueError(f"{printable(path)!r} cannot be listed in a manifest")
    return encode(path)


def parse_fetch(text: str, file: str = "fetch.txt") -> tuple[tuple[FetchEntry, ...], tuple[Finding, ...]]:
    """Parse ``fetch.txt`` (RFC 8493 section 2.2.3).

    Args:
        text: the whole file, decoded.
        file: its name, for messages.

    Returns:
        Entries in file order, and a finding for each bad line.
    """
    parts = list(read_fetch(_LINE_END.split(text), file))
    return (
        tuple(part for part in parts if isinstance(part, FetchEntry)),
        tuple(part for part in parts if isinstance(part, Finding)),
    )


def read_fetch(lines: Iterable[str], file: str = "fetch.txt") -> Iterator[FetchEntry | Finding]:
    """Read ``fetch.txt`` line by line: ``URL LENGTH PATH``. Nothing is fetched.

    Yields:
        Entries and findings in line order.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip(" \t"):
            continue
        match = _FETCH.fullmatch(line)
        if match is None:
            yield _fetch_syntax(file, number, f"{printable(line[:60])!r} is not of the form 'URL LENGTH PATH'")
            continue
        url, size, written = match.groups()
        if not _URL.fullmatch(url):
            yield _fetch_syntax(file, number, f"{printable(url[:60])!r} is no URL")
        path = decode_path(written.removeprefix("./"))
        reason = unsafe_reason(path)
        if reason:
            yield _unsafe(file, number, path, reason)
            continue
        yield FetchEntry(url=url, size=None if size == "-" else int(size), path=path, line=number)


class _Forms:
    """Counts the lines of a manifest that deviate harmlessly, so that a million of them are one finding."""

    def __init__(self) -> None:
        self._stars = (0, 0)
        self._dots = (0, 0)
        self._blanks = (0, 0)
        self._pending = (0, 0)

    def strip(self, written: str, number: int) -> str:
        if written[0] == "*":
            self._stars = _counted(self._stars, number)
            written = written[1:]
        if written.startswith("./"):
            self._dots = _counted(self._dots, number)
            written = written[2:]
        return written

    def blank(self, number: int) -> None:
        self._pending = _counted(self._pending, number)

    def text_seen(self) -> None:
        # Blank lines at the end say nothing; only those before another line are told.
        if self._pending[0]:
            self._blanks = (self._blanks[0] + self._pending[0], self._blanks[1] or self._pending[1])
            self._pending = (0, 0)

    def findings(self, file: str) -> Iterator[Finding]:
        fix = "Nothing to do for this bag; tell the makers of the tool that wrote it."
        if self._stars[0]:
            yield Finding(
                severity=Severity.WARNING,
                code="bag-manifest-star",
                file=file,
                message=f"{file}: paths start with the * of checksum tools ({_where(self._stars)}); it was taken off.",
                fix=fix,
            )
        if self._dots[0]:
            yield Finding(
                severity=Severity.WARNING,
                code="bag-manifest-dot-slash",
                file=file,
                message=f"{file}: paths start with ./ ({_where(self._dots)}); it was taken off.",
                fix=fix,
            )
        if self._blanks[0]:
            yield Finding(
                severity=Severity.WARNING,
                code="bag-manifest-blank-line",
                file=file,
                message=f"{file}: blank lines between entries ({_where(self._blanks)}); they were passed over.",
                fix=fix,
            )


def _counted(seen: tuple[int, int], number: int) -> tuple[int, int]:
    return (seen[0] + 1, seen[1] or number)


def _where(seen: tuple[int, int]) -> str:
    count, first = seen
    return f"line {first}" if count == 1 else f"{count} lines, the first is line {first}"


def _has_surrogate(path: str) -> bool:
    return _SURROGATE.search(path) is not None


def _syntax(file: str, number: int, cause: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="bag-manifest-syntax",
        file=file,
        message=f"{file}, line {number}: {cause}.",
        fix="Compare the manifest with another copy of the bag; each line is a digest, two spaces and a path.",
    )


def _unsafe(file: str, number: int, path: str, reason: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="bag-path-unsafe",
        file=file,
        message=f"{file}, line {number}: the path {printable(path[:200])!r} {reason}; it was not followed.",
        fix="Do not unpack or use this bag before its sender has explained the line.",
    )


def _fetch_syntax(file: str, number: int, cause: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="bag-fetch-syntax",
        file=file,
        message=f"{file}, line {number}: {cause}.",
        fix="Write each line as URL, length in bytes or -, and path, with spaces between; spaces in the URL as %20.",
    )
