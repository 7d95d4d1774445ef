"""``[ALGORITHM:]HEX``: what is understood, and what is refused in words."""

from __future__ import annotations

import pytest

from archiver.standards.expected_digest import ExpectedDigest, parse_expected_digest


@pytest.mark.parametrize(
    ("text", "algorithm", "usual"),
    [
        ("ab" * 16, None, "md5"),
        ("AB" * 20, None, "sha1"),
        (" " + "ab" * 32 + "\n", None, "sha256"),
        ("ab" * 64, None, "sha512"),
        ("sha3256:" + "ab" * 32, "sha3_256", "sha3_256"),
        ("SHA-512:" + "ab" * 64, "sha512", "sha512"),
        ("blake2b:" + "ab" * 64, "blake2b", "blake2b"),
    ],
)
def test_digests(text: str, algorithm: str | None, usual: str) -> None:
    expected = parse_expected_digest(text)
    assert expected == ExpectedDigest(digest=b"\xab" * len(expected.digest), algorithm=algorithm)
    assert expected.usual_algorithm == usual


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "hexadecimal"),
        ("abc", "hexadecimal"),
        ("xyz:ab", "xyz is not known"),
        ("ab", "cut off"),
        ("ab" * 31, "62 hexadecimal digits"),
        ("sha256:" + "ab" * 31, "has 64 hexadecimal digits, this one 62"),
        ("sha512:" + "ab" * 32, "has 128 hexadecimal digits"),
        ("sha256:g" + "a" * 63, "hexadecimal"),
        ("shake128:" + "ab" * 16, "not known"),
        ("\u0661" * 64, "hexadecimal"),
    ],
)
def test_what_is_no_digest(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_expected_digest(text)


def test_the_tag_manifest_tells_its_algorithm_where_the_length_fits() -> None:
    expected = parse_expected_digest("ab" * 32)
    assert expected.algorithm_for("sha3_256") == "sha3_256"
    assert expected.algorithm_for("blake2s") == "blake2s"
    assert expected.algorithm_for("sha512") == "sha256"
    assert expected.algorithm_for(None) == "sha256"
    assert parse_expected_digest("sha256:" + "ab" * 32).algorithm_for("sha3_256") == "sha256"
