"""What ``archiver audit`` does when it has ended: notices, heartbeats, time stamps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import trustme

from tests.steps.audit.listeners import HookListener, MailListener, hook_listener, mail_listener
from tests.steps.audit.stamping_authority import stamping_authority
from tests.storage.stores.stored_objects import make_object, make_root

if TYPE_CHECKING:
    from tests.cli.conftest import CommandLine

FILE = "v1/content/data/letter.txt"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def mail(authority: trustme.CA) -> Iterator[MailListener]:
    with mail_listener(authority) as one:
        one.password = "open " + "sesame"
        yield one


@pytest.fixture
def hook(authority: trustme.CA) -> Iterator[HookListener]:
    with hook_listener(authority) as one:
        yield one


@pytest.fixture
def store(run: CommandLine, mail: MailListener, hook: HookListener, authority: trustme.CA) -> Path:
    """Return a store with two packages, beside an archiver.toml that names whom to tell."""
    root = run.place / "store"
    make_root(root)
    for name in ("a", "b"):
        make_object(root / name, f"urn:x:{name}", [{"bagit.txt": b"BagIt", "data/letter.txt": b"letter " * 9}])
    authority.cert_pem.write_to_path(str(run.place / "ca.pem"))
    (run.place / "secret").write_text(f"{mail.password}\n", encoding="utf-8")
    (run.place / "secret").chmod(0o600)
    (run.place / "archiver.toml").write_text(
        f"""[notify]
email_to = ["jane@example.org"]
email_from = "archive@example.org"
smtp = "localhost:{mail.port}"
smtp_user = "archive"
smtp_password_file = "secret"
heartbeat = "{hook.url}"
ca_file = "ca.pem"
""",
        encoding="utf-8",
    )
    return root


@pytest.mark.usefixtures("store")
def test_all_is_well_and_the_heartbeat_says_so(run: CommandLine, mail: MailListener, hook: HookListener) -> None:
    ran = run("audit")
    assert (ran.status, ran.err) == (0, "")
    assert mail.messages == []
    assert [(one["well"], one["outcomes"]["ok"]) for one in hook.got] == [(True, 2)]
    hook.status = 404
    ran = run("audit")
    assert ran.status == 0  # who cannot be told spoils no audit
    assert "warning [notice-not-sent] the heartbeat could not be sent: localhost:" in ran.err
    assert "secret" not in ran.err


def test_somebody_is_told_of_damage_until_it_is_acknowledged(
    run: CommandLine, store: Path, mail: MailListener, hook: HookListener
) -> None:
    (store / "b" / FILE).write_bytes(b"lettre " * 9)
    assert run("audit").status == 1
    (message,) = mail.messages
    text = message.decode()
    assert "Subject: Audit of store: 1 open failure\r\n" in text
    assert "damaged: urn:x:b, since " in text
    assert "sesame" not in text
    assert mail.encrypted == [True]
    assert [one["open_failures"] for one in hook.got] == [1]
    assert run("audit", "acknowledge", "urn:x:b", "--reason", "known").status == 0
    assert run("audit", "--older-than", "90d").status == 0
    assert len(mail.messages) == 1


@pytest.mark.usefixtures("store")
def test_a_trial(run: CommandLine, mail: MailListener, hook: HookListener) -> None:
    ran = run("audit", "status", "--test-notice")
    assert (ran.status, ran.out) == (0, "Sent: 2 of 2 (mail, heartbeat)\n")
    assert (len(mail.messages), len(hook.got)) == (1, 1)
    hook.status = 404
    ran = run("audit", "status", "--test-notice")
    assert (ran.status, ran.out) == (5, "Sent: 1 of 2 (mail, heartbeat)\n")


def test_nobody_is_named(run: CommandLine) -> None:
    ran = run("audit", "status", "--test-notice")
    assert ran.status == 2
    assert "[notify]" in ran.err


def test_an_audit_that_breaks_off_is_told(run: CommandLine, store: Path, mail: MailListener) -> None:
    (store.with_name("store.archiver") / "log.jsonl").mkdir(parents=True)
    ran = run("audit")
    assert ran.status == 3
    assert "Audit of store: it broke off" in mail.messages[0].decode()


def test_each_audit_gets_a_time_stamp(run: CommandLine, store: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    with stamping_authority(tmp_path_factory.mktemp("authority")) as stamping:
        words = f'[evidence]\nauthority = "{stamping.url}"\ncertificates = "{stamping.root}"\n'
        (run.place / "archiver.toml").write_text(words, encoding="utf-8")
        assert run("audit").status == 0
        told = json.loads(run("audit", "verify-log", "--json").out)
        assert (told["time_stamps"], told["stamped_entry"]) == (1, 1)
    ran = run("audit")  # the authority is gone
    assert ran.status == 0
    assert "warning [time-stamp-not-made]" in ran.err
    assert store.is_dir()


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ('smtp = "mail.example.org"', "notify.email_to is missing"),
        ('email_to = ["Jane <j@x.org>"]\nemail_from = "a@x.org"\nsmtp = "m"', "must be an address alone"),
        ('email_to = ["a@x.org"]\nemail_from = "a@x.org"\nsmtp = "m:x"', "HOST or HOST:PORT"),
        ('email_to = ["a@x.org"]\nemail_from = "a@x.org"\nsmtp = "m"\nsecurity = "none"', "on this machine alone"),
        ('email_to = ["a@x.org"]\nemail_from = "a@x.org"\nsmtp = "m"\nsecurity = "ssl"', 'must be "starttls"'),
        ('email_to = ["a@x.org"]\nemail_from = "a@x.org"\nsmtp = "m"\nsmtp_user = "x"', "belong together"),
        ('webhook = "https://x.org/"\nwebhook_file = "x"', "say the same thing"),
        ('smtp_password = "x"', "did you mean 'smtp_password_file'"),
    ],
)
def test_a_table_that_is_wrong(run: CommandLine, table: str, told: str) -> None:
    (run.place / "archiver.toml").write_text(f"[notify]\n{table}\n", encoding="utf-8")
    ran = run("audit", "status")
    assert ran.status == 2
    assert told in ran.err
