"""A store in a bucket of a real S3 server: read where it lies, with the same verdicts as on a disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.stories.commands import EPOCH
from tests.stories.many_bags import identifier_of, make_bag
from tests.stories.trees import contents

if TYPE_CHECKING:
    from tests.judges.seaweedfs import ObjectStore
    from tests.stories.commands import Archiver, Ran

PACKAGES = 3
AUDIT = ("audit", "--records", "records", "--json")
YEARS_LATER = "4000000000"
"""By then everything is due again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """A store on this disk and the same one in a bucket."""

    archiver: Archiver
    place: Path
    location: str
    server: ObjectStore

    def __call__(self, *words: str | Path, at: str = EPOCH) -> Ran:
        """Run a command that may use the bucket."""
        return self.archiver(*words, cwd=self.place, changes={"SOURCE_DATE_EPOCH": at})

    def objects(self, *words: str | Path) -> list[dict[str, object]]:
        """Run a command on the store in the bucket, and return what it prints."""
        ran = self(*words, "--store", self.location, "--json")
        assert ran.status == 0, ran.stdout + ran.stderr
        return ran.objects

    def key(self, pattern: str) -> str:
        """Return the URL of the one file of the store that fits a pattern."""
        (file,) = (self.place / "store").glob(pattern)
        return f"{self.location}/{file.relative_to(self.place / 'store')}"


@pytest.fixture
def bucket(archiver: Archiver, object_store: ObjectStore, tmp_path: Path) -> Bucket:
    bags = [make_bag(tmp_path / "bags", number) for number in range(PACKAGES)]
    ran = archiver("store", "add", *bags, "--store", "store", cwd=tmp_path)
    assert ran.status == 0, ran.stdout + ran.stderr
    again = archiver("store", "add", make_bag(tmp_path / "bags", 0, 2), "--store", "store", cwd=tmp_path)
    assert again.status == 0, again.stdout + again.stderr
    (tmp_path / "archiver.toml").write_text(object_store.configuration, encoding="utf-8")
    location = object_store.upload(tmp_path / "store")
    return Bucket(archiver=archiver, place=tmp_path, location=location, server=object_store)


def test_it_is_validated_where_it_lies(bucket: Bucket) -> None:
    found = bucket.objects("store", "validate")
    assert [one["valid"] for one in found if "valid" in one] == [True] * len(found)
    assert len(found) >= PACKAGES


def test_damage_in_it_is_found(bucket: Bucket) -> None:
    key = bucket.key("*/*/*/*/v2/content/bag-info.txt")
    filesystem = bucket.server.filesystem
    data = filesystem.cat_file(key)
    filesystem.pipe_file(key, data.replace(b"Payload", b"Paylaod"))
    ran = bucket("store", "validate", "--store", bucket.location, "--json")
    assert ran.status == 1, ran.stdout + ran.stderr
    (damaged,) = (one for one in ran.objects if "identifier" in one and not one["valid"])
    assert damaged["identifier"] == identifier_of(0)
    filesystem.rm_file(key)
    ran = bucket("store", "validate", identifier_of(0), "--store", bucket.location, "--json")
    assert ran.status == 1, ran.stdout + ran.stderr


def test_it_is_listed_and_shown(bucket: Bucket) -> None:
    listed = bucket.objects("store", "list")
    assert {one["identifier"] for one in listed} == {identifier_of(number) for number in range(PACKAGES)}
    (shown,) = bucket.objects("store", "show", identifier_of(0))
    assert shown["head"] == "v2"


def test_it_is_audited(bucket: Bucket) -> None:
    words = (*AUDIT, "--store", bucket.location)
    ran = bucket(*words)
    assert ran.status == 0, ran.stdout + ran.stderr
    assert [one["outcome"] for one in ran.objects] == ["ok"] * PACKAGES
    assert {one["store"] for one in ran.objects} == {bucket.location}
    assert bucket("audit", "verify-log", "--records", "records", "--store", bucket.location).status == 0
    filesystem = bucket.server.filesystem
    damaged = bucket.key("*/*/*/*/v2/content/bag-info.txt")
    filesystem.pipe_file(damaged, b"?" + filesystem.cat_file(damaged)[1:])
    ran = bucket(*words, at=YEARS_LATER)
    assert ran.status == 1, ran.stdout + ran.stderr
    assert [one["identifier"] for one in ran.objects if one["outcome"] == "damaged"] == [identifier_of(0)]


def test_a_server_that_is_gone_is_one_failure_and_no_loss(bucket: Bucket) -> None:
    words = (*AUDIT, "--store", bucket.location)
    assert bucket(*words).status == 0
    configuration = bucket.place / "archiver.toml"
    gone = bucket.server.configuration.replace(bucket.server.endpoint_url, "http://127.0.0.1:9")
    configuration.write_text(gone, encoding="utf-8")
    ran = bucket(*words, at=YEARS_LATER)
    assert ran.status == 3, ran.stdout + ran.stderr
    assert [one["outcome"] for one in ran.objects] == ["could-not-check"]
    assert "secret" not in ran.stdout + ran.stderr
    assert "what only the tests know" not in ran.stdout + ran.stderr


def test_a_package_here_is_repaired_from_it(bucket: Bucket) -> None:
    (file,) = (bucket.place / "store").glob("*/*/*/*/v2/content/bag-info.txt")
    good = file.read_bytes()
    file.write_bytes(good[:-1] + b"?")
    ran = bucket("repair", identifier_of(0), "--from", bucket.location, "--store", "store", "--json")
    assert ran.status == 0, ran.stdout + ran.stderr
    assert file.read_bytes() == good
    assert bucket("store", "validate", "--store", "store").status == 0


def test_a_package_of_it_is_exported(bucket: Bucket) -> None:
    (exported,) = bucket.objects("store", "export", identifier_of(0), "--to", "back", "--version", "v1")
    back = bucket.place / str(exported["package"])
    assert contents(back) == contents(bucket.place / "bags/package-0-v1")
