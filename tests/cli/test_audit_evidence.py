"""``archiver audit verify-log`` and ``archiver audit witness``, as somebody runs them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from archiver.storage.store_log.log import StoreLog
from tests.steps.audit.sample_records import NOW, make_records

if TYPE_CHECKING:
    from tests.cli.conftest import CommandLine


@pytest.fixture
def records(run: CommandLine) -> Path:
    """Return the records of the store ``store`` in the command's folder."""
    (run.place / "store").mkdir()
    return make_records(run.place / "store.archiver")


@pytest.fixture(scope="module")
def checker(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the script that docs/evidence.md shows."""
    page = (checkout / "docs" / "evidence.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert len(script.splitlines()) <= 40
    file = tmp_path_factory.mktemp("checker") / "check.py"
    file.write_text(script, encoding="utf-8")
    return file


def one(out: str) -> Any:  # noqa: ANN401 - JSON
    (line,) = out.splitlines()
    return json.loads(line)


@pytest.mark.usefixtures("records")
def test_a_log_that_holds(run: CommandLine) -> None:
    ran = run("audit", "verify-log")
    assert ran.status == 0
    assert ran.out.splitlines() == [
        "store  the log holds: 5 entries, 2 audits with 4 results",
        "  That its end was not cut off, only a head kept elsewhere can show: archiver audit witness",
    ]
    told = one(run("audit", "verify-log", "--json").out)
    assert told["valid"] is True
    assert (told["store"], told["entries"], told["audits"], told["results"]) == ("store", 5, 2, 4)
    assert told["findings"] == told["open_audits"] == []


def test_a_head_that_was_kept_is_looked_for(run: CommandLine, records: Path) -> None:
    made = run("audit", "witness", "--out", "head.txt")
    assert (made.status, made.out) == (0, "")
    assert "entry 5" in made.err
    assert len((run.place / "head.txt").read_text(encoding="utf-8").splitlines()) == 8
    StoreLog(records).append("added", {}, now=NOW)
    ran = run("audit", "verify-log", "--head", "head.txt")
    assert (ran.status, ran.out.splitlines()[-1]) == (0, "  The head that was kept is in it.")
    ran = run("audit", "witness", "--check", "head.txt")
    assert (ran.status, ran.err) == (0, "")
    assert "entry 5 is in the log, and nothing before it was changed" in ran.out
    again = run("audit", "witness", "--out", "head.txt")
    assert again.status == 2
    assert "exists already" in again.err


def test_a_log_that_was_cut_off(run: CommandLine, records: Path) -> None:
    word = "{seq}:{digest}".format(**one(run("audit", "witness", "--json").out))
    log = records / "log.jsonl"
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:-2]))
    assert run("audit", "verify-log").status == 0
    for words in (("verify-log", "--head", word), ("witness", "--check", word)):
        ran = run("audit", *words)
        assert ran.status == 1
        assert "log-head-not-found" in ran.out + ran.err
        assert "its end was cut off" in ran.out + ran.err
    told = one(run("audit", "verify-log", "--head", word, "--json").out)
    assert told["valid"] is False
    assert [finding["code"] for finding in told["findings"]] == ["log-head-not-found"]


def test_a_proof_holds_for_whoever_has_the_head_and_nothing_else(
    run: CommandLine, records: Path, checker: Path, tmp_path: Path
) -> None:
    head = one(run("audit", "witness", "--json").out)
    word = f"{head['seq']}:{head['digest']}"
    StoreLog(records).append("added", {"note": "\U0001f600\u2028\x7f"}, now=NOW)
    ran = run("audit", "witness", "--package", "urn:x:2", "--out", "proof.json")
    assert ran.status == 0
    assert "urn:x:2 was found ok" in ran.err
    proof = run.place / "proof.json"

    def check(text: str, kept: str) -> subprocess.CompletedProcess[str]:
        changed = tmp_path / "changed.json"
        changed.write_text(text, encoding="utf-8")
        command = [sys.executable, "-I", str(checker), str(changed), kept]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    text = proof.read_text(encoding="utf-8")
    held = check(text, word)
    assert held.returncode == 0, held.stderr
    assert '"identifier":"urn:x:2"' in held.stdout
    for old, new in (('\\"ok\\"', '\\"damaged\\"'), ('"index": 2', '"index": 1'), ("urn:x:1", "urn:x:9")):
        assert old in text
        assert check(text.replace(old, new), word).returncode != 0
    assert check(text, f"{head['seq']}:{'0' * 64}").returncode != 0


def test_a_proof_of_an_earlier_audit(run: CommandLine, records: Path) -> None:
    last = json.loads(run("audit", "witness", "--package", "urn:x:0").out)
    first = json.loads(run("audit", "witness", "--package", "urn:x:0", "--audit", "first").out)
    assert [proof["entries"][0]["body"]["run"] for proof in (last, first)] == ["second", "first"]
    (records / "runs" / "second.jsonl").write_bytes(b'{"identifier":"urn:x:0"}\n')
    ran = run("audit", "witness", "--package", "urn:x:0", "--audit", "second")
    assert ran.status == 2
    (records / "runs" / "first.jsonl").write_bytes((records / "runs" / "first.jsonl").read_bytes() * 2)
    ran = run("audit", "witness", "--package", "urn:x:0", "--audit", "first")
    assert ran.status == 1
    assert "Merkle root" in ran.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("verify-log", "--store", "none"), "there is no store none"),
        (("verify-log", "--head", "nonsense"), "is no head of a log"),
        (("witness", "--check", "5"), "is no head of a log"),
        (("witness", "--package", "urn:x:9"), "no audit until now looked at urn:x:9"),
        (("witness", "--package", "urn:x:0", "--audit", "tenth"), "closes no audit tenth"),
        (("witness", "--check", "5", "--out", "x"), "--check stands alone"),
    ],
)
@pytest.mark.usefixtures("records")
def test_what_makes_no_sense_is_said(run: CommandLine, words: tuple[str, ...], told: str) -> None:
    ran = run("audit", *words)
    assert ran.status == 2
    assert told in ran.err


def test_a_store_without_a_log_yet(run: CommandLine) -> None:
    (run.place / "store").mkdir()
    assert run("audit", "verify-log").out.startswith("store  the log holds: 0 entries")
    ran = run("audit", "witness")
    assert ran.status == 2
    assert "has no entry yet" in ran.err
