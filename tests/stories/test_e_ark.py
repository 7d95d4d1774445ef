"""Packages for E-ARK, as a user makes them, before every judge of what they claim to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.judges.eark import EarkReport
    from tests.judges.schemas import SchemaJudge
    from tests.judges.verdict import JudgeResult
    from tests.stories.commands import Archiver

    EarkJudge = Callable[[Path], EarkReport]

WARNINGS = {"CSIPSTR13", "CSIP101"}
"""Of commons-ip; docs/e-ark.md says why they stay."""

EARK_FAULTS = {
    "aip": set[str](),
    # It takes every creator for the program, wants a note of the program to be an identification code, and knows the
    # profile of SIP 2.1.0 alone.
    "sip": {"CSIP12", "CSIP13", "CSIP15", "CSIP16", "SIP2", "SIP14"},
}
"""Of eark-validator, which knows CSIP 2.1.0; docs/e-ark.md names them too."""

NAMES = ("letter.txt", "inner/50% + a & b #1?.txt", "отчёт 5 января.md", "e\u0301.txt", "bell\x07.txt", "odd$;'\".bin")


@pytest.fixture
def strangers(tmp_path: Path) -> Path:
    """Return a working folder with an item of documents whose names come from strangers, and one plain document."""
    box = tmp_path / "seeds" / "box"
    for name in NAMES:
        (box / name).parent.mkdir(parents=True, exist_ok=True)
        (box / name).write_text(f"# What {len(name)} says\n\nLittle.\n", encoding="utf-8")
    (box / "empty.dat").touch()
    (tmp_path / "seeds" / "page.html").write_text(
        "<!doctype html><html lang=en><title>A page</title><p>Text.", encoding="utf-8"
    )
    (tmp_path / "archiver.toml").write_text('[archive]\nname = "City & Sons <Archive>"\n', encoding="utf-8")
    return tmp_path


def numbers(rules: tuple[str, ...]) -> set[str]:
    return {rule.partition(":")[0] for rule in rules}


@pytest.mark.parametrize("kind", ["sip", "aip"])
def test_both_judges_of_e_ark_pass_it(
    strangers: Path, archiver: Archiver, kind: str, commons_ip_judge: EarkJudge, eark_validator_judge: EarkJudge
) -> None:
    ran = archiver("build", "--e-ark", kind, "--json", cwd=strangers)
    assert ran.status == 0, ran.stderr
    for package in ("box", "page"):
        data = strangers / "packages" / package / "data"
        report = commons_ip_judge(data)
        assert report.errors == ()
        assert numbers(report.warnings) <= WARNINGS
        assert report.specifications == ("CSIP-2.2.0", f"{kind.upper()}-2.2.0")
        second = eark_validator_judge(data)
        assert numbers(second.errors) == EARK_FAULTS[kind]


def test_it_stays_a_bag_and_an_ro_crate(
    strangers: Path,
    archiver: Archiver,
    bagit_judge: Callable[[Path], JudgeResult],
    ro_crate_judge: Callable[[Path], dict[str, Any]],
    mets_schema: SchemaJudge,
) -> None:
    ran = archiver("build", "--e-ark", "aip", "--json", cwd=strangers)
    assert ran.status == 0, ran.stderr
    result = bagit_judge(strangers / "packages" / "page")
    assert result.passed, result.detail
    for package in ("box", "page"):
        report = ro_crate_judge(strangers / "packages" / package / "data")
        assert report["passed"], report["issues"]
        documents = list((strangers / "packages" / package / "data").rglob("METS.xml"))
        assert len(documents) == 3
        for document in documents:
            judged = mets_schema(document.read_bytes())
            assert judged.passed, judged.detail
    verdicts = archiver.verify(strangers / "packages", cwd=strangers)
    assert [verdict["valid"] for verdict in verdicts] == [True, True]


@pytest.mark.parametrize("damage", ["changed", "added", "removed"])
def test_the_judge_sees_damage(strangers: Path, archiver: Archiver, commons_ip_judge: EarkJudge, damage: str) -> None:
    assert archiver("build", "--e-ark", "aip", "--no-pdfa", cwd=strangers).status == 0
    data = strangers / "packages" / "page" / "data"
    original = data / "representations" / "original" / "data" / "page.html"
    if damage == "changed":
        original.write_bytes(original.read_bytes().replace(b"Text", b"Next"))
    elif damage == "added":
        (data / "documentation" / "more.txt").write_text("More.\n", encoding="utf-8")
    else:
        original.unlink()
    assert not commons_ip_judge(data).passed


def test_five_thousand_documents(
    tmp_path: Path, archiver: Archiver, commons_ip_judge: EarkJudge, mets_schema: SchemaJudge
) -> None:
    for number in range(5000):
        file = tmp_path / "seeds" / "box" / f"series {number // 100}" / f"letter {number} – отчёт.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"Letter number {number}.\n", encoding="utf-8")
    ran = archiver("build", "--e-ark", "sip", "--operator", "Jane Doe", "--no-pdfa", "--json", cwd=tmp_path)
    assert ran.status == 0, ran.stderr
    data = tmp_path / "packages" / "box" / "data"
    report = commons_ip_judge(data)
    assert report.errors == ()
    assert numbers(report.warnings) <= WARNINGS
    assert mets_schema((data / "METS.xml").read_bytes()).passed
