"""The second run and all after it: what is unchanged stays untouched, what changed gets a version of its own."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from tests.stories.commands import Archiver, packages_of
from tests.stories.premis_records import premis_texts
from tests.stories.trees import contents, touched

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.judges.verdict import JudgeResult
    from tests.stories.collections_built import Collection

LATER = {"SOURCE_DATE_EPOCH": "1700086400"}
WORDS = ("build", "--json", "--workers", "1")


def test_a_rerun_finds_everything_current_and_touches_nothing(
    collection: Collection, archiver: Archiver, tmp_path: Path
) -> None:
    place = tmp_path / "again"
    shutil.copytree(collection.place, place)  # other tests read the collection's own packages meanwhile
    before = {package.name: touched(package) for package in packages_of(place / "packages")}
    assert before
    ran = archiver(*collection.arguments, "--out", "packages", "--json", cwd=place, changes=LATER)
    assert ran.status == 0, ran.stderr
    assert set(ran.statuses.values()) == {"current"}
    assert {package.name: touched(package) for package in packages_of(place / "packages")} == before
    for one, first in zip(ran.objects, collection.results, strict=True):
        for key in ("item", "package", "identifier"):
            assert one[key] == first[key]
        for document in one["documents"]:
            assert document["rendition"]["validated"] is None, "no validator ran this time"


def test_a_changed_document_gets_a_second_version(
    letters: Path, archiver: Archiver, bagit_judge: Callable[[Path], JudgeResult]
) -> None:
    first = _built(archiver, letters)
    old = touched(letters / "packages" / "letter")
    (letters / "seeds" / "letter.txt").write_text("Another letter.\n", encoding="utf-8")
    ran = archiver(*WORDS, cwd=letters, changes=LATER)
    assert ran.statuses == {"letter.txt": "built", "table.yaml": "current"}
    second = ran.objects[0]
    assert second["package"] == "packages/letter-v2"
    assert second["identifier"] == first["letter.txt"]["identifier"]
    assert touched(letters / "packages" / "letter") == old
    note = _change(letters / "packages" / "letter-v2")
    assert note == "Version 2 follows version 1; documents changed: letter.txt"
    assert bagit_judge(letters / "packages" / "letter-v2").passed
    archiver.verify("packages", cwd=letters)
    assert set(archiver(*WORDS, cwd=letters).statuses.values()) == {"current"}
    (letters / "seeds" / "letter.txt").write_text("A third letter.\n", encoding="utf-8")
    assert archiver(*WORDS, cwd=letters).objects[0]["package"] == "packages/letter-v3"
    assert _change(letters / "packages" / "letter-v3").startswith("Version 3 follows version 2; documents changed")


def test_a_changed_sidecar_gets_a_second_version(letters: Path, archiver: Archiver) -> None:
    first = _built(archiver, letters)
    old = touched(letters / "packages" / "letter")
    (letters / "metadata" / "letter.yaml").write_text("title: A better title\nissued: 2022-01-05\n", encoding="utf-8")
    ran = archiver(*WORDS, cwd=letters, changes=LATER)
    assert ran.statuses == {"letter.txt": "built", "table.yaml": "current"}
    assert ran.objects[0]["package"] == "packages/letter-v2"
    assert ran.objects[0]["identifier"] == first["letter.txt"]["identifier"]
    assert touched(letters / "packages" / "letter") == old
    assert _change(letters / "packages" / "letter-v2").endswith("; descriptions changed: letter.txt.dc.xml")
    record = letters / "packages/letter-v2/data/metadata/descriptive/letter.txt.dc.xml"
    assert "<dcterms:title>A better title</dcterms:title>" in record.read_text(encoding="utf-8")


def test_a_new_document_is_built_alone(letters: Path, archiver: Archiver) -> None:
    _built(archiver, letters)
    old = {name: touched(letters / "packages" / name) for name in ("letter", "table")}
    (letters / "seeds" / "more.txt").write_text("More.\n", encoding="utf-8")
    ran = archiver(*WORDS, cwd=letters, changes=LATER)
    assert ran.statuses == {"letter.txt": "current", "more.txt": "built", "table.yaml": "current"}
    assert {name: touched(letters / "packages" / name) for name in old} == old
    assert [package.name for package in packages_of(letters / "packages")] == ["letter", "more", "table"]


def test_shards_together_are_the_whole(own: Collection, archiver: Archiver, tmp_path: Path) -> None:
    words = [*own.arguments, "--no-pdfa", "--json"]
    whole = archiver(*words, "--out", "whole", cwd=tmp_path)
    assert whole.status == 0
    items: list[str] = []
    for shard in ("1/3", "2/3", "3/3"):
        ran = archiver(*words, "--out", "sharded", "--shard", shard, cwd=tmp_path)
        assert ran.status == 0
        items += ran.statuses
    assert sorted(items) == sorted(whole.statuses)
    assert contents(tmp_path / "sharded") == contents(tmp_path / "whole")


def test_a_collection_is_one_package(
    own: Collection, archiver: Archiver, tmp_path: Path, bagit_judge: Callable[[Path], JudgeResult]
) -> None:
    ran = archiver(*own.arguments, "--no-pdfa", "--bundle", "collection", "--json", cwd=tmp_path)
    assert ran.status == 0, ran.stderr
    (result,) = ran.objects
    assert sorted(one["source"] for one in result["documents"]) == sorted(own.documents())
    (package,) = packages_of(tmp_path / "packages")
    originals = package / "data" / "representations" / "original" / "data"
    assert {path: one.split()[-1] for path, one in contents(originals).items()} == {
        path: one.split()[-1] for path, one in contents(own.source).items()
    }
    verdict = bagit_judge(package)
    assert verdict.passed, verdict.detail
    archiver.verify("packages", cwd=tmp_path)


def test_no_pdfa_makes_no_rendition(letters: Path, archiver: Archiver) -> None:
    ran = archiver(*WORDS, "--no-pdfa", cwd=letters)
    assert ran.status == 0
    nothing: dict[str, Any] = {"path": None, "flavour": None, "status": "skipped", "validated": None, "checks": []}
    assert [document["rendition"] for one in ran.objects for document in one["documents"]] == [nothing, nothing]
    assert not list((letters / "packages").rglob("*.pdf"))
    assert ran.codes == set()


def test_other_algorithms(letters: Path, archiver: Archiver, bagit_judge: Callable[[Path], JudgeResult]) -> None:
    ran = archiver(*WORDS, "--algorithm", "sha256", "--algorithm", "md5", cwd=letters)
    assert ran.status == 0, ran.stderr
    for package in packages_of(letters / "packages"):
        manifests = sorted(path.name for path in package.glob("*manifest-*.txt"))
        assert manifests == ["manifest-md5.txt", "manifest-sha256.txt", "tagmanifest-md5.txt", "tagmanifest-sha256.txt"]
        verdict = bagit_judge(package)
        assert verdict.passed, verdict.detail
    assert [one["algorithms"] for one in archiver.verify("packages", cwd=letters)] == [["md5", "sha256"]] * 2


def test_a_dry_run_writes_nothing_and_shows_what_is_then_built(
    own: Collection, archiver: Archiver, tmp_path: Path
) -> None:
    ran = archiver(*own.arguments, "--out", "packages", "--dry-run", cwd=tmp_path)
    assert ran.status == 0, ran.stderr
    assert list(tmp_path.iterdir()) == []
    assert "Nothing was written." in ran.stdout
    planned: dict[str, set[str]] = {}
    sizes: dict[str, int] = {}
    for line in ran.stdout.splitlines():
        if line.startswith("planned"):
            name = line.split()[1].removeprefix("packages/")
            planned[name] = set()
        elif line.startswith("    "):
            path, _, size = line.strip().partition("  ")
            planned[name].add(path)
            if size:
                sizes[f"{name}/{path}"] = int(size.replace(",", ""))
    packages = own.place / "packages"
    assert planned == {
        package.name: {path.relative_to(package).as_posix() for path in package.rglob("*") if path.is_file()}
        for package in packages_of(packages)
    }
    assert len(sizes) == len(own.documents())
    assert {path: (packages / path).stat().st_size for path in sizes} == sizes


def test_a_dry_run_says_the_same_as_json(own: Collection, archiver: Archiver) -> None:
    words = [*own.arguments, "--out", "packages", "--json", "--dry-run"]
    before = touched(own.place / "packages")
    again = archiver(*words, cwd=own.place)
    assert set(again.statuses.values()) == {"current"}
    planned = archiver(*words[:-4], "--out", "elsewhere", "--json", "--dry-run", cwd=own.place)
    assert planned.statuses == dict.fromkeys(own.ran.statuses, "planned")
    for one, first in zip(planned.objects, own.results, strict=True):
        assert one["identifier"] == first["identifier"]
        assert [_known(document) for document in one["documents"]] == [_known(one) for one in first["documents"]]
    assert touched(own.place / "packages") == before
    assert not (own.place / "elsewhere").exists()


@pytest.mark.parametrize("out", ["seeds/packages", "seeds", "metadata/packages"])
def test_a_destination_inside_what_is_read_is_refused(letters: Path, archiver: Archiver, out: str) -> None:
    before = contents(letters)
    ran = archiver(*WORDS, "--out", out, cwd=letters)
    assert (ran.status, ran.stdout) == (2, "")
    assert out in ran.stderr
    assert contents(letters) == before


def _built(archiver: Archiver, place: Path) -> dict[str, dict[str, Any]]:
    ran = archiver(*WORDS, cwd=place)
    assert ran.status == 0, ran.stderr
    assert ran.statuses == {"letter.txt": "built", "table.yaml": "built"}
    return {one["item"]: one for one in ran.objects}


def _known(document: dict[str, Any]) -> tuple[Any, ...]:
    return (
        document["source"],
        document["puid"],
        document["media_type"],
        document["bytes"],
        document["rendition"]["path"],
    )


def _change(package: Path) -> str:
    """Return what the package's PREMIS says of its making."""
    query = "//p:event[p:eventType/@valueURI[contains(., '/ipc')]]//p:eventOutcomeDetailNote/text()"
    (note,) = premis_texts(package, query)
    return note
