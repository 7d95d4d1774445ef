from __future__ import annotations

import random
import time
import zipfile
from io import BytesIO

import pytest

from archiver.render.office.formats import OfficeFormat, office_format
from archiver.render.office.inspection import inspect
from tests.corpus.office import docx, docx_parts, odp, odt, rtf, word_paragraph, zipped

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def refusal(content: bytes, name: str) -> str | None:
    found = inspect(content, office_format(name, content), f"a.{name}").refusal
    return found.code if found else None


def codes(content: bytes, name: str) -> list[str]:
    return [finding.code for finding in inspect(content, office_format(name, content), f"a.{name}").findings]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        pytest.param(docx("words"), "docx", id="docx"),
        pytest.param(odt("words"), "odt", id="odt"),
        pytest.param(odp("words"), "odp", id="odp"),
        pytest.param(rtf("words"), "rtf", id="rtf"),
        pytest.param(OLE, "doc", id="doc"),
    ],
)
def test_a_sound_document_is_let_through(content: bytes, name: str) -> None:
    assert refusal(content, name) is None
    assert codes(content, name) == []


@pytest.mark.parametrize("name", ["docx", "odt", "pptx", "odp", "rtf", "doc", "ppt", "sheets"])
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"words", b"%PDF-1.7", bytes(1000)])
def test_what_is_something_else_is_damaged(content: bytes, name: str) -> None:
    assert refusal(content, name) == "office-damaged"


def test_a_zip_of_something_else_is_damaged() -> None:
    assert refusal(zipped({"a": b"b"}), "docx") == "office-damaged"
    assert refusal(docx("words"), "odt") == "office-damaged"


def test_one_byte_changed_in_a_part_is_seen() -> None:
    content = bytearray(
        zipped({"[Content_Types].xml": b"x" * 100, "word/document.xml": b"<a/>"}, stored=("word/document.xml",))
    )
    at = content.index(b"<a/>")
    content[at + 1] ^= 1
    assert refusal(bytes(content), "docx") == "office-damaged"


@pytest.mark.parametrize("cut", [10, 100, 400])
def test_a_truncated_file_is_damaged(cut: int) -> None:
    assert refusal(docx("words")[:-cut], "docx") == "office-damaged"


def encrypted_stream(name: str) -> bytes:
    return OLE + f"{name}\0".encode("utf-16-le") + bytes(100)


def test_encrypted_files_are_named() -> None:
    assert refusal(encrypted_stream("EncryptedPackage"), "docx") == "office-encrypted"
    manifest = b'<manifest:manifest xmlns:manifest="m"><manifest:encryption-data/></manifest:manifest>'
    assert refusal(odt("words", more={"META-INF/manifest.xml": manifest}), "odt") == "office-encrypted"
    word = OLE[:512].ljust(512, b"\0") + b"\xec\xa5" + bytes(8) + b"\x00\x01" + bytes(1000)
    assert refusal(word, "doc") == "office-encrypted"
    assert refusal(encrypted_stream("EncryptedSummary"), "ppt") == "office-encrypted"


def test_a_compound_file_under_another_name_is_damaged() -> None:
    assert refusal(OLE, "docx") == "office-damaged"


def test_macros_are_named_and_do_not_stop() -> None:
    parts = docx_parts(word_paragraph("words")) | {"word/vbaProject.bin": OLE}
    assert codes(zipped(parts), "docx") == ["office-macros"]
    assert codes(odt("words", more={"Basic/Standard/Module1.xml": "<a/>"}), "odt") == ["office-macros"]
    assert codes(encrypted_stream("_VBA_PROJECT"), "doc") == ["office-macros"]


def test_what_is_fetched_is_counted_and_hyperlinks_are_not() -> None:
    kinds = {"image": "http://127.0.0.1/x.png", "hyperlink": "http://127.0.0.1/", "attachedTemplate": "file:///x"}
    related = "".join(
        f'<Relationship Id="x{kind}" Type="http://x/{kind}" Target="{target}" TargetMode="External"/>'
        for kind, target in kinds.items()
    )
    content = zipped(docx_parts(word_paragraph("words"), relationships=related))
    found = inspect(content, office_format("docx", content), "a.docx").findings
    assert [finding.code for finding in found] == ["office-external-resource"]
    assert "takes 2 pictures" in found[0].message
    linked = '<draw:image xlink:href="http://127.0.0.1/x.png"/>'
    assert codes(odt("words", more={"styles.xml": f"<a>{linked}</a>"}), "odt") == ["office-external-resource"]


def test_entities_are_refused() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><a>&d;</a>'
    assert refusal(zipped(docx_parts("") | {"word/document.xml": bomb}), "docx") == "office-damaged"
    assert refusal(odt("words", more={"styles.xml": bomb.encode("utf-16")}), "odt") == "office-damaged"


def bomb(size: int, count: int = 1) -> bytes:
    return zipped(docx_parts("words") | {f"word/media/{n}": bytes(size) for n in range(count)})


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(bomb(40 << 20), id="one part of zeros"),
        pytest.param(bomb(1 << 20, 60), id="many parts of zeros"),
        pytest.param(bomb(0, 20_001), id="twenty thousand parts"),
    ],
)
def test_bombs_are_refused_before_they_are_unpacked(content: bytes) -> None:
    started = time.process_time()
    assert refusal(content, "docx") == "office-expands-too-far"
    assert time.process_time() - started < 5


def test_a_part_that_lies_about_its_size_is_not_followed() -> None:
    content = bytearray(bomb(40 << 20))
    true = (40 << 20).to_bytes(4, "little")
    assert content.count(true) == 2  # in the part's own header, and in the directory
    lying = bytes(content).replace(true, (1 << 10).to_bytes(4, "little"))
    assert refusal(lying, "docx") == "office-damaged"


def test_overlapping_parts_are_refused() -> None:
    content = zipped({"[Content_Types].xml": b"x" * 100, "word/document.xml": bytes(1 << 20)})
    with zipfile.ZipFile(BytesIO(content)) as archive:
        places = {one.filename: one.header_offset for one in archive.infolist()}
    own = places["[Content_Types].xml"].to_bytes(4, "little")
    directory = content.rindex(b"PK\x01\x02")
    bent = content[: directory + 42] + own + content[directory + 46 :]
    assert refusal(bent, "docx") == "office-damaged"


SOUND = {
    "docx": docx("words", "more"),
    "odt": odt("words", "more"),
    "odp": odp("words"),
    "rtf": rtf("words"),
    "doc": OLE,
}


@pytest.mark.parametrize("seed", range(40))
def test_mutated_files_give_a_value_quickly(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same mutations each time
    name = chance.choice(sorted(SOUND))
    content = bytearray(SOUND[name])
    for _ in range(chance.randint(1, 30)):
        at = chance.randrange(len(content))
        content[at : at + chance.randint(0, 3)] = chance.randbytes(chance.randint(0, 4))
    kind: OfficeFormat = office_format(name, bytes(content))
    started = time.process_time()
    seen = inspect(bytes(content), kind, "a")
    assert time.process_time() - started < 5
    assert seen == seen  # noqa: PLR0124 - a value, whatever the bytes
