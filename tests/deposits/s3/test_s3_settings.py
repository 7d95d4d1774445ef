"""The keys of ``kind = "s3"``."""

from __future__ import annotations

import pytest

from archiver.config.tables import Table
from archiver.config.targets import SecretPlace, TargetSettings
from archiver.deposits.s3.settings import read_settings
from archiver.errors import ConfigurationError


def told(*, secret: bool = False, **own: object) -> TargetSettings:
    return TargetSettings(
        name="b",
        kind="s3",
        own=Table(name="targets.b", values=own, file="archiver.toml"),
        secrets={"secret_access_key": SecretPlace(kind="stdin")} if secret else {},
    )


def test_what_is_not_said() -> None:
    read = read_settings(told(bucket="b-1"))
    assert (read.prefix, read.addressing, read.packaging, read.checksums) == ("", "auto", "tar", "auto")
    assert (read.storage_class, read.part_size, read.whole_up_to) == (None, 16 << 20, 16 << 20)


def test_presets() -> None:
    aptrust = read_settings(told(preset="aptrust", institution="example.edu"))
    assert (aptrust.bucket, aptrust.prefix) == ("aptrust.receiving.example.edu", "")
    demo = read_settings(told(preset="aptrust", institution="example.edu", bucket="aptrust.receiving.test.example.edu"))
    assert demo.bucket == "aptrust.receiving.test.example.edu"
    assert read_settings(told(preset="glacier", bucket="b-1")).storage_class == "DEEP_ARCHIVE"
    assert read_settings(told(preset="glacier", bucket="b-1", storage_class="GLACIER")).storage_class == "GLACIER"


def test_a_server_of_ones_own() -> None:
    read = read_settings(told(bucket="b-1", endpoint_url="https://s3.example.org/", prefix="/in/2026/"))
    assert (read.endpoint_url, read.addressing, read.prefix) == ("https://s3.example.org", "path", "in/2026/")


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ({}, "bucket is missing"),
        ({"bucket": "s3://b-1"}, "bucket must be a bucket's name"),
        ({"bucket": "b-1", "prefix": "a/../b"}, "prefix must be a path"),
        ({"bucket": "b-1", "part_size": "1 MB"}, "part_size must be a size from 5 MiB"),
        ({"bucket": "b-1", "packaging": "rar"}, "packaging must be one of tar, zip, folder"),
        ({"bucket": "b-1", "access_key_id": "A"}, "secret_access_key_from is missing"),
        ({"bucket": "b-1", "secret": True}, "access_key_id is missing"),
        ({"bucket": "b-1", "secret": True, "access_key_id": "A", "profile": "p"}, "profile cannot stand beside"),
        ({"bucket": "b-1", "endpoint_url": "http://s3.example.org"}, "endpoint_url must begin with https://"),
        ({"bucket": "b-1", "institution": "example.edu"}, 'institution is known with preset = "aptrust" alone'),
        ({"preset": "aptrust"}, "institution is missing"),
        ({"preset": "aptrust", "institution": "Example"}, "institution must be the institution's domain"),
        ({"preset": "aptrust", "institution": "example.edu", "packaging": "zip"}, 'packaging must be "tar"'),
        ({"preset": "aptrust", "institution": "example.edu", "prefix": "a"}, "prefix is not for APTrust"),
    ],
)
def test_faults_name_the_setting(own: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_settings(told(**own))  # type: ignore[arg-type]
    assert f"targets.b.{words}" in str(caught.value)
