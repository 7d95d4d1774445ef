"""Reading what strangers send."""

from __future__ import annotations

import pytest

from archiver.deposits.http.replies import Reply, UnusableReplyError, read_json, said


def _reply(body: bytes, kind: str) -> Reply:
    return Reply(status=400, headers={"content-type": kind}, body=body, url="https://repository.example/")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"[" * 100_000, id="deep and open"),
        pytest.param(b"[" * 65 + b"]" * 65, id="one too deep"),
        pytest.param(b'{"a":' * 70 + b"1" + b"}" * 70, id="objects"),
        pytest.param(b"{", id="cut"),
        pytest.param(b"\xff\xfe", id="no text"),
        pytest.param(b"1" * 10_000, id="a number of ten thousand digits"),
        pytest.param(b'"' + b"\\" * 1_000_001, id="backslashes"),
    ],
)
def test_json_of_strangers_is_refused(data: bytes) -> None:
    with pytest.raises(UnusableReplyError):
        read_json(data)


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"[" * 64 + b"]" * 64, None),
        (b'{"a": "[[[[{{\\"[["}', {"a": '[[[[{{"[['}),
        (b'{"a\\ud800": "\\udfff", "b": "\\ud83d\\ude00"}', {"a\ufffd": "\ufffd", "b": "\U0001f600"}),
    ],
)
def test_json_that_is_read(data: bytes, value: object) -> None:
    found = read_json(data)
    if value is not None:
        assert found == value


def test_xml_of_strangers_is_read_without_entities() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'
    with pytest.raises(UnusableReplyError, match="no XML"):
        _reply(bomb, "application/xml").xml()
    assert _reply(b"<a/>", "application/xml").xml().tag == "a"


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (
            b'{"message": "bad", "errors": [{"field": "metadata.title", "messages": ["is missing"]}, 3]}',
            "application/json",
            "bad; metadata.title: is missing",
        ),
        (b'{"error": "invalid_token", "message": "The token\\n expired"}', "application/json", "The token expired"),
        (b"[1]", "application/json", ""),
        (b"{", "application/json", ""),
        (
            b'<e xmlns="http://purl.org/net/sword/terms/"><summary>No such collection</summary></e>',
            "application/xml",
            "No such collection",
        ),
        (b"plain words", "text/plain; charset=utf-8", "plain words"),
        (b"<html>a page</html>", "text/html", ""),
        (b"x" * 1000, "text/plain", "x" * 300 + "..."),
    ],
)
def test_a_servers_own_words(body: bytes, kind: str, words: str) -> None:
    assert said(_reply(body, kind)) == words
