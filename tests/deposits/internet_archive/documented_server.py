"""The Internet Archive's upload, metadata and task interfaces as its developer pages describe them; no live server.

It is strict: a request that they do not describe, or without a header that a deposit needs, is noted in ``wrong`` and
answered with 500, so that no test passes by luck.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.deposits.http.servers import ScriptedServer

if TYPE_CHECKING:
    from tests.deposits.http.servers import Asked

ACCESS, SECRET = "access-of-the-tests", "secret-of-the-tests"
_ITEM = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{4,99}")
_META = re.compile(r"x-archive-meta(?P<number>[0-9]{2})-(?P<key>.+)")

Json = dict[str, Any]
Said = tuple[int, bytes, str]


@dataclass
class Item:
    """One item: what is shown of it."""

    metadata: Json
    files: dict[str, bytes] = field(default_factory=dict)


@dataclass
class DocumentedArchive:
    """What it holds, and how it behaves."""

    queues: bool = False
    """Whether what is sent waits until :meth:`work_off`."""

    failed: int = 0
    """Tasks that have failed."""

    items: dict[str, Item] = field(default_factory=dict)
    waiting: list[tuple[str, Json, str, bytes]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def serve(self) -> ScriptedServer:
        """Return the server, not yet running."""
        return ScriptedServer(self._answer)

    def work_off(self) -> None:
        """Do what waits in the queue."""
        while self.waiting:
            name, metadata, file, content = self.waiting.pop(0)
            self.items.setdefault(name, Item(metadata=metadata)).files[file] = content

    def _answer(self, asked: Asked) -> None:
        self.asked.append(f"{asked.command} {asked.path}")
        if len(asked.body) < int(asked.headers.get("Content-Length") or 0):
            asked.reset()  # cut off on its way
            return
        status, body, kind = self._work(asked)
        asked.reply(status, body, Content_Type=kind)

    def _work(self, asked: Asked) -> Said:
        parts = urlsplit(asked.path)
        if asked.headers["Authorization"] != f"LOW {ACCESS}:{SECRET}":
            return _error(403, "InvalidAccessKeyId")
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if asked.command == "PUT":
            return self._put(asked, *(unquote(part) for part in parts.path.split("/")[1:]))
        if parts.path.startswith("/metadata/") and not query:
            return _json(self._shown(parts.path.removeprefix("/metadata/")))
        if parts.path == "/services/tasks.php" and set(query) == {"identifier", "catalog", "summary"}:
            queued = sum(name == query["identifier"] for name, *_ in self.waiting)
            summary = {"queued": queued, "running": 0, "error": self.failed, "paused": 0}
            return _json({"success": True, "value": {"summary": summary}})
        return self._note(asked)

    def _put(self, asked: Asked, name: str, file: str) -> Said:
        given = {key.lower(): value for key, value in asked.headers.items()}
        wanted = {"content-md5", "x-archive-auto-make-bucket", "x-archive-queue-derive", "x-archive-size-hint"}
        if not wanted <= set(given) or not _ITEM.fullmatch(name) or not file:
            return self._note(asked)
        if hashlib.md5(asked.body, usedforsecurity=False).hexdigest() != given["content-md5"]:
            return _error(400, "BadDigest")
        self.waiting.append((name, _metadata(given) | {"identifier": name}, file, asked.body))
        if not self.queues:
            self.work_off()
        return 200, b"", "text/plain"

    def _shown(self, name: str) -> Json:
        item = self.items.get(name)
        if item is None:
            return {}
        files = [
            {
                "name": file,
                "source": "original",
                "size": str(len(content)),
                "md5": hashlib.md5(content, usedforsecurity=False).hexdigest(),
            }
            for file, content in item.files.items()
        ]
        return {"metadata": item.metadata, "files": files}

    def _note(self, asked: Asked) -> Said:
        self.wrong.append(f"{asked.command} {asked.path}")
        return _error(500, "NotDescribed")


def _metadata(headers: Json) -> Json:
    found: dict[str, list[str]] = {}
    for header, text in sorted(headers.items()):
        matched = _META.fullmatch(header)
        if matched:
            value = unquote(text[4:-1]) if text.startswith("uri(") else text
            found.setdefault(matched["key"].replace("--", "_"), []).append(value)
    return {key: values[0] if len(values) == 1 else values for key, values in found.items()}


def _json(value: object) -> Said:
    return 200, json.dumps(value).encode(), "application/json"


def _error(status: int, code: str) -> Said:
    return status, f"<Error><Code>{code}</Code><Message>{code} it is</Message></Error>".encode(), "application/xml"
