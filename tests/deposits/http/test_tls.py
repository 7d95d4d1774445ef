"""Certificates: those of an own authority are accepted when it is named, and nothing else ever is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import trustme

from archiver.deposits.contract import RefusedError, RetryableError
from archiver.errors import ConfigurationError
from tests.deposits.http.conftest import TOKEN, Desk
from tests.deposits.http.servers import Tls, always

if TYPE_CHECKING:
    from pathlib import Path


def test_an_own_authority_is_accepted_when_named(desk: Desk, authority: trustme.CA, ca_file: Path) -> None:
    server = desk.serve(always(200, b"ok"), Tls(authority=authority))
    assert desk.client(server.url, ca_file=ca_file).request(None, "GET", "/", idempotent=True).body == b"ok"
    assert server.asked[0].headers["Authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    ("tls", "said"),
    [
        pytest.param(lambda _: Tls(authority=trustme.CA()), "unable to get local issuer", id="another authority"),
        pytest.param(lambda ca: Tls(authority=ca, name="elsewhere.example"), "localhost", id="another name"),
        pytest.param(
            lambda ca: Tls(authority=ca, options={"not_after": datetime(2020, 1, 1, tzinfo=UTC)}),
            "expired",
            id="out of date",
        ),
    ],
)
def test_no_other_certificate_is(desk: Desk, authority: trustme.CA, ca_file: Path, tls: object, said: str) -> None:
    server = desk.serve(always(200), tls(authority))  # type: ignore[operator]
    with pytest.raises(RefusedError) as refused:
        desk.client(server.url, ca_file=ca_file).request(desk.given, "POST", "/", idempotent=False)
    finding = refused.value.finding
    assert finding.code == "deposit-tls"
    assert said in finding.message
    assert str(ca_file) in finding.message
    assert "targets.attic.ca_file" in finding.fix
    assert not server.asked


def test_without_its_authority_the_message_says_where_to_name_it(desk: Desk, authority: trustme.CA) -> None:
    server = desk.serve(always(200), Tls(authority=authority))
    with pytest.raises(RefusedError) as refused:
        desk.client(server.url).request(desk.given, "GET", "/", idempotent=True)
    assert "by the system's certificates:" in refused.value.finding.message


def test_http_where_https_was_expected_is_said(desk: Desk) -> None:
    server = desk.serve(always(200))
    with pytest.raises(RetryableError, match="GET https://localhost"):
        desk.client(server.url.replace("http:", "https:")).request(desk.given, "GET", "/", idempotent=True)


@pytest.mark.parametrize("content", [None, b"nonsense"])
def test_a_file_of_authorities_that_cannot_be_read(desk: Desk, tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "authority.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"targets\.attic\.ca_file: .*authority\.pem"):
        desk.client("https://localhost", ca_file=path)
