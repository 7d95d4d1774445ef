"""The corpus of every format and script through the real command: what is called PDF/A is PDF/A, always the same."""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tests.corpus.documents import documents

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.stories.commands import Archiver

REFUSED = {
    # LibreOffice gives no text for some of Khmer's clusters.
    "khmer.odt": "rendition-text-differs",
    # No font to embed, no profile for its colours.
    "without-font.pdf": "pdfa-not-reached",
    "cmyk.pdf": "pdfa-not-reached",
}
"""What is not called PDF/A, and why."""


def built(archiver: Archiver, seeds: Path, place: Path, **changes: str) -> dict[str, dict[str, Any]]:
    """Build the corpus as one package, and return the documents by their names."""
    place.mkdir()
    ran = archiver(
        "build", seeds, "--out", place / "out", "--bundle", "collection", "--json", cwd=place, changes=changes
    )
    assert ran.status == 0, ran.stderr
    (result,) = ran.objects
    codes = {one["file"].rpartition("/")[2]: one["code"] for one in result["findings"] if one["severity"] == "warning"}
    package = next((place / "out").iterdir())
    return {
        one["source"]: one["rendition"] | {"code": codes.get(one["source"]), "place": package}
        for one in result["documents"]
    }


@pytest.mark.judge("libreoffice")
def test_every_route_and_script(
    archiver: Archiver, tmp_path: Path, verapdf_judge: Callable[..., dict[Path, bool]]
) -> None:
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    for name, content in documents(tmp_path / "made", office=True).items():
        (seeds / name).write_bytes(content)
    first = built(archiver, seeds, tmp_path / "one", TZ="Asia/Almaty", PYTHONHASHSEED="1")
    assert len(first) >= 100

    refused = {name: one["code"] for name, one in first.items() if one["flavour"] is None}
    assert refused == REFUSED
    assert {one["status"] for one in first.values()} >= {"rendered", "converted", "failed"}

    by_flavour: dict[str, list[Path]] = {}
    for one in first.values():
        if one["flavour"]:
            by_flavour.setdefault(one["flavour"], []).append(one["place"] / one["path"])
    for flavour, files in by_flavour.items():
        verdicts = verapdf_judge(files, flavour=flavour)
        assert [file.name for file, passed in verdicts.items() if not passed] == []

    other = tmp_path / "ein anderer Ort ж"
    other.mkdir()
    shutil.copytree(seeds, other / "seeds")
    second = built(archiver, other / "seeds", other / "two", TZ="America/St_Johns", PYTHONHASHSEED="2")
    assert [name for name in first if digest(first[name]) != digest(second[name])] == []
    assert Counter(one["status"] for one in first.values()) == Counter(one["status"] for one in second.values())


def digest(one: dict[str, Any]) -> str | None:
    if one["path"] is None:
        return None
    return hashlib.sha256((one["place"] / one["path"]).read_bytes()).hexdigest()
