"""The texts of BagIt, each parser by itself: bagit.txt, bag-info.txt, manifests, fetch.txt, paths."""

from __future__ import annotations

import codecs
import posixpath

from archiver.standards.bag_info import bag_info_text, parse_bag_info, parse_payload_oxum
from archiver.standards.bagit import parse_bagit_txt
from archiver.standards.bagit_manifest import FetchEntry, hash_name, manifest_text, parse_fetch, parse_manifest
from archiver.standards.bagit_paths import decode_path, encode_path, unsafe_reason
from archiver.standards.names import collision_key, derived_name, has_hidden_characters, is_utf8, printable, slug
from fuzz.holds import findings_hold, holds
from fuzz.target import Target

MD5, SHA256, SHA512 = b"d41d8cd98f00b204e9800998ecf8427e", b"e3b0c44298fc1c14" * 4, b"cf83e1357eefb8bd" * 8

_PATHS = (
    *(b"data/a", b"data/50%25", b"data/a%0Ab", b"data/%2E%2E/x", b"../x", b"/etc/passwd", b"~root/x", b"C:\\x"),
    *(
        b"\\\\server\\share",
        b"\\\\?\\C:\\x",
        b"data/../../x",
        b"data/a\\..\\..\\x",
        b"./data/a",
        b"*data/a",
        b"data//a",
    ),
    *(
        b"data/",
        b"data",
        b"%HOME%/x",
        b"$HOME",
        b"data/CON",
        b"data/a ",
        b" data/a",
        b"data/\xc3\xa9",
        b"data/.",
        b"data/..",
    ),
)


def _text(data: bytes) -> str:
    # Both what a tag file decodes to and what no file should hold: lone surrogates from bad bytes.
    return data.decode("utf-8", "surrogateescape" if len(data) % 2 else "replace")


def check_bagit_txt(data: bytes) -> None:
    """Parse a declaration; whatever it says, there is a version to go by and an encoding that Python knows."""
    declaration = parse_bagit_txt(data)
    codecs.getincrementaldecoder(declaration.encoding)("replace").decode("text".encode(declaration.encoding))
    holds((0, 93) <= declaration.number <= (1, 0), "a version of BagIt")
    findings_hold(declaration.findings)
    exact = data == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    holds(declaration.findings or declaration.version is not None, "a version, or a finding that says there is none")
    holds(not (exact and declaration.findings), "the declaration that we write is fine")


def check_bag_info(data: bytes) -> None:
    """Parse elements, and write and parse again those that can be written: nothing changes any more."""
    info = parse_bag_info(_text(data))
    findings_hold(info.findings)
    for text in info.values("payload-oxum"):
        parse_payload_oxum(text)
    try:
        written = bag_info_text(info.fields)
    except ValueError:
        return
    again = parse_bag_info(written)
    holds(not again.findings, "what we write is parsed without a finding")
    holds(len(again.fields) == len(info.fields), "no value forges a label and none is lost")
    holds(bag_info_text(again.fields) == written, "written again, it is the same")


def check_manifest(data: bytes) -> None:
    """Parse a manifest; what is listed is safe, and can be written and read back, or is refused when written."""
    algorithm = ("md5", "sha256", "sha512", "unknown")[len(data) // 2 % 4]
    parsed = parse_manifest(_text(data), algorithm)
    findings_hold(parsed.findings)
    for entry in parsed.entries:
        _safe(entry.path)
        holds(hash_name(algorithm) is None or bytes.fromhex(entry.digest), "hexadecimal")
    pairs = [(entry.path, entry.digest) for entry in parsed.entries]
    try:
        written = manifest_text(pairs)
    except ValueError:
        return
    again = parse_manifest(written, algorithm)
    holds(not again.findings, "what we write is parsed without a finding")
    holds(sorted(pairs) == sorted((entry.path, entry.digest) for entry in again.entries), "written and read back")


def check_fetch(data: bytes) -> None:
    """Parse a fetch file; every path that is given out is safe."""
    entries, findings = parse_fetch(_text(data))
    findings_hold(findings)
    for entry in entries:
        holds(isinstance(entry, FetchEntry) and (entry.size is None or entry.size >= 0), "a size")
        _safe(entry.path)


def check_paths(data: bytes) -> None:
    """Encode and decode a path, judge it, and make names of it."""
    path = _text(data)
    holds(decode_path(encode_path(path)) == path, "decoding undoes encoding")
    holds(not {"\n", "\r"} & set(encode_path(path)), "an encoded path is one line")
    if unsafe_reason(decode_path(path)) is None:
        _safe(decode_path(path))
    holds(not has_hidden_characters(printable(path)), "printable")
    collision_key(path)
    short = slug(path)
    holds(short and "/" not in short and len(short.encode()) <= 255, "a slug is a name")
    if is_utf8(path):
        holds(len(derived_name(path.replace("/", "_"), ".dc.xml").encode()) <= 255, "a derived name fits")


def _safe(path: str) -> None:
    holds(unsafe_reason(path) is None, "a path that is given out is safe")
    # A second way to say it: lexically, and with either separator, it stays below its root.
    for form in (path, path.replace("\\", "/")):
        holds(f"{posixpath.normpath('/bag/' + form)}/".startswith("/bag/"), f"{path!r} stays in the bag")
    holds("\0" not in path, "no NUL")


def _lines(digest: bytes, *paths: bytes) -> bytes:
    return b"".join(digest + b"  " + path + b"\n" for path in paths)


TARGETS = (
    Target(
        name="bagit-txt",
        seeds=(
            b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
            b"BagIt-Version: 0.97\r\nTag-File-Character-Encoding: ISO-8859-1\r\n",
            b"BagIt-Version: 0.93\nTag-File-Character-Encoding: UTF-16",
            b" bagit-version : 0.96 \n\ntag-file-character-encoding:utf-8",
        ),
        tokens=(
            *(b"BagIt-Version", b"Tag-File-Character-Encoding", b": ", b"0.97", b"1.0", b"2.0", b"01.0", b"UTF-8"),
            *(b"UTF-16", b"UTF-7", b"zlib", b"rot13", b"idna", b"punycode", b"base64", b"unicode_escape", b"mbcs"),
            *(b"utf-8-sig", b"undefined", b"oem", b"raw_unicode_escape", b"hz", b"iso2022_jp", b"cp037", b"../x"),
        ),
        check=check_bagit_txt,
    ),
    Target(
        name="bag-info",
        seeds=(
            b"Source-Organization: A\nContact-Name: B\n  and C\nPayload-Oxum: 12.3\n",
            b"External-Description: one\r\n\ttwo\r\nBag-Group-Identifier:x\r\n",
            "Title: \u00e9\u2028Payload-Oxum: 1.1\n".encode(),
        ),
        tokens=(b"Payload-Oxum: ", b"Bag-Count: 1 of ?\n", b": ", b":", b"\n ", b"\n\t", b"0.0", b"1.2.3", b"-1.1"),
        check=check_bag_info,
    ),
    Target(
        name="manifest",
        seeds=(
            _lines(MD5, b"data/a", b"data/50%25"),
            _lines(SHA256, b"data/a b", b"*data/c", b"./data/d"),
            _lines(SHA512, "data/\u00e9".encode(), b"data/x/y"),
        ),
        tokens=(*_PATHS, MD5, SHA256, SHA512, SHA512[:-1], b"  ", b" *", b"\t", b"\n", MD5.upper(), b"# md5"),
        check=check_manifest,
    ),
    Target(
        name="fetch",
        seeds=(
            b"https://example.org/a 12 data/a\nhttp://example.org/b - data/50%25\n",
            b"ftp://example.org/%20 0 data/a b\r\n",
        ),
        tokens=(*_PATHS, b"https://", b"file:///etc/passwd", b"http://[::1]:80/", b" - ", b" 1 ", b"javascript:1"),
        check=check_fetch,
    ),
    Target(name="paths", seeds=_PATHS, tokens=_PATHS, check=check_paths),
)
