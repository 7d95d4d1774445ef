"""BagIt profiles: any JSON is read as a profile that bags can be asked for, or refused as none."""

from __future__ import annotations

from archiver.errors import UsageError
from archiver.standards.bagit_profiles import BagDescription, check_bag, parse_profile, profile_json
from archiver.standards.names import has_hidden_characters
from archiver.standards.package_profile import PACKAGE_PROFILE
from fuzz.holds import findings_hold, holds
from fuzz.target import Target

_BAG = BagDescription(
    version="1.0",
    labels=(("Contact-Name", "Jane Doe"), ("Contact-Name", "John Roe"), ("External-Identifier", "1")),
    manifests=["md5", "sha512"],
    tag_manifests=["sha512"],
    files={"bagit.txt": 55, "bag-info.txt": 1, "notes/a.txt": 3, "data/a.txt": 5, "data/\u00e9/b": 0},
    fetch=["data/c"],
    serialization=frozenset({"application/zip"}),
)


def check_profile(data: bytes) -> None:
    """Read a profile and ask a bag for it; written as JSON and read again it is the same profile."""
    try:
        reading = parse_profile(data, "p.json")
    except UsageError as error:
        holds(not has_hidden_characters(str(error)), "what is refused is refused in words that can be printed")
        return
    findings_hold(reading.findings)
    findings_hold(check_bag(reading.profile, _BAG))
    again = parse_profile(profile_json(reading.profile).encode(), "p.json")
    holds(again.profile == reading.profile, "written and read again, it is the same")


TARGETS = (
    Target(
        name="profile",
        seeds=(
            profile_json(PACKAGE_PROFILE).encode(),
            b'{"BagIt-Profile-Info": {"Version": 0.1}, "Bag-Info": {"A": {"required": "true", "values": "x"}}}',
            b'{"Manifests-Required": "md5", "Manifests-Allowed": [], "Accept-BagIt-Version": [0.97, 1]}',
            b'{"Tag-Files-Required": ["a", "b/"], "Tag-Files-Allowed": ["*", "[a-", "?"], "Data-Empty": null}',
            b'{"Payload-Files-Required": ["data/a/"], "Payload-Files-Allowed": ["data/*"], "Serialization": "Yes"}',
            b'{"bagItProfileInfo": {"version": "2"}, "tagFilesAllowed": ["*", ""], "tags": [{"tagFile": "b.txt"}]}',
            b'{"bagItProfileInfo": {}, "tags": [{"tagFile": "bag-info.txt", "tagName": "A", "required": true}]}',
        ),
        tokens=(
            *(b'"Bag-Info"', b'"Serialization"', b'"Accept-Serialization"', b'"values"', b'"recommended"', b'"md5"'),
            *(b"null", b"true", b'"true"', b"NaN", b"1e999", b"-0", b"[", b"]", b"{", b"}", b":", b",", b'""'),
            *(b'"\\ud800"', b'"\\u0000"', b'"*/*"', b'"data/"', b'"../x"', b"\xef\xbb\xbf", b"\\", b"9" * 5000),
        ),
        check=check_profile,
    ),
)
