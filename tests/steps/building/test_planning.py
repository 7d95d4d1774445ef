from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from archiver.config import Configuration
from archiver.steps.building.settings import BuildSettings
from tests.stories.trees import contents, touched

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archiver.steps.results import ItemResult

    Built = Callable[[BuildSettings], list[ItemResult]]


def fill(source: Path) -> None:
    (source / "letter.txt").write_text("A letter.\n", encoding="utf-8")
    (source / "empty.txt").touch()
    (source / "noise.bin").write_bytes(bytes(range(256)))
    (source / "box" / "sub").mkdir(parents=True)
    (source / "box" / "page.html").write_text("<p>A page.</p>", encoding="utf-8")
    (source / "box" / "sub" / f"{'n' * 250}.txt").write_text("long\n", encoding="utf-8")


def test_the_plan_is_the_tree_that_is_built_and_its_estimate_is_enough(
    settings: BuildSettings, source: Path, built: Built
) -> None:
    fill(source)
    settings = replace(settings, configuration=Configuration(algorithms=("sha512", "sha3_256")))
    planned = built(replace(settings, dry_run=True))
    assert not settings.destination.exists()
    results = built(settings)
    for plan, result in zip(planned, results, strict=True):
        assert (plan.item, plan.package, plan.identifier) == (result.item, result.package, result.identifier)
        assert result.package is not None
        tree = {path for path, state in contents(result.package).items() if not state.startswith("folder")}
        assert {path for path, _ in plan.plan} == tree
        for path, size in plan.plan:
            assert size is None or size == (result.package / path).stat().st_size
        needed = sum((result.package / path).stat().st_size for path in tree)
        assert needed < plan.disk_needed
        for before, after in zip(plan.documents, result.documents, strict=True):
            assert (before.puid, before.media_type, before.bytes) == (after.puid, after.media_type, after.bytes)
            assert before.rendition.path == after.rendition.path
            assert before.rendition.validated is None


def test_a_plan_without_renditions_has_none(settings: BuildSettings, source: Path, built: Built) -> None:
    fill(source)
    for result in built(replace(settings, dry_run=True)):
        assert result.status == "planned"
        assert not any("pdfa" in path for path, _ in result.plan)


def test_what_is_built_is_planned_as_current_and_what_cannot_be_as_failed(
    settings: BuildSettings, source: Path, built: Built
) -> None:
    (source / "letter.txt").write_text("A letter.\n", encoding="utf-8")
    built(settings)
    (source / "link.txt").symlink_to("letter.txt")
    (source / "new.txt").write_text("new\n", encoding="utf-8")
    before = touched(settings.destination)
    statuses = {result.item: result.status for result in built(replace(settings, dry_run=True))}
    assert statuses == {"letter.txt": "current", "link.txt": "failed", "new.txt": "planned"}
    assert touched(settings.destination) == before


def test_a_change_is_planned_as_the_version_it_would_be(settings: BuildSettings, source: Path, built: Built) -> None:
    (source / "letter.txt").write_text("A letter.\n", encoding="utf-8")
    built(settings)
    (source / "letter.txt").write_text("Another letter.\n", encoding="utf-8")
    (result,) = built(replace(settings, dry_run=True))
    assert (result.status, result.package) == ("planned", settings.destination / "letter-v2")
