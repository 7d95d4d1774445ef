"""The bytes of a PDF/A that is kept: each way of writing them that PDF/A forbids is seen, as veraPDF sees it."""

from __future__ import annotations

import re
from io import BytesIO
from random import Random
from typing import TYPE_CHECKING

import pikepdf
import pytest

from archiver.model import Description, RenderRequest
from archiver.render.pdf.byte_syntax import syntax_faults
from archiver.render.pdf.converter import RENDERER
from tests.render.pdf_samples import page, updated

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def ask(content: bytes) -> RenderRequest:
    return RenderRequest(
        name="a.pdf",
        content=content,
        media_type="application/pdf",
        puid=None,
        description=Description(),
        identifier="urn:uuid:x",
    )


def valid(**saving: object) -> bytes:
    """Return valid PDF/A-2b with a cross-reference table and no object streams, unless told otherwise."""
    made = RENDERER.convert(ask(page())).pdf
    out = BytesIO()
    with pikepdf.open(BytesIO(made or b"")) as pdf:
        pdf.save(out, **{"object_stream_mode": pikepdf.ObjectStreamMode.disable, "deterministic_id": True, **saving})
    return out.getvalue()


def same_length(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """Change the first match into something as long, so that every offset stays true."""

    def change(content: bytes) -> bytes:
        match = re.search(old, content)
        assert match is not None
        replaced = match.expand(new)
        assert len(replaced) == len(match[0]), (match[0], replaced)
        return content[: match.start()] + replaced + content[match.end() :]

    return change


FAULTS: dict[str, Callable[[bytes], bytes]] = {
    "nothing after the comment sign": same_length(rb"%\xbf\xf7\xa2\xfe", rb"%abcd"),
    "something after the end": lambda content: content + b"\n\nmore",
    "something before the header": lambda content: b"\n" + content,
    "an object that does not begin a line": same_length(rb"\n(\d) 0 obj\n", rb" \1 0 obj\n"),
    "stream without an end of line": same_length(rb">>\nstream\n", rb">>\nstream "),
    "a length too long": same_length(rb"/Length (\d)(\d\d)", rb"/Length 9\2"),
    "no identifier": same_length(rb"/ID \[", rb"/IX ["),
}

STRICTER = {
    "a tab in the table": same_length(rb"xref\n0 (\d+)\n", rb"xref\n0\t\1\n"),
    "damage in a compressed stream": same_length(rb"(?s)(stream\nx\x9c.{60})...", rb"\1\0\0\0"),
}
"""What ISO 19005-2 6.1.4 forbids, or readers make different things of, and veraPDF may let pass."""


def faults(content: bytes) -> list[str]:
    with pikepdf.open(BytesIO(content)) as pdf:
        return [*pdf.get_warnings(), *syntax_faults(content, pdf)]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(valid(), id="table"),
        pytest.param(valid(object_stream_mode=pikepdf.ObjectStreamMode.generate), id="stream"),
        pytest.param(valid(linearize=True), id="for the web"),
        pytest.param(updated(valid()), id="updated"),
        pytest.param(page("pdf/a-2b"), id="another writer"),
    ],
)
def test_well_written_files_have_no_fault(content: bytes) -> None:
    assert faults(content) == []


@pytest.mark.parametrize("change", [*FAULTS.values(), *STRICTER.values()], ids=[*FAULTS, *STRICTER])
def test_each_fault_is_seen(change: Callable[[bytes], bytes]) -> None:
    assert faults(change(valid()))


@pytest.mark.parametrize("string", [b"<414>", b"<4x>", b"<4>"])
def test_strings_of_hexadecimal_digits_are_looked_at(string: bytes) -> None:
    content = valid()
    old = re.search(rb"/Lang \(en\)", content)
    assert old is not None
    changed = content.replace(old[0], b"/Lang" + string.rjust(len(old[0]) - 5))
    assert len(changed) == len(content)
    assert any("6.1.6" in fault for fault in faults(changed))


def test_what_verapdf_refuses_is_refused_here(verapdf_judge: Callable[..., dict[Path, bool]], tmp_path: Path) -> None:
    files = {}
    for number, (name, change) in enumerate(FAULTS.items()):
        file = tmp_path / f"{number}.pdf"
        file.write_bytes(change(valid()))
        files[file] = name
    (tmp_path / "good.pdf").write_bytes(valid())
    verdicts = verapdf_judge([*files, tmp_path / "good.pdf"], flavour="2b")
    assert verdicts.pop(tmp_path / "good.pdf")
    assert {files[file] for file, passed in verdicts.items() if passed} == set()


def test_nothing_is_kept_that_verapdf_refuses(verapdf_judge: Callable[..., dict[Path, bool]], tmp_path: Path) -> None:
    chance, content, kept = Random(7), valid(), []  # noqa: S311 - the same files each time
    structure = re.sub(rb"(?s)stream\n.*?endstream", lambda match: b"x" * len(match[0]), content)
    places = [match.start() for match in re.finditer(rb"[ \n<>()\[\]/]", structure)]
    for number in range(120):
        mutated = bytearray(content)
        mutated[chance.choice(places)] = chance.choice(b" \r\n\t0<>()[]/%x")
        result = RENDERER.convert(ask(bytes(mutated)))
        if result.status == "kept":
            kept.append(tmp_path / f"{number}.pdf")
            kept[-1].write_bytes(mutated)
    assert len(kept) > 5
    verdicts = verapdf_judge(kept, flavour="2b")
    assert [file.name for file, passed in verdicts.items() if not passed] == []
