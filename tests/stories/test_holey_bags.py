"""A holey bag all the way round: made, served, completed, and judged by another program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import trustme

from tests.storage.fetching.servers import serving
from tests.stories.trees import contents

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.judges.verdict import JudgeResult
    from tests.stories.commands import Archiver

FILES = {
    "chronology.txt": b"1900\n",
    "box 3/letter #1.txt": b"Dear Ann,\n",
    "box 3/\u00e9t\u00e9/z.bin": bytes(range(256)) * 4000,
    "zero": b"",
}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    for path, data in FILES.items():
        (tmp_path / "letters" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "letters" / path).write_bytes(data)
    return tmp_path


@pytest.mark.parametrize("more", [{}, {"100% of\nit": b"%"}], ids=["usual names", "names to be encoded"])
def test_made_served_completed_and_judged(
    archiver: Archiver, place: Path, bagit_judge: Callable[[Path], JudgeResult], more: dict[str, bytes]
) -> None:
    for path, data in more.items():
        (place / "letters" / path).write_bytes(data)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(place / "authority.pem"))
    served = {f"/box 3/{path}": data for path, data in (FILES | more).items()}
    with serving(served, authority) as server:
        made = archiver("bag", "letters", "bags/letters", "--holey", f"{server.url}box%203", "--json", cwd=place)
        assert made.status == 0, made.stderr
        assert "bag-made-holey" in made.codes
        assert archiver("verify", "bags", cwd=place).status == 1
        assert server.asked == []
        words = ["--fetch", f"--fetch-private-host={server.place}", "--fetch-ca=authority.pem"]
        done = archiver("verify", "bags", *words, "--cross-check", "--json", cwd=place)
    assert done.status == 0, done.stdout
    assert done.objects[0]["valid"] is True
    assert contents(place / "bags" / "letters" / "data") == contents(place / "letters")
    if not more:  # names with % are known to be misread by it
        judged = bagit_judge(place / "bags" / "letters")
        assert judged.passed, judged


def test_the_message_is_a_command_that_works(archiver: Archiver, place: Path) -> None:
    said = archiver("bag", "letters", "bags/letters", "--holey", "https://files.example.org", cwd=place).stderr
    command = said.partition("`")[2].partition("`")[0]
    assert command == "archiver verify --fetch --fetch-host=files.example.org bags/letters"


def test_bad_words(archiver: Archiver, place: Path) -> None:
    for words, told in [
        (["--holey", "files"], "--holey: files cannot be used"),
        (["--holey", "https://a/", "--serialization", "zip"], "--holey makes a folder"),
    ]:
        ran = archiver("bag", "letters", "bags/letters", *words, cwd=place)
        assert (ran.status, told in ran.stderr) == (2, True), ran.stderr
    assert not (place / "bags").exists()
