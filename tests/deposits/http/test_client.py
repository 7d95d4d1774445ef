"""How each request ended, and that no secret is kept or sent elsewhere."""

from __future__ import annotations

import gzip
import hashlib
import itertools
from typing import TYPE_CHECKING

import pytest

from archiver.deposits.contract import LostReplyError, RefusedError, RetryableError
from archiver.deposits.http.sending import Sending, Upload
from tests.deposits.http.conftest import NOW, TOKEN, Desk
from tests.deposits.http.servers import Asked, ScriptedServer, always, serving

if TYPE_CHECKING:
    from pathlib import Path

JSON = "application/json"


def test_a_success_is_returned_and_kept_without_the_secret(desk: Desk) -> None:
    body = b'{"id": "1", "echo": "' + TOKEN.encode() + b'"}'
    server = desk.serve(always(201, body, Content_Type=JSON, ETag='"e"', Set_Cookie=TOKEN))
    reply = desk.client(server.url).request(
        desk.given, "POST", "/records", idempotent=False, intent="create", sending=Sending(json={"a": "\u00e9"})
    )
    assert (reply.status, reply.json()["id"]) == (201, "1")
    (asked,) = server.asked
    assert asked.body == '{"a": "\u00e9"}'.encode()
    assert asked.headers["Authorization"] == f"Bearer {TOKEN}"
    (kept,) = desk.attempt.exchanges
    assert (kept.time, kept.request, kept.reply) == (NOW, f"POST {server.url}/records", "201 Created")
    assert kept.headers["etag"] == '"e"'
    assert kept.body == '{"id": "1", "echo": "***"}'
    assert TOKEN not in repr(desk.attempt)
    assert desk.attempt.intents == [f"create POST {server.url}/records", "create ended"]


@pytest.mark.parametrize("spelt", [TOKEN.replace(" ", "%20").replace("/", "%2F").replace("+", "%2B"), TOKEN])
def test_a_secret_is_taken_out_of_addresses_too(desk: Desk, spelt: str) -> None:
    server = desk.serve(always(400, spelt.encode(), Content_Type="text/plain"))
    with pytest.raises(RefusedError) as refused:
        desk.client(server.url).request(desk.given, "GET", f"/x?t={spelt.replace(' ', '%20')}", idempotent=True)
    for secret in (TOKEN, spelt):
        assert secret not in repr(desk.attempt.exchanges)
    assert "***" in repr(desk.attempt.exchanges)
    assert "x?t=***" in desk.attempt.exchanges[0].request
    assert "?" not in refused.value.finding.message.partition(":")[0]
    assert spelt not in refused.value.finding.message


@pytest.mark.parametrize(
    ("status", "said", "code", "setting"),
    [
        pytest.param(401, b'{"message": "expired"}', "deposit-not-authorised", "targets.attic.token_from", id="401"),
        pytest.param(403, b"{}", "deposit-not-authorised", "targets.attic.token_from", id="403"),
        pytest.param(404, b"{}", "deposit-place-missing", "targets.attic.community", id="404"),
        pytest.param(410, b"{}", "deposit-place-missing", "targets.attic.community", id="410"),
        pytest.param(400, b"{}", "deposit-refused", "targets.attic", id="400"),
        pytest.param(409, b"{}", "deposit-refused", "targets.attic", id="409"),
        pytest.param(413, b"{}", "deposit-too-large", "--split-size", id="413"),
        pytest.param(507, b"{}", "deposit-quota", "more room", id="507"),
        pytest.param(400, b'{"message": "Bucket quota exceeded"}', "deposit-quota", "more room", id="quota in words"),
        pytest.param(302, b"", "deposit-redirected", "targets.attic.url", id="redirect of what is sent"),
    ],
)
def test_refusals_name_the_setting(desk: Desk, status: int, said: bytes, code: str, setting: str) -> None:
    server = desk.serve(always(status, said, Content_Type=JSON, Location="https://elsewhere.example/?sig=1"))
    with pytest.raises(RefusedError) as refused:
        desk.client(server.url).request(
            desk.given, "POST", "/x", idempotent=False, sending=Sending(missing="community")
        )
    finding = refused.value.finding
    assert finding.code == code
    assert setting in finding.fix
    assert f"POST {server.url}/x: " in finding.message or code == "deposit-redirected"
    assert "sig=1" not in repr((finding, desk.attempt))


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520])
def test_an_uncertain_reply_is_lost_unless_repeating_does_no_harm(desk: Desk, status: int) -> None:
    client = desk.client(desk.serve(always(status)).url)
    with pytest.raises(LostReplyError):
        client.request(desk.given, "POST", "/x", idempotent=False)
    with pytest.raises(RetryableError):
        client.request(desk.given, "PUT", "/x", idempotent=True)


@pytest.mark.parametrize("status", [408, 425, 429])
def test_a_busy_server_did_nothing(desk: Desk, status: int) -> None:
    client = desk.client(desk.serve(always(status, Retry_After="7")).url)
    with pytest.raises(RetryableError) as busy:
        client.request(desk.given, "POST", "/x", idempotent=False)
    assert busy.value.after == 7.0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        pytest.param("0", 0.0, id="at once"),
        pytest.param("999999999", 86400.0, id="never more than a day"),
        pytest.param("Sun, 01 Mar 2026 12:00:30 GMT", 30.0, id="a date"),
        pytest.param("Sun, 01 Mar 2020 12:00:30 GMT", 0.0, id="a date gone by"),
        pytest.param("soon", None, id="nonsense"),
        pytest.param("-3", None, id="negative"),
        pytest.param("1" * 400, None, id="long"),
    ],
)
def test_retry_after(desk: Desk, text: str, seconds: float | None) -> None:
    client = desk.client(desk.serve(always(503, Retry_After=text)).url)
    with pytest.raises(RetryableError) as busy:
        client.request(desk.given, "GET", "/x", idempotent=True)
    assert busy.value.after == seconds


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(lambda asked: asked.reset(), id="reset"),
        pytest.param(lambda asked: asked.reply(200, b"half", Content_Length="8", Connection="close"), id="cut"),
        pytest.param(lambda asked: asked.wfile.write(b"NONSENSE\r\n\r\n"), id="no HTTP"),
        pytest.param(lambda asked: asked.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 60_000), id="never begins"),
        pytest.param(lambda asked: asked.reply(200, b"x" * 2_000_000), id="giant"),
        pytest.param(
            lambda asked: [asked.reply(200, Content_Length=""), asked.wfile.write(b"x" * 4096), asked.reset()],
            id="endless",
        ),
    ],
)
def test_broken_replies(desk: Desk, fault: object) -> None:
    def answer(asked: Asked) -> None:
        asked.close_connection = True
        fault(asked)  # type: ignore[operator]

    client = desk.client(desk.serve(answer).url)
    bounded = Sending(longest=1_000_000)
    with pytest.raises(LostReplyError):
        client.request(desk.given, "POST", "/x", idempotent=False, intent="create", sending=bounded)
    assert desk.attempt.intents[-1].startswith("create POST"), "its end is not known"
    with pytest.raises(RetryableError):
        client.request(desk.given, "GET", "/x", idempotent=True, sending=bounded)
    assert len(desk.attempt.exchanges) == 2, "what is known of a lost reply is kept as well"


def test_a_silent_server_is_not_waited_for(desk: Desk) -> None:
    def silent(asked: Asked) -> None:
        asked.server.ending.wait()

    client = desk.client(desk.serve(silent).url, timeout=0.2)
    with pytest.raises(LostReplyError):
        client.request(desk.given, "POST", "/x", idempotent=False)
    with pytest.raises(RetryableError):
        client.request(desk.given, "GET", "/x", idempotent=True)


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"])
def test_a_trickle_is_ended(desk: Desk, head: bytes) -> None:
    seconds = itertools.count(step=3.0)

    def trickle(asked: Asked) -> None:
        asked.wfile.write(head)
        while not asked.server.ending.wait(0.01):
            asked.wfile.write(b"x")

    client = desk.client(desk.serve(trickle).url, clock=lambda: next(seconds))
    with pytest.raises(RetryableError, match="bytes in"):
        client.request(desk.given, "GET", "/x", idempotent=True)


def test_nobody_there_is_tried_again_whatever_was_to_be_sent(desk: Desk) -> None:
    with serving(ScriptedServer(always(200))) as gone:
        url = gone.url
    with pytest.raises(RetryableError):
        desk.client(url).request(desk.given, "POST", "/x", idempotent=False)
    with pytest.raises(RetryableError):
        desk.client("https://nobody.invalid").request(desk.given, "POST", "/x", idempotent=False)


def test_a_file_is_sent_from_an_offset_on(desk: Desk, tmp_path: Path) -> None:
    content = bytes(range(256)) * 4096
    (tmp_path / "report.tar").write_bytes(content)
    server = desk.serve(always(200))
    part = Upload(file=tmp_path / "report.tar", size=len(content) - 1000, offset=900)
    desk.client(server.url).request(desk.given, "PUT", "/f", idempotent=True, sending=Sending(content=part))
    assert server.asked[0].body == content[900:-100]
    assert server.asked[0].headers["Content-Length"] == str(part.size)
    assert desk.attempt.bytes == part.size


@pytest.mark.parametrize("content", [b"short", None])
def test_a_file_that_became_shorter_is_no_success(desk: Desk, tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "report.tar").write_bytes(content)
    part = Upload(file=tmp_path / "report.tar", size=100)
    client = desk.client(desk.serve(always(200)).url)
    with pytest.raises(RefusedError) as refused:
        client.request(desk.given, "PUT", "/f", idempotent=True, sending=Sending(content=part))
    assert (refused.value.finding.code, refused.value.finding.file) == ("deposit-source-changed", "report.tar")


def test_a_refusal_before_the_whole_file_came_is_heard(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "report.tar").write_bytes(bytes(30_000_000))

    def early(asked: Asked) -> None:
        asked.close_connection = True
        asked.reply(413, b"", Connection="close")
        while asked.rfile.read1(1 << 20):
            pass

    server = desk.serve(early)
    server.reads = False
    part = Upload(file=tmp_path / "report.tar", size=30_000_000)
    with pytest.raises(RefusedError) as refused:
        desk.client(server.url).request(desk.given, "PUT", "/f", idempotent=True, sending=Sending(content=part))
    assert refused.value.finding.code == "deposit-too-large"


def test_reading_is_redirected_without_the_secret(desk: Desk) -> None:
    other = desk.serve(always(200, b"there"))
    # The same machine by another name is another server.
    elsewhere = other.url.replace("localhost", "127.0.0.1")
    server = desk.serve(always(302, Location=f"{elsewhere}/file?signature=abc"))
    found: list[bytes] = []
    assert desk.client(server.url).download(desk.given, "/file", found.append, at_most=10) == 5
    assert found == [b"there"]
    assert "Authorization" in server.asked[0].headers
    assert "Authorization" not in other.asked[0].headers
    assert "abc" not in repr(desk.attempt)


def test_redirects_on_one_server_keep_the_secret_and_end(desk: Desk) -> None:
    server = desk.serve(lambda asked: asked.reply(302, Location="/again"))
    with pytest.raises(RefusedError) as refused:
        desk.client(server.url).request(desk.given, "GET", "/x", idempotent=True)
    assert refused.value.finding.code == "deposit-redirected"
    assert {asked.headers["Authorization"] for asked in server.asked} == {f"Bearer {TOKEN}"}
    assert len(server.asked) == 6


@pytest.mark.parametrize("link", ["http://repository.example/x", "https://me:pw@localhost/x", "ftp://localhost/x"])
def test_links_without_https_are_not_followed(desk: Desk, link: str) -> None:
    client = desk.client(desk.serve(always(302, Location=link)).url)
    for url in (link, "/redirected"):
        with pytest.raises(RefusedError) as refused:
            client.request(desk.given, "GET", url, idempotent=True)
        assert refused.value.finding.code == "deposit-insecure-link"


def test_a_server_elsewhere_does_not_lead_to_this_machine(desk: Desk) -> None:
    inner = desk.serve(always(200))
    with pytest.raises(RefusedError) as refused:
        desk.client("https://repository.example").request(desk.given, "GET", f"{inner.url}/admin", idempotent=True)
    assert refused.value.finding.code == "deposit-insecure-link"
    assert not inner.asked


def test_a_download_is_read_to_its_end_and_no_further(desk: Desk) -> None:
    content = bytes(range(256)) * 8192
    client = desk.client(desk.serve(always(200, content)).url)
    digest = hashlib.sha256()
    assert client.download(desk.given, "/f", digest.update, at_most=len(content)) == len(content)
    assert digest.hexdigest() == hashlib.sha256(content).hexdigest()
    assert client.download(desk.given, "/f", lambda _: None, at_most=1000) == 1001


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(lambda asked: asked.reply(200, b"half", Content_Length="8"), id="cut"),
        pytest.param(always(200, gzip.compress(b"12345678"), Content_Encoding="gzip"), id="encoded"),
        pytest.param(lambda asked: asked.wfile.write(b"HTTP/1.0 200 OK\r\n\r\nhalf"), id="of no known length"),
    ],
)
def test_a_download_that_is_not_whole_is_tried_again(desk: Desk, answer: object) -> None:
    def closing(asked: Asked) -> None:
        asked.close_connection = True
        answer(asked)  # type: ignore[operator]

    with pytest.raises(RetryableError):
        desk.client(desk.serve(closing).url).download(desk.given, "/f", lambda _: None, at_most=8)


def test_a_status_that_the_sender_understands_is_returned(desk: Desk) -> None:
    client = desk.client(desk.serve(always(404)).url)
    assert client.request(None, "GET", "/x", idempotent=True, sending=Sending(accept={404})).status == 404


def test_control_characters_of_a_server_do_not_reach_the_terminal(desk: Desk) -> None:
    client = desk.client(desk.serve(always(400, b'{"message": "\\u001b[2Jgone"}', Content_Type=JSON)).url)
    with pytest.raises(RefusedError) as refused:
        client.request(desk.given, "GET", "/x", idempotent=True)
    assert "\\x1b[2Jgone" in refused.value.finding.message
