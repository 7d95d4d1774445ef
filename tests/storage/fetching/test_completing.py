"""Completing holey bags from real servers, and what becomes of servers that are slow, wrong, gone or hostile."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import os
import threading
import unicodedata
from itertools import count
from typing import TYPE_CHECKING

import pytest

from archiver.standards.expected_digest import parse_expected_digest
from archiver.storage.bag_reader import verify_bag
from archiver.storage.fetching.holey import look_for_holes
from archiver.storage.fetching.partial import STAGING_NAME, BusyError, Staging
from tests.storage.fetching.holey_bags import holey_bag
from tests.storage.fetching.servers import Exchange, answering, broken_off, honest, silent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from archiver.model import Finding
    from archiver.storage.fetching.rules import Timing
    from tests.storage.fetching.conftest import Complete, Serve

BODY = bytes(range(256)) * 1000


def codes(findings: Sequence[Finding]) -> list[str]:
    return [finding.code for finding in findings]


def left(folder: Path) -> list[str]:
    """Return what lies in staging beside the bag."""
    return sorted(file.suffix for file in (folder / STAGING_NAME).rglob("*") if file.is_file())


def test_a_holey_bag_becomes_valid(tmp_path: Path, serve: Serve, complete: Complete, progress: list[int]) -> None:
    files = {"a.txt": b"one", "deep/er/b%0A c.bin": BODY, "empty": b"", "\u00e9": b"two"}
    server = serve({f"/{path}": content for path, content in files.items()})
    bag = holey_bag(tmp_path / "bag", {path.replace("%", "%25"): content for path, content in files.items()}, "x:/")
    fetch = "".join(
        f"{server.url}{part} {len(files[path])} data/{path.replace('%', '%25')}\n"
        for part, path in [
            ("a.txt", "a.txt"),
            ("deep/er/b%250A%20c.bin", "deep/er/b%0A c.bin"),
            ("empty", "empty"),
            ("%C3%A9", "\u00e9"),
        ]
    )
    before = (bag / "bagit.txt").read_bytes()
    _rewrite_fetch(bag, fetch)
    found = complete(bag)
    assert codes(found) == ["fetch-done"]
    assert "4 files with 256006 bytes" in found[0].message
    assert {path: (bag / "data" / path).read_bytes() for path in files} == files
    verdict = verify_bag(bag)
    assert verdict.valid, verdict.findings
    assert sum(progress) == sum(map(len, files.values()))
    assert (bag / "fetch.txt").read_text(encoding="utf-8") == fetch
    assert (bag / "bagit.txt").read_bytes() == before
    assert not (tmp_path / STAGING_NAME).exists()
    assert all(fields["accept-encoding"] == "identity" for _, fields in server.asked)


def _rewrite_fetch(bag: Path, text: str) -> None:
    (bag / "fetch.txt").write_text(text, encoding="utf-8", newline="")
    (bag / "tagmanifest-sha256.txt").unlink()


def test_what_is_there_is_not_fetched(tmp_path: Path, serve: Serve, complete: Complete) -> None:
    files = {"here": b"one", "gone": b"two"}
    server = serve({"/here": b"one", "/gone": b"two"})
    fetch = f"{server.url}here 3 data/here\n{server.url}gone 3 data/gone\n"
    bag = holey_bag(tmp_path / "bag", files, server.url, fetch=fetch, present=["here"])
    assert codes(complete(bag)) == ["fetch-done"]
    assert [path for path, _ in server.asked] == ["/gone"]
    assert complete(bag) == ()
    assert verify_bag(bag).valid


def test_a_name_in_another_normal_form_is_there(tmp_path: Path, serve: Serve, complete: Complete) -> None:
    composed, decomposed = (unicodedata.normalize(form, "\u00e9") for form in ("NFC", "NFD"))
    server = serve({})
    bag = holey_bag(tmp_path / "bag", {composed: b"x"}, server.url)
    (bag / "data" / decomposed).write_bytes(b"x")
    assert complete(bag) == ()
    assert server.asked == []


def test_what_no_manifest_lists_is_never_fetched(tmp_path: Path, serve: Serve, complete: Complete) -> None:
    server = serve({"/a": b"one", "/b": b"two"})
    fetch = f"{server.url}a 3 data/a\n{server.url}b 3 data/b\n"
    bag = holey_bag(tmp_path / "bag", {"a": b"one"}, server.url, fetch=fetch)
    assert codes(complete(bag)) == ["fetch-done"]
    assert [path for path, _ in server.asked] == ["/a"]
    assert "bag-fetch-unlisted" in codes(verify_bag(bag).findings)


def test_an_unknown_algorithm_vouches_for_nothing(tmp_path: Path, serve: Serve, complete: Complete) -> None:
    server = serve({"/a": b"one"})
    bag = holey_bag(tmp_path / "bag", {"a": b"one"}, server.url)
    (bag / "tagmanifest-sha256.txt").unlink()
    (bag / "manifest-sha256.txt").rename(bag / "manifest-whirlpool.txt")
    assert complete(bag) == ()
    assert server.asked == []


def test_every_manifest_must_agree(tmp_path: Path, serve: Serve, complete: Complete) -> None:
    server = serve({"/a": b"one"})
    bag = holey_bag(tmp_path / "bag", {"a": b"one"}, server.url, algorithms=["sha256", "md5"])
    (bag / "tagmanifest-sha256.txt").unlink()
    (bag / "manifest-md5.txt").write_text(f"{hashlib.md5(b'two').hexdigest()}  data/a\n", encoding="utf-8")  # noqa: S324
    found = complete(bag)
    assert codes(found) == ["fetch-remote-wrong"]
    assert "manifest-md5.txt list" in found[0].message
    assert not (bag / "data" / "a").exists()
    assert left(tmp_path) == []


def test_fifty_files_a_few_at_a_time(tmp_path: Path, serve: Serve, complete: Complete, progress: list[int]) -> None:
    files = {f"{number % 7}/{number}": os.urandom(20_000) for number in range(50)}
    server = serve({f"/{path}": content for path, content in files.items()})
    four = threading.Barrier(4, timeout=60)

    def together(exchange: Exchange) -> None:
        four.wait()  # answers only when four are asked for at the same time
        honest(exchange)

    server.behaviours.update({f"/{path}": together for path in list(files)[:48]})
    bag = holey_bag(tmp_path / "bag", files, server.url)
    assert codes(complete(bag, patience=60)) == ["fetch-done"]
    assert verify_bag(bag).valid
    assert len(server.asked) == 50
    assert server.most == 4
    assert sum(progress) == 1_000_000


def test_two_hosts_are_asked_at_the_same_time(tmp_path: Path, serve: Serve, complete: Complete) -> None:
    one, two = serve({"/a": b"one"}), serve({"/b": b"two"})

    def wait(exchange: Exchange) -> None:
        two.ending.wait(20)
        honest(exchange)

    def release(exchange: Exchange) -> None:
        honest(exchange)
        two.ending.set()

    one.behaviours["/a"], two.behaviours["/b"] = wait, release
    fetch = f"{one.url}a 3 data/a\n{two.url}b 3 data/b\n"
    bag = holey_bag(tmp_path / "bag", {"a": b"one", "b": b"two"}, "", fetch=fetch)
    assert codes(complete(bag)) == ["fetch-done"]


# ------------------------------------------------------------------ cut, changed, resumed


def test_a_cut_connection_is_gone_on_with(tmp_path: Path, serve: Serve, complete: Complete) -> None:
    server = serve({"/a": BODY})
    server.behaviours["/a"] = broken_off(100_000, times=2)
    bag = holey_bag(tmp_path / "bag", {"a": BODY}, server.url)
    assert codes(complete(bag)) == ["fetch-done"]
    ranges = [(fields.get("range"), "if-range" in fields) for _, fields in server.asked]
    assert ranges == [(None, False), ("bytes=100000-", True), ("bytes=100000-", True)]
    assert (bag / "data" / "a").read_bytes() == BODY


def test_a_file_that_changed_after_the_cut_is_fetched_anew(tmp_path: Path, serve: Serve, complete: Complete) -> None:
    server = serve({"/a": BODY[::-1]})

    def change(exchange: Exchange) -> None:
        if exchange.count == 1:
            broken_off(100_000)(exchange)
            server.files["/a"] = BODY
        else:
            honest(exchange)

    server.behaviours["/a"] = change
    bag = holey_bag(tmp_path / "bag", {"a": BODY}, server.url)
    assert codes(complete(bag)) == ["fetch-done"]
    assert [fields.get("range") for _, fields in server.asked] == [None, "bytes=100000-"]
    assert verify_bag(bag).valid or (bag / "data" / "a").read_bytes() == BODY


def test_pieces_of_two_states_are_fetched_once_more_in_one(tmp_path: Path, serve: Serve, complete: Complete) -> None:
    server = serve({"/a": BODY})

    def without_tags(exchange: Exchange) -> None:
        if exchange.count == 1:
            exchange.answer(200, b"?" * 1000, Content_Length=str(len(BODY)))
            exchange.close_connection = True
        else:
            honest(exchange)

    server.behaviours["/a"] = without_tags
    bag = holey_bag(tmp_path / "bag", {"a": BODY}, server.url)
    assert codes(complete(bag)) == ["fetch-done"]
    assert [fields.get("range") for _, fields in server.asked] == [None, "bytes=1000-", None]
    assert [fields.get("if-range") for _, fields in server.asked] == [None, None, None]


def test_a_server_that_knows_no_ranges_sends_it_whole(tmp_path: Path, serve: Serve, complete: Complete) -> None:
    server = serve({"/a": BODY})
    cut = broken_off(1000)
    server.behaviours["/a"] = lambda exchange: cut(exchange) if exchange.count == 1 else exchange.answer(200, BODY)
    bag = holey_bag(tmp_path / "bag", {"a": BODY}, server.url)
    assert codes(complete(bag)) == ["fetch-done"]
    assert len(server.asked) == 2


@pytest.mark.parametrize("content_range", ["bytes 5-9/10", "nonsense", "", "bytes 1000-9/*"])
def test_another_range_than_was_asked_for_is_not_used(
    tmp_path: Path, serve: Serve, complete: Complete, pauses: list[float], content_range: str
) -> None:
    server = serve({"/a": BODY})

    def behave(exchange: Exchange) -> None:
        (broken_off(1000), answering(206, b"wrong", Content_Range=content_range), honest)[min(exchange.count, 3) - 1](
            exchange
        )

    server.behaviours["/a"] = behave
    bag = holey_bag(tmp_path / "bag", {"a": BODY}, server.url)
    assert codes(complete(bag)) == ["fetch-done"]
    assert len(pauses) == 2  # asked for anew at once, and not when the whole turned out to be wrong


def test_a_rerun_goes_on_where_a_run_gave_up(tmp_path: Path, serve: Serve, complete: Complete) -> None:
    server = serve({"/a": BODY})
    server.behaviours["/a"] = broken_off(200_000, times=1000)
    bag = holey_bag(tmp_path / "bag", {"a": BODY}, server.url)
    found = complete(bag, attempts=1)
    assert codes(found) == ["fetch-remote-failed"]
    assert "broke off after 200000 bytes" in found[0].message
    assert left(tmp_path) == [".json", ".part"]
    assert not (bag / "data" / "a").exists()
    server.behaviours.clear()
    assert codes(complete(bag)) == ["fetch-done"]
    assert server.asked[-1][1]["range"] == "bytes=200000-"
    assert (bag / "data" / "a").read_bytes() == BODY
    assert not (tmp_path / STAGING_NAME).exists()


def test_another_address_does_not_go_on_with_it(tmp_path: Path, serve: Serve, complete: Complete) -> None:
    server = serve({"/a": BODY, "/b": BODY})
    server.behaviours["/a"] = broken_off(200_000, times=1000)
    bag = holey_bag(tmp_path / "bag", {"a": BODY}, server.url)
    complete(bag, attempts=1)
    _rewrite_fetch(bag, f"{server.url}b {len(BODY)} data/a\n")
    assert codes(complete(bag)) == ["fetch-done"]
    assert "range" not in server.asked[-1][1]


def test_a_torn_note_is_no_note(tmp_path: Path, serve: Serve, complete: Complete) -> None:
    server = serve({"/a": BODY})
    server.behaviours["/a"] = broken_off(200_000, times=1)
    bag = holey_bag(tmp_path / "bag", {"a": BODY}, server.url)
    complete(bag, attempts=1)
    note = next((tmp_path / STAGING_NAME).rglob("*.json"))
    note.write_bytes(note.read_bytes()[:10])
    assert codes(complete(bag)) == ["fetch-done"]
    assert verify_bag(bag).valid


# ------------------------------------------------------------------ servers that fail, wait or lie


@pytest.mark.parametrize("status", [404, 403, 410, 206, 204, 304])
def test_an_answer_that_stays_is_not_asked_for_again(
    tmp_path: Path, serve: Serve, complete: Complete, status: int
) -> None:
    server = serve({})
    server.behaviours["/a"] = answering(status)
    found = complete(holey_bag(tmp_path / "bag", {"a": b"one"}, server.url))
    assert codes(found) == ["fetch-remote-failed"]
    assert f"answered {status}" in found[0].message
    assert len(server.asked) == 1
    assert left(tmp_path) == []


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_an_answer_that_may_pass_is_asked_for_again(
    tmp_path: Path, serve: Serve, complete: Complete, pauses: list[float], status: int
) -> None:
    server = serve({"/a": b"one"})
    server.behaviours["/a"] = answering(status, first=3)
    assert codes(complete(holey_bag(tmp_path / "bag", {"a": b"one"}, server.url))) == ["fetch-done"]
    assert pauses == [1.0, 2.0, 4.0]


def test_it_is_not_asked_for_ever(tmp_path: Path, serve: Serve, complete: Complete) -> None:
    server = serve({})
    server.behaviours["/a"] = answering(500)
    found = complete(holey_bag(tmp_path / "bag", {"a": b"one"}, server.url))
    assert codes(found) == ["fetch-remote-failed"]
    assert "asked 5 times" in found[0].message
    assert len(server.asked) == 5


@pytest.mark.parametrize(
    ("after", "waited"),
    [
        ("7", [8.0]),
        ("0", [1.0]),
        ("Wed, 21 Oct 2015 07:28:30 GMT", [31.0]),
        ("Wed, 21 Oct 2015 07:27:00 GMT", [1.0]),
        ("soon", [1.0]),
        ("-1", [1.0]),
    ],
)
def test_retry_after_is_waited_for(
    tmp_path: Path, serve: Serve, complete: Complete, pauses: list[float], after: str, waited: list[float]
) -> None:
    server = serve({"/a": b"one"})

    def later(exchange: Exchange) -> None:
        exchange.date_time_string = lambda *_: "Wed, 21 Oct 2015 07:28:00 GMT"  # type: ignore[method-assign]
        answering(503, first=1, Retry_After=after)(exchange)

    server.behaviours["/a"] = later
    assert codes(complete(holey_bag(tmp_path / "bag", {"a": b"one"}, server.url))) == ["fetch-done"]
    assert pauses == waited


def test_a_server_that_asks_for_an_hour_is_not_waited_for(
    tmp_path: Path, serve: Serve, complete: Complete, pauses: list[float]
) -> None:
    server = serve({})
    server.behaviours["/a"] = answering(429, Retry_After="3600")
    found = complete(holey_bag(tmp_path / "bag", {"a": b"one"}, server.url))
    assert "429 (Too Many Requests) and asks to come back in 3600 seconds" in found[0].message
    assert pauses == []


def test_a_silent_server_is_given_up(tmp_path: Path, serve: Serve, complete: Complete) -> None:
    server = serve({})
    server.behaviours["/a"] = silent
    found = complete(holey_bag(tmp_path / "bag", {"a": b"one"}, server.url), patience=0.1, attempts=2)
    assert codes(found) == ["fetch-remote-failed"]
    assert "gave no answer" in found[0].message


def test_a_trickle_meets_no_timeout_and_is_ended(
    tmp_path: Path, serve: Serve, complete: Complete, timing: Timing
) -> None:
    server = serve({})

    def trickle(exchange: Exchange) -> None:
        exchange.send_response(200)
        exchange.send_header("Content-Length", str(len(BODY)))
        exchange.end_headers()
        while not exchange.server.ending.is_set():
            exchange.wfile.write(b"x")  # raises when the client hangs up

    server.behaviours["/a"] = trickle
    ticks = count(step=50)
    slow = dataclasses.replace(timing, clock=lambda: next(ticks))
    found = complete(holey_bag(tmp_path / "bag", {"a": BODY}, server.url), timing=slow, attempts=1)
    assert codes(found) == ["fetch-remote-failed"]
    assert "bytes in" in found[0].message


def test_interim_answers_without_an_end_are_ended(tmp_path: Path, serve: Serve, complete: Complete) -> None:
    server = serve({})

    def endless(exchange: Exchange) -> None:
        while not exchange.server.ending.is_set():
            exchange.wfile.write(b"HTTP/1.1 102 Processing\r\n\r\n" * 1000)  # raises when the client hangs up

    server.behaviours["/a"] = endless
    found = complete(holey_bag(tmp_path / "bag", {"a": b"one"}, server.url), attempts=1)
    assert codes(found) == ["fetch-remote-failed"]
    assert "an answer that never begins" in found[0].message


def test_a_host_that_is_gone_is_not_asked_for_every_file(tmp_path: Path, serve: Serve, complete: Complete) -> None:
    server = serve({})
    base = server.url
    server.shutdown()
    server.server_close()
    bag = holey_bag(tmp_path / "bag", {str(number): b"x" for number in range(40)}, base)
    found = complete(bag, connections=1, attempts=2)
    assert codes(found) == ["fetch-remote-failed"] * 40
    assert sum("not asked again" in finding.message for finding in found) == 37


def test_a_longer_file_than_stated_is_refused_unread(tmp_path: Path, serve: Serve, complete: Complete) -> None:
    server = serve({"/a": BODY})
    bag = holey_bag(tmp_path / "bag", {"a": b"one"}, server.url)
    found = complete(bag)
    assert codes(found) == ["fetch-remote-too-long"]
    assert "3 bytes that fetch.txt states" in found[0].message
    assert left(tmp_path) == []


def test_a_body_without_an_end_is_cut_at_what_was_stated(
    tmp_path: Path, serve: Serve, complete: Complete, progress: list[int]
) -> None:
    server = serve({})

    def endless(exchange: Exchange) -> None:
        exchange.send_response(200)
        exchange.send_header("Transfer-Encoding", "chunked")
        exchange.end_headers()
        while True:
            exchange.wfile.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")  # raises when the client hangs up

    server.behaviours["/a"] = endless
    found = complete(holey_bag(tmp_path / "bag", {"a": BODY}, server.url))
    assert codes(found) == ["fetch-remote-too-long"]
    assert sum(progress) <= len(BODY)


def test_a_shorter_length_than_there_is_leaves_a_wrong_file(tmp_path: Path, serve: Serve, complete: Complete) -> None:
    server = serve({"/a": BODY})
    server.behaviours["/a"] = answering(200, BODY[:1000])
    found = complete(holey_bag(tmp_path / "bag", {"a": BODY}, server.url))
    assert codes(found) == ["fetch-remote-wrong"]
    assert "(1000 bytes, where fetch.txt states 256000)" in found[0].message


def test_a_length_that_is_too_great_is_a_cut(tmp_path: Path, serve: Serve, complete: Complete) -> None:
    server = serve({})

    def behave(exchange: Exchange) -> None:
        exchange.answer(200, b"one", Content_Length="9")
        exchange.close_connection = True

    server.behaviours["/a"] = behave
    found = complete(holey_bag(tmp_path / "bag", {"a": b"one"}, server.url, sizes=False), attempts=2)
    assert codes(found) == ["fetch-remote-failed"]


def test_a_body_that_ends_with_the_connection_may_be_cut(tmp_path: Path, serve: Serve, complete: Complete) -> None:
    server = serve({"/a": BODY})

    def old(exchange: Exchange) -> None:
        if exchange.count > 1:
            honest(exchange)
            return
        exchange.send_response(200)
        exchange.end_headers()
        exchange.wfile.write(BODY[:5000])
        exchange.close_connection = True

    server.behaviours["/a"] = old
    assert codes(complete(holey_bag(tmp_path / "bag", {"a": BODY}, server.url))) == ["fetch-done"]
    assert server.asked[1][1]["range"] == "bytes=5000-"


def test_wrong_bytes_never_get_a_name(tmp_path: Path, serve: Serve, complete: Complete) -> None:
    server = serve({"/a": b"two"})
    bag = holey_bag(tmp_path / "bag", {"a": b"one"}, server.url)
    found = complete(bag)
    assert codes(found) == ["fetch-remote-wrong"]
    assert list((bag / "data").iterdir()) == []
    assert left(tmp_path) == []


def test_an_encoded_body_is_refused_and_never_decoded(
    tmp_path: Path, serve: Serve, complete: Complete, progress: list[int]
) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    server = serve({})
    server.behaviours["/a"] = answering(200, bomb, Content_Encoding="gzip")
    found = complete(holey_bag(tmp_path / "bag", {"a": b"one"}, server.url, sizes=False))
    assert codes(found) == ["fetch-remote-encoded"]
    assert sum(progress) == 0


def test_a_compressed_file_is_kept_as_it_is(tmp_path: Path, serve: Serve, complete: Complete) -> None:
    packed = gzip.compress(b"one")
    server = serve({"/a.gz": packed})
    bag = holey_bag(tmp_path / "bag", {"a.gz": packed}, server.url)
    assert codes(complete(bag)) == ["fetch-done"]
    assert (bag / "data" / "a.gz").read_bytes() == packed


def test_failures_name_each_file_and_spare_the_others(tmp_path: Path, serve: Serve, complete: Complete) -> None:
    server = serve({"/b": b"two", "/c": b"???"})
    bag = holey_bag(tmp_path / "bag", {"a": b"one", "b": b"two", "c": b"333"}, server.url)
    found = complete(bag)
    assert [(finding.code, finding.file) for finding in found] == [
        ("fetch-remote-failed", "data/a"),
        ("fetch-remote-wrong", "data/c"),
        ("fetch-done", None),
    ]


# ------------------------------------------------------------------ where nobody may be led


def test_a_redirect_on_the_same_server_is_followed(tmp_path: Path, serve: Serve, complete: Complete) -> None:
    server = serve({"/there": b"one"})
    server.behaviours["/a"] = answering(302, Location="/there?x=1")
    server.behaviours["/there?x=1"] = answering(200, b"one")
    assert codes(complete(holey_bag(tmp_path / "bag", {"a": b"one"}, server.url))) == ["fetch-done"]


def test_a_redirect_elsewhere_is_not_followed(tmp_path: Path, serve: Serve, complete: Complete) -> None:
    server, other = serve({}), serve({"/a": b"one"})
    plain = serve({"/a": b"one"}, tls=False)
    for number, place in enumerate(
        [f"{other.url}a", f"{plain.url}a", "https://127.0.0.1/a", "//evil.example/a", "file:///etc/passwd", "", "ftp:a"]
    ):
        server.behaviours[f"/{number}"] = answering(301, Location=place)
    server.behaviours["/7"] = answering(307, Location="/7")
    bag = holey_bag(tmp_path / "bag", {str(number): b"one" for number in range(8)}, server.url)
    found = complete(bag)
    assert codes(found)[:5] == ["fetch-remote-redirected"] * 5
    assert codes(found)[6:] == ["fetch-remote-redirected"] * 2
    assert other.asked == plain.asked == []
    assert server.counts["/7"] == 5


def test_loopback_is_refused_unless_it_is_named_as_private(tmp_path: Path, serve: Serve, complete: Complete) -> None:
    server = serve({"/a": b"one"})
    bag = holey_bag(tmp_path / "bag", {"a": b"one"}, server.url)
    found = complete(bag, hosts=frozenset({server.place}), private_hosts=frozenset())
    assert codes(found) == ["fetch-address-refused"]
    assert "this machine itself" in found[0].message
    assert server.asked == []


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0", "2130706433", "0x7f.1", "10.0.0.1"])
def test_addresses_of_this_network_are_refused(tmp_path: Path, complete: Complete, host: str) -> None:
    bag = holey_bag(tmp_path / "bag", {"a": b"one"}, f"https://{host}/")
    found = complete(bag, hosts=frozenset({host}), attempts=1)
    assert codes(found) == ["fetch-address-refused"]


def test_hosts_that_were_not_named_are_not_asked(tmp_path: Path, serve: Serve, complete: Complete) -> None:
    server = serve({"/a": b"one"})
    bag = holey_bag(tmp_path / "bag", {"a": b"one"}, server.url)
    assert codes(complete(bag, private_hosts=frozenset({"localhost"}))) == ["fetch-host-not-named"]
    assert server.asked == []


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://localhost:1/a", "fetch-scheme-refused"),
        ("ftp://localhost/a", "fetch-url-refused"),
        ("file:///etc/passwd", "fetch-url-refused"),
        ("https://ann:secret@localhost/a", "fetch-url-refused"),
        ("https://localhost\\@evil.example/a", "fetch-url-refused"),
        ("https:///a", "fetch-url-refused"),
    ],
)
def test_addresses_of_other_kinds_are_refused(tmp_path: Path, complete: Complete, url: str, code: str) -> None:
    bag = holey_bag(tmp_path / "bag", {"a": b"one"}, "", fetch=f"{url} 3 data/a\n")
    found = complete(bag, schemes=frozenset({"https"}), hosts=frozenset({"localhost", "localhost:1"}))
    assert codes(found) == [code]
    assert "secret" not in found[0].message


def test_a_certificate_must_hold(tmp_path: Path, serve: Serve, complete: Complete) -> None:
    server = serve({"/a": b"one"}, name="other.example")
    base = server.url.replace("other.example", "localhost")
    bag = holey_bag(tmp_path / "bag", {"a": b"one"}, base)
    place = server.place.replace("other.example", "localhost")
    found = complete(bag, private_hosts=frozenset({place}))
    assert codes(found) == ["fetch-remote-failed"]
    assert "certificate" in found[0].message
    assert server.asked == []


@pytest.mark.parametrize("line", ["x 1 data/../../evil", "x 1 /etc/passwd", "x 1 bag-info.txt", "x 1 ~/.bashrc"])
def test_hostile_lines_stop_everything(tmp_path: Path, serve: Serve, complete: Complete, line: str) -> None:
    server = serve({"/a": b"one", "/x": b"!"})
    fetch = f"{server.url}a 3 data/a\n{server.url}{line}\n"
    bag = holey_bag(tmp_path / "bag", {"a": b"one"}, server.url, fetch=fetch)
    found = complete(bag)
    assert codes(found) == ["fetch-not-started"]
    assert server.asked == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bag"]


@pytest.mark.parametrize("file", ["fetch.txt", "manifest-sha256.txt"])
def test_a_bag_that_was_tampered_with_is_not_trusted(
    tmp_path: Path, serve: Serve, complete: Complete, file: str
) -> None:
    server = serve({"/a": b"one"})
    bag = holey_bag(tmp_path / "bag", {"a": b"one"}, server.url)
    (bag / file).write_bytes((bag / file).read_bytes() + b"\n")
    found = complete(bag)
    assert codes(found) == ["fetch-not-started"]
    assert file in found[0].message
    assert server.asked == []


def test_a_bag_that_is_not_the_expected_one_is_not_trusted(tmp_path: Path) -> None:
    bag = holey_bag(tmp_path / "bag", {"a": b"one"}, "https://files.example.org/")
    digest = hashlib.sha256((bag / "tagmanifest-sha256.txt").read_bytes()).hexdigest()
    assert look_for_holes(bag, parse_expected_digest(f"sha256:{digest}")).distrust is None
    assert look_for_holes(bag, parse_expected_digest(f"sha256:{'0' * 64}")).distrust


def test_links_in_the_bag_are_not_followed(tmp_path: Path, serve: Serve, complete: Complete) -> None:
    server = serve({"/deep/a": b"one", "/b": b"two"})
    bag = holey_bag(tmp_path / "bag", {"deep/a": b"one", "b": b"two"}, server.url)
    outside = tmp_path / "outside"
    outside.mkdir()
    (bag / "data" / "deep").symlink_to(outside)
    (bag / "data" / "b").symlink_to(outside / "b")
    found = complete(bag)
    assert codes(found) == ["fetch-place-refused", "fetch-place-refused"]
    assert list(outside.iterdir()) == []


def test_a_link_in_place_of_the_staging_folder_is_not_followed(
    tmp_path: Path, serve: Serve, complete: Complete
) -> None:
    server = serve({"/a": b"one"})
    bag = holey_bag(tmp_path / "bag", {"a": b"one"}, server.url)
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / STAGING_NAME).symlink_to(outside)
    assert codes(complete(bag)) == ["fetch-not-started"]
    assert list(outside.iterdir()) == []


def test_a_file_that_came_meanwhile_is_not_replaced(tmp_path: Path, serve: Serve, complete: Complete) -> None:
    server = serve({"/a": b"one"})
    bag = holey_bag(tmp_path / "bag", {"a": b"one"}, server.url)

    def intrude(exchange: Exchange) -> None:
        (bag / "data" / "a").write_bytes(b"mine")
        honest(exchange)

    server.behaviours["/a"] = intrude
    assert codes(complete(bag)) == ["fetch-place-refused"]
    assert (bag / "data" / "a").read_bytes() == b"mine"


# ------------------------------------------------------------------ limits and neighbours


def test_more_than_is_allowed_is_not_begun(tmp_path: Path, serve: Serve, complete: Complete) -> None:
    server = serve({"/a": b"one", "/b": b"two"})
    bag = holey_bag(tmp_path / "bag", {"a": b"one", "b": b"two"}, server.url)
    found = complete(bag, max_bytes=5)
    assert codes(found) == ["fetch-not-started"]
    assert found[0].fix == "If you expect as much, add --fetch-max-bytes 6."
    assert server.asked == []
    assert codes(complete(bag, max_bytes=6)) == ["fetch-done"]


def test_files_of_unknown_length_stop_at_the_limit(tmp_path: Path, serve: Serve, complete: Complete) -> None:
    server = serve({"/a": BODY, "/b": b"two"})
    bag = holey_bag(tmp_path / "bag", {"a": BODY, "b": b"two"}, server.url, sizes=False)
    found = complete(bag, max_bytes=len(BODY) - 1)
    assert codes(found) == ["fetch-limit-reached", "fetch-done"]
    assert codes(complete(bag, max_bytes=len(BODY))) == ["fetch-done"]


def test_two_runs_do_not_meet(tmp_path: Path, serve: Serve, complete: Complete) -> None:
    server = serve({"/a": b"one"})
    bag = holey_bag(tmp_path / "bag", {"a": b"one"}, server.url)
    with Staging(bag):
        assert codes(complete(bag)) == ["fetch-not-started"]
        with pytest.raises(BusyError):
            Staging(bag)
    assert codes(complete(bag)) == ["fetch-done"]


def test_what_a_killed_run_left_of_a_whole_bag_is_removed(tmp_path: Path, serve: Serve, complete: Complete) -> None:
    server = serve({"/a": b"one"})
    bag = holey_bag(tmp_path / "bag", {"a": b"one"}, server.url, present=["a"])
    (tmp_path / STAGING_NAME / "bag").mkdir(parents=True)
    (tmp_path / STAGING_NAME / "bag" / "0.json").write_bytes(b"{}")
    assert complete(bag) == ()
    assert not (tmp_path / STAGING_NAME).exists()


def test_what_is_no_holey_bag_has_nothing_to_fetch(tmp_path: Path, complete: Complete) -> None:
    assert look_for_holes(tmp_path).wanted == ()
    assert look_for_holes(tmp_path / "nothing").wanted == ()
    assert complete(tmp_path) == ()
