"""The Internet Archive: one item a package, by its S3-like interface; built on its documentation, never run against it.

What is sent waits in a queue there, for minutes or hours, before the metadata API tells of it; until then nothing is
proven, and nothing is sent again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from archiver.crosswalks import internet_archive
from archiver.deposits.contract import Capabilities, NotYetError, RefusedError, RetryableError, Standing, UnclearError
from archiver.deposits.http.addresses import server_url
from archiver.deposits.http.client import HttpClient
from archiver.deposits.http.replies import Reply, UnusableReplyError, said, status_line
from archiver.deposits.http.sending import Access, Sending, Upload
from archiver.model import Description, Finding, Severity
from archiver.model.deposits import Evidence, EvidenceLevel, FileEvidence, Packaging
from archiver.standards.names import printable, slug

if TYPE_CHECKING:
    from archiver.config.tables import Table
    from archiver.config.targets import TargetSettings
    from archiver.deposits.contract import Attempt, Target
    from archiver.deposits.surroundings import Surroundings
    from archiver.model.deposits import Parcel, ParcelFile

KIND = "internet-archive"
TITLE = "Internet Archive"
KEYS = ("url", "s3_url", "collection", "media_type", "item_prefix")
SECRETS = ("access_key", "secret_key")

_HOME = "https://archive.org"
_S3 = "https://s3.us.archive.org"
_WAIT = timedelta(minutes=5)
_MEDIA_TYPES = ("audio", "data", "etree", "image", "movies", "software", "texts", "web")
_ITEM = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{4,99}")
_LONGEST_ITEM = 80
_KEY = "external-identifier"


def make(settings: TargetSettings, surroundings: Surroundings) -> Target:
    """Make the target; makes no request.

    Raises:
        ConfigurationError: a key is missing or unusable.
    """
    return InternetArchiveTarget(settings, surroundings)


class InternetArchiveTarget:
    """The Internet Archive, as one account sees it."""

    kind = KIND

    def __init__(self, settings: TargetSettings, surroundings: Surroundings) -> None:
        own = settings.own
        self._table = own.name
        self._home = server_url(own, "url") if "url" in own else _HOME
        self._s3 = server_url(own, "s3_url") if "s3_url" in own else _S3
        self._collection = own.text("collection") if "collection" in own else None
        self._media_type = _media_type(own)
        self._prefix = _prefix(own)
        self.location = self._home
        keys = (surroundings.secret("access_key"), surroundings.secret("secret_key"))
        self._metadata, self._storage = (
            HttpClient(
                settings,
                surroundings,
                Access(
                    url=url,
                    headers={"Authorization": f"LOW {':'.join(keys)}"},
                    secrets=keys,
                    secret_key="secret_key_from",  # noqa: S106 - the name of a key
                ),
            )
            for url in (self._home, self._s3)
        )

    def capabilities(self) -> Capabilities:
        """Return what the interface does; a package is not taken apart, as nothing is derived from it."""
        return Capabilities(
            packagings=(Packaging.TAR, Packaging.ZIP),
            digests=("md5",),
            server_verifies=True,
            finds_by_identifier=True,
        )

    def demands(self, parcel: Parcel) -> tuple[Finding, ...]:
        """Return whether a media type is lacking; title and identifier are made where there is none."""
        demanded = internet_archive.convert(parcel.description or Description()).demands
        if self._media_type or "mediatype" not in {one.field for one in demanded}:
            return ()
        return (
            Finding(
                severity=Severity.ERROR,
                code="internet-archive-media-type-missing",
                file=printable(parcel.name),
                message="The Internet Archive demands a media type, and the description's type is none of its kinds.",
                fix=f"Set {self._table}.media_type to one of: {', '.join(_MEDIA_TYPES)}; or give the description a "
                "type such as Text, Image, Sound or Dataset, and build the package again.",
            ),
        )

    def open(self, attempt: Attempt) -> Standing:
        """Look for the package's item; its name is made of the package, so there is never a second one."""
        item = self._item(attempt.parcel)
        known = self._known(attempt)
        if known is None:
            # An item whose file waits in the queue may not be shown yet.
            return Standing.COMPLETE if self._is_busy(attempt) else Standing.NEW
        if not _states(known, attempt.parcel):
            raise RefusedError(self._taken(item, dark=known.get("is_dark") is True))
        names = {file.path.rpartition("/")[2] for file in attempt.parcel.files}
        there = names <= set(_files(known))
        return Standing.COMPLETE if there or self._is_busy(attempt) else Standing.OPEN

    def offset(self, attempt: Attempt, file: ParcelFile) -> int:  # noqa: ARG002 - it takes a file whole or not at all
        """Return 0: what is there already was found by ``open``."""
        return 0

    def put(self, attempt: Attempt, file: ParcelFile, offset: int) -> None:  # noqa: ARG002 - whole, always
        """Send the file, which makes the item; to repeat it changes nothing."""
        item, name = self._item(attempt.parcel), file.path.rpartition("/")[2]
        headers = {
            "Content-MD5": file.digests["md5"],
            "x-archive-auto-make-bucket": "1",
            "x-archive-queue-derive": "0",
            "x-archive-size-hint": str(attempt.parcel.size),
            **self._record(attempt.parcel),
        }
        reply = self._storage.request(
            attempt,
            "PUT",
            f"/{item}/{quote(name, safe='')}",
            idempotent=True,
            intent="put",
            sending=Sending(headers=headers, content=Upload(file=file.source, size=file.size), accept=(400,)),
        )
        if reply.status == 400:
            raise self._refusal(reply)

    def complete(self, attempt: Attempt) -> None:
        """Do nothing: what was sent is in the queue."""

    def verify(self, attempt: Attempt) -> Evidence:
        """Compare size and MD5 as the metadata API reports them, once it does, and that the item states its package."""
        item = self._item(attempt.parcel)
        known = self._known(attempt) or {}
        if "metadata" in known and not _states(known, attempt.parcel):
            raise UnclearError(
                f"{self._home}/details/{item} does not state the {_KEY} {attempt.parcel.key} that it was sent with: "
                "look whether it is this package, and write it into the item's metadata"
            )
        shown = _files(known)
        found = [_evidence(file, shown) for file in attempt.parcel.files]
        if None in found and self._is_busy(attempt):
            raise NotYetError(f"{self._home}/details/{item} waits in the queue of the Internet Archive", wait=_WAIT)
        return Evidence(
            files=tuple(one for one in found if one is not None),
            location=f"{self._home}/details/{item}",
            identifiers={"item": item},
        )

    def close(self) -> None:
        """Let connections go."""
        self._metadata.close()
        self._storage.close()

    def _item(self, parcel: Parcel) -> str:
        """Return the item's name: 5 to 100 letters, digits, ``_``, ``.`` and ``-``, the same for the same package."""
        tail = f"-{parcel.package_digest[:16]}"
        name = re.sub("[^a-z0-9_-]+", "-", slug(parcel.name)).strip("-_") or "package"
        return f"{self._prefix}{name}"[: _LONGEST_ITEM - len(tail)].rstrip("-_.") + tail

    def _record(self, parcel: Parcel) -> dict[str, str]:
        """Return the headers that state the item's metadata, each value numbered."""
        record: dict[str, Any] = json.loads(internet_archive.convert(parcel.description or Description()).data)
        record.setdefault("title", parcel.name)
        if self._media_type:
            record["mediatype"] = self._media_type
        if self._collection:
            record["collection"] = self._collection
        record[_KEY] = [*_texts(record.get(_KEY)), parcel.key]
        return {
            f"x-archive-meta{number:02d}-{key.replace('_', '--')}": _header(text)
            for key, value in record.items()
            for number, text in enumerate(_texts(value))
        }

    def _known(self, attempt: Attempt) -> Mapping[str, Any] | None:
        """Return what the metadata API tells of the item; None: it knows none."""
        known = self._ask(attempt, f"/metadata/{self._item(attempt.parcel)}")
        return known if "metadata" in known or known.get("is_dark") else None

    def _is_busy(self, attempt: Attempt) -> bool:
        """Ask whether tasks of the item wait or run.

        Raises:
            RefusedError: one has failed, which their staff looks after.
        """
        item = self._item(attempt.parcel)
        told = self._ask(attempt, f"/services/tasks.php?identifier={item}&catalog=1&summary=1")
        counts = _mapping(_mapping(told.get("value")).get("summary"))
        if counts.get("error"):
            raise RefusedError(
                Finding(
                    severity=Severity.ERROR,
                    code="internet-archive-task-failed",
                    file=None,
                    message=f"A task of the Internet Archive for the item {item} has failed.",
                    fix=f"Look at {self._home}/catalog.php?history=1&identifier={item}, and write to its staff; "
                    "then run archiver deposit resume.",
                )
            )
        return any(counts.get(state) for state in ("queued", "running", "paused"))

    def _ask(self, attempt: Attempt, address: str) -> Mapping[str, Any]:
        reply = self._metadata.request(attempt, "GET", address, idempotent=True)
        try:
            return _mapping(reply.json())
        except UnusableReplyError as error:
            raise self._metadata.unusable("GET", address, error, idempotent=True) from error

    def _taken(self, item: str, *, dark: bool) -> Finding:
        why = (
            "was taken out of sight by the Internet Archive" if dark else "is there already, and is not of this package"
        )
        return Finding(
            severity=Severity.ERROR,
            code="internet-archive-item-taken",
            file=None,
            message=f"The item {self._home}/details/{item} {why}.",
            fix=f"Look at it; another name is made when you set {self._table}.item_prefix.",
        )

    def _refusal(self, reply: Reply) -> RefusedError | RetryableError:
        words = f"{status_line(reply.status)} ({said(reply)})"
        if b"BadDigest" in reply.body:
            return RetryableError(f"the server received other bytes than were sent, and refused them: {words}")
        return RefusedError(
            Finding(
                severity=Severity.ERROR,
                code="internet-archive-refused",
                file=None,
                message=f"The Internet Archive refuses the file: {words}.",
                fix=f"Check {self._table}.collection and {self._table}.media_type, and the package's description.",
            )
        )


def _states(known: Mapping[str, Any], parcel: Parcel) -> bool:
    """Tell whether an item says that it is of this package."""
    return parcel.key in _texts(_mapping(known.get("metadata")).get(_KEY))


def _media_type(own: Table) -> str | None:
    if "media_type" not in own:
        return None
    if own.text("media_type") not in _MEDIA_TYPES:
        raise own.fault("media_type", f"must be one of: {', '.join(_MEDIA_TYPES)}")
    return own.text("media_type")


def _prefix(own: Table) -> str:
    prefix = own.text("item_prefix") if "item_prefix" in own else ""
    if prefix and not (_ITEM.fullmatch(f"{prefix}-----") and len(prefix) <= 30):
        raise own.fault("item_prefix", "must be up to 30 letters, digits, _, . and -, beginning with a letter or digit")
    return prefix


def _header(text: str) -> str:
    """Write a value as a header: what is not plain ASCII, percent-encoded as their interface has it."""
    return text if text.isascii() and text.isprintable() else f"uri({quote(text, safe='')})"


def _evidence(file: ParcelFile, shown: Mapping[str, Mapping[str, Any]]) -> FileEvidence | None:
    held = shown.get(file.path.rpartition("/")[2])
    if held is None:
        return None
    size, md5 = str(held.get("size", "")), str(held.get("md5", "")).lower()
    count = int(size) if re.fullmatch("[0-9]{1,18}", size, re.ASCII) else None
    return FileEvidence(
        path=file.path,
        level=EvidenceLevel.SERVER_MD5 if md5 else EvidenceLevel.SIZE if count is not None else EvidenceLevel.NONE,
        size=count,
        digest=md5 or None,
        agrees=count in {file.size, None} and md5 in {file.digests["md5"], ""},
    )


def _files(known: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    files = known.get("files")
    return {str(one.get("name")): one for one in map(_mapping, files if isinstance(files, list) else [])}


def _texts(value: object) -> list[str]:
    if value is None:
        return []
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
