"""Whole bags, every tag file in any encoding, and the containers they come in: tar, tar.gz and zip.

Each input is one archive on disk, verified as a user would. Where it is found valid, Python's own readers must see the
same payload in it.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import struct
import tarfile
import tempfile
import zipfile
import zlib
from pathlib import Path
from random import Random

from archiver.standards.bagit import BAGIT_TXT, manifest_text
from archiver.storage.bag_reader import bytes_to_read, verify_bag
from fuzz.families.bag_text import MD5, SHA512
from fuzz.holds import findings_hold, holds
from fuzz.target import Target

_BETWEEN, _AFTER_NAME = b"\x1d", b"\x1c"
_PAYLOAD = {"data/letter.txt": b"Dear all,\n", "data/50%": b"\x00\xff", "data/e\u0301": b"", "data/b/c": b"c" * 40}
_BLOCK = 512


def _bag(algorithm: str, encoding: str, version: str) -> dict[str, bytes]:
    """Return a small valid bag, path to content."""
    tags = {
        "bagit.txt": BAGIT_TXT.replace(b"1.0", version.encode()).replace(b"UTF-8", encoding.encode()),
        "bag-info.txt": "Payload-Oxum: 52.4\nContact-Name: A\n  B\n".encode(encoding),
        f"manifest-{algorithm}.txt": _manifest(_PAYLOAD, algorithm).encode(encoding),
    }
    tags[f"tagmanifest-{algorithm}.txt"] = _manifest(tags, algorithm).encode(encoding)
    return {**_PAYLOAD, **tags}


def _manifest(files: dict[str, bytes], algorithm: str) -> str:
    return manifest_text((path, hashlib.new(algorithm, data).hexdigest()) for path, data in files.items())


def _joined(files: dict[str, bytes]) -> bytes:
    return _BETWEEN.join(path.encode() + _AFTER_NAME + data for path, data in files.items())


def _split(data: bytes) -> dict[str, bytes]:
    """Return the files of a mutated bag; names that no file can have are left out."""
    files = {}
    for part in data.split(_BETWEEN):
        name, _, content = part.partition(_AFTER_NAME)
        files[name.decode("utf-8", "surrogateescape")] = content
    return {name: content for name, content in files.items() if name and "\0" not in name}


def _tar(files: dict[str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=form) as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(f"bag/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return stream.getvalue()


def _zip(files: dict[str, bytes], method: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(f"bag/{name}"), content, compress_type=method)
    return stream.getvalue()


_IN_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - folders of its own, gone at once


def _verified(data: bytes, ending: str) -> bool:
    """Verify ``data`` as an archive; return whether it is a valid bag."""
    with tempfile.TemporaryDirectory(prefix="archiver-fuzz-", dir=_IN_MEMORY) as folder:
        path = Path(folder, f"bag{ending}")
        path.write_bytes(data)
        seen = 0

        def advance(count: int) -> None:
            nonlocal seen
            holds(count >= 0, "progress goes on")
            seen += count

        total = bytes_to_read(path)
        verdict = verify_bag(path, progress=advance)
    holds(seen <= total, f"progress of {seen} of {total} bytes")
    findings_hold(verdict.findings)
    holds(verdict.valid is not True or verdict.complete, "what is valid is complete")
    return verdict.valid is True


def check_bag(data: bytes) -> None:
    """Verify mutated files, packed into a sound tar; the mutations are within names and contents."""
    files = _split(data)
    _verified(_tar(files), ".tar")


def check_tar(data: bytes) -> None:
    """Verify a mutated tar; when it is valid, Python's tarfile sees the same payload."""
    if _verified(data, ".tar"):
        _tar_agrees(data)


def check_tar_gz(data: bytes) -> None:
    """Verify a mutated tar.gz; when it is valid, gzip and tarfile see the same payload."""
    if _verified(data, ".tar.gz"):
        _tar_agrees(gzip.decompress(data))


def check_zip(data: bytes) -> None:
    """Verify a mutated zip; when it is valid, Python's zipfile sees the same payload."""
    if _verified(data, ".zip"):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                seen = {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
        except (zipfile.BadZipFile, NotImplementedError):
            return  # it refuses versions and flags that others pass over
        holds(_payload(seen) == _PAYLOAD, f"another reader sees {sorted(seen)}")


def _tar_agrees(data: bytes) -> None:
    try:
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            seen = {member.name: _content(archive, member) for member in archive if member.isreg()}
    except tarfile.ReadError:
        return
    # It stops at numbers that others pass over, such as those of an owner: nobody is deceived by what it leaves out.
    holds(_payload(seen).items() <= _PAYLOAD.items(), f"another reader sees {sorted(seen)}")


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(member)
    return file.read() if file else b""


def _payload(seen: dict[str, bytes]) -> dict[str, bytes]:
    files = {name.partition("/")[2]: content for name, content in seen.items()}
    return {name: content for name, content in files.items() if name.startswith("data/")}


def mend_tar(data: bytes, chance: Random) -> bytes:
    """Write right checksums into what looks like headers, mostly: a header with a wrong one is refused at once."""
    if chance.random() < 0.2:
        return data
    tar = bytearray(data)
    for at in range(0, len(tar) - _BLOCK + 1, _BLOCK):
        header = tar[at : at + _BLOCK]
        if header[257:262] == b"ustar":
            header[148:156] = b" " * 8
            tar[at + 148 : at + 156] = b"%06o\0 " % (sum(header) & 0o777777)
    return bytes(tar)


def compress(data: bytes, chance: Random) -> bytes:
    """Compress a mutated tar, mostly; a tenth are mutated afterwards instead."""
    packed = bytearray(gzip.compress(mend_tar(data, chance), 1, mtime=0))
    if chance.random() < 0.4:
        at = chance.randrange(len(packed))
        packed[at : at + chance.randint(0, 4)] = chance.randbytes(chance.randint(0, 4))
    return bytes(packed)


def mend_zip(data: bytes, chance: Random) -> bytes:
    """Point a zip's end at its directory again, mostly, when bytes came or went before it."""
    end = data.rfind(b"PK\x05\x06")
    if chance.random() < 0.2 or end < 0 or end + 22 > len(data):
        return data
    size = struct.unpack_from("<I", data, end + 12)[0]
    if size > end:
        return data
    return data[: end + 16] + struct.pack("<IH", end - size, len(data) - end - 22 & 0xFFFF) + data[end + 22 :]


_BAGS = tuple(
    _bag(algorithm, encoding, version)
    for algorithm, encoding, version in (
        ("sha512", "UTF-8", "1.0"),
        ("sha256", "UTF-16", "1.0"),
        ("md5", "UTF-8", "0.97"),
        ("sha256", "UTF-32", "0.97"),
    )
)
_TAG_TOKENS = (
    *(
        _BETWEEN,
        _AFTER_NAME,
        b"bagit.txt",
        b"fetch.txt",
        b"bag-info.txt",
        b"data/",
        b"manifest-md5.txt",
        b"manifest-x.txt",
    ),
    *(
        b"tagmanifest-",
        b"package-info.txt",
        MD5 + b"  data/x\n",
        SHA512 + b"  data/x\n",
        b"UTF-16",
        b"ISO-8859-1",
        b"0.97",
    ),
    *(b"https://example.org/ 1 data/x\n", b"UTF-32", b"shift_jis", b"gb18030", b"Payload-Oxum: 1.1\n", b"big5hkscs"),
)

TARGETS = (
    Target(name="bag", seeds=tuple(map(_joined, _BAGS)), tokens=_TAG_TOKENS, check=check_bag, share=0.4),
    Target(
        name="tar",
        seeds=tuple(_tar(bag, form) for bag in _BAGS[:2] for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)),
        tokens=(
            *(b"\0" * _BLOCK, b"ustar\x0000", b"ustar  \0", b"././@LongLink", b"./PaxHeaders/x", b"00000000000\0"),
            *(
                b"77777777777\0",
                b"\x80" + b"\xff" * 11,
                b"\x80" + b"\0" * 11,
                b"\xff" * 12,
                b"12 path=../x\n",
                b"20 size=1\n",
            ),
            *(b"22 GNU.sparse.major=1\n", b"L", b"K", b"x", b"g", b"5", b"2", b"1", b"S", b"bag/../x\0", b"/etc/x\0"),
        ),
        check=check_tar,
        finish=mend_tar,
        share=0.4,
    ),
    Target(
        name="tar-gz",
        seeds=tuple(_tar(bag) for bag in _BAGS[:2]),
        tokens=(b"\x1f\x8b\x08", b"\0" * _BLOCK, b"ustar\x0000", b"x", b"g", b"L"),
        check=check_tar_gz,
        finish=compress,
        share=0.3,
    ),
    Target(
        name="zip",
        seeds=tuple(_zip(bag, method) for bag in _BAGS[:2] for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)),
        tokens=(
            *(
                b"PK\x01\x02",
                b"PK\x03\x04",
                b"PK\x05\x06",
                b"PK\x06\x06",
                b"PK\x06\x07",
                b"PK\x07\x08",
                b"\xff\xff\xff\xff",
            ),
            *(
                b"\xff\xff",
                b"\0\0",
                b"\x08\0",
                b"bag/../x",
                b"/etc/x",
                b"bag/data/50%",
                b"up" + b"\x09\0\1",
                b"\1\0\x1c\0",
            ),
            zlib.compress(b"a" * 1000, 9)[2:-4],
        ),
        check=check_zip,
        finish=mend_zip,
        share=0.4,
    ),
)
