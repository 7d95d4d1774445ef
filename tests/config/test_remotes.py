"""Tests of ``[remotes."URL"]`` in ``archiver.toml``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archiver.config import Remote, read_configuration
from archiver.config.remotes import remote_for
from archiver.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path


def test_every_key_is_read(tmp_path: Path) -> None:
    file = tmp_path / "archiver.toml"
    file.write_text(
        """
        [remotes."s3://bucket/"]
        endpoint_url = "https://s3.example.org"
        region = "eu-central-1"
        profile = "archive"
        credentials = "secrets/s3"
        anonymous = true
        ca_file = "/etc/ca.pem"
        options = { requester_pays = true, default_block_size = 9, username = "x" }
        [remotes."sftp://host"]
        """,
        encoding="utf-8",
    )
    first, second = read_configuration(file).remotes
    assert first == Remote(
        prefix="s3://bucket",
        endpoint_url="https://s3.example.org",
        region="eu-central-1",
        profile="archive",
        credentials=tmp_path / "secrets/s3",
        anonymous=True,
        ca_file=tmp_path / "/etc/ca.pem",
        options={"requester_pays": True, "default_block_size": 9, "username": "x"},
    )
    assert second == Remote(prefix="sftp://host")


def test_the_nearest_url_holds() -> None:
    outer, inner, other = (Remote(prefix=prefix) for prefix in ("s3://b", "s3://b/a", "s3://other"))
    known = (other, inner, outer)
    assert remote_for("s3://b", known) is outer
    assert remote_for("s3://b/c", known) is outer
    assert remote_for("s3://b/a/", known) is inner
    assert remote_for("s3://b/abc", known) is outer
    assert remote_for("s3://bucket", known) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("remotes = 1", "must hold tables", id="no table"),
        pytest.param('[remotes]\nendpoint_url = "https://x"', "must hold tables", id="a key without a URL"),
        pytest.param("[remotes.bucket]", "write a URL", id="no URL"),
        pytest.param('[remotes."s3://b"]\nendpoint = "x"', "did you mean 'endpoint_url'", id="an unknown key"),
        pytest.param('[remotes."s3://b"]\nendpoint_url = "s3.example.org"', "must begin with https://", id="no scheme"),
        pytest.param('[remotes."s3://b"]\nendpoint_url = "https://[x"', "must be a URL", id="no host"),
        pytest.param('[remotes."s3://b"]\nendpoint_url = "https://u:p4ss@x"', "must hold no password", id="password"),
        pytest.param('[remotes."s3://b"]\nanonymous = "yes"', "true or false", id="a text for yes"),
        pytest.param('[remotes."s3://b"]\noptions = { Secret = "p4ss" }', "options.Secret", id="a secret option"),
        pytest.param('[remotes."s3://b"]\noptions = { client = { a = 1 } }', "must be a table of", id="a table in it"),
    ],
)
def test_what_is_refused(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "archiver.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=said.replace("(", r"\(")) as caught:
        read_configuration(file)
    assert "p4ss" not in str(caught.value)
