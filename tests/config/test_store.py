"""Tests of ``[store]`` in ``archiver.toml``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archiver.config import Configuration, StoreSettings, read_configuration
from archiver.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path


def test_every_key_is_read(tmp_path: Path) -> None:
    file = tmp_path / "archiver.toml"
    file.write_text(
        """
        [store]
        path = "kept/store"
        records = "/var/records"
        layout = "0004"
        layout_parameters = { tupleSize = 2, shortObjectRoot = true }
        reflink = true
        user_name = "Jane Doe"
        user_address = "mailto:jane@example.org"
        """,
        encoding="utf-8",
    )
    assert read_configuration(file).store == StoreSettings(
        path=str(tmp_path / "kept" / "store"),
        records=tmp_path / "/var/records",
        layout="0004",
        layout_parameters={"tupleSize": 2, "shortObjectRoot": True},
        reflink=True,
        user_name="Jane Doe",
        user_address="mailto:jane@example.org",
    )


def test_without_a_table_the_store_lies_in_the_working_folder(tmp_path: Path) -> None:
    assert Configuration().store == StoreSettings(path="store")
    (tmp_path / "archiver.toml").write_text('[store]\npath = "s3://bucket/store"\n', encoding="utf-8")
    assert read_configuration(tmp_path / "archiver.toml").store.path == "s3://bucket/store"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("layout_parameters = 3", "layout_parameters must be a table"),
        ('user_address = "Jane"', "must be a URI"),
        ('reflink = "yes"', "true or false"),
        ('place = "store"', "unknown key"),
        ("path = 1", "plain text"),
    ],
)
def test_values_that_cannot_be_used_are_named(tmp_path: Path, line: str, words: str) -> None:
    (tmp_path / "archiver.toml").write_text(f"[store]\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=words):
        read_configuration(tmp_path / "archiver.toml")
