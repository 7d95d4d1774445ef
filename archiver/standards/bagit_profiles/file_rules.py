"""The rules on files: tag files and payload files that must or may be there, ``fetch.txt``, and an empty payload."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from archiver.model import Finding, Severity
from archiver.standards.bagit_paths import PAYLOAD_PREFIX
from archiver.standards.bagit_profiles.description import BagDescription
from archiver.standards.bagit_profiles.patterns import PathPatterns, has_wildcard, same
from archiver.standards.bagit_profiles.profile import BagProfile
from archiver.standards.bagit_profiles.tag_files import is_bagit_file
from archiver.standards.names import printable


def check_files(profile: BagProfile, bag: BagDescription) -> Iterator[Finding]:
    """Check which files are there; of a file in ``fetch.txt`` the payload's rules speak as if it were."""
    yield from _check_fetch(profile, bag)
    if profile.data_empty:
        yield from _check_empty(profile, bag)
    yield from _check_tag_files(profile, bag)
    yield from _check_payload_files(profile, bag)


def _check_fetch(profile: BagProfile, bag: BagDescription) -> Iterator[Finding]:
    if bag.fetch is not None and not profile.allow_fetch:
        yield Finding(
            severity=Severity.ERROR,
            code="profile-fetch-not-allowed",
            file="fetch.txt",
            message=f"{profile.name}, Allow-Fetch.txt: fetch.txt is there, and is not allowed.",
            fix="Fetch the files that it lists, then make the bag anew without it.",
        )
    if bag.fetch is None and profile.fetch_required:
        yield Finding(
            severity=Severity.ERROR,
            code="profile-fetch-missing",
            file="fetch.txt",
            message=f"{profile.name}, Fetch.txt-Required: there is no fetch.txt.",
            fix="Ask the sender for the bag as it was before its files were fetched.",
        )


def _check_empty(profile: BagProfile, bag: BagDescription) -> Iterator[Finding]:
    payload = bag.payload()
    # BagIt Profiles 1.4.0, Data-Empty: no file, or a single one of zero bytes
    if len(payload) > 1 or any(payload.values()):
        yield Finding(
            severity=Severity.ERROR,
            code="profile-payload-not-empty",
            file=None,
            message=f"{profile.name}, Data-Empty: data/ must hold nothing but at most one file of 0 bytes, and holds "
            f"{len(payload):,} files of {sum(payload.values()):,} bytes.",
            fix="Leave the payload to fetch.txt, or use a profile that allows one.",
        )


def _check_tag_files(profile: BagProfile, bag: BagDescription) -> Iterator[Finding]:
    for path in _absent(profile.tag_files_required, bag.files):
        yield Finding(
            severity=Severity.ERROR,
            code="profile-tag-file-missing",
            file=printable(path),
            message=f"{profile.name}, Tag-Files-Required: there is no {printable(path)}.",
            fix="Put the tag file into the bag's folder, or ask the sender for it.",
        )
    if profile.tag_files_allowed is None:
        return
    allowed = PathPatterns(profile.tag_files_allowed)
    for path in bag.files:
        if not path.startswith(PAYLOAD_PREFIX) and not is_bagit_file(path) and not allowed.match(path):
            yield Finding(
                severity=Severity.ERROR,
                code="profile-tag-file-not-allowed",
                file=printable(path),
                message=f"{profile.name}, Tag-Files-Allowed: {printable(path)} is no tag file that is allowed.",
                fix="Make the bag anew without it.",
            )


def _check_payload_files(profile: BagProfile, bag: BagDescription) -> Iterator[Finding]:
    fetch = {path: 0 for path in bag.fetch or () if path not in bag.files}
    for path in _absent(profile.payload_files_required, bag.files, fetch):
        what = "nothing in the folder" if path.endswith("/") else "no"
        yield Finding(
            severity=Severity.ERROR,
            code="profile-payload-file-missing",
            file=printable(path),
            message=f"{profile.name}, Payload-Files-Required: there is {what} {printable(path)}.",
            fix="Put it into what is bagged, and make the bag anew.",
        )
    if profile.payload_files_allowed is None:
        return
    allowed = PathPatterns(profile.payload_files_allowed)
    for files in (bag.files, fetch):
        for path in files:
            if path.startswith(PAYLOAD_PREFIX) and not allowed.match(path):
                yield Finding(
                    severity=Severity.ERROR,
                    code="profile-payload-file-not-allowed",
                    file=printable(path),
                    message=f"{profile.name}, Payload-Files-Allowed: {printable(path)} is no payload file that is "
                    "allowed.",
                    fix="Rename it or leave it out, and make the bag anew.",
                )


def _absent(required: Iterable[str], *files: Collection[str]) -> list[str]:
    """Return the required paths that are not among the files; a path is looked up before it is searched."""
    open_ = [path for path in required if not any(path in there for there in files)]
    if not open_:
        return []
    # A folder, a pattern, and a name in another normal form are found by looking at every file.
    plain = {same(path) for path in open_ if path.endswith("/") or not path.isascii()}
    patterns = {path: PathPatterns([path]) for path in open_ if has_wildcard(path)}
    found: set[str] = set()
    for there in files:
        for path in map(same, there if plain or patterns else ()):
            found.update(one for one in (path, *_parents(path)) if one in plain)
            for entry in [entry for entry, pattern in patterns.items() if pattern.match(path)]:
                found.add(same(entry))
                del patterns[entry]
    return [path for path in open_ if same(path) not in found]


def _parents(path: str) -> Iterator[str]:
    end = path.find("/")
    while end >= 0:
        yield path[: end + 1]
        end = path.find("/", end + 1)
