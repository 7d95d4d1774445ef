"""Which addresses may be spoken to, by which proxy, and how they are shown."""

from __future__ import annotations

import httpx
import pytest

from archiver.config.tables import Table
from archiver.deposits.contract import RefusedError, RetryableError
from archiver.deposits.http.addresses import proxy_for, public, server_url
from archiver.errors import ConfigurationError
from tests.deposits.http.conftest import TOKEN, Desk
from tests.deposits.http.servers import always


def _table(**values: object) -> Table:
    return Table(name="targets.attic", values=values, file="archiver.toml")


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://zenodo.org/", "https://zenodo.org"),
        ("https://repository.example/api/", "https://repository.example/api"),
        ("http://127.0.0.1:5000", "http://127.0.0.1:5000"),
        ("http://[::1]:5000/", "http://[::1]:5000"),
        ("http://localhost/x", "http://localhost/x"),
    ],
)
def test_addresses_that_are_taken(text: str, url: str) -> None:
    assert server_url(_table(url=text), "url") == url


@pytest.mark.parametrize(
    "text",
    [
        "http://zenodo.org",
        "http://127.0.0.1.example.org",
        "http://localhost.example.org",
        "zenodo.org",
        "ftp://zenodo.org",
        "https://",
        "https://me:password@zenodo.org",
        "https://zenodo.org/?access_token=1",
        "https://zenodo.org/#a",
        "https://zenodo.org:port",
    ],
)
def test_addresses_that_are_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match=r"archiver\.toml: targets\.attic\.url "):
        server_url(_table(url=text), "url")


def test_a_missing_address_is_asked_for() -> None:
    with pytest.raises(ConfigurationError, match=r"targets\.attic\.url is missing"):
        server_url(_table(), "url")


def test_addresses_are_shown_without_secrets() -> None:
    url = httpx.URL("https://me:password@files.example/a?signature=abc#x")
    assert public(url, own=False) == "https://files.example/a"
    assert public(url, own=True) == "https://files.example/a?signature=abc"


@pytest.mark.parametrize(
    ("environment", "proxy"),
    [
        ({}, None),
        ({"HTTPS_PROXY": "http://proxy.example:3128"}, "http://proxy.example:3128"),
        ({"https_proxy": "proxy.example:3128"}, "http://proxy.example:3128"),
        ({"ALL_PROXY": "http://proxy.example"}, "http://proxy.example"),
        ({"HTTP_PROXY": "http://proxy.example"}, None),
        ({"HTTPS_PROXY": "http://proxy.example", "NO_PROXY": "example.org"}, None),
        ({"HTTPS_PROXY": "http://proxy.example", "NO_PROXY": "*"}, None),
    ],
)
def test_the_environment_names_the_proxy(environment: dict[str, str], proxy: str | None) -> None:
    found = proxy_for(httpx.URL("https://repository.example.org/"), environment)
    assert (str(found) if found else None) == proxy
    assert proxy_for(httpx.URL("https://localhost/"), environment) is None


@pytest.mark.parametrize("value", ["socks5://proxy.example", "http://", "http://proxy:port"])
def test_a_proxy_that_cannot_be_used_is_said(value: str) -> None:
    with pytest.raises(ConfigurationError, match="HTTPS_PROXY"):
        proxy_for(httpx.URL("https://repository.example.org/"), {"HTTPS_PROXY": value})


def test_a_proxy_is_asked_and_its_password_is_kept_out(desk: Desk) -> None:
    proxy = desk.serve(always(407))
    environment = {"HTTPS_PROXY": proxy.url.replace("//", "//me:proxy-password@")}
    client = desk.client("https://repository.invalid", environment=environment)
    proxy.RequestHandlerClass.do_CONNECT = proxy.RequestHandlerClass.do_GET  # type: ignore[attr-defined]
    with pytest.raises(RefusedError) as refused:
        client.request(desk.given, "POST", "/x", idempotent=False)
    assert refused.value.finding.code == "deposit-proxy"
    assert (proxy.asked[0].command, proxy.asked[0].path) == ("CONNECT", "repository.invalid:443")
    assert "Proxy-Authorization" in proxy.asked[0].headers
    assert "Authorization" not in proxy.asked[0].headers
    assert "proxy-password" not in repr((refused.value.finding, desk.attempt))
    proxy.answer = always(503)
    with pytest.raises(RetryableError):
        client.request(desk.given, "POST", "/x", idempotent=False)
    assert TOKEN not in repr(proxy.asked[0].headers.items())
