"""The target ``s3``: a package becomes one object, or a folder of objects, found again by its name and its key.

An object is never replaced: it is made under the condition that there is none of that name, and looked for first where
the store knows no conditions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from archiver.deposits.contract import Capabilities, RefusedError, RetryableError, Standing
from archiver.deposits.s3 import findings
from archiver.deposits.s3.behaviour import base64_sha256, checks_sha256, forget
from archiver.deposits.s3.bucket import Bucket
from archiver.deposits.s3.digests import LARGEST_OBJECT, PartDigests, measure, part_size, parts, reported_etag
from archiver.deposits.s3.evidence import Examined, examine
from archiver.deposits.s3.sending import OtherBytesError, Sender, agrees
from archiver.deposits.s3.uploads import Upload, begin, clear_way, end, first_bytes, held_parts, remembered
from archiver.model.deposits import Evidence, Packaging

if TYPE_CHECKING:
    from archiver.config.targets import TargetSettings
    from archiver.deposits.contract import Attempt
    from archiver.deposits.s3.settings import S3Settings
    from archiver.deposits.surroundings import Surroundings
    from archiver.model import Finding
    from archiver.model.deposits import FileEvidence, Parcel, ParcelFile

_KEY = "archiver-deposit"
"""Name of the metadata that holds the parcel's key (``x-amz-meta-...``)."""

_NONE = ("404", "NoSuchKey", "NotFound")
_MOST_OBJECTS = 1_000_000


class S3Target:
    """One bucket that packages are put into."""

    kind = "s3"

    def __init__(self, settings: TargetSettings, own: S3Settings, surroundings: Surroundings) -> None:
        """Make no request.

        Raises:
            ConfigurationError: the secret, the profile or ``ca_file`` cannot be used.
        """
        self._name = settings.own.name
        self._own = own
        self._folders = surroundings.folders
        self._bucket = Bucket(settings, own, surroundings)
        self._sender = Sender(self._bucket, surroundings.folders, settings.parallel)
        self._is_checked: bool | None = False if own.checksums == "never" else None
        self._knows_conditions = True
        self._measured: dict[tuple[str, str, int], tuple[PartDigests, ...]] = {}

    @property
    def location(self) -> str:
        """The bucket, and the server where it is not Amazon's."""
        where = f"s3://{self._own.bucket}/{self._own.prefix}"
        return where if self._own.endpoint_url is None else f"{where} at {self._own.endpoint_url}"

    def capabilities(self) -> Capabilities:
        """Return what it can do."""
        return Capabilities(
            packagings=(self._own.packaging,),
            largest_bytes=findings.APTRUST_LARGEST if self._own.preset == "aptrust" else LARGEST_OBJECT,
            digests=("sha256", "md5"),
            resumable=True,
            conditional_create=True,
            server_verifies=self._own.checksums != "never",
            finds_by_identifier=True,
        )

    def demands(self, parcel: Parcel) -> tuple[Finding, ...]:
        """Return what its names or its profile stand against."""
        return findings.of_parcel(self._own, parcel, [self._key(file) for file in parcel.files])

    def open(self, attempt: Attempt) -> Standing:
        """Look for the objects of this parcel, and for uploads that were begun.

        Raises:
            RefusedError: there is no such bucket, or an object of that name is another's.
        """
        parcel = attempt.parcel
        self._clear_all(attempt)
        there = [file for file in parcel.files if self._is_there(attempt, parcel, file)]
        if len(there) == len(parcel.files):
            return Standing.COMPLETE
        if not there and self._bucket.ask(attempt, "head_bucket", accept=_NONE) is None:
            raise RefusedError(findings.no_bucket(self._name, self._own.bucket))
        begun = any((upload := remembered(attempt, file.path)) and not upload.done for file in parcel.files)
        return Standing.OPEN if there or begun else Standing.NEW

    def offset(self, attempt: Attempt, file: ParcelFile) -> int:
        """Ask how much of a file lies there, in whole parts."""
        if attempt.parcel.packaging is Packaging.FOLDER and self._is_there(attempt, attempt.parcel, file):
            return file.size
        upload = remembered(attempt, file.path)
        if upload is None or upload.done:
            return 0
        held = held_parts(self._bucket, attempt, self._key(file), upload)
        if held is None:
            end(attempt, file.path, upload)
            return 0
        return first_bytes(file, upload, held)

    def put(self, attempt: Attempt, file: ParcelFile, offset: int) -> None:  # noqa: ARG002 - asked for part by part
        """Send a file whole, or those of its parts that are not there."""
        checked = self._checked(attempt, file)
        if file.size <= self._own.whole_up_to:
            if file.size or not self._is_there(attempt, attempt.parcel, file):  # empty ones are put once more
                self._put_whole(attempt, file, checked=checked)
            return
        key = self._key(file)
        upload = remembered(attempt, file.path)
        if upload is not None and not upload.done and upload.checked != checked:
            self._drop(attempt, file, upload)
            upload = None
        held = held_parts(self._bucket, attempt, key, upload) if upload is not None and not upload.done else None
        if upload is None or held is None:
            size = part_size(file.size, self._own.part_size)
            asked = Upload(id="", part_size=size, checked=checked)
            upload, held = begin(self._bucket, attempt, file, key, asked, self._words(attempt.parcel)), {}
        self._put_parts(attempt, file, upload, held)

    def complete(self, attempt: Attempt) -> None:
        """Have the store put the parts of each file together."""
        for file in attempt.parcel.files:
            upload = remembered(attempt, file.path)
            if upload is not None and not upload.done:
                self._complete(attempt, file, upload)

    def verify(self, attempt: Attempt) -> Evidence:
        """Ask for each object's size and digests, and read back what has none that can be trusted."""
        parcel = attempt.parcel
        found: list[FileEvidence] = []
        identifiers: dict[str, str] = {}
        for file in parcel.files:
            key = self._key(file)
            head = self._bucket.ask(attempt, "head_object", accept=_NONE, Key=key, ChecksumMode="ENABLED")
            if head is None:
                raise RetryableError(f"{self._bucket.address(key)} is not there (any more)")
            found.append(self._examine(attempt, file, head))
            if len(parcel.files) == 1:
                identifiers = findings.identifiers(self._bucket.address(key), head)
        self._measured.clear()
        # What a network that repeats requests began beside it would be paid for month by month.
        self._clear_all(attempt)
        folder = parcel.packaging is Packaging.FOLDER
        place = f"{self._own.prefix}{parcel.name}/" if folder else self._key(parcel.files[0])
        return Evidence(files=found, location=self._bucket.address(place), identifiers=identifiers)

    def close(self) -> None:
        """Let connections go."""
        self._bucket.close()

    def _clear_all(self, attempt: Attempt) -> None:
        """Throw away the uploads of this deposit that nobody goes on with."""
        for file in attempt.parcel.files:
            clear_way(self._bucket, attempt, file.path, self._key(file), again=True)

    def _key(self, file: ParcelFile) -> str:
        return f"{self._own.prefix}{file.path}"

    def _words(self, parcel: Parcel) -> dict[str, Any]:
        words: dict[str, Any] = {"Metadata": {_KEY: _key_text(parcel)}, "ContentType": _content_type(parcel.packaging)}
        return words | ({"StorageClass": self._own.storage_class} if self._own.storage_class else {})

    def _is_there(self, attempt: Attempt, parcel: Parcel, file: ParcelFile) -> bool:
        """Tell whether a file's object is there.

        Raises:
            RefusedError: it is another's.
        """
        key = self._key(file)
        head = self._bucket.ask(attempt, "head_object", accept=_NONE, Key=key, ChecksumMode="ENABLED")
        if head is None:
            return False
        metadata = {str(name).lower(): value for name, value in head.get("Metadata", {}).items()}
        # Some stores forget metadata: the same bytes under the same name are the same deposit.
        same = reported_etag(head.get("ETag")) == file.digests["md5"] and head.get("ContentLength") == file.size
        if metadata.get(_KEY) != _key_text(parcel) and not same:
            raise RefusedError(findings.another_object(self._name, self._bucket.address(key)))
        return True

    def _checked(self, attempt: Attempt, file: ParcelFile) -> bool:
        """Tell whether the store computes SHA-256; asks it once.

        Raises:
            RefusedError: it does not, and the settings insist.
        """
        if self._is_checked is None:
            clear_way(self._bucket, attempt, file.path, self._key(file))
            self._is_checked = checks_sha256(self._bucket, attempt, self._key(file))
        if self._own.checksums == "required" and not self._is_checked:
            raise RefusedError(findings.no_checksums(self._name))
        return self._is_checked

    def _put_whole(self, attempt: Attempt, file: ParcelFile, *, checked: bool) -> None:
        words = {"Key": self._key(file), **self._words(attempt.parcel)}
        if checked:
            words["ChecksumSHA256"] = base64_sha256(bytes.fromhex(file.digests["sha256"]))
        with self._sender.whole(attempt, file) as body:
            self._make(attempt, "put_object", "put object", {"Body": body, **words})

    def _put_parts(self, attempt: Attempt, file: ParcelFile, upload: Upload, held: Mapping[int, Any]) -> None:
        key = self._key(file)
        number = sum(1 for _ in parts(file.size, upload.part_size))
        try:
            with attempt.intend("upload parts", object=self._bucket.address(key), upload=upload.id, parts=number):
                found = self._sender.send_parts(attempt, file, key, upload, held)
                words = f"PUT {self._bucket.address(key)}?partNumber=1..{number}&uploadId={upload.id}"
                self._bucket.keep(attempt, words, f"200 OK, each; {len(held)} of them were there before")
        except (OtherBytesError, RefusedError):
            self._drop(attempt, file, upload)
            raise
        self._measured[attempt.parcel.key, file.path, upload.part_size] = found

    def _complete(self, attempt: Attempt, file: ParcelFile, upload: Upload) -> None:
        key = self._key(file)
        held = held_parts(self._bucket, attempt, key, upload)
        if held is None:
            end(attempt, file.path, upload)
            raise RetryableError(f"The upload of {self._bucket.address(key)} is no more")
        listed = []
        own = self._parts(attempt.parcel, file, upload.part_size)
        for part, digests in zip(parts(file.size, upload.part_size), own, strict=True):
            if part.number not in held or not agrees(held[part.number], part, digests):
                self._drop(attempt, file, upload)
                raise RetryableError(f"Part {part.number} of {self._bucket.address(key)} is not what was sent")
            one: dict[str, Any] = {"PartNumber": part.number, "ETag": f'"{held[part.number].etag}"'}
            if upload.checked and digests.sha256 is not None:
                one["ChecksumSHA256"] = base64_sha256(digests.sha256)
            listed.append(one)
        words: dict[str, Any] = {"Key": key, "UploadId": upload.id, "MultipartUpload": {"Parts": listed}}
        self._make(attempt, "complete_multipart_upload", "complete upload", words)
        end(attempt, file.path, upload)

    def _make(self, attempt: Attempt, operation: str, intent: str, words: dict[str, Any]) -> None:
        """Make an object, under the condition that there is none."""
        if self._knows_conditions:
            made = self._bucket.ask(
                attempt, operation, accept=("NotImplemented",), intent=intent, IfNoneMatch="*", **words
            )
            if made is not None:
                return
            self._knows_conditions = False
        self._bucket.ask(attempt, operation, intent=intent, **words)

    def _drop(self, attempt: Attempt, file: ParcelFile, upload: Upload) -> None:
        forget(self._bucket, attempt, self._key(file), upload.id)
        end(attempt, file.path, upload)

    def _examine(self, attempt: Attempt, file: ParcelFile, head: Mapping[str, Any]) -> FileEvidence:
        def measured(count: int) -> Sequence[PartDigests]:
            upload = remembered(attempt, file.path)
            size = upload.part_size if upload is not None else part_size(file.size, self._own.part_size)
            if -(-file.size // size) != count:
                first = self._bucket.ask(attempt, "head_object", accept=_NONE, Key=self._key(file), PartNumber=1)
                size = int((first or {}).get("ContentLength") or file.size or 1)
            return self._parts(attempt.parcel, file, size)

        one = Examined(
            file=file,
            key=self._key(file),
            head=head,
            is_checked=lambda: self._checked(attempt, file),
            parts=measured,
        )
        return examine(self._bucket, self._own, attempt, one)

    def _parts(self, parcel: Parcel, file: ParcelFile, size: int) -> tuple[PartDigests, ...]:
        """Return what a file's parts hash to: as they were sent, or read again after a restart."""
        known = (parcel.key, file.path, size)
        if known not in self._measured:
            with self._sender.reader(file) as source:
                self._measured[known] = measure(file, source, size)
        return self._measured[known]


def _key_text(parcel: Parcel) -> str:
    """Return a parcel's key as a header can hold it."""
    return quote(parcel.key, safe=":/#")[-1024:]


def _content_type(packaging: Packaging) -> str:
    return {Packaging.TAR: "application/x-tar", Packaging.ZIP: "application/zip"}.get(
        packaging, "application/octet-stream"
    )
