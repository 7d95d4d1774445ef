"""Progress goes forward and never past 100 %, and reading ends, while the files that are read grow."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.cli.progress import TerminalProgress
from archiver.config import Configuration
from archiver.steps.bags.making import BagSettings, make_bag
from archiver.steps.verify import total_bytes, verify_paths
from tests.storage.tampered_bags import as_folder, strict

NOW = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
PIECE = b"x" * 3_000_000
"""More than is read at once: a file that gets it each time is never read to its end."""


class Bar(TerminalProgress):
    """The command's own bar, that looks at itself after each step, and makes files grow at some."""

    def __init__(self, growing: dict[int, Path], *, always: bool = False) -> None:
        super().__init__("Testing")
        self._growing, self._always = growing, always
        self._steps = 0

    def advance(self, count: int) -> None:
        before = self._done
        super().advance(count)
        assert self._total is not None
        assert before <= self._done <= self._total
        self._steps += 1
        file = self._growing.get(min(self._growing) if self._always else self._steps)
        if file is not None and self._steps < 1000:
            with file.open("ab") as stream:
                stream.write(PIECE if self._always else b"y")


NAMES = sorted(strict())


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.integers(1, 12), st.sampled_from(NAMES), min_size=1, max_size=4))
def test_verify(growing: dict[int, str]) -> None:
    with tempfile.TemporaryDirectory() as place:
        bag = as_folder(strict(), Path(place))
        with Bar({step: bag / name for step, name in growing.items()}) as bar:
            bar.begin(total_bytes([bag]))
            (verdict,) = verify_paths([bag], progress=bar.advance)
        assert verdict.valid in {True, False}


@settings(max_examples=20, deadline=None)
@given(st.dictionaries(st.integers(1, 6), st.sampled_from(["a", "b/c"]), min_size=1, max_size=3))
def test_bag(growing: dict[int, str]) -> None:
    with tempfile.TemporaryDirectory() as place:
        source = Path(place, "source")
        (source / "b").mkdir(parents=True)
        for name in ("a", "b/c"):
            (source / name).write_bytes(b"z" * 100)
        settings_ = BagSettings(
            source=source, destination=Path(place, "bag"), configuration=Configuration(algorithms=("md5",)), now=NOW
        )
        with Bar({step: source / name for step, name in growing.items()}) as bar:
            result = make_bag(settings_, bar)
        assert (result.status == "bagged") is Path(place, "bag").exists()


def test_a_file_that_grows_as_fast_as_it_is_read_does_not_hold_up_verifying(tmp_path: Path) -> None:
    bag = as_folder(strict(), tmp_path)
    grown = bag / "data" / "50%"
    grown.write_bytes(PIECE)
    with Bar({0: grown}, always=True) as bar:
        bar.begin(total_bytes([bag]))
        (verdict,) = verify_paths([bag], progress=bar.advance)
    assert verdict.valid is False
    (finding,) = (one for one in verdict.findings if one.code == "bag-file-unreadable")
    assert "it grew while it was read" in finding.message
    assert bar._steps < 100
