"""What ``archiver store add`` makes is valid by ``archiver store validate`` and by two other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.judges.ocfl import OcflVerdict
    from tests.stories.commands import Archiver


def test_all_agree_on_a_store_of_ours(
    archiver: Archiver,
    tmp_path: Path,
    ocfl_judge: Callable[[Path], OcflVerdict],
    rocfl_judge: Callable[[Path], OcflVerdict],
) -> None:
    source = tmp_path / "source" / "letters"
    source.mkdir(parents=True)
    for number in range(3):
        (source / f"{number}.txt").write_text(f"letter {number}")
        (source / f"50% \u00e9 {number}").write_text("an awkward name")
        bag = f"bag{number}"
        assert archiver("bag", "source", bag, cwd=tmp_path).status == 0
        ended = archiver("store", "add", bag, "--identifier", "urn:x:letters", "--message", "more", cwd=tmp_path)
        assert ended.status == 0, ended.stderr
    found, root = archiver("store", "validate", "--json", cwd=tmp_path).objects
    assert (found["valid"], found["version"], root["valid"], root["findings"]) == (True, "v3", True, [])
    assert {finding["severity"] for finding in found["findings"]} <= {"warning"}
    assert ocfl_judge(tmp_path / "store").passed
    assert rocfl_judge(tmp_path / "store").passed
    damaged = next((tmp_path / "store").rglob("v1/content/data/letters/0.txt"))
    damaged.chmod(0o644)
    damaged.write_text("letter X")
    assert archiver("store", "validate", cwd=tmp_path).status == 1
    assert not ocfl_judge(tmp_path / "store").passed
    assert not rocfl_judge(tmp_path / "store").passed
