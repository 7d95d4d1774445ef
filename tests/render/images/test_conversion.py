from __future__ import annotations

import random
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf
import pytest
from PIL import Image, ImageFile

from archiver.model import RenderResult
from archiver.render.images import reading
from tests.render.images.pictures import CORPUS, WIDE, convert, deep, moving, png, saved, scene, see_through, turned

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Stored:
    """The picture on the first page, as the PDF holds it."""

    coding: str
    bits: int
    raw: bytes
    samples: bytes
    profile: bytes | None
    image: Image.Image
    opacity: Image.Image | None


def opened(result: RenderResult) -> pikepdf.Pdf:
    assert result.pdf is not None, result.findings
    return pikepdf.open(BytesIO(result.pdf))


def stored(content: bytes) -> Stored:
    with opened(convert(content)) as pdf:
        picture = pdf.pages[0].Resources.XObject.Picture
        assert isinstance(picture, pikepdf.Stream)
        colours, mask = picture.ColorSpace, picture.get("/SMask")
        return Stored(
            coding=str(picture.Filter),
            bits=int(picture.BitsPerComponent),
            raw=picture.read_raw_bytes(),
            samples=picture.read_bytes() if picture.Filter == "/FlateDecode" else b"",
            profile=colours[1].read_bytes()
            if isinstance(colours, pikepdf.Array) and colours[0] == "/ICCBased"
            else None,
            image=pikepdf.PdfImage(picture).as_pil_image() if picture.BitsPerComponent <= 8 else Image.new("L", (1, 1)),
            opacity=pikepdf.PdfImage(mask).as_pil_image() if isinstance(mask, pikepdf.Stream) else None,
        )


def page_box(result: RenderResult) -> list[float]:
    with opened(result) as pdf:
        return [float(one) for one in pdf.pages[0].MediaBox][2:]


def page_count(result: RenderResult) -> int:
    with opened(result) as pdf:
        return len(pdf.pages)


@pytest.mark.parametrize("content", CORPUS.values(), ids=CORPUS.keys())
def test_every_kind_passes_each_check_and_shows_its_pixels(content: bytes) -> None:
    result = convert(content)
    assert (result.status, result.flavour, result.validated) == ("converted", "2u", True)
    assert [(check.name, check.passed) for check in result.checks] == [
        ("pdfa", True),
        ("picture", True),
        ("limits", True),
    ]
    assert {finding.code for finding in result.findings} <= {"image-animated"}
    assert result.pdf == convert(content).pdf
    assert result.notes


def test_verapdf_agrees_in_every_flavour(verapdf_judge: Callable[..., dict[Path, bool]], tmp_path: Path) -> None:
    for flavour in ("2b", "2u", "2a", "3b", "3u", "3a", "4"):
        files = []
        for number, (name, content) in enumerate(CORPUS.items()):
            if flavour == "2u" or number % 3 == 0:
                pdf = convert(content, flavour).pdf
                assert pdf is not None, name
                files.append(tmp_path / f"{flavour} {name}.pdf")
                files[-1].write_bytes(pdf)
        verdicts = verapdf_judge(files, flavour=flavour)
        assert [file.name for file, valid in verdicts.items() if not valid] == []


def test_jpeg_and_png_are_kept_to_the_byte() -> None:
    jpeg = stored(CORPUS["jpeg"])
    assert (jpeg.coding, jpeg.raw) == ("/DCTDecode", CORPUS["jpeg"])
    assert stored(CORPUS["png"]).raw in CORPUS["png"]
    assert stored(CORPUS["png palette"]).raw in CORPUS["png palette"]
    assert stored(CORPUS["png of 16 bits"]).bits == 16


@pytest.mark.parametrize("name", ["tiff lzw", "webp", "gif", "jpeg 2000", "tiff fax", "jpeg cmyk"])
def test_what_is_decoded_is_stored_without_loss(name: str) -> None:
    source = Image.open(BytesIO(CORPUS[name])).convert("RGB")
    assert stored(CORPUS[name]).image.convert("RGB").tobytes() == source.tobytes()


def test_grey_of_16_bits_keeps_them() -> None:
    samples = bytearray(deep().tobytes())
    samples[::2], samples[1::2] = samples[1::2], samples[::2]
    for name in ("tiff of 16 bits", "png grey of 16 bits", "jpeg 2000 of 16 bits"):
        kept = stored(CORPUS[name])
        assert kept.bits == 16
        assert kept.samples == bytes(samples)


def test_transparency_becomes_a_soft_mask() -> None:
    opacity = stored(CORPUS["png see-through"]).opacity
    assert opacity is not None
    assert opacity.tobytes() == see_through().getchannel("A").tobytes()
    assert stored(saved(scene(mode="RGBA"), "PNG")).opacity is None


def test_a_profile_is_kept_where_it_fits_and_left_out_where_not() -> None:
    assert stored(CORPUS["jpeg progressive"]).profile == WIDE
    for bad in (saved(scene(), "PNG", icc_profile=b"x" * 200), saved(scene(mode="L"), "JPEG", icc_profile=WIDE)):
        result = convert(bad)
        assert any("profile inside the file is left out" in note for note in result.notes)
        assert result.status == "converted"
        assert stored(bad).profile is None


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_honoured(kind: str, orientation: int) -> None:
    for size in ((300, 200), (1801, 1503)) if kind == "JPEG" else ((300, 200),):
        result = convert(saved(scene(*size), kind, exif=turned(orientation)))
        assert result.status == "converted"
        width, height = page_box(result)
        assert (height > width) is (orientation >= 5)


def test_a_picture_the_wrong_way_round_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "archiver.render.images.writing.matrix", lambda _, width, height: (-width, 0, 0, height, width, 0)
    )
    result = convert(CORPUS["jpeg"])
    assert (result.status, result.pdf, result.flavour) == ("failed", None, None)
    assert [finding.code for finding in result.findings] == ["rendition-picture-differs"]


@pytest.mark.parametrize(
    ("resolution", "size"),
    [
        pytest.param((150, 150), (144, 96), id="as stated"),
        pytest.param((300, 150), (72, 96), id="pixels that are not square"),
        pytest.param(None, (225, 150), id="96 an inch when nothing is stated"),
        pytest.param((1e-5, 1e-5), (225, 150), id="nonsense counts as nothing"),
        pytest.param((10, 10), (2160, 1440), id="large"),
    ],
)
def test_the_page_is_as_large_as_the_picture(resolution: tuple[float, float] | None, size: tuple[float, float]) -> None:
    result = convert(saved(scene(), "TIFF", **({"dpi": resolution} if resolution else {})))
    assert page_box(result) == pytest.approx(size, abs=0.01)


def test_without_a_resolution_a_large_picture_fits_a4_and_no_page_is_too_large() -> None:
    assert page_box(convert(saved(scene(3000, 2000), "JPEG"))) == pytest.approx([841.89, 561.26], abs=0.01)
    wide = convert(saved(scene(3000, 20), "PNG", dpi=(10, 10)))
    assert page_box(wide) == pytest.approx([14400, 96], abs=0.01)
    assert any("14,400" in note for note in wide.notes)


def test_title_language_and_figures_are_told() -> None:
    pdf = opened(convert(CORPUS["tiff of pages"], "2a"))
    assert (str(pdf.Root.Lang), str(pdf.docinfo.Title), str(pdf.docinfo.Author)) == (
        "hu",
        "The mill at dusk",
        "Á. Painter",
    )
    packet = pdf.Root.Metadata.read_bytes().decode()
    assert packet.count("<rdf:RDF") == 1
    assert "The mill at dusk" in packet
    figures = list(pdf.Root.StructTreeRoot.K.K)
    assert [str(figure.S) for figure in figures] == ["/Figure"] * 4
    assert str(figures[2].Alt) == "The mill at dusk, page 3 of 4"
    assert [int(page.StructParents) for page in pdf.pages] == [0, 1, 2, 3]


def test_thumbnails_inside_a_tiff_are_no_pages() -> None:
    small, first = scene(50, 40), scene()
    small.encoderinfo = {"tiffinfo": {254: 1}}
    content = saved(first, "TIFF", save_all=True, append_images=[small])
    result = convert(content)
    assert page_count(result) == 1
    assert any("smaller versions" in note for note in result.notes)


def test_frames_become_pages_up_to_a_limit() -> None:
    few = convert(moving("GIF", 4))
    assert (page_count(few), few.findings[0].code) == (4, "image-animated")
    many = convert(moving("GIF", 60, (20, 10)))
    assert (page_count(many), many.findings[0].code) == (50, "image-frames-left-out")
    assert "first 50 frames" in many.findings[0].message


def test_what_is_converted_is_said() -> None:
    def notes(content: bytes) -> str:
        return "; ".join(convert(content).notes)

    assert "from CMYK to sRGB" in notes(CORPUS["jpeg cmyk"])
    assert "from Lab to sRGB" in notes(CORPUS["tiff lab"])
    assert "32 bits brought to 8" in notes(CORPUS["tiff floating"])
    alpha = b"".join(b"\0" + b"\1\2\3\4\5\6\7\x08" * 20 for _ in range(20))
    assert "16 bits brought to 8" in notes(png(20, 20, alpha, depth=16, colour=6))
    assert "soft mask" in notes(CORPUS["gif see-through"])
    assert "as they are" in notes(CORPUS["jpeg"])


BOMBS = {
    "12,000 by 12,000": png(12_000, 12_000, b"\0" * 1000),
    "65,535 by 65,535": png(65_535, 65_535, b""),
    "more than any": png(2**31 - 1, 2**31 - 1, b""),
    "a line without end": png(2**30, 1, b""),
    "a line longer than any raster": png(200_000, 1, b""),
}


@pytest.mark.parametrize("content", BOMBS.values(), ids=BOMBS.keys())
def test_bombs_are_refused_by_their_header(content: bytes) -> None:
    result = convert(content)
    assert (result.status, [finding.code for finding in result.findings]) == ("failed", ["image-too-large"])


def test_too_many_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_PAGES", 3)
    result = convert(CORPUS["tiff of pages"])
    assert [finding.code for finding in result.findings] == ["image-too-large"]
    assert "more than 3 pages" in result.findings[0].message


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0\0\0\0\0", b"%PDF-1.7"]
)
def test_what_is_no_picture_is_said(content: bytes) -> None:
    result = convert(content)
    assert (result.status, [finding.code for finding in result.findings]) == ("failed", ["image-unreadable"])
    assert " at 0x" not in result.findings[0].message


@pytest.mark.parametrize(
    "name", ["jpeg", "png", "tiff lzw", "tiff jpeg", "gif", "webp", "jpeg 2000", "jpeg progressive"]
)
def test_a_truncated_picture_is_not_rendered_in_part(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as the layout engine leaves it
    content = CORPUS[name]
    for share in (0.3, 0.6, 0.9):
        result = convert(content[: int(len(content) * share)])
        assert result.status == "failed", (name, share)
        assert result.pdf is None


@pytest.mark.parametrize("name", CORPUS.keys())
def test_mutated_pictures_end_in_a_result(name: str) -> None:
    chance = random.Random(name)  # noqa: S311 - chance that can be repeated
    for _ in range(3):
        content = bytearray(CORPUS[name])
        for _ in range(chance.choice((1, 3, 20))):
            content[chance.randrange(len(content))] = chance.randrange(256)
        result = convert(bytes(content))
        assert result.status in {"converted", "failed"}
        assert (result.pdf is None) is (result.status == "failed")
        assert result.findings or result.status == "converted"


def test_what_a_decoder_complains_of_is_found_and_not_printed(capfd: pytest.CaptureFixture[str]) -> None:
    damaged = bytearray(CORPUS["tiff fax"])
    for at in range(len(damaged) // 2, len(damaged) // 2 + 40):
        damaged[at] ^= 0x5A
    result = convert(bytes(damaged))
    assert [finding.code for finding in result.findings] == ["image-damaged"]
    assert "Fax4Decode" in result.findings[0].message
    assert capfd.readouterr().err == ""
