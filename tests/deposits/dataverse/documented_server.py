"""A Dataverse as its API guide (version 6) describes it, for requests of a deposit alone; no live server.

It is strict: a request that the guide does not describe, or without a header or parameter that it asks for, is noted in
``wrong`` and answered with 500, so that no test passes by luck.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from tests.deposits.http.servers import ScriptedServer

if TYPE_CHECKING:
    from tests.deposits.http.servers import Asked

TOKEN = "0e4c5d6a-token-of-the-tests"  # noqa: S105 - of a server that lives as long as a test
COLLECTION = "letters"
_DEMANDED = ("title", "author", "datasetContact", "dsDescription", "subject")
_DATASET = "/api/datasets/:persistentId/"

Json = dict[str, Any]
Said = tuple[int, Json | bytes]
Work = dict[tuple[str, str], Callable[[], Said | None]]


@dataclass
class Held:
    """One file of a data set."""

    number: int
    label: str
    content: bytes


@dataclass
class Record:
    """One data set."""

    number: int
    pid: str
    fields: list[Json]
    files: list[Held] = field(default_factory=list)
    state: str = "DRAFT"

    @property
    def other_ids(self) -> list[str]:
        """Values of ``otherId``."""
        listed = [one["value"] for one in self.fields if one["typeName"] == "otherId"]
        return [value["otherIdValue"]["value"] for values in listed for value in values]


@dataclass
class DocumentedDataverse:
    """What it holds, and how it behaves."""

    checksum: str = "MD5"
    index: bool = True
    """Whether its index is up to date; else it has nothing."""

    publishes_at_once: bool = True
    lock: str = "finalizePublication"
    """Which it has while it publishes."""

    records: list[Record] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    locked: set[str] = field(default_factory=set)
    numbers: int = 100

    def serve(self) -> ScriptedServer:
        """Return the server, not yet running."""
        return ScriptedServer(self._answer)

    def _answer(self, asked: Asked) -> None:
        self.asked.append(f"{asked.command} {asked.path}")
        if len(asked.body) < int(asked.headers.get("Content-Length") or 0):
            asked.reset()  # cut off on its way
            return
        status, body = self._authorised(asked)
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        asked.reply(status, data, Content_Type="application/json")

    def _authorised(self, asked: Asked) -> Said:
        if asked.headers["X-Dataverse-key"] != TOKEN:
            return 401, {"status": "ERROR", "message": "Bad API key"}
        parts = urlsplit(asked.path)
        query = {key: values[0] for key, values in parse_qs(parts.query, strict_parsing=bool(parts.query)).items()}
        found = self._of_collection(asked, parts.path, query) or self._of_dataset(asked, parts.path, query)
        if found is None:
            self.wrong.append(self.asked[-1])
            return 500, {"status": "ERROR", "message": "not in the guide"}
        return found

    def _of_collection(self, asked: Asked, path: str, query: Json) -> Said | None:
        work: Work = {
            ("POST", f"/api/dataverses/{COLLECTION}/datasets"): lambda: self._create(asked),
            ("GET", f"/api/dataverses/{COLLECTION}/contents"): self._contents,
            ("GET", "/api/search"): lambda: self._search(query),
        }
        if (asked.command, path) in work:
            return work[asked.command, path]()
        if path.startswith("/api/dataverses/"):
            return 404, {"status": "ERROR", "message": "Can't find dataverse"}
        if path.startswith("/api/files/") and asked.command == "DELETE":
            return self._delete(int(path.rpartition("/")[2]))
        if path.startswith("/api/access/datafile/") and query == {"format": "original"}:
            number = int(path.rpartition("/")[2])
            return next((200, held.content) for one in self.records for held in one.files if held.number == number)
        return None

    def _of_dataset(self, asked: Asked, path: str, query: Json) -> Said | None:
        if not path.startswith(_DATASET) or "persistentId" not in query:
            return None
        record = next((one for one in self.records if one.pid == query["persistentId"]), None)
        if record is None:
            return 404, {"status": "ERROR", "message": "not found"}
        work: Work = {
            ("GET", ""): lambda: _ok(self._shown(record)),
            ("GET", "locks"): lambda: _ok([{"lockType": self.lock}] if record.pid in self.locked else []),
            ("POST", "add"): lambda: self._add(asked, record),
            ("POST", "actions/:publish"): lambda: self._publish(record, query),
        }
        found = work.get((asked.command, path.removeprefix(_DATASET)))
        return found() if found else None

    def _contents(self) -> Said:
        return _ok([_listed(one) for one in self.records] + [{"type": "dataverse", "id": 1, "title": "maps"}])

    def _create(self, asked: Asked) -> Said:
        body = json.loads(asked.body)
        fields = body["datasetVersion"]["metadataBlocks"]["citation"]["fields"]
        lacking = [name for name in _DEMANDED if name not in {one["typeName"] for one in fields}]
        if lacking:
            return 400, {"status": "ERROR", "message": f"Validation Failed: {lacking} is required."}
        self.numbers += 1
        record = Record(number=self.numbers, pid=f"doi:10.5072/FK2/{self.numbers}", fields=fields)
        self.records.append(record)
        return 201, {"status": "OK", "data": {"id": record.number, "persistentId": record.pid}}

    def _search(self, query: Json) -> Said | None:
        if set(query) != {"q", "type", "per_page", "subtree"} or query["type"] != "dataset":
            return None
        wanted = query["q"].removeprefix('otherIdValue:"').removesuffix('"')
        found = [one for one in self.records if self.index and wanted in one.other_ids]
        return _ok({"q": query["q"], "total_count": len(found), "items": [{"global_id": one.pid} for one in found]})

    def _add(self, asked: Asked, record: Record) -> Said | None:
        parts = _form(asked)
        if set(parts) != {"jsonData", "file"}:
            return None
        if record.state != "DRAFT":
            self.wrong.append("adding to a published data set would make another version")
        if json.loads(parts["jsonData"][1])["tabIngest"] != "false":
            return None
        name, content = parts["file"]
        if name.endswith(".zip"):
            self.wrong.append("a zip would be taken apart")
        labels = {held.label for held in record.files}
        while name in labels:  # it never has two files of one name, and renames the later one
            name = f"{name.partition('.')[0]}-1.{name.partition('.')[2]}"
        self.numbers += 1
        held = Held(number=self.numbers, label=name, content=content)
        record.files.append(held)
        return 201, {"status": "OK", "data": {"files": [self._file(held)]}}

    def _delete(self, number: int) -> Said:
        for record in self.records:
            record.files = [held for held in record.files if held.number != number]
        return _ok({"message": f"File {number} deleted"})

    def _publish(self, record: Record, query: Json) -> Said | None:
        if query.get("type") != "major":
            return None
        if record.state != "DRAFT":
            return 400, {"status": "ERROR", "message": "there is no draft"}
        if self.publishes_at_once:
            record.state = "RELEASED"
            return _ok({"persistentUrl": record.pid})
        self.locked.add(record.pid)
        return 202, {"status": "WORKFLOW_IN_PROGRESS", "message": "publishing"}

    def _shown(self, record: Record) -> Json:
        numbers = {"versionNumber": 1, "versionMinorNumber": 0} if record.state == "RELEASED" else {}
        blocks = {"citation": {"displayName": "Citation Metadata", "fields": record.fields}}
        files = [self._file(held) for held in record.files]
        version = {"versionState": record.state, "metadataBlocks": blocks, "files": files} | numbers
        return {"id": record.number, "latestVersion": version}

    def _file(self, held: Held) -> Json:
        algorithm = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-512": "sha512"}[self.checksum]
        checksum = {"type": self.checksum, "value": hashlib.new(algorithm, held.content).hexdigest()}
        inner: Json = {"id": held.number, "filename": held.label, "filesize": len(held.content), "checksum": checksum}
        return {"label": held.label, "dataFile": inner}


def _form(asked: Asked) -> dict[str, tuple[str, bytes]]:
    """Return the parts of a form (RFC 7578): name -> file name and content."""
    boundary = asked.headers["Content-Type"].partition("boundary=")[2].encode()
    found = {}
    for part in asked.body.split(b"--" + boundary)[1:-1]:
        head, _, content = part.removeprefix(b"\r\n").removesuffix(b"\r\n").partition(b"\r\n\r\n")
        parameters = dict(re.findall(r'(name|filename)="([^"]*)"', head.decode()))
        found[parameters["name"]] = (parameters.get("filename", ""), content)
    return found


def _listed(record: Record) -> Json:
    protocol, _, rest = record.pid.partition(":")
    authority, _, identifier = rest.partition("/")
    return {
        "type": "dataset",
        "id": record.number,
        "protocol": protocol,
        "authority": authority,
        "identifier": identifier,
    }


def _ok(data: object) -> Said:
    return 200, {"status": "OK", "data": data}
