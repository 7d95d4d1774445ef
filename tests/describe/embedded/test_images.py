from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PIL import PngImagePlugin

from tests.describe.embedded.documents import XMP, exif, image, with_iptc

if TYPE_CHECKING:
    from collections.abc import Callable

    Read = Callable[[bytes, str], list[tuple[str, str, str]]]

TAKEN: dict[int, str] = {
    0x9003: "2022:01:05 09:30:00",
    0x9011: "+06:00",
}
ZERO = {0x9003: "0000:00:00 00:00:00"}
GPS = {1: "N", 2: (43.0, 14.0, 20.22), 3: "W", 4: (76.0, 56.0, 43.67)}


@pytest.mark.parametrize("kind", ["JPEG", "TIFF", "WEBP"])
def test_exif(read: Read, kind: str) -> None:
    tags = exif(GPS, TAKEN, ImageDescription="A boat", Artist="Dana Ibraeva", Copyright="Open", Software="GIMP")
    assert read(image(kind, exif=tags), f"image/{kind.lower()}") == [
        ("created", "2022-01-05T09:30:00+06:00", "EXIF DateTimeOriginal"),
        ("description", "A boat", "EXIF ImageDescription"),
        ("creator", "Dana Ibraeva", "EXIF Artist"),
        ("rights", "Open", "EXIF Copyright"),
        ("spatial", "east=-76.945464; north=43.238950", "EXIF GPS"),
    ]


def test_xmp_is_stronger_and_the_exposure_strongest_of_dates(read: Read) -> None:
    found = read(image("JPEG", exif=exif(taken=TAKEN, Copyright="Closed"), xmp=XMP), "image/jpeg")
    assert found == [
        ("created", "2022-01-05T09:30:00+06:00", "EXIF DateTimeOriginal"),
        ("rights", "Open", "image XMP dc:rights"),
        ("title", "A boat", "image XMP photoshop:Headline"),
        ("spatial", "Almaty, Kazakhstan", "image XMP photoshop:City, State, Country"),
    ]
    assert ("created", "1999-05-01", "image XMP photoshop:DateCreated") in read(image("JPEG", xmp=XMP), "image/jpeg")


def test_iptc(read: Read) -> None:
    datasets = [(105, b"A boat"), (80, b"Dana"), (80, "Асет".encode()), (120, b"On the lake"), (25, b"boats")]
    datasets += [(25, b"lakes"), (55, b"20220100"), (90, b"Almaty"), (101, b"Kazakhstan"), (116, b"\xe9 no UTF-8")]
    assert read(with_iptc(image("JPEG"), *datasets), "image/jpeg") == [
        ("title", "A boat", "IPTC Headline"),
        ("creator", "Dana", "IPTC By-line"),
        ("creator", "Асет", "IPTC By-line"),
        ("description", "On the lake", "IPTC Caption"),
        ("subject", "boats", "IPTC Keywords"),
        ("subject", "lakes", "IPTC Keywords"),
        ("created", "2022-01", "IPTC Date Created"),
        ("spatial", "Almaty, Kazakhstan", "IPTC City, Province, Country"),
    ]


def test_png(read: Read) -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Title", "A boat")
    texts.add_itxt("Description", "Лодка", lang="ru")
    texts.add_text("Creation Time", "2022-01-05T09:30:00Z")
    texts.add_itxt("XML:com.adobe.xmp", XMP.decode())
    found = read(image("PNG", pnginfo=texts), "image/png")
    assert ("title", "A boat", "image XMP photoshop:Headline") in found
    assert ("description", "Лодка", "PNG Description") in found
    assert ("created", "1999-05-01", "image XMP photoshop:DateCreated") in found


def test_windows_writes_utf16(read: Read) -> None:
    content = image("JPEG", exif=exif(XPTitle="Лодка\0".encode("utf-16-le")))
    assert read(content, "image/jpeg") == [("title", "Лодка", "EXIF XPTitle")]


@pytest.mark.parametrize(
    "gps",
    [
        pytest.param({1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)}, id="no fix"),
        pytest.param({2: (43.0, 14.0, 20.0), 4: (76.0, 0.0, 0.0)}, id="no hemisphere"),
        pytest.param(GPS | {2: (95.0, 0.0, 0.0)}, id="no latitude"),
        pytest.param(GPS | {2: (43.0, 61.0, 0.0)}, id="no minutes"),
        pytest.param(GPS | {9: "V"}, id="void"),
        pytest.param(GPS | {18: "TOKYO"}, id="another datum"),
        pytest.param({1: "N", 2: (43.0, 14.0, 20.0)}, id="half"),
    ],
)
def test_a_doubtful_position_is_none(read: Read, gps: dict[int, Any]) -> None:
    assert read(image("JPEG", exif=exif(gps)), "image/jpeg") == []


def test_cameras_do_not_describe(read: Read) -> None:
    tags = exif(
        ImageDescription="OLYMPUS DIGITAL CAMERA         ", Artist="Owner", taken={0x9003: "0000:00:00 00:00:00"}
    )
    assert read(image("JPEG", exif=tags), "image/jpeg") == []
    assert read(image("JPEG", exif=exif(Artist="\xc4\xe0\xed\xe0")), "image/jpeg") == []  # windows-1251


@pytest.mark.parametrize("media_type", ["image/jpeg", "image/tiff", "image/png", "image/webp"])
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xd8\xff",
        b"II*\0\xff\xff\xff\x7f",
        b"II*\0\x08\0\0\0\xff\xff" + b"\xff" * 400,
        b"RIFF\xff\xff\xff\xffWEBPVP8X",
    ],
)
@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_broken_images_say_nothing(read: Read, content: bytes, media_type: str) -> None:
    assert read(content, media_type) == []


def test_a_text_that_swells_is_no_harm(read: Read) -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Description", "a" * (8 << 20), zip=True)
    assert read(image("PNG", pnginfo=texts), "image/png") == []
