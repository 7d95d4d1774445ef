"""What strangers' servers say of records and files."""

from __future__ import annotations

from typing import Any

import pytest

from archiver.deposits.http.replies import UnusableReplyError
from archiver.deposits.inveniordm.records import read_file, read_files, read_record, read_records

STRANGE: list[Any] = [None, 3, "x", [], {}, {"id": 3}, {"id": "../admin"}, {"id": ""}, {"id": "a" * 65}, {"id": "a/b"}]


@pytest.mark.parametrize("value", STRANGE)
def test_what_is_no_record(value: object) -> None:
    with pytest.raises(UnusableReplyError):
        read_record(value)
    with pytest.raises(UnusableReplyError):
        read_records({"hits": {"hits": [value], "total": 1}})


@pytest.mark.parametrize("value", [None, [], {"hits": 3}, {"hits": {"hits": {}}}, {"hits": {"hits": [], "total": "1"}}])
def test_what_is_no_list(value: object) -> None:
    with pytest.raises(UnusableReplyError):
        read_records(value)
    with pytest.raises(UnusableReplyError):
        read_files(value)
    with pytest.raises(UnusableReplyError):
        read_file(value)


def test_strange_parts_of_a_record_are_as_good_as_none() -> None:
    strange = {
        "id": "a-1",
        "pids": {"doi": {"identifier": "10.1/\x1b[2J"}},
        "metadata": {"identifiers": [3, {"identifier": 4}, {"identifier": "urn:a"}]},
        "parent": {"review": {"receiver": {"community": ["x"]}}},
        "is_published": "yes",
    }
    record = read_record(strange)
    assert (record.doi, record.community, record.published) == (None, None, False)
    assert record.identifiers == {"urn:a"}


@pytest.mark.parametrize(
    ("said", "md5"),
    [
        ({"status": "completed", "checksum": "md5:" + "A" * 32}, "a" * 32),
        ({"status": "pending", "checksum": "md5:" + "a" * 32}, None),
        ({"status": "completed", "checksum": "multipart:abc-5"}, None),
        ({"status": "completed", "checksum": None}, None),
        ({"status": "completed", "checksum": "sha256:" + "a" * 64}, None),
    ],
)
def test_a_digest_counts_when_the_file_is_complete(said: dict[str, object], md5: str | None) -> None:
    assert read_file({"key": "a.tar", "size": 3} | said).md5 == md5


def test_parts_of_a_file() -> None:
    links = {"parts": [{"part": 1, "url": "https://a.example/1"}, {"part": "2", "url": 3}, 4]}
    said = {"key": "a.tar", "size": 9, "transfer": {"type": "M", "part_size": 4}, "links": links, "status": "pending"}
    stored = read_file(said)
    assert (stored.part_size, dict(stored.parts)) == (4, {1: "https://a.example/1"})
    assert read_file(said | {"transfer": {"type": "L", "part_size": 4}}).part_size is None
