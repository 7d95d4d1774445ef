"""A target of somebody else's, as a plug-in brings it: a folder that takes tars, if one knows its token.

:func:`plug_in` puts this file where only the commands that a test starts find it, with its entry point. What it does
wrong on request: ``fault = "lost"`` has it do what was asked, and the reply not arrive; ``"flips"`` has it keep other
bytes; ``"cut"`` has it be killed in the middle of a file; ``"later"`` has it show nothing yet; ``"silent"`` and
``"stumbles"`` have it fail before anything is sent. With ``url`` it asks a
server first, which is shown the token.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.config.targets import TargetSettings
from archiver.deposits.contract import (
    Attempt,
    Capabilities,
    LostReplyError,
    NotYetError,
    RefusedError,
    RetryableError,
    Standing,
)
from archiver.deposits.http.client import HttpClient
from archiver.deposits.http.sending import Access
from archiver.deposits.surroundings import Surroundings
from archiver.model import Finding, Severity
from archiver.model.deposits import Evidence, EvidenceLevel, Exchange, FileEvidence, Packaging, Parcel, ParcelFile

if TYPE_CHECKING:
    from collections.abc import Mapping

KIND = "drop-box"
TITLE = "Drop box"
KEYS = ("folder", "fault", "wants", "url")
SECRETS = ("token",)

_BLOCK = 1 << 16


def make(settings: TargetSettings, surroundings: Surroundings) -> DropBox:
    """Make a target, as every kind does."""
    return DropBox(settings, surroundings)


class DropBox:
    """``NAME.tar`` and ``NAME.json`` with its key; ``NAME.tar.part`` before it is complete."""

    kind = KIND

    def __init__(self, settings: TargetSettings, surroundings: Surroundings) -> None:
        own = settings.own
        self._settings = settings
        self._secret = surroundings.secret
        self._folder = Path(own.file).parent / own.text("folder")
        self._fault = own.text("fault") if "fault" in own else ""
        self._wants = own.text("wants") if "wants" in own else ""
        self._web: HttpClient | None = None
        if "url" in own:
            access = Access(url=own.text("url"), headers={"Authorization": f"Bearer {self._secret('token')}"})
            self._web = HttpClient(settings, surroundings, access)

    @property
    def location(self) -> str:
        return str(self._folder)

    def capabilities(self) -> Capabilities:
        if self._fault == "silent":
            raise RetryableError("nobody answers")
        if self._fault == "stumbles":
            raise KeyError(self._fault)
        return Capabilities(
            packagings=(Packaging.TAR,),
            digests=("sha256",),
            resumable=True,
            finds_by_identifier=self._fault != "lost-for-good",
        )

    def demands(self, parcel: Parcel) -> tuple[Finding, ...]:
        if not self._wants or self._wants in parcel.bag_info:
            return ()
        words = f"the drop box wants {self._wants} in bag-info.txt"
        return (_finding("drop-box-wants", words, "put it there"),)

    def open(self, attempt: Attempt) -> Standing:
        self._let_in(attempt)
        name = attempt.parcel.name
        if self._known(name).get("key") == attempt.parcel.key:
            return Standing.COMPLETE if (self._folder / f"{name}.tar").exists() else Standing.OPEN
        with attempt.intend("claim", name=name):
            self._folder.mkdir(exist_ok=True)
            told = {"key": attempt.parcel.key}
            (self._folder / f"{name}.json").write_text(json.dumps(told), encoding="utf-8")
        return Standing.NEW

    def offset(self, attempt: Attempt, file: ParcelFile) -> int:  # noqa: ARG002 - it takes one file alone
        part = self._part(attempt)
        return part.stat().st_size if part.exists() else 0

    def put(self, attempt: Attempt, file: ParcelFile, offset: int) -> None:
        with attempt.intend("put", offset=offset), file.source.open("rb") as source:
            source.seek(offset)
            with self._part(attempt).open("ab") as part:
                while block := source.read(_BLOCK):
                    part.write(block)
                    part.flush()
                    attempt.moved(len(block))
                    if self._fault == "cut" and not offset:
                        os.kill(os.getpid(), signal.SIGKILL)

    def complete(self, attempt: Attempt) -> None:
        part = self._part(attempt)
        with attempt.intend("complete"):
            if self._fault == "flips":
                part.write_bytes(part.read_bytes()[:-1] + b"\1")
            part.rename(part.with_suffix(""))
            reply = "lost" if self._fault.startswith("lost") else "200 OK"
            attempt.keep(Exchange(time=attempt.now(), request=f"complete {part.name}", reply=reply))
            if self._fault == "lost":
                self._fault = ""
                raise LostReplyError("the reply to complete is lost")
            if self._fault == "lost-for-good":
                part.with_suffix("").with_suffix(".json").unlink()
                raise LostReplyError("the reply to complete is lost")

    def verify(self, attempt: Attempt) -> Evidence:
        if self._fault == "later":
            raise NotYetError("the box is being emptied")
        (sent,) = attempt.parcel.files
        held = self._folder / f"{attempt.parcel.name}.tar"
        digest = hashlib.sha256(held.read_bytes()).hexdigest()
        size = held.stat().st_size
        file = FileEvidence(
            path=sent.path,
            level=EvidenceLevel.SERVER_SHA256,
            size=size,
            digest=digest,
            agrees=(size, digest) == (sent.size, sent.digests["sha256"]),
        )
        return Evidence(files=(file,), location=str(held), identifiers={"slot": attempt.parcel.name})

    def close(self) -> None:
        """Let connections go."""
        if self._web is not None:
            self._web.close()

    def _let_in(self, attempt: Attempt) -> None:
        if self._web is not None:
            self._web.request(attempt, "GET", "/let-me-in", idempotent=True)
        token = self._folder.parent / "token-of-the-box"
        if token.exists() and token.read_text(encoding="utf-8") != self._secret("token"):
            attempt.keep(Exchange(time=attempt.now(), request="open", reply="401 Unauthorized"))
            setting = f"{self._settings.own.name}.token_from"
            raise RefusedError(
                _finding("drop-box-closed", f"the box refused the token of {setting}", "ask for another")
            )

    def _part(self, attempt: Attempt) -> Path:
        return self._folder / f"{attempt.parcel.name}.tar.part"

    def _known(self, name: str) -> Mapping[str, str]:
        try:
            told: Mapping[str, str] = json.loads((self._folder / f"{name}.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        return told


def plug_in(folder: Path) -> dict[str, str]:
    """Put this kind into a folder as an installed distribution would be; returns what to change in the environment."""
    told = folder / "drop_box-1.0.dist-info"
    told.mkdir(parents=True)
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: drop-box\nVersion: 1.0\n", encoding="utf-8")
    (told / "entry_points.txt").write_text(f"[archiver.targets]\n{KIND} = drop_box\n", encoding="utf-8")
    (folder / "drop_box.py").write_bytes(Path(__file__).read_bytes())
    return {"PYTHONPATH": str(folder)}


def _finding(code: str, message: str, fix: str) -> Finding:
    return Finding(severity=Severity.ERROR, code=code, file=None, message=message, fix=fix)
