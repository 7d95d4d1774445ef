"""A repository that speaks SWORD v2: a draft from an Atom entry, the file put to it, then told that it is complete.

The protocol has no idempotency and no search: what becomes of a lost reply depends on what the server shows. Where it
cannot be told, that is said; nothing is deposited twice.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING
from urllib.parse import quote

from archiver.deposits.contract import (
    Capabilities,
    LostReplyError,
    RefusedError,
    RetryableError,
    Standing,
    UnclearError,
)
from archiver.deposits.http.addresses import server_url
from archiver.deposits.http.client import HttpClient
from archiver.deposits.http.replies import Reply, UnusableReplyError, said, status_line
from archiver.deposits.http.sending import Access, Sending, Upload
from archiver.deposits.sword import evidence, software_heritage
from archiver.deposits.sword.choosing import MEDIA_TYPES, Choice, choose, packaging_refused, read_wishes
from archiver.deposits.sword.looking import entry_identifier, lists_by_slug, look, slug_of
from archiver.deposits.sword.place import Place, place_from_memory, place_from_receipt
from archiver.model import Description, Finding, Severity
from archiver.model.deposits import Evidence, Packaging
from archiver.standards.names import printable, slug
from archiver.standards.sword import (
    ENTRY_TYPE,
    SIMPLE_ZIP,
    ServiceDocument,
    entry_xml,
    read_receipt,
    read_service_document,
    read_statement,
)

if TYPE_CHECKING:
    from archiver.config.targets import TargetSettings
    from archiver.deposits.contract import Attempt, Target
    from archiver.deposits.surroundings import Surroundings
    from archiver.model.deposits import Parcel, ParcelFile

KIND = "sword"
TITLE = "SWORD v2"
KEYS = ("url", "user", "collection", "packaging")
SECRETS = ("password",)

_CREATE = "create"
_COMPLETE = "complete"
_GONE = frozenset({404, 410})
_ALREADY = frozenset({400, 409})
"""What servers say when they were told before."""

_CHECKSUM_WORDS = ("checksum", "md5", "hash", "length")


def make(settings: TargetSettings, surroundings: Surroundings) -> Target:
    """Make the target; makes no request.

    Raises:
        ConfigurationError: a key is missing or unusable.
    """
    return SwordTarget(settings, surroundings)


class SwordTarget:
    """One collection of one server, as one account sees it."""

    kind = KIND

    def __init__(self, settings: TargetSettings, surroundings: Surroundings) -> None:
        own = settings.own
        server_url(own, "url")  # judged; a service document's address may need the slash at its end
        self.location = own.text("url")
        if "user" not in own:
            raise own.fault("user", "is missing: the name of the account at the server")
        self._wishes = read_wishes(own)
        signed = base64.b64encode(f"{own.text('user')}:{surroundings.secret('password')}".encode()).decode("ascii")
        access = Access(
            url=server_url(own, "url"),
            headers={"Authorization": f"Basic {signed}"},
            secrets=(surroundings.secret("password"),),
            secret_key="password_from",  # noqa: S106 - the name of a key
        )
        self._client = HttpClient(settings, surroundings, access)
        self._asked: tuple[ServiceDocument, Choice] | None = None
        self._lists: bool | None = None

    def capabilities(self) -> Capabilities:
        """Return what the server's service document says; asks it once."""
        service, choice = self._service(None)
        if self._lists is None:
            self._lists = lists_by_slug(self._client, choice.collection.href)
        return Capabilities(
            packagings=choice.forms,
            # swh-deposit states bytes where the profile has kilobytes.
            largest_bytes=service.max_upload_size if self._lists else service.largest_bytes,
            server_verifies=True,
            unpacks=(Packaging.ZIP,) if choice.packaging == SIMPLE_ZIP else (),
            # Where its list does not tell, ``open`` says so, and what a person must look for.
            finds_by_identifier=True,
        )

    def demands(self, parcel: Parcel) -> tuple[Finding, ...]:
        """Warn of a package without a record: the server is told its name alone."""
        if parcel.description is not None and parcel.description.first("title"):
            return ()
        return (
            Finding(
                severity=Severity.WARNING,
                code="sword-no-title",
                file=None,
                message=f"The package has no title; the server is given its name instead: {printable(parcel.name)}.",
                fix="Give it a description with a title, and build it again.",
            ),
        )

    def open(self, attempt: Attempt) -> Standing:
        """Go on with the deposit that is remembered or found in the collection's list, or begin one."""
        place = place_from_memory(attempt.memory.get("place"))
        if place is not None:
            standing = self._standing(attempt, place)
            if standing is not None:
                return standing
        _, choice = self._service(attempt)
        seen = look(self._client, attempt, choice.collection.href)
        if seen.place is not None:
            standing = self._standing(attempt, seen.place, complete=seen.complete)
            if standing is not None:
                attempt.remember(place=seen.place.as_json())
                return standing
        if (_CREATE in attempt.in_doubt or attempt.memory.get("unread")) and not seen.sure:
            raise UnclearError(
                f"the server may have begun a deposit, and its list does not tell. Look in {choice.collection.href} "
                f"for one with the Slug {slug_of(attempt.parcel)} or the title {_title(attempt.parcel)!r}; if there is "
                "none, or once it is removed, deposit the package again"
            )
        self._begin(attempt, choice)
        return Standing.NEW

    def offset(self, attempt: Attempt, file: ParcelFile) -> int:
        """Return the whole size once the server took the file; SWORD takes a file whole or not at all."""
        return file.size if attempt.memory.get("sent") == file.digests["sha256"] else 0

    def put(self, attempt: Attempt, file: ParcelFile, offset: int) -> None:
        """Send the file in place of whatever the draft holds, which is harmless to repeat."""
        if offset and offset == file.size:
            return
        place = self._place(attempt)
        _, choice = self._service(attempt)
        headers = {
            "Content-Type": MEDIA_TYPES[attempt.parcel.packaging],
            "Content-Disposition": _disposition(file.path),
            "Content-MD5": file.digests["md5"],  # hexadecimal: profile section 6.3.1
            "Packaging": choice.packaging,
            "In-Progress": "true",
        }
        # Profile section 6.5.1: PUT to the EM-IRI replaces the content.
        reply = self._client.request(
            attempt,
            "PUT",
            place.media,
            idempotent=True,
            intent="put",
            sending=Sending(
                headers=headers,
                content=Upload(file=file.source, size=file.size),
                accept=(400, 405, 406, 412, 415),
            ),
        )
        if reply.status >= 400:
            raise self._put_failure(choice, reply)
        attempt.remember(sent=file.digests["sha256"])

    def complete(self, attempt: Attempt) -> None:
        """Tell the server that everything was sent (profile section 9.3), once nobody else has."""
        place = self._place(attempt)
        self._remain_alone(attempt, place)
        attempt.remember(state_before=self._state(attempt, place)[1])
        reply = self._client.request(
            attempt,
            "POST",
            place.add,
            idempotent=False,
            intent=_COMPLETE,
            sending=Sending(headers={"In-Progress": "false"}, content=b"", accept=_ALREADY),
        )
        if reply.status in _ALREADY and not self._is_complete(self._state(attempt, place)[1], place):
            raise LostReplyError(f"{place.add}: {status_line(reply.status)} {said(reply)}")
        attempt.remember(completed=True)

    def verify(self, attempt: Attempt) -> Evidence:
        """Read the file back where the server gives it."""
        place = self._place(attempt)
        _, state = self._state(attempt, place)
        self._refuse_dropped(attempt, place, state)
        if state == software_heritage.PARTIAL:
            raise RetryableError(f"the server says that the deposit {place.edit} is not complete")
        files = [evidence.read_back(self._client, attempt, place, file) for file in attempt.parcel.files]
        told = {"slug": slug_of(attempt.parcel)} | ({"state": state} if state else {})
        return Evidence(files=files, location=place.edit, identifiers=told)

    def close(self) -> None:
        """Let connections go."""
        self._client.close()

    def _service(self, attempt: Attempt | None) -> tuple[ServiceDocument, Choice]:
        if self._asked is None:
            reply = self._client.request(attempt, "GET", self.location, idempotent=True)
            try:
                service = read_service_document(reply.xml())
            except UnusableReplyError as error:
                raise self._client.unusable("GET", self.location, error, idempotent=True) from error
            self._asked = service, choose(self._wishes, service)
        return self._asked

    def _place(self, attempt: Attempt) -> Place:
        place = place_from_memory(attempt.memory.get("place"))
        if place is None:
            raise RetryableError("the deposit has no place at the server yet")
        return place

    def _begin(self, attempt: Attempt, choice: Choice) -> None:
        """Make a draft from an Atom entry (profile section 6.3.3)."""
        parcel = attempt.parcel
        entry = entry_xml(
            parcel.description or Description(),
            identifier=entry_identifier(parcel),
            title=_title(parcel),
            key=parcel.key,
            updated=attempt.now(),
        )
        headers = {"Content-Type": ENTRY_TYPE, "In-Progress": "true", "Slug": slug_of(parcel)}
        reply = self._client.request(
            attempt,
            "POST",
            choice.collection.href,
            idempotent=False,
            intent=_CREATE,
            sending=Sending(headers=headers, content=entry, missing="collection"),
        )
        attempt.remember(unread=True)  # until it is known which deposit was made
        place = self._receipt(attempt, reply)
        attempt.remember(place=place.as_json(), sent=None, completed=None, unread=None)

    def _receipt(self, attempt: Attempt, reply: Reply) -> Place:
        """Read where the deposit goes on; a server may leave the receipt out and name the Edit-IRI alone."""
        address = reply.headers.get("location")
        try:
            place = place_from_receipt(read_receipt(reply.xml())) if reply.body else None
            if place is None and address:
                again = self._client.request(attempt, "GET", address, idempotent=True)
                place = place_from_receipt(read_receipt(again.xml()))
        except UnusableReplyError as error:
            raise self._client.unusable("POST", reply.url, error, idempotent=False) from error
        if place is None:
            raise UnclearError(
                f"the server made a deposit ({printable(address or 'without an address')}) and names no address that "
                "takes its file: look there, and have it removed"
            )
        return place

    def _standing(self, attempt: Attempt, place: Place, *, complete: bool | None = None) -> Standing | None:
        """Tell how far a deposit is; None: the server has it no more, and it was never complete."""
        there, state = self._state(attempt, place)
        sent = bool(attempt.memory.get("completed")) or _COMPLETE in attempt.in_doubt
        if not there:
            if sent or complete:
                raise UnclearError(
                    f"the deposit {place.edit} was complete, and is there no more: ask who runs the server"
                )
            return None
        if attempt.memory.get("dropped") == place.edit:
            return None  # it was said, and the package is deposited again
        self._refuse_dropped(attempt, place, state)
        if self._is_software_heritage(state, place):
            return Standing.OPEN if state == software_heritage.PARTIAL else Standing.COMPLETE
        if attempt.memory.get("completed"):
            return Standing.COMPLETE
        if place_from_memory(attempt.memory.get("place")) is None and attempt.in_doubt != (_CREATE,):
            raise UnclearError(
                f"the server has a deposit of this package and does not say how far it is: look at {place.edit}"
            )
        if _COMPLETE not in attempt.in_doubt:
            return Standing.OPEN
        if state is None or state == attempt.memory.get("state_before"):
            raise UnclearError(
                f"nobody knows whether the server was told that the deposit is complete: look at {place.edit}"
            )
        return Standing.COMPLETE

    def _state(self, attempt: Attempt, place: Place) -> tuple[bool, str | None]:
        """Ask whether a deposit is there, and its state: a word of swh-deposit's, or the IRI of a statement."""
        address = place.statement or place.state or place.edit
        reply = self._client.request(
            attempt, "GET", address, idempotent=True, sending=Sending(accept={*_GONE, 405, 406, 501})
        )
        if reply.status in _GONE:
            return False, None
        if reply.status >= 400:
            return True, None
        try:
            root = reply.xml()
        except UnusableReplyError:
            return True, None
        return True, software_heritage.read_status(root) or read_statement(root).state

    def _remain_alone(self, attempt: Attempt, place: Place) -> None:
        """Remove drafts of the same package that nobody goes on with, where the server lists them.

        A request that was passed on twice leaves one, and so does another run that began at the same time: that one
        finds its draft gone, and this deposit in its place.
        """
        _, choice = self._service(attempt)
        seen = look(self._client, attempt, choice.collection.href)
        if seen.complete and seen.place is not None and seen.place != place:
            attempt.remember(place=seen.place.as_json())
            raise RetryableError(f"another run has completed a deposit of this package: {seen.place.edit}")
        for draft in (*seen.drafts, *([seen.place] if seen.sure and seen.place is not None else [])):
            if draft != place:
                # Profile section 6.8: DELETE on the Edit-IRI.
                self._client.request(
                    attempt,
                    "DELETE",
                    draft.edit,
                    idempotent=True,
                    intent="remove a draft",
                    sending=Sending(accept=(400, 403, 404, 405, 410, 501)),
                )

    def _is_complete(self, state: str | None, place: Place) -> bool:
        return self._is_software_heritage(state, place) and state != software_heritage.PARTIAL

    @staticmethod
    def _is_software_heritage(state: str | None, place: Place) -> bool:
        return state is not None and "://" not in state and software_heritage.uploads_address(place) is not None

    def _refuse_dropped(self, attempt: Attempt, place: Place, state: str | None) -> None:
        if state in software_heritage.DROPPED and self._is_software_heritage(state, place):
            attempt.remember(dropped=place.edit)
            raise RefusedError(
                Finding(
                    severity=Severity.ERROR,
                    code="sword-deposit-dropped",
                    file=None,
                    message=f"The server does not keep the deposit {place.edit}: it says {state}.",
                    fix="Ask who runs the server why; correct what they name, and deposit the package again.",
                )
            )

    def _put_failure(self, choice: Choice, reply: Reply) -> RefusedError | RetryableError:
        heard = said(reply)
        words = f"{status_line(reply.status)}" + (f" ({heard})" if heard else "")
        if reply.status == 412 and any(word in heard.lower() for word in _CHECKSUM_WORDS):
            # Profile section 12, ErrorChecksumMismatch: other bytes arrived than were sent, and were not kept.
            return RetryableError(f"the server received other bytes than were sent, and refused them: {words}")
        if reply.status in {406, 415} or "packag" in heard.lower():
            return packaging_refused(self._wishes, choice.collection, words)
        return RefusedError(
            Finding(
                severity=Severity.ERROR,
                code="sword-file-refused",
                file=None,
                message=f"The server refuses the file: {words}.",
                fix=f"Check {self._wishes.table}.collection and {self._wishes.table}.packaging, or ask who runs it.",
            )
        )


def _title(parcel: Parcel) -> str:
    return (parcel.description.first("title") if parcel.description else None) or parcel.name


def _disposition(path: str) -> str:
    """Name the file (RFC 6266): in ASCII for every server, and as it is where that says less."""
    name = path.rpartition("/")[2]
    plain = name.isascii() and name.isprintable() and not set(name) & set('"\\')
    stem, dot, suffix = name.rpartition(".")
    ascii_name = name if plain else f"{quote(slug(stem), safe='').replace('%', '') or 'package'}{dot}{suffix}"
    extended = "" if plain else f"; filename*=UTF-8''{quote(name, safe='')}"
    return f'attachment; filename="{ascii_name}"{extended}'
