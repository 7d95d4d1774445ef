"""The requests of Dataverse's native API that a deposit needs, with replies read into values (API guide 6)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from archiver.deposits.contract import LostReplyError
from archiver.deposits.http.replies import Reply, UnusableReplyError, said, status_line
from archiver.deposits.http.sending import Sending, Upload
from archiver.model.deposits import EvidenceLevel

if TYPE_CHECKING:
    from archiver.deposits.contract import Attempt
    from archiver.deposits.http.client import HttpClient
    from archiver.model.deposits import ParcelFile

_GONE = (404, 410)
_NOT_NOW = (400, 409)
"""To a request to publish: the data set lacks something, or is published already."""

_LONGEST = 64 << 20
"""Bytes of a reply: the list of a collection has some hundred for each data set."""

_LEVELS = {
    "MD5": ("md5", EvidenceLevel.SERVER_MD5),
    "SHA-256": ("sha256", EvidenceLevel.SERVER_SHA256),
    "SHA-512": ("sha512", EvidenceLevel.SERVER_SHA512),
}
"""Checksum type of an installation -> algorithm and what it proves. SHA-1, which it may have, is in no parcel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldFile:
    """One file of a data set, as the server reports it."""

    number: int
    label: str
    size: int | None
    checksum_type: str
    checksum: str

    def level(self) -> EvidenceLevel:
        """Return what its checksum proves; read-back where it is none that a parcel has."""
        return _LEVELS.get(self.checksum_type, ("", EvidenceLevel.READ_BACK))[1]

    def is_as_sent(self, file: ParcelFile) -> bool | None:
        """Compare by size and checksum; None where the checksum is of a kind that a parcel has not."""
        if self.size != file.size:
            return False
        if self.checksum_type not in _LEVELS:
            return None
        return self.checksum.lower() == file.digests[_LEVELS[self.checksum_type][0]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """One data set, in its latest version."""

    pid: str
    state: str
    """``DRAFT`` or ``RELEASED``, among others."""

    version: str | None
    """``1.0`` of a published one."""

    files: tuple[HeldFile, ...]
    raw: Mapping[str, Any]
    """The version as the server gives it."""


class NativeApi:
    """Asks one server."""

    def __init__(self, client: HttpClient) -> None:
        self.client = client

    def dataset(self, attempt: Attempt, pid: str) -> Dataset | None:
        """Return a data set; None: there is none of this identifier."""
        data = self._get(attempt, f"/api/datasets/:persistentId/?persistentId={quote(pid, safe='')}")
        if data is None:
            return None
        version = _mapping(_mapping(data).get("latestVersion"))
        number = version.get("versionNumber")
        return Dataset(
            pid=pid,
            state=str(version.get("versionState", "")),
            version=None if number is None else f"{number}.{version.get('versionMinorNumber', 0)}",
            files=tuple(_held(one) for one in _list(version.get("files"))),
            raw=version,
        )

    def create(self, attempt: Attempt, collection: str, record: bytes) -> str:
        """Make a data set, and return its persistent identifier."""
        address = f"/api/dataverses/{quote(collection, safe='')}/datasets"
        sending = Sending(headers={"Content-Type": "application/json"}, content=record, missing="collection")
        reply = self.client.request(attempt, "POST", address, idempotent=False, intent="create", sending=sending)
        try:
            pid = _mapping(_data(reply)).get("persistentId")
        except UnusableReplyError as error:
            raise self.client.unusable("POST", address, error, idempotent=False) from error
        if not isinstance(pid, str) or not pid:
            raise LostReplyError(f"POST {address}: the server made a data set, and did not say which")
        return pid

    def newest(self, attempt: Attempt, collection: str) -> list[tuple[int, str]]:
        """Return number and identifier of every data set of a collection, the newest first."""
        data = self._get(attempt, f"/api/dataverses/{quote(collection, safe='')}/contents", missing="collection")
        found = []
        for one in map(_mapping, _list(data)):
            number, parts = one.get("id"), [one.get(key) for key in ("protocol", "authority", "identifier")]
            if (
                one.get("type") == "dataset"
                and isinstance(number, int)
                and all(isinstance(part, str) for part in parts)
            ):
                found.append((number, f"{parts[0]}:{parts[1]}/{parts[2]}"))
        return sorted(found, reverse=True)

    def search(self, attempt: Attempt, collection: str, key: str) -> list[str]:
        """Return the data sets that the server's index has under a key; the index may be behind by minutes."""
        words = quote(f'otherIdValue:"{key}"', safe="")
        address = f"/api/search?q={words}&type=dataset&per_page=10&subtree={quote(collection, safe='')}"
        items = _list(_mapping(self._get(attempt, address)).get("items"))
        return [pid for one in items if isinstance(pid := _mapping(one).get("global_id"), str)]

    def add_file(self, attempt: Attempt, pid: str, file: ParcelFile, media_type: str) -> None:
        """Add a file to a draft; it is neither taken apart nor ingested as a table."""
        address = f"/api/datasets/:persistentId/add?persistentId={quote(pid, safe='')}"
        boundary = f"archiver-{file.digests['sha256']}"
        sending = Sending(
            headers={"Content-Type": f"multipart/form-data; boundary={boundary}"},
            content=_form(boundary, file, media_type),
        )
        self.client.request(attempt, "POST", address, idempotent=False, intent="add file", sending=sending)

    def remove_file(self, attempt: Attempt, number: int) -> None:
        """Remove a file from a draft."""
        sending = Sending(accept=_GONE)
        self.client.request(
            attempt, "DELETE", f"/api/files/{number}", idempotent=True, intent="remove file", sending=sending
        )

    def publish(self, attempt: Attempt, pid: str) -> str | None:
        """Publish a draft; the server may go on with that after it has replied.

        Returns:
            Why it does not, in its own words; None when it does.
        """
        address = f"/api/datasets/:persistentId/actions/:publish?persistentId={quote(pid, safe='')}&type=major"
        sending = Sending(accept=_NOT_NOW)
        reply = self.client.request(attempt, "POST", address, idempotent=False, intent="publish", sending=sending)
        return f"{status_line(reply.status)} {said(reply)}".strip() if reply.status in _NOT_NOW else None

    def locks(self, attempt: Attempt, pid: str) -> list[str]:
        """Return what the server is doing with a data set: ``finalizePublication``, ``Ingest`` ..."""
        data = self._get(attempt, f"/api/datasets/:persistentId/locks?persistentId={quote(pid, safe='')}")
        return [str(_mapping(one).get("lockType", "")) for one in _list(data)]

    def _get(self, attempt: Attempt, address: str, *, missing: str = "url") -> Any:  # noqa: ANN401 - a stranger's
        accept = _GONE if missing == "url" else ()
        reply = self.client.request(
            attempt, "GET", address, idempotent=True, sending=Sending(accept=accept, missing=missing, longest=_LONGEST)
        )
        if reply.status in _GONE:
            return None
        try:
            return _data(reply)
        except UnusableReplyError as error:
            raise self.client.unusable("GET", address, error, idempotent=True) from error


def _data(reply: Reply) -> object:
    """Return what a reply carries.

    Raises:
        UnusableReplyError: it is none of Dataverse's.
    """
    value = reply.json()
    if not isinstance(value, dict) or value.get("status") != "OK":
        raise UnusableReplyError("sent a reply that is none of Dataverse's")
    return value.get("data")


def _form(boundary: str, file: ParcelFile, media_type: str) -> Upload:
    """Return the form of the request (RFC 7578): what to do with the file, and the file."""
    wishes = json.dumps({"description": "", "restrict": "false", "tabIngest": "false"})
    name = file.path.rpartition("/")[2]
    for character, escaped in (('"', "%22"), ("\r", "%0D"), ("\n", "%0A")):
        name = name.replace(character, escaped)
    before = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="jsonData"\r\n\r\n{wishes}\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        f"Content-Type: {media_type}\r\n\r\n"
    )
    return Upload(file=file.source, size=file.size, before=before.encode(), after=f"\r\n--{boundary}--\r\n".encode())


def _held(one: object) -> HeldFile:
    outer = _mapping(one)
    inner = _mapping(outer.get("dataFile"))
    checksum = _mapping(inner.get("checksum")) or {"type": "MD5", "value": inner.get("md5", "")}
    size, number = inner.get("filesize"), inner.get("id")
    return HeldFile(
        number=number if isinstance(number, int) else -1,
        label=str(outer.get("label", "")),
        size=size if isinstance(size, int) else None,
        checksum_type=str(checksum.get("type", "")),
        checksum=str(checksum.get("value", "")),
    )


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
