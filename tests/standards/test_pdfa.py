from __future__ import annotations

import pytest

from archiver.standards.pdfa import parse_flavour


@pytest.mark.parametrize("name", ["1a", "1b", "2a", "2b", "2u", "3a", "3b", "3u", "4", "4e", "4f"])
def test_every_flavour_of_the_four_parts_has_a_name(name: str) -> None:
    assert parse_flavour(name).name == name


@pytest.mark.parametrize("name", ["", "1u", "2", "2e", "4u", "4b", "5", "2U", "2u ", "٢u"])
def test_what_is_no_flavour_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no PDF/A flavour"):
        parse_flavour(name)


def test_what_a_flavour_allows() -> None:
    names = ("2u", "3b", "3u", "4", "4f")
    assert [one for one in names if parse_flavour(one).embeds_any_file] == ["3b", "3u", "4f"]
    assert [one for one in names if parse_flavour(one).needs_embedded_file] == ["4f"]
    assert [one for one in names if parse_flavour(one).revision] == ["4", "4f"]
