from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.standards.bagit import (
    ALGORITHMS,
    hash_name,
    manifest_text,
    parse_fetch,
    parse_manifest,
    unsafe_reason,
)

MD5 = "b1946ac92492d2347c6235b4d2611184"


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        pytest.param("", [], id="empty manifest"),
        pytest.param(f"{MD5} data/50%25%0A\n", ["data/50%\n"], id="LF and % decoded"),
        pytest.param(f"{MD5} data/a\u2028b\u0085c\x0bd\x0ce\n", ["data/a\u2028b\u0085c\x0bd\x0ce"], id="not newlines"),
        pytest.param(f"{MD5} \t data/a\r{MD5}\tdata/b\r\n{MD5} data/c", ["data/a", "data/b", "data/c"], id="endings"),
        pytest.param(f"{MD5}  data/a  \n", ["data/a  "], id="trailing spaces kept"),
        pytest.param(f"{MD5.upper()}  data/a\n", ["data/a"], id="upper-case digest"),
    ],
)
def test_manifest_paths(text: str, paths: list[str]) -> None:
    parsed = parse_manifest(text, "md5")
    assert [entry.path for entry in parsed.entries] == paths
    assert {entry.digest for entry in parsed.entries} <= {MD5}
    assert not parsed.findings


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        pytest.param(f"{MD5} *data/a\n", ["bag-manifest-star"], id="star"),
        pytest.param(f"{MD5}  ./data/a\n{MD5}  ./data/b\n", ["bag-manifest-dot-slash"], id="dot slash once for all"),
        pytest.param(f"{MD5}  data/a\n\n{MD5}  data/b\n", ["bag-manifest-blank-line"], id="blank line"),
        pytest.param(f"{MD5}  data/a\n\n\n", [], id="blank lines at the end"),
        pytest.param(f"x\n{MD5[1:]}  data/a\n{MD5}\n", ["bag-manifest-syntax"] * 3, id="every bad line"),
        pytest.param("# made by hand\n", ["bag-manifest-syntax"], id="comment"),
        pytest.param(f"{MD5}  ../x\n{MD5}  ./~/x\n", ["bag-path-unsafe"] * 2 + ["bag-manifest-dot-slash"], id="unsafe"),
    ],
)
def test_manifest_findings(text: str, codes: list[str]) -> None:
    assert [finding.code for finding in parse_manifest(text, "md5").findings] == codes


def test_findings_name_the_line() -> None:
    (finding,) = parse_manifest(f"{MD5}  data/a\nrubbish\n", "md5").findings
    assert "manifest-md5.txt, line 2" in finding.message


@given(st.text(), st.sampled_from(["md5", "sha512", "unheard-of"]))
def test_any_text_parses(text: str, algorithm: str) -> None:
    parse_manifest(text, algorithm)
    parse_fetch(text)


@given(st.dictionaries(st.text(min_size=1).map("data/{}".format), st.binary(max_size=4)))
def test_written_manifests_read_back(files: dict[str, bytes]) -> None:
    digests = {path: hashlib.md5(data).hexdigest() for path, data in files.items() if not unsafe_reason(path)}  # noqa: S324
    parsed = parse_manifest(manifest_text(digests.items()), "md5")
    assert {entry.path: entry.digest for entry in parsed.entries} == digests
    assert not parsed.findings


def test_manifest_text_is_sorted_by_bytes_of_the_path() -> None:
    text = manifest_text([("data/\uffee", "AA"), ("data/\U00010000", "bb"), ("data/%", "cc")])
    assert text == "cc  data/%25\naa  data/\uffee\nbb  data/\U00010000\n"


@pytest.mark.parametrize("path", ["../x", " x", "*x", "data/\udc80", ""])
def test_manifest_text_refuses_what_could_not_be_read_back(path: str) -> None:
    with pytest.raises(ValueError, match="cannot be listed"):
        manifest_text([(path, "aa")])


@pytest.mark.parametrize(
    ("name", "known"),
    [("SHA-512", "sha512"), ("sha3_256", "sha3_256"), ("sha3256", "sha3_256"), ("crc32", None), ("shake128", None)],
)
def test_algorithm_names(name: str, known: str | None) -> None:
    assert hash_name(name) == known


def test_digest_sizes_are_those_of_hashlib() -> None:
    for name, size in ALGORITHMS.values():
        assert hashlib.new(name).digest_size == size


def test_fetch() -> None:
    entries, findings = parse_fetch(
        "https://example.org/a - data/a b\nhttps://example.org/b 12 data/%25\n"
        "no-url 1 data/c\nx\nhttps://example.org/ - /etc\n"
    )
    assert [(entry.path, entry.size, entry.line) for entry in entries][:2] == [("data/a b", None, 1), ("data/%", 12, 2)]
    assert [finding.code for finding in findings] == ["bag-fetch-syntax", "bag-fetch-syntax", "bag-path-unsafe"]
