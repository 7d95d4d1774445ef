"""A SWORD v2 server that keeps to the profile and to nothing else, written from its text; no live server.

It lists nothing, states no digest, and shows what it holds by statements alone, as DSpace does.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.deposits.http.servers import ScriptedServer

if TYPE_CHECKING:
    from tests.deposits.http.servers import Asked

ATOM_NAMESPACE = "http://www.w3.org/2005/Atom"
ATOM = 'xmlns="http://www.w3.org/2005/Atom" xmlns:sword="http://purl.org/net/sword/terms/"'
TERMS = "http://purl.org/net/sword/terms/"
STATES = "http://dspace.org/state/"


@dataclass
class PlainServer:
    """What it holds, and how it behaves."""

    packagings: tuple[str, ...] = ("http://purl.org/net/sword/package/Binary",)
    accepts: tuple[str, ...] = ("*/*",)
    states: bool = True
    """Whether statements state a state."""

    gives_back: bool = True
    receipts: bool = True
    """Whether a deposit is answered with its receipt; without it the Edit-IRI alone is named."""

    loses: str = ""
    """How the request begins whose reply is lost, once the work is done: ``POST /edit``."""

    drafts: list[bytes | None] = field(default_factory=list)
    complete: set[int] = field(default_factory=set)
    entries: list[bytes] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def serve(self) -> ScriptedServer:
        """Return the server, not yet running."""
        return ScriptedServer(self._answer)

    def _answer(self, asked: Asked) -> None:
        self.asked.append(f"{asked.command} {asked.path}")
        url = asked.server.url
        status, body, headers = self._work(asked, url)
        if self.loses and self.asked[-1].startswith(self.loses):
            self.loses = ""
            asked.reset()
            return
        asked.reply(status, body, **{"Content_Type": "application/atom+xml", **headers})

    def _work(self, asked: Asked, url: str) -> tuple[int, bytes, dict[str, str]]:
        place, _, last = asked.path.rpartition("/")
        number = int(last) if last.isdecimal() else -1
        work = {
            "GET": lambda: self._show(place, number, url),
            "PUT": lambda: self._put(asked, number),
            "POST": lambda: self._take(asked, number, url),
        }
        return (200, self._service(url), {}) if last == "sd" else work[asked.command]()

    def _show(self, place: str, number: int, url: str) -> tuple[int, bytes, dict[str, str]]:
        if place == "/edit":
            return 200, self._receipt(url, number), {}
        if place == "/statement":
            return 200, self._statement(url, number), {}
        if place == "/file" and self.gives_back:
            return 200, self.drafts[number] or b"", {"Content_Type": "application/x-tar"}
        return 405, b"", {}

    def _take(self, asked: Asked, number: int, url: str) -> tuple[int, bytes, dict[str, str]]:
        if asked.path == "/collection":
            self.drafts.append(None)
            self.entries.append(asked.body)
            made = len(self.drafts) - 1
            return 201, self._receipt(url, made) if self.receipts else b"", {"Location": f"{url}/edit/{made}"}
        if asked.path.startswith("/edit/") and asked.headers["In-Progress"] == "false":
            self.complete.add(number)
            return 200, b"", {}
        return 405, b"", {}

    def _put(self, asked: Asked, number: int) -> tuple[int, bytes, dict[str, str]]:
        if asked.headers["Packaging"] not in self.packagings:
            return 415, b"", {}
        if hashlib.md5(asked.body, usedforsecurity=False).hexdigest() != asked.headers["Content-MD5"]:
            return 412, b'<error xmlns="x"><summary>checksum mismatch</summary></error>', {}
        self.drafts[number] = asked.body
        return 204, b"", {}

    def _service(self, url: str) -> bytes:
        packagings = "".join(f"<sword:acceptPackaging>{one}</sword:acceptPackaging>" for one in self.packagings)
        accepts = "".join(f"<accept>{one}</accept>" for one in self.accepts)
        return (
            f'<service xmlns="http://www.w3.org/2007/app" xmlns:atom="{ATOM_NAMESPACE}" xmlns:sword="{TERMS}">'
            f'<workspace><collection href="{url}/collection"><atom:title>Letters</atom:title>{accepts}{packagings}'
            "</collection></workspace></service>"
        ).encode()

    @staticmethod
    def _receipt(url: str, number: int) -> bytes:
        return (
            f'<entry {ATOM}><link rel="edit" href="{url}/edit/{number}"/>'
            f'<link rel="edit-media" href="{url}/media/{number}"/>'
            f'<link rel="{TERMS}statement" type="application/rdf+xml" href="{url}/rdf/{number}"/>'
            f'<link rel="{TERMS}statement" type="application/atom+xml;type=feed" href="{url}/statement/{number}"/>'
            "</entry>"
        ).encode()

    def _statement(self, url: str, number: int) -> bytes:
        word = "archived" if number in self.complete else "inprogress"
        state = f'<category scheme="{TERMS}state" term="{STATES}{word}"/>' if self.states else ""
        original = (
            f'<entry><category scheme="{TERMS}" term="{TERMS}originalDeposit"/>'
            f'<content type="application/x-tar" src="{url}/file/{number}"/></entry>'
            if self.drafts[number] is not None
            else ""
        )
        return f"<feed {ATOM}>{state}{original}</feed>".encode()
