"""People are told that something is wrong, whatever else fails, and no secret is told to anybody."""

from __future__ import annotations

import email.policy
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import pytest
import trustme

from archiver.config.notify import HookSettings, MailSettings, NotifySettings
from archiver.steps.audit.notifying import Notice, send_heartbeat, send_notice
from archiver.storage.fetching.rules import Timing
from tests.steps.audit.listeners import HookListener, MailListener, hook_listener, mail_listener
from tests.steps.audit.sample_records import NOW

PASSWORD = "correct" + " horse"
NOTICE = Notice(
    subject="Audit of st\u00f6re: 2 open failures", lines=["one \u20ac", ".", "two"], told={"event": "audit"}
)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    return file


@pytest.fixture
def mail(authority: trustme.CA) -> Iterator[MailListener]:
    with mail_listener(authority) as one:
        one.password = PASSWORD
        yield one


@pytest.fixture
def hook(authority: trustme.CA) -> Iterator[HookListener]:
    with hook_listener(authority) as one:
        yield one


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def timing(pauses: list[float]) -> Timing:
    def pause(_: threading.Event, seconds: float) -> None:
        pauses.append(seconds)

    return Timing(clock=time.monotonic, chance=lambda: 0.5, pause=pause)


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\nand a note\n", encoding="utf-8")
    file.chmod(0o600)
    return file


def by_mail(listener: MailListener, ca_file: Path, secret: Path | None) -> NotifySettings:
    server = MailSettings(
        to=("jane@example.org", "joe@example.org"),
        sender="archive@example.org",
        host="localhost",
        port=listener.port,
        security="starttls",
        user="archive" if secret else None,
        password_file=secret,
    )
    return NotifySettings(mail=server, ca_file=ca_file)


def parsed(data: bytes) -> EmailMessage:
    return BytesParser(EmailMessage, policy=email.policy.default).parsebytes(data)


def test_a_mail_is_sent_encrypted_after_a_login(
    mail: MailListener, ca_file: Path, secret: Path, timing: Timing
) -> None:
    assert send_notice(NOTICE, by_mail(mail, ca_file, secret), timing, NOW) == ()
    assert mail.logins == [("archive", PASSWORD)]
    assert mail.encrypted == [True]
    (message,) = map(parsed, mail.messages)
    assert message["Subject"] == NOTICE.subject
    assert message["To"] == "jane@example.org, joe@example.org"
    assert message["Date"] == "Sun, 22 Nov 2026 12:00:00 +0000"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@example.org>")
    body = message.get_body()
    assert body is not None
    assert body.get_content().replace("..", ".").replace("\r", "") == "one \u20ac\n.\ntwo\n"
    assert all(octet < 128 for octet in mail.messages[0])


def test_tls_from_the_first_byte(authority: trustme.CA, ca_file: Path, secret: Path, timing: Timing) -> None:
    with mail_listener(authority, implicit=True) as listener:
        listener.password = PASSWORD
        settings = by_mail(listener, ca_file, secret)
        assert settings.mail is not None
        settings = replace(settings, mail=replace(settings.mail, security="tls"))
        assert send_notice(NOTICE, settings, timing, NOW) == ()
        assert listener.encrypted == [True]


def test_a_server_without_encryption_is_told_nothing(ca_file: Path, secret: Path, timing: Timing) -> None:
    with mail_listener(None) as listener:
        (finding,) = send_notice(NOTICE, by_mail(listener, ca_file, secret), timing, NOW)
        assert "STARTTLS" in finding.message
        assert (listener.logins, listener.messages) == ([], [])


def test_a_certificate_that_nobody_vouches_for(mail: MailListener, secret: Path, timing: Timing) -> None:
    settings = replace(by_mail(mail, secret, secret), ca_file=None)
    (finding,) = send_notice(NOTICE, settings, timing, NOW)
    assert "certificate that does not hold" in finding.message
    assert mail.messages == []
    assert mail.logins == []


def test_a_wrong_password_is_not_told(mail: MailListener, ca_file: Path, secret: Path, timing: Timing) -> None:
    mail.password = PASSWORD + "s"
    (finding,) = send_notice(NOTICE, by_mail(mail, ca_file, secret), timing, NOW)
    assert (finding.code, finding.severity.value) == ("notice-not-sent", "warning")
    assert "refused the user and password (status 535)" in finding.message
    assert PASSWORD not in finding.message + finding.fix  # though the server's own words have it
    assert mail.connections == 1


def test_a_busy_server_is_asked_again(
    mail: MailListener, ca_file: Path, secret: Path, timing: Timing, pauses: list[float]
) -> None:
    mail.answers = {"MAIL": ["451 later", "421 later"]}
    assert send_notice(NOTICE, by_mail(mail, ca_file, secret), timing, NOW) == ()
    assert pauses == [3.0, 6.0]
    assert len(mail.messages) == 1


def test_a_refused_recipient_is_named(mail: MailListener, ca_file: Path, secret: Path, timing: Timing) -> None:
    mail.answers = {"RCPT": ["250 yes", "550 nobody"]}
    (finding,) = send_notice(NOTICE, by_mail(mail, ca_file, secret), timing, NOW)
    assert "does not take mail for joe@example.org" in finding.message


def test_a_server_that_is_not_there(ca_file: Path, mail: MailListener, timing: Timing, pauses: list[float]) -> None:
    settings = by_mail(mail, ca_file, None)
    assert settings.mail is not None
    gone = replace(settings, mail=replace(settings.mail, host="127.0.0.1", port=1))
    (finding,) = send_notice(NOTICE, gone, timing, NOW)
    assert "127.0.0.1:1 gave no answer" in finding.message
    assert len(pauses) == 2


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"\n", "is empty"), (b"\xff\xfe", "is no text"), ("p\u00e4ss\n".encode(), "beyond ASCII")],
)
def test_a_password_file_that_will_not_do(
    mail: MailListener, ca_file: Path, secret: Path, timing: Timing, content: bytes, told: str
) -> None:
    secret.write_bytes(content)
    (finding,) = send_notice(NOTICE, by_mail(mail, ca_file, secret), timing, NOW)
    assert told in finding.message
    assert mail.messages == []


def test_a_password_that_others_may_read(mail: MailListener, ca_file: Path, secret: Path, timing: Timing) -> None:
    secret.chmod(0o640)
    (finding,) = send_notice(NOTICE, by_mail(mail, ca_file, secret), timing, NOW)
    assert "chmod 600" in finding.message
    assert mail.connections == 0


def test_a_hook_is_sent_json(hook: HookListener, ca_file: Path, timing: Timing) -> None:
    settings = NotifySettings(webhook=HookSettings(url=hook.url), ca_file=ca_file)
    assert send_notice(NOTICE, settings, timing, NOW) == ()
    assert hook.got == [{"event": "audit", "text": "Audit of st\u00f6re: 2 open failures\none \u20ac\n.\ntwo\n"}]


def test_the_address_of_a_hook_may_be_a_secret(
    hook: HookListener, ca_file: Path, timing: Timing, tmp_path: Path
) -> None:
    file = tmp_path / "hook"
    file.write_text(hook.url + "\n", encoding="utf-8")
    file.chmod(0o600)
    settings = NotifySettings(webhook=HookSettings(file=file), ca_file=ca_file)
    assert send_notice(NOTICE, settings, timing, NOW) == ()
    hook.status = 403
    (finding,) = send_notice(NOTICE, settings, timing, NOW)
    assert "answered 403 (Forbidden)" in finding.message
    assert "secret" not in finding.message + finding.fix
    file.write_text("https://user:" + "very-secret@localhost/\n", encoding="utf-8")
    (finding,) = send_notice(NOTICE, settings, timing, NOW)
    assert "secret" not in finding.message + finding.fix


def test_one_that_fails_keeps_nobody_else_from_being_told(
    mail: MailListener, hook: HookListener, ca_file: Path, secret: Path, timing: Timing
) -> None:
    hook.status = 500
    settings = replace(by_mail(mail, ca_file, secret), webhook=HookSettings(url=hook.url))
    (finding,) = send_notice(NOTICE, settings, timing, NOW)
    assert finding.message.startswith("the webhook could not be sent: localhost:")
    assert hook.asked == 3
    assert len(mail.messages) == 1


def test_plain_http_is_for_this_machine_alone(timing: Timing) -> None:
    with hook_listener(None) as plain:
        assert send_heartbeat({"well": True}, NotifySettings(heartbeat=HookSettings(url=plain.url)), timing) == ()
        assert plain.got == [{"well": True}]
    far = NotifySettings(heartbeat=HookSettings(url="http://example.org/ping"))
    (finding,) = send_heartbeat({}, far, timing)
    assert "must begin with https://" in finding.message


def test_nobody_is_to_be_told(timing: Timing) -> None:
    assert send_notice(NOTICE, NotifySettings(), timing, NOW) == ()
    assert send_heartbeat({}, NotifySettings(), timing) == ()
