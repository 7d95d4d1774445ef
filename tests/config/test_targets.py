"""Tests of ``[targets.NAME]`` and ``[deposits]`` in ``archiver.toml``."""

from __future__ import annotations

from pathlib import Path

import pytest

from archiver.config import DepositSettings, SecretPlace, TargetSettings, read_configuration
from archiver.config.tables import Table
from archiver.errors import ConfigurationError
from archiver.model.deposits import EvidenceLevel


def test_every_key_is_read(tmp_path: Path) -> None:
    file = tmp_path / "archiver.toml"
    file.write_text(
        """
        [deposits]
        records = "kept/deposits"
        keep_parcels = true
        [targets.zenodo]
        kind = "inveniordm"
        url = "https://zenodo.example.org"
        community = "letters"
        min_evidence = "server-md5"
        bandwidth = "10 MB/s"
        attempts = 3
        parallel = 4
        timeout = 2.5
        retry_wait = 0.01
        ca_file = "ca.pem"
        token_from = "keyring:archiver/a/zenodo"
        password_from = "file:secrets/password"
        key_from = "stdin"
        [targets.near]
        kind = "store"
        """,
        encoding="utf-8",
    )
    read = read_configuration(file)
    assert read.deposits == DepositSettings(records=tmp_path / "kept/deposits", keep_parcels=True)
    first, second = read.targets
    assert first == TargetSettings(
        name="zenodo",
        kind="inveniordm",
        own=Table(
            name="targets.zenodo",
            values={"url": "https://zenodo.example.org", "community": "letters"},
            file=str(file),
        ),
        min_evidence=EvidenceLevel.SERVER_MD5,
        bandwidth="10 MB/s",
        attempts=3,
        parallel=4,
        timeout=2.5,
        retry_wait=0.01,
        ca_file=tmp_path / "ca.pem",
        secrets={
            "token": SecretPlace(kind="keyring", service="archiver/a", user="zenodo"),
            "password": SecretPlace(kind="file", file=tmp_path / "secrets/password"),
            "key": SecretPlace(kind="stdin"),
        },
    )
    assert second == TargetSettings(
        name="near", kind="store", own=Table(name="targets.near", values={}, file=str(file))
    )


def test_records_lie_beside_the_configuration(tmp_path: Path) -> None:
    file = tmp_path / "archiver.toml"
    file.write_text("", encoding="utf-8")
    assert read_configuration(file).deposits == DepositSettings(records=tmp_path / "deposits")
    assert DepositSettings().records == Path("deposits")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("targets = 1", "must hold tables", id="no table"),
        pytest.param("[targets]\nzenodo = 1", "must hold tables", id="no table of a target"),
        pytest.param('[targets."my zenodo"]\nkind = "s3"', "a target's name is of a-z", id="name"),
        pytest.param('[targets.x]\nurl = "https://x"', "targets.x.kind is missing", id="no kind"),
        pytest.param('[targets.x]\nkind = "s3"\nmin_evidence = "md5"', "server-md5, read-back", id="evidence"),
        pytest.param('[targets.x]\nkind = "s3"\nattempts = 0', "whole number from 1", id="no attempt"),
        pytest.param('[targets.x]\nkind = "s3"\nparallel = 65', "at most 64", id="too much at once"),
        pytest.param('[targets.x]\nkind = "s3"\ntimeout = 0', "must be seconds", id="no time"),
        pytest.param('[targets.x]\nkind = "s3"\ntimeout = true', "must be seconds", id="no number"),
        pytest.param('[targets.x]\nkind = "s3"\ntimeout = nan', "must be seconds", id="not a number"),
        pytest.param('[targets.x]\nkind = "s3"\nretry_wait = -1', "from 0 to 3600", id="before now"),
        pytest.param('[targets.x]\nkind = "s3"\ntoken = "abc"', "write token_from, such as", id="token"),
        pytest.param('[targets.x]\nkind = "s3"\nsmtp_password = "abc"', "write smtp_password_from", id="password"),
        pytest.param('[targets.x]\nkind = "s3"\nsecret_access_key = "abc"', "write secret_access_key_from", id="key"),
        pytest.param('[targets.x]\nkind = "s3"\nurl = "https://a:b@x"', "must hold no password", id="in a URL"),
        pytest.param('[targets.x]\nkind = "s3"\nurl = "http://x.example"', "must begin with https://", id="no TLS"),
        pytest.param('[targets.x]\nkind = "s3"\nendpoint_url = "http://[x"', "must be a URL", id="no URL"),
        pytest.param('[targets.x]\nkind = "s3"\ntoken_from = "keyring:a"', "must say where", id="keyring without user"),
        pytest.param('[targets.x]\nkind = "s3"\ntoken_from = "file:"', "must say where", id="file without path"),
        pytest.param('[deposits]\nrecord = "x"', "did you mean 'records'", id="unknown key"),
        pytest.param("[deposits]\nkeep_parcels = 1", "must be true or false", id="no yes or no"),
    ],
)  # fmt: skip
def test_unusable_values_are_refused(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "archiver.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r".") as raised:
        read_configuration(file)
    assert said in str(raised.value)
    assert str(file) in str(raised.value)


def test_a_secret_in_the_file_is_not_repeated(tmp_path: Path) -> None:
    file = tmp_path / "archiver.toml"
    for line in ('token_from = "s3cr3t-t0ken"', 'token = "s3cr3t-t0ken"', 'url = "https://a:s3cr3t-t0ken@x"'):
        file.write_text(f'[targets.x]\nkind = "s3"\n{line}', encoding="utf-8")
        with pytest.raises(ConfigurationError) as raised:
            read_configuration(file)
        assert "s3cr3t-t0ken" not in str(raised.value)


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1", "[::1]:9"])
def test_a_server_of_this_machine_may_be_spoken_to_in_the_clear(host: str, tmp_path: Path) -> None:
    file = tmp_path / "archiver.toml"
    file.write_text(f'[targets.x]\nkind = "s3"\nurl = "http://{host}/api"', encoding="utf-8")
    (target,) = read_configuration(file).targets
    assert target.own.values == {"url": f"http://{host}/api"}
