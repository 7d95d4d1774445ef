"""Any tree of names and bytes, bagged as a folder or an archive, verified and extracted, is the same tree again."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.config import Configuration
from archiver.steps.bags.extract import extract_payload
from archiver.steps.bags.making import BagSettings, make_bag
from archiver.storage.bag_reader import bytes_to_read, verify_bag
from archiver.storage.second_opinion import cross_check, is_judge_right
from archiver.storage.serialized.archive import SERIALIZATIONS

NOW = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
AWKWARD = (
    "50%",
    "%25",
    "%0A",
    "a\nb",
    "a\r",
    "\u2028",
    " a",
    "a ",
    "*a",
    "-rf",
    "CON",
    "e\u0301",
    "\u00e9",
    "\U0001f600",
    "\x85",
    "\ufeff",
    "\x7f",
    ".hidden",
    "bagit.txt",
    "data",
)
LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="/\0\\")
NAMES = st.one_of(st.sampled_from(AWKWARD), st.text(LETTERS, min_size=1, max_size=12)).filter(
    lambda name: name not in {".", ".."} and not name.startswith("~")
)
TREES = st.dictionaries(st.lists(NAMES, min_size=1, max_size=3).map(tuple), st.binary(max_size=40), min_size=1)


class Heard:
    """Progress that goes forward and never past its total."""

    def __init__(self) -> None:
        self.total: int | None = None
        self.done = 0

    def begin(self, total: int) -> None:
        assert self.total is None
        self.total = total

    def advance(self, count: int) -> None:
        self.done += count
        assert count >= 0
        assert self.total is not None
        assert self.done <= self.total


def written(tree: dict[tuple[str, ...], bytes], source: Path) -> dict[str, bytes]:
    """Write a tree, without the files for which a folder is in the way, and return it as it is on the disk."""
    source.mkdir()
    for path, data in tree.items():
        file = source.joinpath(*path)
        if not any(one.is_file() for one in (file, *file.parents)) and not file.is_dir():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
    return files_of(source)


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


@pytest.mark.parametrize("form", [None, *SERIALIZATIONS])
def test_identity(form: str | None) -> None:
    examples = 40 if form is None else 15

    @settings(max_examples=examples, deadline=None)
    @given(TREES)
    def holds(tree: dict[tuple[str, ...], bytes]) -> None:
        with tempfile.TemporaryDirectory() as scratch:
            place = Path(scratch)
            files = written(tree, place / "source")
            bag = place / f"bag{f'.{form}' if form else ''}"
            heard = Heard()
            asked = BagSettings(
                source=place / "source",
                destination=bag,
                configuration=Configuration(algorithms=("sha256",)),
                now=NOW,
                serialization=next((one for one in SERIALIZATIONS if one == form), None),
            )
            result = make_bag(asked, heard)
            if result.status == "failed":
                assert {one.code for one in result.findings if one.severity == "error"} == {"name-unsafe"}
                assert not bag.exists()
                return
            assert heard.done == heard.total
            seen: list[int] = []
            total = bytes_to_read(bag)
            assert verify_bag(bag, progress=seen.append).valid is True
            assert sum(seen) <= total
            assert min(seen, default=0) >= 0
            extracted = extract_payload(bag, place / "copy", Heard())
            assert extracted.status == "extracted"
            assert files_of(place / "copy") == files
            if form is None and is_judge_right(f"data/{path}" for path in files):
                assert cross_check(bag).outcome == "valid"

    holds()
