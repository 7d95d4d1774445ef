from __future__ import annotations

import hashlib
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from archiver.config import (
    FLAVOURS,
    UNNAMED_NAMESPACE,
    Configuration,
    DepositSettings,
    Screening,
    check_algorithms,
    check_embedding,
    check_flavour,
    read_configuration,
)
from archiver.errors import ConfigurationError, ExitCode, UsageError

if TYPE_CHECKING:
    from pathlib import Path


def test_every_key_is_read(tmp_path: Path) -> None:
    file = tmp_path / "archiver.toml"
    file.write_text(
        """
        [archive]
        name = " Société « Ж » "
        address = "1 Main Street, Town"
        contact_name = "Jane Doe"
        contact_email = "jane@example.org"
        url = "https://archive.example.org"
        ror = "https://ror.org/01ggx4157"
        namespace = "daa66292-95b4-45c4-87f8-eabdac78598a"
        [build]
        algorithms = ["SHA-256", "sha512", "sha256"]
        pdfa = "none"
        workers = 3
        """,
        encoding="utf-8",
    )
    assert read_configuration(file) == Configuration(
        name="Société « Ж »",
        address="1 Main Street, Town",
        contact_name="Jane Doe",
        contact_email="jane@example.org",
        url="https://archive.example.org",
        ror="https://ror.org/01ggx4157",
        namespace=uuid.UUID("daa66292-95b4-45c4-87f8-eabdac78598a"),
        algorithms=("sha256", "sha512"),
        pdfa=None,
        deposits=DepositSettings(records=tmp_path / "deposits"),
        workers=3,
    )


@pytest.mark.parametrize(("key", "value"), [("url", "archive.example.org"), ("ror", "01ggx4157")])
def test_addresses_of_the_archive_are_whole(tmp_path: Path, key: str, value: str) -> None:
    file = tmp_path / "archiver.toml"
    file.write_text(f'[archive]\n{key} = "{value}"\n', encoding="utf-8")
    with pytest.raises(ConfigurationError, match=rf"archive\.{key} must be the whole address: https://"):
        read_configuration(file)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('clamd = "/run/clamav/clamd.ctl"', Screening(clamd="/run/clamav/clamd.ctl"), id="socket"),
        pytest.param('clamd = "[::1]:3310"', Screening(clamd="[::1]:3310"), id="port"),
        pytest.param('clamscan = "clamscan"', Screening(clamscan="clamscan"), id="program"),
    ],
)
def test_virus_checks_are_configured(tmp_path: Path, text: str, expected: Screening) -> None:
    file = tmp_path / "archiver.toml"
    file.write_text(f"[screening]\n{text}\n", encoding="utf-8")
    assert read_configuration(file).screening == expected
    file.write_text(f'[screening]\n{text}\nquarantine = "found"\n', encoding="utf-8")
    assert read_configuration(file).screening == replace(expected, quarantine=tmp_path / "found")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "needs one of", id="nothing"),
        pytest.param('clamd = "/a"\nclamscan = "b"', "needs one of", id="both"),
        pytest.param('clamd = "clamd.ctl"', "host:port", id="neither a path nor a port"),
        pytest.param('clamd = "localhost:99999"', "host:port", id="no port"),
        pytest.param('clamd = "/a"\nquarantene = "b"', "quarantine", id="misspelt"),
        pytest.param("clamd = 3310", "screening.clamd", id="a number"),
    ],
)
def test_virus_checks_that_cannot_be_are_refused(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "archiver.toml"
    file.write_text(f"[screening]\n{text}\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=said):
        read_configuration(file)


def test_without_a_file_everything_has_a_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    configuration = read_configuration(None)
    assert configuration == Configuration()
    assert configuration.is_unnamed
    assert (configuration.algorithms, configuration.pdfa) == (("sha512",), "2u")
    assert 1 <= configuration.workers <= 8


def test_the_file_of_the_working_folder_is_meant_where_none_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "archiver.toml").write_text('[archive]\nname = "Here"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert read_configuration(None).name == "Here"
    assert read_configuration(None).namespace == UNNAMED_NAMESPACE


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("[archive", "no valid TOML", id="broken"),
        pytest.param("[archive]\n[archive]\n", "no valid TOML", id="table twice"),
        pytest.param("archive = 3", "[archive] must be a table", id="no table"),
        pytest.param("name = 'x'", "unknown table: 'name'", id="key outside"),
        pytest.param("[archve]", "did you mean 'archive'?", id="table misspelt"),
        pytest.param("[archive]\nnmae = 'x'", "unknown key in [archive]: 'nmae'; did you mean 'name'?", id="misspelt"),
        pytest.param("[build]\nzzz = 1", "known: algorithms, pdfa, workers", id="unknown"),
        pytest.param("[archive]\nname = 3", "archive.name must be one line of plain text", id="number for text"),
        pytest.param("[archive]\nname = '  '", "archive.name must be one line of plain text", id="blank"),
        pytest.param('[archive]\nname = "a\\nb"', "archive.name must be one line of plain text", id="two lines"),
        pytest.param('[archive]\nname = "a\\u001bb"', "archive.name must be one line of plain text", id="escape code"),
        pytest.param("[archive]\nnamespace = 'mine'", "archive.namespace must be a UUID", id="no UUID"),
        pytest.param("[archive]\nnamespace = 5", "archive.namespace must be", id="number for a UUID"),
        pytest.param("[build]\nalgorithms = 'sha512'", "build.algorithms must be a list", id="no list"),
        pytest.param("[build]\nalgorithms = []", "build.algorithms must be a list", id="empty list"),
        pytest.param("[build]\nalgorithms = [512]", "build.algorithms must be", id="number in the list"),
        pytest.param("[build]\nalgorithms = ['md6']", "unknown digest algorithm md6", id="unknown digest"),
        pytest.param("[build]\npdfa = '4u'", "build.pdfa: there is no PDF/A flavour '4u'", id="unknown flavour"),
        pytest.param("[build]\npdfa = true", "build.pdfa: there is no PDF/A flavour", id="yes to PDF/A"),
        pytest.param("[build]\nworkers = 0", "build.workers must be a whole number from 1", id="no worker"),
        pytest.param("[build]\nworkers = true", "build.workers must be", id="true for a number"),
        pytest.param("[build]\nworkers = 1.5", "build.workers must be", id="part of a worker"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_file(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "archiver.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        read_configuration(file)
    assert said in str(caught.value)
    assert str(file) in str(caught.value) or "md6" in text
    assert caught.value.exit_code is ExitCode.USAGE


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(b"# caf\xe9\n")
    for name in ("nowhere.toml", "latin.toml", "."):
        with pytest.raises(ConfigurationError, match=str(tmp_path)):
            read_configuration(tmp_path / name)


@pytest.mark.parametrize(
    ("names", "known"),
    [
        (("sha512",), ("sha512",)),
        (("SHA-512", "Sha256"), ("sha512", "sha256")),
        (("sha3-256",), ("sha3_256",)),
        (("SHA3_256",), ("sha3_256",)),
        (("SHA3_256", "sha3-256"), ("sha3_256",)),
        (("md5", "md5"), ("md5",)),
    ],
)
def test_algorithms_are_named_as_hashlib_does(names: tuple[str, ...], known: tuple[str, ...]) -> None:
    assert check_algorithms(names) == known
    for name in known:
        assert hashlib.new(name, usedforsecurity=False).digest_size > 0


@pytest.mark.parametrize("names", [(), ("",), ("sha-1024",), ("shake_256",), ("sha512", "nonsense")])
def test_algorithms_without_a_fixed_length_or_a_maker_are_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(ConfigurationError, match="use blake2b"):
        check_algorithms(names)


@pytest.mark.parametrize("name", FLAVOURS)
def test_every_flavour_offered_is_taken(tmp_path: Path, name: str) -> None:
    file = tmp_path / "archiver.toml"
    file.write_text(f'[build]\npdfa = "{name}"\n', encoding="utf-8")
    assert read_configuration(file).pdfa == check_flavour(name) == name


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("1a", "transparency"),
        ("1b", "transparency"),
        ("4u", "no PDF/A flavour"),
        ("2U", "no PDF/A flavour"),
        ("", "no PDF/A"),
    ],
)
def test_a_flavour_that_is_not_made_is_refused_with_the_reason(tmp_path: Path, name: str, reason: str) -> None:
    file = tmp_path / "archiver.toml"
    file.write_text(f'[build]\npdfa = "{name}"\n', encoding="utf-8")
    with pytest.raises(UsageError, match=reason):
        check_flavour(name)
    with pytest.raises(ConfigurationError, match=f"build.pdfa: .*{reason}") as refused:
        read_configuration(file)
    assert refused.value.exit_code == ExitCode.USAGE


def test_the_original_is_embedded_only_where_the_flavour_holds_it(tmp_path: Path) -> None:
    file = tmp_path / "archiver.toml"
    file.write_text("[build]\nembed_original = true\n", encoding="utf-8")
    configuration = read_configuration(file)
    assert (configuration.pdfa, configuration.embed_original) == ("3u", True)
    assert check_embedding(configuration) == configuration
    assert check_embedding(Configuration(pdfa="4f")).embed_original
    assert not check_embedding(Configuration(pdfa="3u")).embed_original
    for flavour in ("2u", "4", None):
        with pytest.raises(UsageError, match="cannot be embedded"):
            check_embedding(Configuration(pdfa=flavour, embed_original=True))
    file.write_text("[build]\nembed_original = 1\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"build\.embed_original must be true or false"):
        read_configuration(file)


def test_sheets_are_tables_unless_libreoffice_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "archiver.toml"
    for text, expected in (("", False), ('sheets = "tables"', False), ('sheets = "libreoffice"', True)):
        file.write_text(f"[build]\n{text}\n", encoding="utf-8")
        assert read_configuration(file).sheets_by_libreoffice is expected
    file.write_text('[build]\nsheets = "excel"\n', encoding="utf-8")
    with pytest.raises(ConfigurationError, match='"tables" or "libreoffice"'):
        read_configuration(file)


def test_a_profile_of_records_stands_beside_the_file_unless_it_comes_with_the_program(tmp_path: Path) -> None:
    file = tmp_path / "archiver.toml"
    file.write_text('[metadata]\nprofile = "strict"\n', encoding="utf-8")
    assert read_configuration(file).record_profile == "strict"
    file.write_text('[metadata]\nprofile = "rules/own.csv"\n', encoding="utf-8")
    assert read_configuration(file).record_profile == str(tmp_path / "rules" / "own.csv")


def test_packages_are_for_e_ark_where_it_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "archiver.toml"
    for text, expected in (("", None), ('e_ark = "sip"', "sip"), ('e_ark = "aip"', "aip"), ('e_ark = "none"', None)):
        file.write_text(f"[build]\n{text}\n", encoding="utf-8")
        assert read_configuration(file).e_ark == expected
    file.write_text('[build]\ne_ark = "dip"\n', encoding="utf-8")
    with pytest.raises(ConfigurationError, match="build\\.e_ark"):
        read_configuration(file)


def test_programs_are_named_or_left_unasked(tmp_path: Path) -> None:
    file = tmp_path / "archiver.toml"
    file.write_text('[build]\nverapdf = "/opt/verapdf"\npdftopdfa = "none"\n', encoding="utf-8")
    configuration = read_configuration(file)
    assert (configuration.verapdf, configuration.pdftopdfa) == ("/opt/verapdf", None)
    assert (Configuration().verapdf, Configuration().pdftopdfa) == ("verapdf", "pdftopdfa")


@pytest.mark.parametrize("value", ["[]", '["2u"]', "{ a = 1 }", "1.5", "1979-05-27", "true", '""', '"a\\u0000b"'])
@pytest.mark.parametrize(
    "key", ["build.pdfa", "build.sheets", "build.e_ark", "build.verapdf", "archive.namespace", "screening.clamd"]
)
def test_a_value_of_another_kind_is_named(tmp_path: Path, key: str, value: str) -> None:
    table, name = key.split(".")
    file = tmp_path / "archiver.toml"
    file.write_text(f"[{table}]\n{name} = {value}\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=key.replace(".", r"\.")):
        read_configuration(file)
