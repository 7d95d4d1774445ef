"""The body of a draft, and what is said to be lacking in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, cast

import pytest

from archiver.config.tables import Table
from archiver.config.targets import TargetSettings
from archiver.deposits.inveniordm.drafts import Wishes, draft_body, key_of, lacking
from archiver.deposits.inveniordm.target import make
from archiver.errors import ConfigurationError
from archiver.model import Description, Severity, Statement, ValueSource
from archiver.model import SourceKind as Kind
from archiver.model.deposits import Packaging, Parcel
from tests.contracts.targets.bench import small_parcel
from tests.deposits.http.conftest import SURROUNDINGS

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 3, 1)
PLAIN = Wishes(publish=False, reserve_doi=False, access=None)
COAR = "http://purl.org/coar/access_right"


@pytest.fixture
def parcel(tmp_path: Path) -> Parcel:
    return small_parcel(tmp_path, Packaging.TAR)


def saying(parcel: Parcel, **terms: str) -> Parcel:
    source = ValueSource(kind=Kind.SIDECAR, place="letters.yaml")
    statements = tuple(Statement(term=term, text=text, source=source) for term, text in terms.items())
    return replace(parcel, description=Description(statements=statements))


def test_the_key_stands_among_the_identifiers(parcel: Parcel) -> None:
    assert key_of(parcel) == parcel.key
    metadata: Any = draft_body(parcel, PLAIN, TODAY)["metadata"]
    assert metadata["identifiers"][-1] == {"scheme": "urn", "identifier": parcel.key}
    assert metadata["title"].startswith("Letters")


@pytest.mark.parametrize("identifier", ["ark:/12345/x", "letters 1923", "urn:example:\u00e9", "urn:example:a b"])
def test_a_key_that_is_no_urn_becomes_one(parcel: Parcel, identifier: str) -> None:
    other = replace(parcel, identifier=identifier)
    assert key_of(other).startswith("urn:uuid:")
    assert key_of(other) == key_of(other) != key_of(replace(other, package_digest="0" * 64))


def test_a_package_without_a_record_gets_a_draft_of_its_name(parcel: Parcel) -> None:
    metadata: Any = draft_body(replace(parcel, description=None), PLAIN, TODAY)["metadata"]
    assert metadata == {
        "title": parcel.name,
        "identifiers": [{"scheme": "urn", "identifier": parcel.key}],
    }


@pytest.mark.parametrize(
    ("terms", "files", "until"),
    [
        pytest.param({}, "public", None, id="nothing said"),
        pytest.param({"accessRights": "open access"}, "public", None, id="open"),
        pytest.param({"accessRights": f"{COAR}/c_abf2"}, "public", None, id="open of COAR"),
        pytest.param({"accessRights": f"{COAR}/c_16ec/"}, "restricted", None, id="restricted of COAR"),
        pytest.param({"accessRights": "info:eu-repo/semantics/closedAccess"}, "restricted", None, id="closed"),
        pytest.param({"accessRights": "ask the archivist"}, "restricted", None, id="not understood"),
        pytest.param({"available": "2031-05-01"}, "restricted", "2031-05-01", id="available later"),
        pytest.param({"available": "2020-05-01"}, "public", None, id="available already"),
        pytest.param({"available": "2031"}, "public", None, id="no day"),
        pytest.param(
            {"accessRights": f"{COAR}/c_f1cf", "date": "info:eu-repo/date/embargoEnd/2031-05-01"},
            "restricted",
            "2031-05-01",
            id="embargo of OpenAIRE",
        ),
        pytest.param({"accessRights": "embargoed"}, "restricted", None, id="embargo without an end"),
        pytest.param({"accessRights": "closed", "available": "2031-05-01"}, "restricted", None, id="closed"),
        pytest.param(
            {"accessRights": "ask", "available": "2031-05-01"}, "restricted", None, id="never opened by a guess"
        ),
    ],
)
def test_who_may_see_it(parcel: Parcel, terms: dict[str, str], files: str, until: str | None) -> None:
    access: Any = draft_body(saying(parcel, **terms), PLAIN, TODAY)["access"]
    assert (access["record"], access["files"]) == ("public", files)
    assert access.get("embargo", {}).get("until") == until
    for word in ("public", "restricted"):
        wishes = replace(PLAIN, access=cast("Any", word))
        assert draft_body(saying(parcel, **terms), wishes, TODAY)["access"] == {"record": word, "files": word}


@pytest.mark.parametrize(
    ("wishes", "codes"),
    [
        (PLAIN, {"deposit-draft-incomplete"}),
        (replace(PLAIN, publish=True), {"deposit-record-incomplete"}),
    ],
)
def test_what_is_lacking_is_said(parcel: Parcel, wishes: Wishes, codes: set[str]) -> None:
    bare = saying(parcel, subject="letters")
    for one in (bare, replace(parcel, description=None)):
        found = lacking(one, wishes, TODAY, "targets.attic")
        assert {finding.code for finding in found} == codes
        assert len(found) == 4
    whole = saying(parcel, title="Letters", creator="Doe, Jane", type="Text", issued="1923")
    assert lacking(whole, wishes, TODAY, "targets.attic") == ()
    (publisher,) = lacking(whole, replace(wishes, reserve_doi=True), TODAY, "targets.attic")
    assert "publisher" in publisher.message


@pytest.mark.parametrize(
    ("rights", "code"),
    [("ask the archivist", "deposit-access-not-understood"), ("embargoed", "deposit-embargo-without-end")],
)
def test_rights_that_are_not_understood_are_said(parcel: Parcel, rights: str, code: str) -> None:
    whole = saying(parcel, title="Letters", creator="Doe, Jane", type="Text", issued="1923", accessRights=rights)
    (found,) = lacking(whole, PLAIN, TODAY, "targets.attic")
    assert (found.code, found.severity) == (code, Severity.WARNING)
    assert "targets.attic.access" in found.fix
    assert lacking(whole, replace(PLAIN, access="restricted"), TODAY, "targets.attic") == ()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("access", "secret"),
        ("part_size", "1 MB"),
        ("part_size", "many"),
        ("publish", "yes"),
        ("reserve_doi", 1),
        ("search_delay", -1),
        ("search_delay", True),
        ("url", "http://zenodo.org"),
        ("community", ""),
    ],
)
def test_settings_that_cannot_be_used(key: str, value: object) -> None:
    table = Table(name="targets.attic", values={"url": "https://zenodo.org", key: value}, file="archiver.toml")
    settings = TargetSettings(name="attic", kind="inveniordm", own=table)
    with pytest.raises(ConfigurationError, match=rf"targets\.attic\.{key} "):
        make(settings, SURROUNDINGS)


@pytest.mark.parametrize("url", ["https://zenodo.org", "https://zenodo.org/", "https://zenodo.org/api/"])
def test_the_address_may_be_that_of_the_interface(url: str) -> None:
    table = Table(name="targets.attic", values={"url": url}, file="archiver.toml")
    made = make(TargetSettings(name="attic", kind="inveniordm", own=table), SURROUNDINGS)
    assert made.location == "https://zenodo.org"
    made.close()
