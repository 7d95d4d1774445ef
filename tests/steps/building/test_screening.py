"""What a build makes of the verdicts of a real ClamAV, and of one that is not there."""

from __future__ import annotations

import contextlib
import json
import stat
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archiver.config import Configuration, Screening
from archiver.errors import MissingProgramError, UsageError
from archiver.steps.building.running import build
from archiver.storage.bag_reader import verify_bag
from tests.judges.clamav import EICAR, EICAR_SIGNATURE, MARKED, MARKED_SIGNATURE, STREAM_LIMIT
from tests.stories.trees import contents, touched

if TYPE_CHECKING:
    from collections.abc import Callable

    from archiver.steps.building.settings import BuildSettings
    from archiver.steps.results import ItemResult
    from tests.judges.schemas import SchemaJudge
    from tests.steps.conftest import Heard

    Built = Callable[[BuildSettings], list[ItemResult]]

VIRUS_CHECK = "eventType/vir"


def screening(settings: BuildSettings, **said: object) -> BuildSettings:
    return replace(settings, configuration=Configuration(pdfa=None, workers=1, screening=Screening(**said)))  # type: ignore[arg-type]


def codes(result: ItemResult) -> list[str]:
    return [finding.code for finding in result.findings if finding.severity == "error"]


def premis(result: ItemResult) -> bytes:
    assert result.package is not None
    return (result.package / "data/metadata/preservation/premis.xml").read_bytes()


def sockets() -> set[str]:
    """Return the sockets that this process has open."""
    links = set()
    for descriptor in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            links.add(str(descriptor.readlink()))
    return {link for link in links if "socket:" in link}


@pytest.fixture
def collection(source: Path) -> Path:
    """Fill the source: a clean file, a file and a box in which something is found, a clean box."""
    (source / "a-letter.txt").write_text("a letter", encoding="utf-8")
    (source / "bad.com").write_bytes(EICAR)
    for box in ("box-bad", "box-good"):
        (source / box).mkdir()
        for number in range(6):
            (source / box / f"{number}.txt").write_text(f"letter {number}", encoding="utf-8")
    (source / "box-bad" / "sub").mkdir()
    (source / "box-bad" / "sub" / "marked.txt").write_bytes(b"x" * 10_000 + MARKED)
    (source / "box-bad" / "2.com").write_bytes(EICAR)
    return source


@pytest.mark.parametrize("way", ["clamd", "clamscan"])
def test_what_is_found_is_named_and_the_batch_goes_on(
    settings: BuildSettings,
    collection: Path,
    built: Built,
    premis_schema: SchemaJudge,
    request: pytest.FixtureRequest,
    way: str,
) -> None:
    before = touched(collection)
    results = built(screening(settings, **{way: str(request.getfixturevalue(way))}))
    assert [result.status for result in results] == ["built", "failed", "failed", "built"]
    assert [finding.message for finding in results[1].findings if finding.code == "virus-found"] == [
        f"bad.com: the virus check found {EICAR_SIGNATURE} in it; bad.com was not packaged."
    ]
    found = [(finding.file, finding.message) for finding in results[2].findings if finding.code == "virus-found"]
    assert [file for file, _ in found] == ["box-bad/2.com", "box-bad/sub/marked.txt"]
    assert MARKED_SIGNATURE in found[1][1]
    assert sorted(entry.name for entry in settings.destination.iterdir()) == ["a-letter", "box-good"]
    assert touched(collection) == before
    for result in (results[0], results[3]):
        record = premis(result)
        assert record.decode().count(VIRUS_CHECK) == 1
        assert "ClamAV" in record.decode()
        assert premis_schema(record).passed
        assert result.package is not None
        assert verify_bag(result.package).valid


@pytest.mark.usefixtures("collection")
def test_without_an_engine_nothing_says_that_anything_was_checked(settings: BuildSettings, built: Built) -> None:
    results = built(settings)
    assert {result.status for result in results} == {"built"}
    assert all(VIRUS_CHECK.encode() not in premis(result) for result in results)
    assert all(b"irus" not in premis(result) for result in results)


def test_asking_for_checks_makes_no_new_version_of_what_stands(
    settings: BuildSettings, source: Path, built: Built, clamd: Path
) -> None:
    (source / "a.txt").write_text("a letter", encoding="utf-8")
    built(settings)
    assert [result.status for result in built(screening(settings, clamd=str(clamd)))] == ["current"]


@pytest.mark.usefixtures("collection")
def test_a_build_does_not_begin_without_the_engine_it_needs(
    settings: BuildSettings, built: Built, tmp_path: Path
) -> None:
    for way in ({"clamd": str(tmp_path / "absent.ctl")}, {"clamscan": str(tmp_path / "absent")}):
        with pytest.raises(MissingProgramError, match="none can be made"):
            built(screening(settings, **way))
    empty = tmp_path / "clamscan"
    empty.write_text(
        "#!/bin/sh\n[ $1 = --version ] && echo ClamAV 1.4.6 && exit\necho no database >&2; exit 2\n", encoding="utf-8"
    )
    empty.chmod(0o755)
    with pytest.raises(MissingProgramError, match="no database"):
        built(screening(settings, clamscan=str(empty)))
    assert not settings.destination.exists()


@pytest.mark.usefixtures("collection")
def test_a_dry_run_asks_no_engine(settings: BuildSettings, built: Built, tmp_path: Path) -> None:
    results = built(replace(screening(settings, clamd=str(tmp_path / "absent.ctl")), dry_run=True))
    assert {result.status for result in results} == {"planned"}


def test_nothing_is_packaged_once_the_engine_is_gone(
    settings: BuildSettings, source: Path, heard: Heard, clamd: Path
) -> None:
    for name in "abc":
        (source / f"{name}.txt").write_text(f"letter {name}", encoding="utf-8")
    results = build(screening(settings, clamd=str(clamd)), heard).results
    first = next(results)
    clamd.unlink()
    others = list(results)
    assert first.status == "built"
    assert [result.status for result in others] == ["failed", "failed"]
    assert all(codes(result) == ["screening-failed"] for result in others)
    assert [entry.name for entry in settings.destination.iterdir()] == ["a"]


def test_what_is_too_large_for_the_engine_is_not_packaged(
    settings: BuildSettings, source: Path, built: Built, clamd: Path
) -> None:
    (source / "large.bin").write_bytes(bytes(STREAM_LIMIT + 1))
    (source / "letter.txt").write_text("a letter", encoding="utf-8")
    large, letter = built(screening(settings, clamd=str(clamd)))
    assert (large.status, codes(large)) == ("failed", ["screening-failed"])
    assert letter.status == "built"


@pytest.mark.usefixtures("collection")
def test_a_quarantine_gets_what_was_found_once_and_whole(
    settings: BuildSettings, built: Built, clamd: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "quarantine"
    asked = screening(settings, clamd=str(clamd), quarantine=folder)
    results = built(asked)
    assert [finding.code for finding in results[2].findings if finding.severity == "info"] == ["virus-quarantined"]
    kept = sorted(entry.name for entry in folder.iterdir())
    assert [name.rpartition("-")[0] for name in kept] == ["bad", "box-bad"]
    box = folder / kept[1]
    report = json.loads((box / "found.json").read_text(encoding="utf-8"))
    assert [one["signature"] for one in report["files"]] == [EICAR_SIGNATURE, MARKED_SIGNATURE]
    assert (box / "files/2.com").read_bytes() == EICAR
    assert stat.S_IMODE((box / "files/sub/marked.txt").stat().st_mode) == 0o400
    assert not (box / "files/0.txt").exists()
    before = contents(folder)
    built(asked)
    assert contents(folder) == before


def test_a_quarantine_lies_where_nothing_else_does(
    settings: BuildSettings, collection: Path, heard: Heard, clamd: Path
) -> None:
    for place in (settings.destination / "found", collection, collection / "found"):
        with pytest.raises(UsageError, match="quarantine"):
            build(screening(settings, clamd=str(clamd), quarantine=place), heard)


@pytest.mark.usefixtures("collection")
def test_a_quarantine_that_cannot_be_written_fails_the_item_alone(
    settings: BuildSettings, built: Built, clamd: Path, tmp_path: Path
) -> None:
    (tmp_path / "full").write_text("a file stands there", encoding="utf-8")
    results = built(screening(settings, clamd=str(clamd), quarantine=tmp_path / "full" / "quarantine"))
    assert [result.status for result in results] == ["built", "failed", "failed", "built"]
    assert codes(results[1]) == ["virus-found"]
    assert "virus-not-quarantined" in [finding.code for finding in results[1].findings]


def test_a_document_that_cannot_be_copied_leaves_no_connection(
    settings: BuildSettings, source: Path, heard: Heard, clamd: Path
) -> None:
    (source / "box").mkdir()
    for name in ("a.txt", "b.txt"):
        (source / "box" / name).write_text("letter", encoding="utf-8")
    run = build(screening(settings, clamd=str(clamd)), heard)
    (source / "box" / "b.txt").unlink()
    before = sockets()
    (result,) = run.results
    assert (result.status, codes(result)) == ("failed", ["unreadable-file"])
    assert sockets() == before
