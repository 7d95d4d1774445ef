"""The requests of InvenioRDM's REST interface that a deposit needs, one method each.

Addresses are built here: links that the server names are followed for the parts of a file alone, because those may lie
with a storage service of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, urlencode, urlsplit

from archiver.deposits.contract import RefusedError, UnclearError
from archiver.deposits.http.replies import Reply, UnusableReplyError
from archiver.deposits.http.sending import Sending, Upload
from archiver.deposits.inveniordm.records import (
    Record,
    StoredFile,
    read_file,
    read_files,
    read_record,
    read_records,
)

if TYPE_CHECKING:
    from archiver.deposits.contract import Attempt
    from archiver.deposits.http.client import HttpClient
    from archiver.model.deposits import ParcelFile

CREATE = "create draft"
"""The one request that must not be repeated unasked: it makes a draft anew each time."""

_PAGE = 25
_PAGES = 400
_ABSENT = frozenset({404, 410})
_OCTETS = "application/octet-stream"

Value = TypeVar("Value")


class Interface:
    """One server, as one account."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client

    def search(self, attempt: Attempt, key: str) -> tuple[Record, ...]:
        """Return the account's records and drafts whose identifiers hold a key, the oldest first."""
        query = 'metadata.identifiers.identifier:"{}"'.format(key.replace("\\", "\\\\").replace('"', '\\"'))
        found: dict[str, Record] = {}
        for page in range(1, _PAGES + 1):
            asked = urlencode({"q": query, "size": _PAGE, "page": page, "sort": "newest", "allversions": "true"})
            records, total = self._ask(attempt, "GET", f"/api/user/records?{asked}", read_records)
            # A search engine knows words, and may take two keys for one.
            found |= {record.number: record for record in records if key in record.identifiers}
            if not records or page * _PAGE >= total:
                return tuple(sorted(found.values(), key=lambda record: record.created))
        raise UnclearError(f"more than {_PAGE * _PAGES:,} records are found by the key {key}: look for it by hand")

    def record(self, attempt: Attempt, number: str) -> Record | None:
        """Return a record, as it is published where it is, or else its draft; None where there is neither."""
        sending = Sending(accept=_ABSENT)
        for address in (f"/api/records/{number}/draft", f"/api/records/{number}"):
            reply = self._client.request(attempt, "GET", address, idempotent=True, sending=sending)
            if reply.status in _ABSENT:
                continue
            record = self._read(reply, "GET", address, read_record, idempotent=True)
            if not record.edited:
                return record
        return None

    def create(self, attempt: Attempt, body: object) -> Record:
        """Make a draft."""
        sending = Sending(json=body)
        return self._change(attempt, CREATE, "POST", "/api/records", read_record, sending=sending, idempotent=False)

    def discard(self, attempt: Attempt, record: Record) -> None:
        """Remove a draft."""
        address = f"/api/records/{record.number}/draft"
        sending = Sending(accept=_ABSENT)
        self._client.request(attempt, "DELETE", address, idempotent=True, intent="discard draft", sending=sending)

    def reserve_doi(self, attempt: Attempt, record: Record) -> Record:
        """Reserve a DOI for a draft that has none."""
        # Repeated it is refused, and nothing happens.
        return self._change(attempt, "reserve DOI", "POST", f"/api/records/{record.number}/draft/pids/doi", read_record)

    def community(self, attempt: Attempt, slug: str) -> str:
        """Return the identifier of a community."""

        def read(value: Any) -> str:  # noqa: ANN401 - whatever a stranger wrote
            found = value.get("id") if isinstance(value, dict) else None
            if not isinstance(found, str):
                raise UnusableReplyError("sent a community without an identifier")
            return found

        address = f"/api/communities/{quote(slug, safe='')}"
        return self._ask(attempt, "GET", address, read, Sending(missing="community"))

    def choose_community(self, attempt: Attempt, record: Record, community: str) -> None:
        """Say which community a draft is to be submitted to."""
        body = {"receiver": {"community": community}, "type": "community-submission"}
        address = f"/api/records/{record.number}/draft/review"
        sending = Sending(json=body, missing="community")
        self._client.request(attempt, "PUT", address, idempotent=True, intent="choose community", sending=sending)

    def submit(self, attempt: Attempt, record: Record) -> None:
        """Submit a draft to its community."""
        address = f"/api/records/{record.number}/draft/actions/submit-review"
        sending = Sending(json={}, missing="community")
        self._client.request(attempt, "POST", address, idempotent=False, intent="submit", sending=sending)

    def publish(self, attempt: Attempt, record: Record) -> bool:
        """Publish a draft; False where there is none, as when it was published already."""
        address = f"/api/records/{record.number}/draft/actions/publish"
        sending = Sending(accept=_ABSENT)
        reply = self._client.request(attempt, "POST", address, idempotent=False, intent="publish", sending=sending)
        return reply.status not in _ABSENT

    def files(self, attempt: Attempt, record: Record) -> dict[str, StoredFile]:
        """Return the files of a record, by name."""
        return self._ask(attempt, "GET", _files(record), read_files)

    def announce(self, attempt: Attempt, record: Record, file: ParcelFile, part_size: int | None) -> StoredFile:
        """Make a place for a file in a draft; ``part_size``: bytes of its parts, None where it is sent in one piece."""
        # The digest is told, and is not relied on: servers take it unread.
        entry: dict[str, object] = {"key": file.path, "size": file.size, "checksum": f"md5:{file.digests['md5']}"}
        if part_size is not None:
            parts = -(-file.size // part_size)
            # Told a digest here, the server would believe it, and compute none of its own.
            entry = {"key": file.path, "size": file.size}
            entry["transfer"] = {"type": "M", "parts": parts, "part_size": part_size}
        files = self._change(
            attempt, "announce file", "POST", _files(record), read_files, sending=Sending(json=[entry])
        )
        if file.path not in files:
            raise self._client.unusable(
                "POST", _files(record), UnusableReplyError("does not name the file"), idempotent=True
            )
        return files[file.path]

    def send(self, attempt: Attempt, record: Record, file: ParcelFile) -> None:
        """Send a whole file."""
        upload = Upload(file=file.source, size=file.size)
        address = f"{_files(record)}/{quote(file.path, safe='')}/content"
        sending = Sending(content=upload, headers={"Content-Type": _OCTETS})
        self._client.request(attempt, "PUT", address, idempotent=True, intent="send file", sending=sending)

    def send_part(self, attempt: Attempt, record: Record, part: int, stored: StoredFile, upload: Upload) -> None:
        """Send one part of a file, from 1."""
        own = f"{_files(record)}/{quote(stored.name, safe='')}/content/{part}"
        named = stored.parts.get(part, own)
        address = own if urlsplit(named).path.endswith(own) else named
        sending = Sending(content=upload, headers={"Content-Type": _OCTETS})
        self._client.request(attempt, "PUT", address, idempotent=True, intent=f"send part {part}", sending=sending)

    def commit(self, attempt: Attempt, record: Record, file: ParcelFile) -> StoredFile:
        """Tell that all of a file was sent; the server says then what it holds."""
        address = f"{_files(record)}/{quote(file.path, safe='')}/commit"
        return self._change(attempt, "commit file", "POST", address, read_file)

    def remove(self, attempt: Attempt, record: Record, name: str) -> None:
        """Remove a file from a draft."""
        address = f"{_files(record)}/{quote(name, safe='')}"
        sending = Sending(accept=_ABSENT)
        self._client.request(attempt, "DELETE", address, idempotent=True, intent="remove file", sending=sending)

    def read_back(self, attempt: Attempt, record: Record, file: ParcelFile, take: Callable[[bytes], None]) -> int:
        """Fetch a file, and return how many bytes came."""
        address = f"{_files(record)}/{quote(file.path, safe='')}/content"
        return self._client.download(attempt, address, take, at_most=file.size)

    def close(self) -> None:
        """Let connections go."""
        self._client.close()

    def _ask(
        self,
        attempt: Attempt,
        method: str,
        address: str,
        read: Callable[[Any], Value],
        sending: Sending | None = None,
    ) -> Value:
        reply = self._client.request(attempt, method, address, idempotent=True, sending=sending or Sending())
        return self._read(reply, method, address, read, idempotent=True)

    def _change(  # noqa: PLR0913 - one request
        self,
        attempt: Attempt,
        intent: str,
        method: str,
        address: str,
        read: Callable[[Any], Value],
        *,
        sending: Sending | None = None,
        idempotent: bool = True,
    ) -> Value:
        reply = self._client.request(
            attempt, method, address, idempotent=idempotent, intent=intent, sending=sending or Sending()
        )
        return self._read(reply, method, address, read, idempotent=idempotent)

    def _read(
        self, reply: Reply, method: str, address: str, read: Callable[[Any], Value], *, idempotent: bool
    ) -> Value:
        try:
            return read(reply.json())
        except UnusableReplyError as error:
            raise self._client.unusable(method, address, error, idempotent=idempotent) from error


def refuses_parts(error: RefusedError) -> bool:
    """Tell whether a server that refused to make a place for a file in parts may take it in one piece."""
    return error.finding.code in {"deposit-refused", "deposit-not-authorised"}


def _files(record: Record) -> str:
    place = "files" if record.published else "draft/files"
    return f"/api/records/{record.number}/{place}"
