import pytest

from archiver.crosswalks.licences import parse_licence


@pytest.mark.parametrize(
    ("text", "identifier", "uri"),
    [
        (
            "http://creativecommons.org/licenses/by-nc/4.0/deed.ru",
            "CC-BY-NC-4.0",
            "http://creativecommons.org/licenses/by-nc/4.0/deed.ru",
        ),
        ("CC0-1.0", "CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        ("cc-by-4.0", "CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
        ("MIT", "MIT", "https://spdx.org/licenses/MIT.html"),
        ("https://opensource.org/licenses/MIT", "MIT", "https://opensource.org/licenses/MIT"),
        ("https://creativecommons.org/licenses/by/9.9/", None, "https://creativecommons.org/licenses/by/9.9/"),
        ("http://rightsstatements.org/vocab/InC/1.0/", None, "http://rightsstatements.org/vocab/InC/1.0/"),
        ("All rights reserved", None, None),
        ("", None, None),
    ],
)
def test_a_licence_is_named_as_spdx_names_it(text: str, identifier: str | None, uri: str | None) -> None:
    found = parse_licence(text)
    assert (found.text, found.identifier, found.uri) == (text, identifier, uri)
