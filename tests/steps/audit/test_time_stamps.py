"""Time stamps on a log: got from a real authority, judged by OpenSSL too, verified long after, refused when wrong."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archiver.config import EvidenceSettings
from archiver.errors import ConfigurationError
from archiver.standards.audit_log.heads import WitnessedHead
from archiver.steps.audit.time_stamps import Stamping, stamp_log
from archiver.steps.audit.verify_log import LogVerdict, verify_log
from archiver.storage.fetching.rules import Timing
from archiver.storage.store_log.log import StoreLog
from archiver.storage.store_log.time_stamps import StampError, make_request, stamped_data, verify_stamp
from tests.steps.audit.sample_records import NOW, make_records
from tests.steps.audit.stamping_authority import StampingAuthority, stamping_authority

HEAD = WitnessedHead(seq=1, digest="00" * 32)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StampingAuthority]:
    with stamping_authority(tmp_path_factory.mktemp("authority")) as one:
        yield one


@pytest.fixture
def authority(running: StampingAuthority) -> StampingAuthority:
    running.status, running.answer, running.asked = 200, None, 0
    return running


@pytest.fixture
def records(tmp_path: Path) -> Path:
    return make_records(tmp_path / "store.archiver")


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def timing(pauses: list[float]) -> Timing:
    def pause(_: threading.Event, seconds: float) -> None:
        pauses.append(seconds)

    return Timing(clock=time.monotonic, chance=lambda: 0.5, pause=pause)


def stamped(records: Path, authority: StampingAuthority, timing: Timing) -> Stamping:
    return stamp_log(records, EvidenceSettings(authority=authority.url, certificates=authority.root), timing, now=NOW)


def codes(verdict: LogVerdict) -> list[str]:
    return [finding.code for finding in verdict.findings]


def test_a_stamp_is_kept_and_verified(records: Path, authority: StampingAuthority, timing: Timing) -> None:
    made = stamped(records, authority, timing)
    assert made.findings == ()
    assert made.entry is not None
    assert made.entry.kind == "time-stamp"
    assert (made.entry.body["seq"], made.entry.body["signer"]) == (5, "CN=Test Authority")
    assert "secret" not in str(made.entry.body)
    verdict = verify_log(records)
    assert verdict.findings == ()
    assert (verdict.time_stamps, verdict.stamped_entry) == (1, 5)
    assert verdict.stamped is not None
    assert abs((datetime.now(UTC) - verdict.stamped).total_seconds()) < 600


def test_openssl_agrees(records: Path, authority: StampingAuthority, timing: Timing, tmp_path: Path) -> None:
    made = stamped(records, authority, timing)
    assert made.head is not None
    assert made.entry is not None
    folder = records / "timestamps"
    token, chain = folder / str(made.entry.body["token"]), folder / str(made.entry.body["certificates"])
    assert authority.verify(stamped_data(made.head), token, chain)
    assert not authority.verify(stamped_data(HEAD), token, chain)
    stranger = StampingAuthority(tmp_path / "stranger", "Stranger")
    assert not stranger.verify(stamped_data(made.head), token, stranger.root)
    verdict = verify_log(records, certificates=stranger.root.read_bytes())
    assert codes(verdict) == ["log-time-stamp-invalid"]


def test_a_stamp_holds_when_its_certificates_have_long_expired(checkout: Path) -> None:
    folder = checkout / "tests" / "steps" / "audit" / "expired"
    certificates = (folder / "root.pem").read_bytes()
    (root,) = x509.load_pem_x509_certificates(certificates)
    assert root.not_valid_after_utc < datetime.now(UTC)
    stamp = verify_stamp((folder / "stamp.tsr").read_bytes(), HEAD, certificates)
    assert root.not_valid_before_utc < stamp.time < root.not_valid_after_utc
    assert stamp.signer == "CN=Expired Authority"


def test_every_byte_of_a_token_matters_or_is_not_signed(checkout: Path) -> None:
    folder = checkout / "tests" / "steps" / "audit" / "expired"
    token, certificates = (folder / "stamp.tsr").read_bytes(), (folder / "root.pem").read_bytes()
    right = verify_stamp(token, HEAD, certificates)
    for place in range(len(token)):
        changed = token[:place] + bytes([token[place] ^ 1]) + token[place + 1 :]
        try:
            assert verify_stamp(changed, HEAD, certificates).time == right.time
        except StampError:
            continue


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(st.data())
def test_any_bytes_are_refused_in_words(checkout: Path, data: st.DataObject) -> None:
    folder = checkout / "tests" / "steps" / "audit" / "expired"
    token, certificates = (folder / "stamp.tsr").read_bytes(), (folder / "root.pem").read_bytes()
    start = data.draw(st.integers(0, len(token)))
    end = data.draw(st.integers(start, len(token)))
    changed = token[:start] + data.draw(st.binary(max_size=20)) + token[end:]
    try:
        verify_stamp(changed, HEAD, certificates)
    except StampError:
        return
    assert verify_stamp(token, HEAD, certificates)


@pytest.mark.parametrize(
    ("head", "nonce"),
    [(WitnessedHead(seq=2, digest=HEAD.digest), None), (WitnessedHead(seq=1, digest="01" * 32), None), (HEAD, 7)],
)
def test_a_stamp_for_something_else_is_refused(checkout: Path, head: WitnessedHead, nonce: int | None) -> None:
    folder = checkout / "tests" / "steps" / "audit" / "expired"
    with pytest.raises(StampError):
        verify_stamp((folder / "stamp.tsr").read_bytes(), head, (folder / "root.pem").read_bytes(), nonce)


@pytest.mark.parametrize("certificates", [b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_certificates_that_are_none(checkout: Path, certificates: bytes) -> None:
    token = (checkout / "tests" / "steps" / "audit" / "expired" / "stamp.tsr").read_bytes()
    with pytest.raises(StampError):
        verify_stamp(token, HEAD, certificates)


def test_no_answer_is_a_warning_and_nothing_is_lost(
    records: Path, authority: StampingAuthority, timing: Timing, pauses: list[float]
) -> None:
    before = (records / "log.jsonl").read_bytes()
    authority.status = 503
    made = stamped(records, authority, timing)
    (finding,) = made.findings
    assert (finding.code, finding.severity.value) == ("time-stamp-not-made", "warning")
    assert "503" in finding.message
    assert "secret" not in finding.message + finding.fix
    assert (authority.asked, len(pauses)) == (3, 2)
    assert (records / "log.jsonl").read_bytes() == before
    authority.status = 200
    assert stamped(records, authority, timing).findings == ()


def test_an_authority_that_is_not_there(records: Path, authority: StampingAuthority, timing: Timing) -> None:
    evidence = EvidenceSettings(authority="http://127.0.0.1:1/tsr", certificates=authority.root)
    (finding,) = stamp_log(records, evidence, timing, now=NOW).findings
    assert "127.0.0.1:1 gave no answer" in finding.message


@pytest.mark.parametrize("answer", [b"", b"<html>", b"\x30\x03\x30\x01\x00"])
def test_an_answer_that_is_no_stamp(records: Path, authority: StampingAuthority, timing: Timing, answer: bytes) -> None:
    authority.answer = answer
    (finding,) = stamped(records, authority, timing).findings
    assert "does not hold" in finding.message
    assert not (records / "timestamps").exists()


def test_a_stamp_from_before_is_no_answer(records: Path, authority: StampingAuthority, timing: Timing) -> None:
    head = StoreLog(records).head()
    assert head is not None
    authority.answer = authority.reply(make_request(WitnessedHead(seq=head.seq, digest=head.digest)).body)
    (finding,) = stamped(records, authority, timing).findings
    assert "once" in finding.message  # the nonce is another


def test_an_answer_without_end(records: Path, authority: StampingAuthority, timing: Timing) -> None:
    authority.answer = b"a" * (2 << 20)
    (finding,) = stamped(records, authority, timing).findings
    assert "more than" in finding.message


def test_what_is_changed_in_the_kept_files_is_found(
    records: Path, authority: StampingAuthority, timing: Timing
) -> None:
    stamped(records, authority, timing)
    for file in sorted((records / "timestamps").iterdir()):
        data = file.read_bytes()
        file.write_bytes(data + b"\n")
        assert codes(verify_log(records)) == ["log-time-stamp-invalid"]
        file.unlink()
        assert codes(verify_log(records)) == ["log-time-stamp-missing"]
        file.write_bytes(data)
    assert verify_log(records).findings == ()


def test_kept_files_that_cannot_be_read_are_told(records: Path, authority: StampingAuthority, timing: Timing) -> None:
    stamped(records, authority, timing)
    for file in sorted((records / "timestamps").iterdir()):
        data = file.read_bytes()
        file.write_bytes(bytes(2 << 20))
        assert codes(verify_log(records)) == ["log-evidence-unreadable"]
        file.unlink()
        file.symlink_to(records / "log.jsonl")
        assert codes(verify_log(records)) == ["log-evidence-unreadable"]
        file.unlink()
        file.write_bytes(data)


def test_another_stamp_in_the_place_of_one_is_found(
    records: Path, authority: StampingAuthority, timing: Timing
) -> None:
    made = stamped(records, authority, timing)
    assert made.head is not None
    assert made.entry is not None
    token = records / "timestamps" / str(made.entry.body["token"])
    token.write_bytes(authority.reply(make_request(made.head).body))  # as good, but not the one the log speaks of
    assert codes(verify_log(records)) == ["log-time-stamp-invalid"]


def test_a_log_cut_off_before_its_stamps_is_found(records: Path, authority: StampingAuthority, timing: Timing) -> None:
    stamped(records, authority, timing)
    log = records / "log.jsonl"
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:3]))
    assert codes(verify_log(records)) == ["log-head-not-found"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"seq": 99, "head": "00" * 32, "token": "a", "certificates": "b"},
        {"seq": 1, "head": "00" * 32, "token": "../log.jsonl", "certificates": "/etc/passwd"},
    ],
)
def test_entries_that_speak_of_no_stamp(records: Path, body: dict[str, str | int]) -> None:
    StoreLog(records).append("time-stamp", body, now=NOW)
    found = codes(verify_log(records))
    assert "log-time-stamp-strange" in found
    assert set(found) <= {"log-time-stamp-strange", "log-time-stamp-missing"}


def test_what_is_configured_wrongly_is_said(records: Path, authority: StampingAuthority, timing: Timing) -> None:
    good = EvidenceSettings(authority=authority.url, certificates=authority.root)
    for wrong in (
        EvidenceSettings(),
        replace(good, certificates=records / "none.pem"),
        replace(good, certificates=records / "log.jsonl"),
        replace(good, authority="https://user:pass@host/"),
    ):
        with pytest.raises(ConfigurationError) as caught:
            stamp_log(records, wrong, timing, now=NOW)
        assert "pass" not in str(caught.value).replace("password", "")
