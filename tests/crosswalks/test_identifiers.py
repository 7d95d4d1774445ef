import pytest

from archiver.crosswalks.identifiers import identify


@pytest.mark.parametrize(
    ("text", "kind", "uri"),
    [
        ("https://doi.org/10.5555/AB(1)", "doi", "https://doi.org/10.5555/AB(1)"),
        ("doi:10.5555/ab", "doi", "https://doi.org/10.5555/ab"),
        ("10.5555/ab", "doi", "https://doi.org/10.5555/ab"),
        ("hdl:2027/x", "handle", "https://hdl.handle.net/2027/x"),
        ("urn:isbn:9780306406157", "isbn", "urn:isbn:9780306406157"),
        ("ISBN 978-0-306-40615-7", "isbn", "urn:isbn:978-0-306-40615-7"),
        ("ISSN 0378-5955", "issn", "urn:issn:0378-5955"),
        ("ark:/12025/654xz", "ark", "ark:/12025/654xz"),
        ("urn:uuid:6fa459ea-ee8a-3ca4-894e-db77e160355e", "urn", "urn:uuid:6fa459ea-ee8a-3ca4-894e-db77e160355e"),
        ("https://example.org/a", "url", "https://example.org/a"),
        ("mailto:a@example.org", "uri", "mailto:a@example.org"),
    ],
)
def test_an_identifier_is_known_by_its_form(text: str, kind: str, uri: str) -> None:
    found = identify(text)
    assert found is not None
    assert (found.kind, found.uri) == (kind, uri)


@pytest.mark.parametrize("text", ["Box 3", "9780306406157", "10.5555", "doi: see below", "", "x" * 5000, "http://a b"])
def test_what_is_none_stays_a_text(text: str) -> None:
    assert identify(text) is None
