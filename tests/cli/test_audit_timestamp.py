"""``archiver audit timestamp``, as somebody runs it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.steps.audit.sample_records import make_records
from tests.steps.audit.stamping_authority import StampingAuthority, stamping_authority

if TYPE_CHECKING:
    from tests.cli.conftest import CommandLine


@pytest.fixture
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StampingAuthority]:
    with stamping_authority(tmp_path_factory.mktemp("authority")) as one:
        yield one


@pytest.fixture
def records(run: CommandLine) -> Path:
    return make_records(run.place / "store.archiver")


def test_a_stamp_by_archiver_toml(run: CommandLine, records: Path, authority: StampingAuthority) -> None:
    (run.place / "tsa.pem").write_bytes(authority.root.read_bytes())
    words = f'[evidence]\nauthority = "{authority.url}"\ncertificates = "tsa.pem"\n'
    (run.place / "archiver.toml").write_text(words, encoding="utf-8")
    ran = run("audit", "timestamp")
    assert (ran.status, ran.err) == (0, "")
    first, second, third = ran.out.splitlines()
    assert first.startswith("store  entry 5 of the log was there on ")
    assert "CN=Test Authority" in second
    shell = ["sh", "-c", third]
    assert subprocess.run(shell, cwd=records / "timestamps", capture_output=True, check=False).returncode == 0
    verified = run("audit", "verify-log")
    assert verified.status == 0
    assert "  1 time stamp; by the last, entry 5 was there on " in verified.out
    told = json.loads(run("audit", "verify-log", "--json").out)
    assert (told["time_stamps"], told["stamped_entry"]) == (1, 5)


@pytest.mark.usefixtures("records")
def test_no_stamp(run: CommandLine, authority: StampingAuthority) -> None:
    authority.status = 404
    words = ("audit", "timestamp", "--authority", authority.url, "--certificates", str(authority.root))
    ran = run(*words)
    assert (ran.status, ran.out) == (5, "")
    assert "warning [time-stamp-not-made]" in ran.err
    assert "404 (Not Found)" in ran.err
    assert "secret" not in ran.err
    ran = run(*words, "--json")
    told = json.loads(ran.out)
    assert (ran.status, told["time"], told["findings"][0]["code"]) == (5, None, "time-stamp-not-made")


@pytest.mark.usefixtures("records")
def test_nobody_is_named(run: CommandLine) -> None:
    ran = run("audit", "timestamp")
    assert ran.status == 2
    assert "[evidence]" in ran.err


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ('authority = "https://x.example/"', "evidence.certificates is missing"),
        ('certificates = "a.pem"', "evidence.authority is missing"),
        ('authority = "ftp://x"\ncertificates = "a.pem"', "evidence.authority must be an address"),
        ('authrity = "x"', "did you mean 'authority'"),
    ],
)
def test_a_table_that_is_wrong(run: CommandLine, table: str, told: str) -> None:
    (run.place / "archiver.toml").write_text(f"[evidence]\n{table}\n", encoding="utf-8")
    ran = run("audit", "timestamp")
    assert ran.status == 2
    assert told in ran.err
