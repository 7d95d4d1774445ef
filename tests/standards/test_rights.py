from __future__ import annotations

import pytest

from archiver.standards.rights import RIGHTS_STATEMENTS, is_spdx, licence_name_fault, rights_fault


def test_the_twelve_statements_are_known_by_their_addresses() -> None:
    assert len(RIGHTS_STATEMENTS) == 12
    for code in RIGHTS_STATEMENTS:
        assert rights_fault(f"http://rightsstatements.org/vocab/{code}/1.0/") is None


@pytest.mark.parametrize(
    "text",
    [
        "https://creativecommons.org/licenses/by/4.0/",
        "http://creativecommons.org/licenses/by-nc-nd/4.0",
        "https://creativecommons.org/licenses/by-sa/3.0/igo/",
        "https://creativecommons.org/licenses/by/2.0/uk/",
        "https://creativecommons.org/licenses/by/4.0/deed.fr",
        "https://creativecommons.org/licenses/by/4.0/legalcode",
        "https://creativecommons.org/publicdomain/zero/1.0/",
        "https://creativecommons.org/publicdomain/mark/1.0/",
        "https://spdx.org/licenses/MIT.html",
        "https://spdx.org/licenses/CC-BY-4.0",
        "All rights reserved.",
        "http://example.org/rights",
        "",
    ],
)
def test_good_statements(text: str) -> None:
    assert rights_fault(text) is None


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("http://rightsstatements.org/vocab/InC-XX/1.0/", None),
        ("http://rightsstatements.org/page/InC/1.0/", "http://rightsstatements.org/vocab/InC/1.0/"),
        ("http://rightsstatements.org/vocab/incedu/1.0/", "http://rightsstatements.org/vocab/InC-EDU/1.0/"),
        ("https://rightsstatements.org", None),
        ("https://creativecommons.org/licenses/by/5.0/", "https://creativecommons.org/licenses/by/4.0/"),
        ("https://creativecommons.org/licenses/by-nd-nc/4.0/", "https://creativecommons.org/licenses/by-nd/4.0/"),
        ("https://creativecommons.org/cc0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        ("https://spdx.org/licenses/MITT", None),
    ],
)
def test_bad_statements(text: str, suggestion: str | None) -> None:
    fault = rights_fault(text)
    assert fault is not None
    if text.endswith("InC-XX/1.0/"):
        assert fault.suggestion is not None
    else:
        assert fault.suggestion == suggestion


@pytest.mark.parametrize(
    "text", ["MIT", "mit", "Apache-2.0 OR MIT", "GPL-2.0-or-later WITH Classpath-exception-2.0", "CC-BY-SA-4.0"]
)
def test_spdx_identifiers_and_expressions(text: str) -> None:
    assert is_spdx(text)
    assert licence_name_fault(text) is None


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("CC BY 4.0", "CC-BY-4.0"),
        ("Apache 2", "Apache-2.0"),
        ("Apache_2.0", "Apache-2.0"),
        ("cc0 1.0", "CC0-1.0"),
        ("Free for all who ask", None),
        ("https://example.org/licence", None),
        ("x" * 5000, None),
    ],
)
def test_a_name_that_is_almost_one(text: str, meant: str | None) -> None:
    fault = licence_name_fault(text)
    assert (fault.suggestion if fault else None) == meant
