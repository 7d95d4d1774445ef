from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archiver.config import RECORD_PROFILES
from archiver.errors import UsageError
from archiver.model import Severity
from archiver.standards.dc_terms import TERM_BY_NAME
from archiver.steps.record_profiles import read_record_profile

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", RECORD_PROFILES)
def test_each_profile_that_comes_with_the_program_can_be_applied_whole(name: str) -> None:
    reading = read_record_profile(name)
    assert reading.findings == ()
    assert reading.profile.name == name
    assert all(rule.term in TERM_BY_NAME and rule.note for rule in reading.profile.items.rules)


def test_the_default_warns_and_the_strict_one_does_not_let_pass() -> None:
    default, strict = (read_record_profile(name).profile.items.rules for name in ("default", "strict"))
    assert {rule.severity for rule in default} == {Severity.WARNING}
    assert {rule.severity for rule in strict} == {Severity.ERROR}
    assert [rule.term for rule in default if rule.mandatory] == ["title"]
    demanded = {rule.term for rule in strict if rule.mandatory}
    assert demanded == {"title", "creator", "date", "description", "type", "language", "rights"}


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot read the profile .*none\.csv: No such file"):
        read_record_profile(str(tmp_path / "none.csv"))
