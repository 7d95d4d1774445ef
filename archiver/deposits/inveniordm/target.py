"""InvenioRDM as a target: one draft a package, found again by its key, published only where the settings say so."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Literal, cast

from archiver.deposits.contract import Capabilities, RefusedError, RetryableError, Standing
from archiver.deposits.http.addresses import server_url
from archiver.deposits.http.client import HttpClient
from archiver.deposits.http.sending import Access
from archiver.deposits.inveniordm.drafts import Wishes, draft_body, key_of, lacking
from archiver.deposits.inveniordm.interface import CREATE, Interface
from archiver.deposits.inveniordm.sending import FileSender
from archiver.model import Finding, Severity
from archiver.model.deposits import Evidence, EvidenceLevel, FileEvidence, Packaging, ParcelFile
from archiver.standards.sizes import parse_size

if TYPE_CHECKING:
    from archiver.config.tables import Table
    from archiver.config.targets import TargetSettings
    from archiver.deposits.contract import Attempt
    from archiver.deposits.inveniordm.records import Record, StoredFile
    from archiver.deposits.surroundings import Surroundings
    from archiver.model.deposits import Parcel

KIND = "inveniordm"
TITLE = "InvenioRDM (Zenodo and others)"
KEYS = ("url", "publish", "reserve_doi", "community", "access", "part_size", "search_delay")
SECRETS = ("token",)

_PART_SIZE = 64 * 1024 * 1024
_SMALLEST_PART = 5 * 1024 * 1024
"""Bytes; what storage services behind a server take (Amazon S3, multipart upload limits)."""

_SEARCH_DELAY = 30.0


def make(settings: TargetSettings, surroundings: Surroundings) -> InvenioRdm:
    """Make the target from its table.

    Raises:
        ConfigurationError: a key is missing or unusable, or there is no token.
    """
    own = settings.own
    url = server_url(own, "url").removesuffix("/api")
    wishes = Wishes(publish=_yes(own, "publish"), reserve_doi=_yes(own, "reserve_doi"), access=_access(own))
    client = HttpClient(
        settings,
        surroundings,
        Access(url=url, headers={"Authorization": f"Bearer {surroundings.secret('token')}"}),
    )
    return InvenioRdm(settings, surroundings, Interface(client), url, wishes)


class InvenioRdm:
    """One account of one server."""

    def __init__(
        self, settings: TargetSettings, surroundings: Surroundings, interface: Interface, url: str, wishes: Wishes
    ) -> None:
        own = settings.own
        self._setting = own.name
        self._now = surroundings.now
        self._interface = interface
        self._url = url
        self._wishes = wishes
        self._community = own.text("community") if "community" in own else None
        self._delay = _seconds(own)
        self._sender = FileSender(interface, _part_size(own))
        self._opened: Record | None = None
        """How the record stood when it was opened last."""

    @property
    def kind(self) -> str:
        """As in the configuration."""
        return KIND

    @property
    def location(self) -> str:
        """Address of the server."""
        return self._url

    def capabilities(self) -> Capabilities:
        """Return what every installation can do."""
        return Capabilities(
            packagings=(Packaging.TAR, Packaging.ZIP), digests=("md5",), resumable=True, finds_by_identifier=True
        )

    def demands(self, parcel: Parcel) -> tuple[Finding, ...]:
        """Return what a record of this server must say and the description does not."""
        return lacking(parcel, self._wishes, self._now().date(), self._setting)

    def open(self, attempt: Attempt) -> Standing:
        """Look for the draft or record with this key, and make a draft when there is none."""
        record, made = self._remembered(attempt) or self._found(attempt), False
        if record is None:
            record, made = self._made(attempt), True
        if not (record.published or record.in_review or record.turned_down):
            self._prepare(attempt, record)
        self._opened = record
        return Standing.NEW if made else self._standing(attempt, record)

    def offset(self, attempt: Attempt, file: ParcelFile) -> int:
        """Ask how much of a file is there: all of it, or, of one that is sent in parts, those that arrived."""
        return self._sender.offset(attempt, self._record(attempt), file)

    def put(self, attempt: Attempt, file: ParcelFile, offset: int) -> None:
        """Send a file, and compare what the server says of it then."""
        self._sender.put(attempt, self._record(attempt), file, offset)

    def complete(self, attempt: Attempt) -> None:
        """Publish, or submit to the community, where the settings say so; a draft stays as it is."""
        record = self._record(attempt)
        if self._wishes.publish and not (record.published or record.in_review or record.turned_down):
            # Nothing is published that is not what was sent: it could not be taken back.
            stored = self._interface.files(attempt, record)
            for file in attempt.parcel.files:
                if file.path not in stored or not stored[file.path].holds(file):
                    raise RetryableError(f"{self._url} does not hold {file.path} as it was sent")
            if self._community is not None:
                self._interface.submit(attempt, record)
            elif not self._interface.publish(attempt, record) and not self._is_published(attempt, record):
                raise RetryableError(f"{self._url} knows of no draft {record.number}, and of no such record")
        attempt.remember(whole=True)

    def verify(self, attempt: Attempt) -> Evidence:
        """Compare what the server computed of each file; one that it computed nothing of is read back."""
        self._opened = None  # how it stands by now, and not how it stood
        record = self._record(attempt)
        stored = self._interface.files(attempt, record)
        files = [self._evidence(attempt, record, file, stored.get(file.path)) for file in attempt.parcel.files]
        place = "records" if record.published else "uploads"
        identifiers = {"record": record.number, "key": key_of(attempt.parcel)}
        if record.doi:
            identifiers["doi"] = record.doi
        if record.turned_down:
            identifiers["review"] = "turned down by the community"
        return Evidence(files=files, location=f"{self._url}/{place}/{record.number}", identifiers=identifiers)

    def close(self) -> None:
        """Let connections go."""
        self._interface.close()

    def _remembered(self, attempt: Attempt) -> Record | None:
        number = attempt.memory.get("record")
        return self._interface.record(attempt, number) if isinstance(number, str) else None

    def _found(self, attempt: Attempt) -> Record | None:
        found = self._interface.search(attempt, key_of(attempt.parcel))
        # A later version of a published record takes its identifiers along: the first is ours.
        found = tuple(record for record in found if record.published) or found
        if not found:
            return None
        # A search may lag behind: how it stands is asked of the record itself.
        record = self._interface.record(attempt, found[0].number)
        if record is None:
            return None
        attempt.remember(record=record.number, whole=self._holds_all(attempt, record))
        return record

    def _holds_all(self, attempt: Attempt, record: Record) -> bool:
        stored = self._interface.files(attempt, record)
        return all(file.path in stored and stored[file.path].complete for file in attempt.parcel.files)

    def _made(self, attempt: Attempt) -> Record:
        self._let_the_search_catch_up(attempt)
        if self._community is not None:
            self._interface.community(attempt, self._community)  # before anything is made
        attempt.remember(asked=attempt.now().isoformat(), record=None, whole=False, parts={}, single=False)
        record = self._interface.create(attempt, draft_body(attempt.parcel, self._wishes, attempt.now().date()))
        attempt.remember(record=record.number)
        if key_of(attempt.parcel) not in record.identifiers:
            self._interface.discard(attempt, record)
            raise RefusedError(_key_not_kept(self._setting, key_of(attempt.parcel)))
        return self._the_first(attempt, record)

    def _the_first(self, attempt: Attempt, made: Record) -> Record:
        """Keep the oldest of several drafts of this package, and remove the empty ones.

        There are several where something on the way repeated a request, or where somebody else deposits the same
        package at the same time: who finds an older draft goes on with that one, and so all agree.
        """
        found = self._interface.search(attempt, key_of(attempt.parcel))
        drafts = {record.number: record for record in (*found, made)}
        first = min(drafts.values(), key=lambda record: (not record.published, record.created, record.number))
        attempt.remember(record=first.number)
        for record in drafts.values():
            if record is not first and not record.published and not self._interface.files(attempt, record):
                self._interface.discard(attempt, record)
        return first

    def _let_the_search_catch_up(self, attempt: Attempt) -> None:
        """Make sure that a draft of which the reply was lost would have been found by now."""
        asked = attempt.memory.get("asked")
        if CREATE not in attempt.in_doubt or not isinstance(asked, str):
            return
        left = self._delay - (attempt.now() - datetime.fromisoformat(asked)).total_seconds()
        if left > 0:
            words = f"the search of {self._url} may not show yet what a request made whose reply was lost"
            raise RetryableError(words, after=min(left, self._delay))

    def _prepare(self, attempt: Attempt, record: Record) -> None:
        if self._wishes.reserve_doi and record.doi is None:
            self._interface.reserve_doi(attempt, record)
        if self._community is not None:
            community = self._interface.community(attempt, self._community)
            if record.community != community:
                self._interface.choose_community(attempt, record, community)

    def _standing(self, attempt: Attempt, record: Record) -> Standing:
        if record.published or record.in_review:
            return Standing.COMPLETE
        # What curators turned down is not handed in again behind their backs.
        wanted = self._wishes.publish and not record.turned_down
        if wanted or not attempt.memory.get("whole"):
            return Standing.OPEN
        # A draft is its owner's to change.
        return Standing.COMPLETE if self._holds_all(attempt, record) else Standing.OPEN

    def _record(self, attempt: Attempt) -> Record:
        if self._opened is not None and self._opened.number == attempt.memory.get("record"):
            return self._opened
        record = self._remembered(attempt)
        if record is None:
            raise RetryableError(f"{self._url} does not know the draft {attempt.memory.get('record')} any more")
        return record

    def _is_published(self, attempt: Attempt, record: Record) -> bool:
        now = self._interface.record(attempt, record.number)
        return now is not None and now.published

    def _evidence(self, attempt: Attempt, record: Record, file: ParcelFile, stored: StoredFile | None) -> FileEvidence:
        if stored is None or not stored.complete:
            return FileEvidence(path=file.path, level=EvidenceLevel.NONE, size=None, agrees=False)
        if stored.md5 is not None and stored.holds(file):
            return FileEvidence(
                path=file.path, level=EvidenceLevel.SERVER_MD5, size=stored.size, digest=stored.md5, agrees=True
            )
        # Also where the digest differs: what is there decides, not what was said of it.
        digest = hashlib.sha256()
        size = self._interface.read_back(attempt, record, file, digest.update)
        agrees = size == file.size and digest.hexdigest() == file.digests["sha256"]
        return FileEvidence(
            path=file.path, level=EvidenceLevel.READ_BACK, size=size, digest=digest.hexdigest(), agrees=agrees
        )


def _key_not_kept(setting: str, key: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="deposit-key-not-kept",
        file=None,
        message=f"The server does not keep the identifier {key} in the draft's metadata, so that no later run could "
        "find the deposit. The draft was removed again.",
        fix="Ask who runs the server to accept URNs as identifiers of records (RDM_RECORDS_IDENTIFIERS_SCHEMES); "
        f"until then [{setting}] cannot be used.",
    )


def _yes(own: Table, key: str) -> bool:
    return key in own and own.yes_or_no(key)


def _access(own: Table) -> Literal["public", "restricted"] | None:
    if "access" not in own:
        return None
    text = own.text("access")
    if text not in {"public", "restricted"}:
        raise own.fault("access", 'must be "public" or "restricted"; without it each description says who may see it')
    return cast("Literal['public', 'restricted']", text)


def _part_size(own: Table) -> int:
    if "part_size" not in own:
        return _PART_SIZE
    size = parse_size(own.text("part_size"))
    if size is None or size < _SMALLEST_PART:
        raise own.fault("part_size", 'must be a size of at least 5 MiB, such as "64 MiB"')
    return size


def _seconds(own: Table) -> float:
    value = own.values.get("search_delay", _SEARCH_DELAY)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 3600:
        raise own.fault("search_delay", "must be a number of seconds from 0 to 3600")
    return float(value)
