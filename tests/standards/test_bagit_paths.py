from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.standards.bagit import decode_path, encode_path, unsafe_reason


@given(st.text())
def test_decoding_undoes_encoding(path: str) -> None:
    encoded = encode_path(path)
    assert decode_path(encoded) == path
    assert "\r" not in encoded
    assert "\n" not in encoded


@pytest.mark.parametrize(
    ("written", "path"),
    [
        pytest.param("data/50%25", "data/50%", id="percent"),
        pytest.param("data/a%0ab%0Dc", "data/a\nb\rc", id="either case"),
        pytest.param("data/%7Ea%20b%te", "data/%7Ea%20b%te", id="nothing else is decoded"),
        pytest.param("data/%250A", "data/%0A", id="decoded once"),
    ],
)
def test_decode_path(written: str, path: str) -> None:
    assert decode_path(written) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "../x",
        "data/../../x",
        "data/..",
        "data\\..\\..\\x",
        "..\\x",
        "~/x",
        "~root/x",
        "C:\\x",
        "c:x",
        "\\\\server\\share\\x",
        "\\\\?\\UNC\\server\\x",
        "\\x",
        "%HomeDrive%\\x",
        "data//x",
        "data/",
        "data/./x",
        ".",
        "data/a\0b",
    ],
)
def test_unsafe_paths(path: str) -> None:
    assert unsafe_reason(path)


@pytest.mark.parametrize(
    "path",
    [
        "bagit.txt",
        "data/..x",
        "data/x..",
        "data/...",
        "data/.hidden",
        "data/~x",
        "data/a:b",
        "data/a\\b",
        "data/a\nb",
        "data/ x ",
        "data/%HOME%/x",
        "100%25",
    ],
)
def test_ordinary_paths(path: str) -> None:
    assert unsafe_reason(path) is None


@given(st.text(alphabet="./\\~:%aC \0"))
def test_no_accepted_path_leaves_the_bag(path: str) -> None:
    if unsafe_reason(path) is None:
        assert not path.startswith(("/", "\\", "~"))
        assert ".." not in path.replace("\\", "/").split("/")
