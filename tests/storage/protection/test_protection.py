"""Encrypted and signed documents of each family are named; nothing is named that is neither; nothing hangs."""

from __future__ import annotations

import io
import os
import struct
import time
import zipfile
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archiver.storage.formats import identify
from archiver.storage.protection import protection_findings
from tests.corpus.office import docx, odt, zipped
from tests.render import pdf_samples

if TYPE_CHECKING:
    from pathlib import Path

FREE, END_OF_CHAIN = 0xFFFFFFFF, 0xFFFFFFFE


def compound(streams: dict[str, bytes], *, filler: int = 0) -> bytes:
    """Return a compound file; ``filler`` sectors stand before its directory, so that large tables are walked."""
    chains: list[list[bytes]] = [[b"\0" * 512] * filler] if filler else []
    starts = {}
    at = filler
    for name, data in streams.items():
        padded = data.ljust(-(-max(len(data), 4096) // 512) * 512, b"\0")
        starts[name] = (at, len(padded))
        chains.append([padded[start : start + 512] for start in range(0, len(padded), 512)])
        at += len(chains[-1])
    entries = [_entry("Root Entry", 5, END_OF_CHAIN, 0)]
    entries += [_entry(name, 2, *place) for name, place in starts.items()]
    data = b"".join(entries).ljust(-(-len(entries) // 4) * 512, b"\0")
    directory = at
    chains.append([data[start : start + 512] for start in range(0, len(data), 512)])
    sectors = [sector for chain in chains for sector in chain]
    following: list[int] = []
    for chain in chains:
        begin = len(following)
        following += [*range(begin + 1, begin + len(chain)), END_OF_CHAIN]
    tables = -(-(len(sectors) * 130 // 128 + 4) // 128) + 1
    lists = max(0, -(-(tables - 109) // 127))
    numbers = list(range(len(sectors), len(sectors) + tables))
    following += [0xFFFFFFFD] * tables + [0xFFFFFFFC] * lists
    following += [FREE] * (tables * 128 - len(following))
    sectors += [struct.pack("<128I", *following[start : start + 128]) for start in range(0, len(following), 128)]
    first_list = len(sectors)
    for number in range(lists):
        part = numbers[109 + 127 * number : 236 + 127 * number]
        last = number == lists - 1
        part += [FREE] * (127 - len(part)) + [END_OF_CHAIN if last else first_list + number + 1]
        sectors.append(struct.pack("<128I", *part))
    header = struct.pack(
        "<8s16s6H10I", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, 0, 0, 0, tables, directory, 0,
        4096, END_OF_CHAIN, 0, first_list if lists else END_OF_CHAIN, lists,
    )  # fmt: skip
    in_header = (numbers + [FREE] * 109)[:109]
    return header + struct.pack("<109I", *in_header) + b"".join(sectors)


def _entry(name: str, kind: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    head = text.ljust(64, b"\0") + struct.pack("<HB", len(text) + 2, kind)
    return head.ljust(116, b"\0") + struct.pack("<IQ", start, size)


def word(*, encrypted: bool) -> bytes:
    return compound({"WordDocument": struct.pack("<5HH", 0xA5EC, 0xC1, 0, 0, 0, 0x0100 if encrypted else 0)})


def excel(*, encrypted: bool) -> bytes:
    records = [
        (0x0809, b"\0" * 16),
        (0x0086, b""),
        *([(0x002F, b"\0" * 54)] if encrypted else []),
        (0x0042, b"\xb0\x04"),
    ]
    return compound({"Workbook": b"".join(struct.pack("<HH", kind, len(data)) + data for kind, data in records)})


def locked_zip() -> bytes:
    """Return a zip file of which one entry says that it is encrypted."""
    data = bytearray(zipped({"a.txt": "open", "b.txt": "locked"}))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.rfind(mark)
        data[at + flags] |= 1
    return bytes(data)


def manifest(*, encrypted: bool) -> str:
    inner = '<manifest:encryption-data manifest:checksum="x"/>' if encrypted else ""
    return (
        f'<manifest:manifest xmlns:manifest="x"><manifest:file-entry>{inner}</manifest:file-entry></manifest:manifest>'
    )


def epub(algorithm: str) -> bytes:
    method = f'<enc:EncryptionMethod Algorithm="{algorithm}"/>'
    return zipped({"mimetype": "application/epub+zip", "META-INF/encryption.xml": f"<encryption>{method}</encryption>"})


@cache
def correspondent() -> tuple[x509.Certificate, rsa.RSAPrivateKey]:
    """Return a certificate and its key, made for these tests."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "b@example.org")])
    day = datetime(2024, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(day).not_valid_after(day + timedelta(days=9999))
    return made.sign(key, hashes.SHA256()), key


def smime(*, encrypted: bool, encoding: serialization.Encoding = serialization.Encoding.SMIME) -> bytes:
    certificate, key = correspondent()
    body = b"Content-Type: text/plain\r\n\r\nA letter.\r\n"
    if encrypted:
        made = pkcs7.PKCS7EnvelopeBuilder().set_data(body).add_recipient(certificate).encrypt(encoding, [])
    else:
        signer = pkcs7.PKCS7SignatureBuilder().set_data(body).add_signer(certificate, key, hashes.SHA256())
        made = signer.sign(
            encoding, [pkcs7.PKCS7Options.DetachedSignature] if encoding is serialization.Encoding.SMIME else []
        )
    if encoding is serialization.Encoding.SMIME:
        return b"From: a@example.org\r\nTo: b@example.org\r\nSubject: Letter\r\n" + made
    return made


def pgp_mime() -> bytes:
    return (
        b"From: a@example.org\nTo: b@example.org\nSubject: Letter\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/encrypted;\n protocol="application/pgp-encrypted"; boundary=x\n\n--x--\n'
    )


PLAIN_MAIL = (
    b"From: a@example.org\r\nTo: b@example.org\r\nSubject: About multipart/signed\r\nMIME-Version: 1.0\r\n"
    b"Date: Mon, 1 Jan 2024 10:00:00 +0000\r\nMessage-ID: <1@example.org>\r\n"
    b"Content-Type: text/plain\r\n\r\nContent-Type is multipart/encrypted, she said.\r\n"
)

ENCRYPTED = {
    "a.zip": locked_zip(),
    "a.docx": compound({"EncryptionInfo": b"x", "EncryptedPackage": b"y"}),
    "large.docx": compound({"EncryptedPackage": b"y"}, filler=20_000),
    "a.doc": word(encrypted=True),
    "a.xls": excel(encrypted=True),
    "a.ppt": compound({"EncryptedSummary": b"x"}),
    "a.odt": odt("Text", more={"META-INF/manifest.xml": manifest(encrypted=True)}),
    "a.epub": epub("http://www.w3.org/2001/04/xmlenc#aes256-cbc"),
    "read.pdf": pdf_samples.encrypted_for_readers(),
    "edit.pdf": pdf_samples.encrypted_for_editors(),
    "smime.eml": smime(encrypted=True),
    "smime.p7m": smime(encrypted=True, encoding=serialization.Encoding.DER),
    "pgp.eml": pgp_mime(),
    "a.asc": b"-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n",
    "inline.eml": PLAIN_MAIL + b"-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----\r\n",
    "a.age": b"age-encryption.org/v1\n-> X25519 x\n",
    "a.enc": b"Salted__12345678" + bytes(64),
}
SIGNED = {
    "a.docx": zipped({"[Content_Types].xml": "x", "_xmlsignatures/sig1.xml": "<Signature/>"}),
    "a.odt": odt("Text", more={"META-INF/documentsignatures.xml": "<x/>"}),
    "a.asice": zipped({"mimetype": "application/vnd.etsi.asic-e+zip", "META-INF/signatures0.xml": "<x/>"}),
    "a.jar": zipped({"META-INF/MANIFEST.MF": "x", "META-INF/CERT.RSA": b"x"}),
    "a.doc": compound({"WordDocument": b"", "_xmlsignatures": b""}),
    "a.pdf": pdf_samples.signed(),
    "a.eml": smime(encrypted=False),
    "a.p7m": smime(encrypted=False, encoding=serialization.Encoding.DER),
    "a.txt": b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nLetter\n-----BEGIN PGP SIGNATURE-----\n",
}
NEITHER = {
    "a.zip": zipped({"encrypted.txt": "open", "META-INF/notes.xml": "x"}),
    "a.docx": docx("EncryptedPackage"),
    "a.odt": odt("Text", more={"META-INF/manifest.xml": manifest(encrypted=False)}),
    "fonts.epub": epub("http://www.idpf.org/2008/embedding"),
    "a.doc": word(encrypted=False),
    "a.xls": excel(encrypted=False),
    "a.pdf": pdf_samples.page(),
    "a.eml": PLAIN_MAIL,
    "a.txt": b"He sent a -----BEGIN PGP MESSAGE----- and a /Encrypt 5 0 R.\n",
    "a.der": b"\x30\x82\x01\x00\x06\x09*\x86H\x86\xf7\r\x01\x01\x0b" + bytes(256),
    "empty": b"",
}


def codes(place: Path, name: str, content: bytes) -> list[str]:
    (place / name).write_bytes(content)
    identity = identify(place, [name])[name]
    found = protection_findings(place / name, name, identity)
    assert all(name in finding.message for finding in found)
    return [finding.code for finding in found]


@pytest.mark.parametrize("name", ENCRYPTED)
def test_what_is_encrypted_is_named(tmp_path: Path, name: str) -> None:
    assert codes(tmp_path, name, ENCRYPTED[name]) == ["document-encrypted"]


@pytest.mark.parametrize("name", SIGNED)
def test_what_is_signed_is_named(tmp_path: Path, name: str) -> None:
    assert codes(tmp_path, name, SIGNED[name]) == ["document-signed"]


@pytest.mark.parametrize("name", NEITHER)
def test_what_is_neither_is_not(tmp_path: Path, name: str) -> None:
    assert codes(tmp_path, name, NEITHER[name]) == []


def test_marks_are_found_wherever_pieces_meet(tmp_path: Path) -> None:
    letter = smime(encrypted=False)
    for length in range((1 << 20) - len(letter) - 40, (1 << 20) - len(letter) + 40, 13):
        mbox = b"From a@example.org Mon Jan  1 10:00:00 2024\n" + PLAIN_MAIL + b"x" * 70 + b"\r\n"
        mbox = mbox.ljust(length, b"\n") + b"\nFrom a@example.org Mon Jan  1 10:00:00 2024\n" + letter
        assert codes(tmp_path, "a.mbox", mbox) == ["document-signed"]


def test_a_directory_that_leads_in_a_circle_ends(tmp_path: Path) -> None:
    content = bytearray(compound({"WordDocument": b""}))
    (tables,) = struct.unpack_from("<I", content, 76)
    for number in range(128):
        struct.pack_into("<I", content, (tables + 1) * 512 + 4 * number, number)
    assert codes(tmp_path, "a.doc", bytes(content)) == []
    struct.pack_into("<I", content, 68, 0)  # the list of tables leads into the first sector, again and again
    struct.pack_into("<I", content, 48, 1 << 20)
    assert codes(tmp_path, "a.doc", bytes(content)) == []


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"Content-Type: multipart/signed" + b";\r\n x=y" * 500_000, id="one endless header"),
        pytest.param(b"Content-Type: \r\n " * 250_000, id="many headers"),
        pytest.param(b"%PDF-1.7\n" + b"/Encrypt 1 " * 400_000, id="nearly a trailer"),
        pytest.param(b"PK\x03\x04" + bytes(5 << 20), id="a zip of nothing"),
    ],
)
def test_hostile_documents_take_no_time(tmp_path: Path, content: bytes) -> None:
    for name in ("a.eml", "a.pdf"):
        (tmp_path / name).write_bytes(b"From: a@example.org\r\nMIME-Version: 1.0\r\n" * (content[:1] == b"C") + content)
        begun = time.process_time()
        codes(tmp_path, name, (tmp_path / name).read_bytes())
        assert time.process_time() - begun < 5


def test_a_manifest_that_expands_without_end_is_looked_at_in_part(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("META-INF/manifest.xml", bytes(64 << 20))
    assert codes(tmp_path, "a.odt", out.getvalue()) == []


def test_what_cannot_be_opened_is_left_to_others(tmp_path: Path) -> None:
    identity = identify(tmp_path, ["absent"])["absent"]
    assert protection_findings(tmp_path / "absent", "absent", identity) == ()
    os.mkfifo(tmp_path / "pipe")
    assert protection_findings(tmp_path / "pipe", "pipe", identity) == ()


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_damage_is_too_odd(tmp_path: Path, data: st.DataObject) -> None:
    samples = [*ENCRYPTED.values(), *SIGNED.values()]
    content = bytearray(data.draw(st.sampled_from([one for one in samples if len(one) < 100_000])))
    for _ in range(data.draw(st.integers(1, 20))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    del content[data.draw(st.integers(1, len(content))) :]
    (tmp_path / "x").write_bytes(content)
    protection_findings(tmp_path / "x", "x", identify(tmp_path, ["x"])["x"])
