"""Time stamps on a store's log (RFC 3161): somebody else's word that an entry was there at some time.

What is stamped is the text ``SEQ:DIGEST`` and a line feed, so that ``openssl ts -verify`` can check it too. A token is
kept with the certificates it is verified by, and verified as of its own time: it still holds when they have expired.
Asks no network.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.errors import StorageError
from archiver.standards.audit_log.heads import WitnessedHead
from archiver.standards.names import printable
from archiver.storage.durable import fsync_folder, make_folders, write_new
from archiver.storage.store_log.lines import refused

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampResponse

FOLDER_NAME = "timestamps"
LONGEST = 1 << 20
"""Bytes of a token, and of a file of certificates."""

_NAME = re.compile(r"([0-9]{8,16})-([0-9a-f]{64})\.tsr")


class StampError(ValueError):
    """A time stamp does not hold, or is none; the message says why, as the end of a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StampRequest:
    """What an authority is sent."""

    body: bytes
    """A TimeStampReq, DER (RFC 3161 section 2.4.1)."""

    nonce: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedStamp:
    """What a time stamp says, having been verified."""

    time: datetime
    signer: str
    """The authority's name, printable."""

    roots: tuple[str, ...]
    """SHA-256 of the root certificates it was verified by, lower-case hexadecimal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptStamp:
    """Where a token and its certificates are kept, and what they hash to."""

    token_name: str
    token_sha256: str
    certificates_name: str
    certificates_sha256: str


def stamped_data(head: WitnessedHead) -> bytes:
    """Return the bytes that a time stamp of an entry is for."""
    return f"{head.seq}:{head.digest}\n".encode()


def make_request(head: WitnessedHead) -> StampRequest:
    """Make the request for a time stamp of an entry, with a nonce and a wish for the authority's certificates."""
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder  # noqa: PLC0415 - slow to load, seldom needed

    request = TimestampRequestBuilder(
        data=stamped_data(head), hash_algorithm=HashAlgorithm.SHA512, nonce=True, cert_req=True
    ).build()
    return StampRequest(body=request.as_bytes(), nonce=request.nonce)


def verify_stamp(token: bytes, head: WitnessedHead, certificates: bytes, nonce: int | None = None) -> VerifiedStamp:
    """Verify a time stamp as of its own time, whatever the time is now.

    Args:
        token: a TimeStampResp, DER (RFC 3161 section 2.4.2).
        head: of the entry it must be for.
        certificates: PEM: the authority's root, and those between.
        nonce: of the request; None: it is not looked at.

    Raises:
        StampError: it does not hold.
    """
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm  # noqa: PLC0415 - slow, seldom needed
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - same
    from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response  # noqa: PLC0415 - same

    roots, between = _certificates(certificates)
    try:
        response = decode_timestamp_response(token)
        _check_granted(response)
        verifier = VerifierBuilder(roots=roots, intermediates=between, nonce=nonce).build()
        verifier.verify_message(response, stamped_data(head))
        return VerifiedStamp(
            time=response.tst_info.gen_time,
            signer=_signer(response.signed_data.certificates),
            roots=tuple(one.fingerprint(SHA256()).hex() for one in roots),
        )
    except (VerificationError, InvalidSignature, UnsupportedAlgorithm) as error:
        raise StampError(printable(str(error))[:300]) from error
    except StampError:
        raise
    except _unreadable() as error:
        raise StampError("it is no RFC 3161 time stamp") from error


def _check_granted(response: TimeStampResponse) -> None:
    if response.status not in {0, 1}:  # RFC 3161 section 2.4.2: granted, or granted with modifications
        said = printable("; ".join(response.status_string))[:200]
        raise StampError(f"the authority refused (status {response.status}{': ' + said if said else ''})")


def _certificates(pem: bytes) -> tuple[list[Certificate], list[Certificate]]:
    """Return root certificates and those between."""
    from cryptography import x509  # noqa: PLC0415 - as above

    try:
        found = x509.load_pem_x509_certificates(pem)
        roots = [one for one in found if one.subject == one.issuer]
        between = [one for one in found if one.subject != one.issuer]
    except _unreadable() as error:
        raise StampError("the file of certificates holds none in PEM form, or one that cannot be read") from error
    if not roots:
        raise StampError("the file of certificates holds no root: one that is issued by itself")
    return roots, between


def _unreadable() -> tuple[type[Exception], ...]:
    """Name what is raised where bytes are no certificate or no token: not all of it is a ValueError."""
    from cryptography import x509  # noqa: PLC0415 - as above

    wrong = (x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType)
    return (ValueError, TypeError, OverflowError, *wrong)


def keep_stamp(records: Path, head: WitnessedHead, token: bytes, certificates: bytes) -> KeptStamp:
    """Keep a verified token and its certificates in a store's records, durably.

    Raises:
        StorageError: the disk refused.
    """
    folder = records / FOLDER_NAME
    stem = f"{head.seq:08d}-{head.digest}"
    chain = hashlib.sha256(certificates).hexdigest()
    kept = KeptStamp(
        token_name=f"{stem}.tsr",
        token_sha256=hashlib.sha256(token).hexdigest(),
        certificates_name=f"{chain}.pem",
        certificates_sha256=chain,
    )
    try:
        make_folders(folder)
        _put(folder / kept.certificates_name, certificates)
        _put(folder / kept.token_name, token)
        fsync_folder(folder)
    except OSError as error:
        raise refused(folder, error) from error
    return kept


def read_kept(records: Path, name: str) -> bytes | None:
    """Read a token, or a file of certificates, from a store's records; None where it is not there.

    Raises:
        StorageError: it cannot be read, or is longer than any such file.
    """
    path = records / FOLDER_NAME / name
    if "/" in name or name in {"", ".", ".."} or "\0" in name:
        return None
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        with open(descriptor, "rb") as file:  # noqa: PTH123 - by its descriptor
            data = file.read(LONGEST + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise refused(path, error) from error
    if len(data) > LONGEST:
        raise StorageError(f"{printable(str(path))} is longer than any such file: it is not read")
    return data


def kept_heads(records: Path) -> Iterator[WitnessedHead]:
    """Name the entries that tokens are kept of, by the names of their files.

    Raises:
        StorageError: the folder cannot be read.
    """
    folder = records / FOLDER_NAME
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208 - only names are needed
    except FileNotFoundError:
        return
    except OSError as error:
        raise refused(folder, error) from error
    for name in names:
        if (found := _NAME.fullmatch(name)) and int(found[1]):
            yield WitnessedHead(seq=int(found[1]), digest=found[2])


def _put(path: Path, data: bytes) -> None:
    staged = path.with_name(f"{path.name}.{os.getpid()}.part")
    staged.unlink(missing_ok=True)
    write_new(staged, [data])
    staged.replace(path)  # another token for the same entry is as good


def _signer(certificates: set[bytes]) -> str:
    from cryptography import x509  # noqa: PLC0415 - as above
    from cryptography.x509.oid import ExtendedKeyUsageOID  # noqa: PLC0415 - same

    for one in sorted(certificates):
        certificate = x509.load_der_x509_certificate(one)
        for extension in certificate.extensions:
            purposes = extension.value
            if isinstance(purposes, x509.ExtendedKeyUsage) and ExtendedKeyUsageOID.TIME_STAMPING in purposes:
                return printable(certificate.subject.rfc4514_string())[:300]
    return ""
