from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from archiver.config import Configuration
from archiver.errors import UsageError
from archiver.standards.bag_info import parse_bag_info
from archiver.steps.building.running import build
from archiver.storage.bag_reader import verify_bag

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archiver.steps.building.settings import BuildSettings
    from archiver.steps.results import ItemResult
    from tests.judges.eark import EarkReport

    Built = Callable[[BuildSettings], list[ItemResult]]

SIP = Configuration(pdfa=None, workers=1, name="City Archive", e_ark="sip")


@pytest.fixture
def box(source: Path) -> Path:
    (source / "box" / "inner").mkdir(parents=True)
    (source / "box" / "a.txt").write_text("A letter.\n")
    (source / "box" / "inner" / "50% + a & b.txt").write_text("Another.\n")
    (source / "box" / "empty.dat").touch()
    return source


def files_of(package: Path) -> set[str]:
    return {path.relative_to(package).as_posix() for path in package.rglob("*") if path.is_file()}


@pytest.mark.usefixtures("box")
def test_what_is_planned_is_what_is_built(settings: BuildSettings, built: Built) -> None:
    settings = replace(settings, configuration=SIP)
    (planned,) = built(replace(settings, dry_run=True))
    (result,) = built(settings)
    assert result.package
    assert planned.plan
    assert {path for path, _ in planned.plan} == files_of(result.package)
    assert {"data/METS.xml", "data/representations/original/METS.xml"} <= files_of(result.package)


@pytest.mark.usefixtures("box")
def test_the_package_keeps_to_its_profile(settings: BuildSettings, built: Built) -> None:
    (result,) = built(replace(settings, configuration=SIP))
    assert result.status == "built"
    assert result.package
    verdict = verify_bag(result.package)
    assert (verdict.valid, verdict.findings) == (True, ())


@pytest.mark.usefixtures("box")
def test_another_kind_makes_a_new_version_and_the_same_kind_does_not(settings: BuildSettings, built: Built) -> None:
    said = []
    for kind in (None, "sip", "sip", "aip", None):
        (result,) = built(replace(settings, configuration=replace(SIP, e_ark=kind)))
        assert result.package
        said.append((result.status, result.package.name))
    assert said == [
        ("built", "box"),
        ("built", "box-v2"),
        ("current", "box-v2"),
        ("built", "box-v3"),
        ("built", "box-v4"),
    ]


@pytest.mark.usefixtures("box")
def test_the_object_is_named_by_the_packages_identifier(settings: BuildSettings, built: Built) -> None:
    (result,) = built(replace(settings, configuration=SIP))
    assert result.package
    named = etree.parse(result.package / "data" / "METS.xml").getroot().get("OBJID")
    info = parse_bag_info((result.package / "bag-info.txt").read_text())
    assert info.values("External-Identifier") == (f"urn:uuid:{named}",)


@pytest.mark.parametrize(
    ("configuration", "words"),
    [
        pytest.param(replace(SIP, algorithms=("sha3_256",)), "no name for sha3_256", id="digest"),
        pytest.param(replace(SIP, name=None), "says who submits it", id="submitter"),
    ],
)
@pytest.mark.usefixtures("box")
def test_what_could_not_be_is_refused_before_anything_is_read(
    settings: BuildSettings, configuration: Configuration, words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        build(replace(settings, configuration=configuration), NoProgress())
    assert not settings.destination.exists()


@pytest.mark.usefixtures("box")
def test_a_person_may_submit(
    settings: BuildSettings, built: Built, commons_ip_judge: Callable[[Path], EarkReport]
) -> None:
    configuration = replace(SIP, name=None, algorithms=("sha3_256", "md5"))
    (result,) = built(replace(settings, configuration=configuration, operator="Dana Ibraeva"))
    assert result.package
    report = commons_ip_judge(result.package / "data")
    assert report.passed, report.errors
    assert "SIP-2.2.0" in report.specifications


class NoProgress:
    def begin(self, total: int) -> None: ...

    def advance(self, count: int) -> None: ...

    def item(self, name: str) -> None: ...
