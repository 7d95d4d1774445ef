from __future__ import annotations

import pytest

from archiver.render import renderer_name
from archiver.render.typesetting.fonts import PACKAGES, fontconfig_configuration, installed_fonts


@pytest.mark.parametrize(
    ("puid", "media_type", "path", "name"),
    [
        ("x-fmt/111", "text/plain", "a.txt", "plain-text"),
        ("x-fmt/111", "text/plain", "README", "plain-text"),
        ("x-fmt/111", "text/plain", "b/a.MD", "markdown"),
        ("fmt/1149", "text/markdown", "a.txt", "markdown"),
        ("fmt/471", "text/html", "a.txt", "html"),
        ("fmt/103", "application/xhtml+xml", "a", "html"),
        (None, "application/octet-stream", "a.html", "html"),
        (None, "text/html; charset=utf-8", "a", "html"),
        (None, "application/octet-stream", "a.bin", None),
        ("x-fmt/18", "text/csv", "a.csv", "delimited"),
        ("x-fmt/111", "text/plain", "a.TSV", "delimited"),
        ("fmt/1565", "application/octet-stream", "a.rst", "rst"),
        ("fmt/483", "application/epub+zip", "a.epub", "epub"),
        ("fmt/214", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "a.xlsx", "sheets"),
        ("fmt/295", "application/vnd.oasis.opendocument.spreadsheet", "a", "sheets"),
        ("fmt/11", "image/png", "a.txt", "image"),
        ("x-fmt/429", "multipart/related", "a.eml", "email"),
        (None, "application/octet-stream", "a.eml", "email"),
        ("fmt/720", "application/mbox", "Inbox", "mbox"),
        ("x-fmt/111", "text/plain", ".html", "plain-text"),
        ("x-fmt/111", "text/plain", "a.json", "json"),
        ("fmt/101", "application/xml", "a.kml", "xml"),
        ("fmt/1476", "application/tei+xml", "a.xml", "xml"),
        ("fmt/1367", "application/geo+json", "a.geojson", "json"),
        ("fmt/92", "image/svg+xml", "a.svg", None),
        (None, "application/octet-stream", "a.xml", "xml"),
    ],
)
def test_choice(puid: str | None, media_type: str, path: str, name: str | None) -> None:
    assert renderer_name(puid, media_type, path) == name


def test_no_fonts_are_reported_with_the_packages_to_install(tmp_path_factory: pytest.TempPathFactory) -> None:
    report = installed_fonts([str(tmp_path_factory.mktemp("fonts"))])
    assert report.missing == PACKAGES
    assert not report.usable


def test_the_configuration_knows_no_other_folder() -> None:
    text = fontconfig_configuration("/c&d", ["/f"])
    assert text.count("<dir>") == 1
    assert "/c&amp;d" in text
    assert "variable" in text
