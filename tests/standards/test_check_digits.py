from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.standards.check_digits import (
    doi_fault,
    identifier_faults,
    isbn_fault,
    issn_fault,
    orcid_fault,
    ror_fault,
)


@pytest.mark.parametrize("text", ["0000-0002-1825-0097", "0000-0001-5109-3700", "0000-0002-1694-233X"])
def test_orcid_ids_as_published(text: str) -> None:
    assert orcid_fault(text) is None
    assert "the other digits ask for" in str(orcid_fault(text[:-1] + ("1" if text[-1] != "1" else "2")))


@pytest.mark.parametrize("text", ["02mhbdp94", "05gq02987", "00x6h5n95", "03yrm5c26", "02twcfp32"])
def test_ror_ids_as_published(text: str) -> None:
    assert ror_fault(text) is None
    assert "ask for" in str(ror_fault(text[:-1] + str((int(text[-1]) + 1) % 10)))


@pytest.mark.parametrize(
    "text",
    [
        *("978-3-16-148410-0", "9780306406157", "0-306-40615-2", "0-8044-2957-X", "99921-58-10-7", "979-10-90636-07-1"),
        "978 0 471 48648 0",
    ],
)
def test_isbns_as_published(text: str) -> None:
    assert isbn_fault(text) is None


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("978-3-16-148410-1", "ends in 1, and the other digits ask for 0"),
        ("0-306-40615-3", "ask for 2"),
        ("977-3-16-148410-0", "978 or 979"),
        ("12345", "has 5 digits"),
        ("97831614841X0", "has 13 digits"),
    ],
)
def test_isbns_with_a_slip(text: str, cause: str) -> None:
    assert cause in str(isbn_fault(text))


@pytest.mark.parametrize("text", ["0378-5955", "2434-561X", "0317-8471", "1050-124X", "03178471"])
def test_issns_as_published(text: str) -> None:
    assert issn_fault(text) is None
    assert "ask for" in str(issn_fault(text[:-1] + ("1" if text[-1] != "1" else "2")))


@pytest.mark.parametrize("text", ["10.1000/182", "10.1000.10/123456", "10.1038/s41597-022-01710-x"])
def test_dois_as_published(text: str) -> None:
    assert doi_fault(text) is None


@pytest.mark.parametrize("text", ["10.1000", "11.1000/1", "10.1/x", "10.1000/"])
def test_what_is_no_doi(text: str) -> None:
    assert doi_fault(text) is not None


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Carberry, Josiah (https://orcid.org/0000-0002-1825-0097)", []),
        ("Carberry, Josiah (https://orcid.org/0000-0002-1825-0098)", ["ORCID iD"]),
        ("Carberry, Josiah, ORCID: 0000000218250097", ["ORCID iD"]),
        ("https://ror.org/02mhbdp95", ["ROR ID"]),
        ("ISBN 978-3-16-148410-0 (pbk)", []),
        ("ISBN 978 3 16 148410 1, ISSN 0378-5955.", ["ISBN"]),
        ("urn:isbn:9780306406158", ["ISBN"]),
        ("urn:issn:0378-5956", ["ISSN"]),
        ("doi:10.1000/182", []),
        ("https://doi.org/10.1/x", ["DOI"]),
        ("MS 978-3-16-148410-1", []),
        ("isbnormal 12", []),
        ("ISBN unknown", []),
        ("", []),
    ],
)
def test_identifiers_are_found_by_their_names(text: str, kinds: list[str]) -> None:
    assert [fault.kind for fault in identifier_faults(text)] == kinds


@given(st.text(alphabet="0123456789-X. isbn:orcid/doiror\x00é"))
def test_any_text_can_be_looked_into(text: str) -> None:
    for prefix in ("", "ISBN ", "https://orcid.org/", "https://ror.org/", "doi:", "ISSN "):
        assert isinstance(identifier_faults(prefix + text), tuple)


def test_a_long_text_takes_no_time() -> None:
    begun = time.perf_counter()
    identifier_faults("ISBN 1 1 1 1 1 1 " * 100_000)
    assert time.perf_counter() - begun < 2
