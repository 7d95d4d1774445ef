from __future__ import annotations

import hashlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.standards.checksum_lists import LONGEST_LINE, ChecksumFault, ListedChecksum, read_checksums

MD5 = hashlib.md5(b"a", usedforsecurity=False).hexdigest()
SHA256 = hashlib.sha256(b"a").hexdigest()


def read(text: str, algorithm: str = "sha256") -> list[ListedChecksum | ChecksumFault]:
    return list(read_checksums(text.splitlines(keepends=True), algorithm))


@pytest.mark.parametrize(
    ("line", "path"),
    [
        pytest.param(f"{SHA256}  a b.txt", "a b.txt", id="text"),
        pytest.param(f"{SHA256} *a.txt", "a.txt", id="binary"),
        pytest.param(f"{SHA256.upper()}  a.txt", "a.txt", id="capitals"),
        pytest.param(f"{SHA256} a.txt", "a.txt", id="one blank"),
        pytest.param(f"{SHA256}\ta.txt", "a.txt", id="tab"),
        pytest.param(f"{SHA256}   a.txt", " a.txt", id="a name that begins with a blank"),
        pytest.param(f"{SHA256}  *a.txt", "*a.txt", id="a name that begins with a star"),
        pytest.param(f"\\{SHA256}  a\\nb\\\\c\\rd.txt", "a\nb\\c\rd.txt", id="escaped"),
        pytest.param(f"{SHA256}  a\\nb.txt", "a\\nb.txt", id="a backslash that escapes nothing"),
        pytest.param(f"SHA256 (a (1).txt) = {SHA256}", "a (1).txt", id="BSD"),
        pytest.param(f"SHA2-256(a.txt)= {SHA256}", "a.txt", id="OpenSSL"),
        pytest.param(f"\\SHA256 (a\\nb) = {SHA256}", "a\nb", id="BSD, escaped"),
        pytest.param(f"{SHA256}  ./бокс/письмо.txt", "./бокс/письмо.txt", id="folders"),
    ],
)
@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_line_states_a_file(line: str, path: str, end: str) -> None:
    expected = ListedChecksum(path=path, algorithm="sha256", digest=SHA256, line=1)
    assert read(line + end) == [expected]


def test_a_line_of_bsd_names_its_own_algorithm() -> None:
    assert read(f"MD5 (a) = {MD5}") == [ListedChecksum(path="a", algorithm="md5", digest=MD5, line=1)]


def test_marks_comments_and_empty_lines_state_nothing() -> None:
    text = f"\ufeff{SHA256}  a\n\n# made by hand\n ; or not\n{SHA256}  b\n"
    assert [(one.line, one.path) for one in read(text) if isinstance(one, ListedChecksum)] == [(1, "a"), (5, "b")]
    assert len(read(text)) == 2


@pytest.mark.parametrize(
    ("line", "words"),
    [
        pytest.param("a.txt", "neither 'DIGEST  PATH'", id="no digest"),
        pytest.param(SHA256, "neither 'DIGEST  PATH'", id="no path"),
        pytest.param(f"{MD5}  a", "a sha256 digest has 64 hexadecimal digits, this one 32", id="another algorithm's"),
        pytest.param(f"WHIRLPOOL (a) = {SHA256}", "the algorithm WHIRLPOOL is not known", id="unknown"),
        pytest.param(f"MD5 (a) = {SHA256}", "a md5 digest has 32", id="BSD, another algorithm's"),
        pytest.param(f"{SHA256}  " + "a" * LONGEST_LINE, "longer than", id="long"),
    ],
)
def test_a_line_that_states_nothing_is_named(line: str, words: str) -> None:
    (fault,) = read(line)
    assert isinstance(fault, ChecksumFault)
    assert words in fault.cause


@given(st.lists(st.text(st.characters(exclude_characters="\0/"), min_size=1).filter(str.strip), min_size=1))
def test_what_md5sum_writes_is_read(names: list[str]) -> None:
    def written(name: str) -> str:
        escaped = name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
        return f"{chr(92) if escaped != name else ''}{MD5}  {escaped}\n"

    found = list(read_checksums([written(name) for name in names], "md5"))
    assert [(one.path, one.digest) for one in found if isinstance(one, ListedChecksum)] == [
        (name, MD5) for name in names
    ]


def test_no_line_takes_long() -> None:
    began = time.monotonic()
    for line in ("(" * LONGEST_LINE, "a" * LONGEST_LINE, f"{SHA256} " + " \t" * 30_000, "MD5 (" + ") = " * 16_000):
        read(line)
    assert time.monotonic() - began < 2
