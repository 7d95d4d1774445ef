"""Images beside a page: found by the page's own references, shown, said; nothing else is reached."""

from __future__ import annotations

import base64
from io import BytesIO

import pytest
from PIL import Image, ImageFile

from archiver.model import Description, RenderRequest
from archiver.render import load_renderer
from archiver.render.contract import Converter, PreparedDocument
from archiver.render.sanitising.image_names import may_be_shown
from archiver.render.sanitising.sanitising import MOST_IMAGE_BYTES, Surroundings, sanitise


def picture(kind: str = "PNG", mode: str = "RGB") -> bytes:
    out = BytesIO()
    Image.new(mode, (4, 4), 0).save(out, kind)
    return out.getvalue()


def page(markup: str, companions: dict[str, bytes], kind: str = "html") -> PreparedDocument:
    renderer = load_renderer(kind)
    assert not isinstance(renderer, Converter)
    return renderer.prepare(
        RenderRequest(
            name="item/a.html",
            content=markup.encode(),
            media_type="text/html",
            puid=None,
            description=Description(),
            identifier="urn:uuid:x",
            companions=companions,
        )
    )


@pytest.mark.parametrize(
    ("reference", "path"),
    [
        ("a.png", "a.png"),
        ("./plates//a.png", "plates/a.png"),
        ("../plates/a.png", "../plates/a.png"),
        ("a%20b%C3%A9.png", "a bé.png"),
        ("a.png?v=1#x", "a.png"),
        ("IMG\\A.PNG", "img/a.png"),
        ("photo (1).png", "photo (1).png"),
        ("e\u0301.png", "é.png"),
    ],
)
def test_an_image_of_the_item_is_shown_and_said(reference: str, path: str) -> None:
    markup = f'<p><img src="{reference}" alt="plate"></p>'
    document = page(markup, {path: picture(), "other.png": b""})
    assert 'src="data:image/png;base64,' in document.body
    assert document.findings == ()
    assert document.notes[-1].startswith("1 image of the same item shown")
    assert document.text == ""
    assert may_be_shown(markup.encode())(f"data/item/{path}")


@pytest.mark.parametrize(
    "reference",
    [
        "/a.png",
        "file:a.png",
        "http:a.png",
        "http://h/a.png",
        "//h/a.png",
        "../a.png",
        "b/../../a.png",
        "b.png",
        "%00a.png",
    ],
)
def test_nothing_else_is_reached(reference: str) -> None:
    document = page(f'<p><img src="{reference}" alt="plate"></p>', {"a.png": picture()})
    assert "src=" not in document.body
    assert [finding.code for finding in document.findings] == ["html-external-resource"]
    assert document.text == "plate"


def test_a_base_elsewhere_means_no_image_here() -> None:
    assert "src=" not in page('<base href="http://h/"><img src="a.png">', {"a.png": picture()}).body


def test_images_of_markdown_are_shown() -> None:
    assert "src=" in page("![plate](plates/a.png)", {"plates/a.png": picture("JPEG")}, "markdown").body


@pytest.mark.parametrize(
    ("kind", "mode", "shown"),
    [("WEBP", "RGBA", "png"), ("GIF", "P", "png"), ("JPEG", "CMYK", "png"), ("JPEG", "L", "jpeg"), ("TIFF", "L", None)],
)
def test_the_format_is_told_by_the_bytes(kind: str, mode: str, shown: str | None) -> None:
    document = page('<img src="a.png">', {"a.png": picture(kind, mode)})
    assert (f"data:image/{shown};" in document.body) == (shown is not None)
    assert [finding.code for finding in document.findings] == ([] if shown else ["html-image-dropped"])


def test_an_image_shown_very_often_does_not_fill_the_memory() -> None:
    noise = BytesIO()
    Image.effect_noise((1400, 1400), 200).save(noise, "PNG")
    clean = sanitise('<img src="a">' * 1000, "a", Surroundings(image=lambda _: noise.getvalue()))
    assert len(clean.body) < MOST_IMAGE_BYTES + 100_000
    assert [finding.code for finding in clean.findings] == ["html-image-dropped"]


def test_an_image_that_cannot_be_judged_is_not_kept() -> None:
    def failing(_reference: str) -> bytes:
        raise MemoryError

    clean = sanitise('<p>a<img src="a.png" alt="b">', "a", Surroundings(image=failing))
    assert clean.body == '<p>a<img alt="b"></p>'
    assert [finding.code for finding in clean.findings] == ["html-external-resource", "html-image-dropped"]


def test_anchors_of_pieces_stay_apart() -> None:
    around = Surroundings(prefix="c2-", link=lambda value: "#c3" if value == "b.html" else None)
    clean = sanitise('<p id="n"><a href="#n">x</a><a href="b.html">y</a><a href="c.html">z</a>', "a", around)
    assert clean.body == '<p id="c2-n"><a href="#c2-n">x</a><a href="#c3">y</a><a>z</a></p>'
    assert "c.html" in clean.findings[0].message


@pytest.mark.parametrize(
    ("content", "path", "asked"),
    [
        (b'<img src="a.png">', "data/x/a.png", True),
        (b'<img src="a.png">', "data/x/b.png", False),
        (b"![x](my%20plate.JPG)", "my plate.jpg", True),
        (b".. image:: a.gif\n", "a.gif", True),
        ('<img src="\u044f.png">'.encode("cp1251"), "\u044f.png", True),
        (b"<p>png", "a.png", False),
    ],
)
def test_what_a_page_may_mean(content: bytes, path: str, asked: bool) -> None:  # noqa: FBT001 - a column of a table
    assert may_be_shown(content)(path) is asked


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_that_is_cut_off_is_not_filled_up_in_silence(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as the layout engine leaves it
    whole = BytesIO()
    Image.effect_noise((64, 64), 80).convert("RGB").save(whole, kind)
    content = whole.getvalue()
    embedded = base64.b64encode(content[: len(content) // 2]).decode("ascii")
    markup = f'<p>Words. <img src="a.img"><img src="data:image/{kind.lower()};base64,{embedded}"></p>'
    for share in (0.3, 0.6, 0.9):
        document = page(markup, {"a.img": content[: int(len(content) * share)]})
        assert "src=" not in document.body, share
        (finding,) = document.findings
        assert finding.code == "html-image-dropped"
        assert "2 images are not in the PDF" in finding.message
    assert ImageFile.LOAD_TRUNCATED_IMAGES  # the engine's setting is its own
