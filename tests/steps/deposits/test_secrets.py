"""Tests of where the secrets of targets come from, and of what is said when there is none."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null

from archiver.config import SecretPlace, TargetSettings
from archiver.config.tables import Table
from archiver.errors import ConfigurationError
from archiver.model import Finding
from archiver.steps.deposits.secrets import Secrets

SECRET = "s3cr3t t0ken"  # noqa: S105 - of these tests alone

UseKeyring = Callable[[type[KeyringBackend]], None]


class KeyringOfTest(KeyringBackend):
    """Holds one entry."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        if service == "broken":
            raise OSError("the bus is gone")
        return SECRET if (service, username) == ("archiver", "zenodo") else None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError


class PlaintextKeyring(KeyringOfTest):
    """Named as the one of keyrings.alt that encrypts nothing."""


@pytest.fixture
def use_keyring() -> Iterator[UseKeyring]:
    before = keyring.get_keyring()

    def use(kind: type[KeyringBackend]) -> None:
        make: Callable[[], KeyringBackend] = kind
        keyring.set_keyring(make())

    yield use
    keyring.set_keyring(before)


def settings(**places: SecretPlace) -> TargetSettings:
    return TargetSettings(
        name="zenodo", kind="inveniordm", own=Table(name="targets.zenodo", values={}, file="a.toml"), secrets=places
    )


def secrets(lines: list[str] | None = None, told: list[Finding] | None = None) -> tuple[Secrets, list[str]]:
    asked: list[str] = []
    left = list(lines or [])

    def ask(prompt: str) -> str | None:
        asked.append(prompt)
        return left.pop(0) if left else None

    return Secrets(ask=ask, told=(told if told is not None else []).append), asked


def of_file(path: Path) -> str:
    return secrets()[0].of(settings(token=SecretPlace(kind="file", file=path)))("token")


def private(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("content", [f"{SECRET}\n", SECRET, f"{SECRET}\r\nmore", f"\ufeff{SECRET}\n"])
def test_a_file_gives_its_first_line(tmp_path: Path, content: str) -> None:
    assert of_file(private(tmp_path / "token", content.encode())) == SECRET


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "is empty", id="empty"),
        pytest.param(b" \n" + SECRET.encode(), "is empty", id="blank line"),
        pytest.param(b"\xff\xfe", "is no plain text", id="no text"),
        pytest.param(b"abc\x00\n", "is no plain text", id="control character"),
        pytest.param(b"a" * 70_000, "is longer than", id="too long"),
    ],
)
def test_a_file_without_a_secret_is_told(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(
        ConfigurationError, match=r"a\.toml: targets\.zenodo\.token_from: the first line of .*token " + said
    ):
        of_file(private(tmp_path / "token", content))


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_file_that_others_may_use_is_refused(tmp_path: Path, mode: int) -> None:
    file = private(tmp_path / "token", SECRET.encode())
    file.chmod(mode)
    with pytest.raises(ConfigurationError, match=r"targets\.zenodo\.token_from: others may read .*: chmod 600 it"):
        of_file(file)


def test_what_is_no_file_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(ConfigurationError, match=r"pipe is no file"):
        of_file(tmp_path / "pipe")
    with pytest.raises(ConfigurationError, match=r"absent cannot be read: No such file"):
        of_file(tmp_path / "absent")
    with pytest.raises(ConfigurationError, match=r"is no file|cannot be read"):
        of_file(tmp_path)


def test_standard_input_gives_a_line_for_each_secret_in_the_order_of_the_table() -> None:
    stdin = SecretPlace(kind="stdin")
    known, asked = secrets(["first", "second"])
    ask = known.of(settings(user_token=stdin, password=stdin))
    assert ask("password") == "second"
    assert ask("user_token") == "first"
    assert ask("password") == "second"
    assert asked == ["User token of zenodo: ", "Password of zenodo: "]


@pytest.mark.parametrize(("lines", "said"), [([], "has no line for it"), ([""], "is empty")])
def test_standard_input_without_a_secret_is_told(lines: list[str], said: str) -> None:
    ask = secrets(lines)[0].of(settings(token=SecretPlace(kind="stdin")))
    with pytest.raises(ConfigurationError, match=r"a\.toml: targets\.zenodo\.token_from.*" + said):
        ask("token")


def test_a_secret_without_a_place_names_the_setting() -> None:
    with pytest.raises(
        ConfigurationError, match=r"a\.toml: targets\.zenodo\.token_from is missing.*keyring:archiver/zenodo"
    ):
        secrets()[0].of(settings())("token")


def of_keyring(service: str, told: list[Finding] | None = None) -> str:
    place = SecretPlace(kind="keyring", service=service, user="zenodo")
    return secrets(told=told)[0].of(settings(token=place))("token")


def test_the_keyring_gives_its_entry(use_keyring: UseKeyring) -> None:
    use_keyring(KeyringOfTest)
    told: list[Finding] = []
    assert of_keyring("archiver", told) == SECRET
    assert not told


@pytest.mark.parametrize(
    ("backend", "service", "said"),
    [
        pytest.param(KeyringOfTest, "other", "no entry 'other' of 'zenodo'.*keyring set other zenodo", id="entry"),
        pytest.param(KeyringOfTest, "broken", "cannot be read: the bus is gone", id="broken"),
        pytest.param(fail.Keyring, "archiver", "there is no keyring on this machine; write", id="none"),
        pytest.param(null.Keyring, "archiver", "there is no keyring on this machine; write", id="switched off"),
    ],
)
def test_a_keyring_without_the_secret_is_told(
    use_keyring: UseKeyring, backend: type[KeyringBackend], service: str, said: str
) -> None:
    use_keyring(backend)
    with pytest.raises(ConfigurationError, match=r"a\.toml: targets\.zenodo\.token_from: .*" + said):
        of_keyring(service)


def test_a_keyring_that_encrypts_nothing_is_told_once(use_keyring: UseKeyring) -> None:
    use_keyring(PlaintextKeyring)
    told: list[Finding] = []
    known, _ = secrets(told=told)
    place = SecretPlace(kind="keyring", service="archiver", user="zenodo")
    ask = known.of(settings(token=place, password=place))
    assert ask("token") == ask("password") == SECRET
    assert [finding.code for finding in told] == ["keyring-plain-text"]
    assert SECRET not in told[0].message
