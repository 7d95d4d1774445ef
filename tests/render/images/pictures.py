"""Pictures made by the tests: one scene without any symmetry, in every format, mode and orientation."""

from __future__ import annotations

import zlib
from io import BytesIO
from struct import pack
from typing import TypeAlias

from PIL import Image, ImageCms, ImageDraw

from archiver.model import Description, RenderRequest, RenderResult, SourceKind, Statement, ValueSource
from archiver.render import converted
from archiver.render.images.renderer import RENDERER

Option: TypeAlias = object
"""What Pillow's writers take."""

SRGB: bytes = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def scene(width: int = 300, height: int = 200, mode: str = "RGB") -> Image.Image:
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    for x in range(width):
        draw.line([(x, 0), (x, height // 2)], fill=(x * 255 // width, 80, 255 - x * 255 // width))
    draw.ellipse([width // 30, height // 2, width // 3, height * 19 // 20], fill="red")
    draw.rectangle([width // 2, height * 3 // 5, width * 14 // 15, height * 9 // 10], fill="green")
    return image.convert(mode)


def see_through() -> Image.Image:
    image = scene(mode="RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    return image


def deep() -> Image.Image:
    row = b"".join((x * 257).to_bytes(2, "little") for x in range(256))
    return Image.frombytes("I;16", (256, 100), row * 100)


def saved(image: Image.Image, kind: str, **options: Option) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def moving(kind: str, frames: int, size: tuple[int, int] = (60, 40)) -> bytes:
    first, *others = (scene(*size).rotate(number * 17) for number in range(frames))
    return saved(first, kind, save_all=True, append_images=others)


def turned(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def with_primaries(profile: bytes, **xyz: tuple[float, float, float]) -> bytes:
    """Return a profile with other primaries, so that its colours are not those of sRGB."""
    out = bytearray(profile)
    for entry in range(132, 132 + 12 * int.from_bytes(profile[128:132], "big"), 12):
        name, at = profile[entry : entry + 4].decode("ascii"), int.from_bytes(profile[entry + 4 : entry + 8], "big")
        if name in xyz:
            out[at + 8 : at + 20] = pack(">3i", *(round(value * 65536) for value in xyz[name]))
    return bytes(out)


WIDE = with_primaries(
    SRGB, rXYZ=(0.60974, 0.31111, 0.01947), gXYZ=(0.20528, 0.62567, 0.06087), bXYZ=(0.14919, 0.06322, 0.74457)
)


def png(width: int, height: int, data: bytes, *, depth: int = 8, colour: int = 2) -> bytes:
    """Write a PNG that may lie about what is in it."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return pack(">I", len(body)) + name + body + pack(">I", zlib.crc32(name + body))

    header = pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def corpus() -> dict[str, bytes]:
    """Return one document for each way a picture can take."""
    lab = ImageCms.profileToProfile(
        scene(), ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    assert lab is not None
    pages = [scene(200, 300, "L"), scene(500, 100, "1"), scene(mode="CMYK")]
    deep_rgb = b"".join(
        b"\0" + b"".join(pack(">3H", x * 600, y * 900, x * y * 9) for x in range(100)) for y in range(70)
    )
    return {
        "jpeg": saved(scene(), "JPEG", dpi=(150, 150)),
        "jpeg grey": saved(scene(mode="L"), "JPEG"),
        "jpeg progressive": saved(scene(), "JPEG", progressive=True, icc_profile=WIDE),
        "jpeg cmyk": saved(scene(mode="CMYK"), "JPEG"),
        "png": saved(scene(), "PNG", dpi=(300, 300)),
        "png palette": saved(scene().quantize(16), "PNG", icc_profile=WIDE),
        "png palette see-through": saved(scene().quantize(16), "PNG", transparency=3),
        "png bilevel": saved(scene(mode="1"), "PNG"),
        "png grey see-through": saved(see_through().convert("LA"), "PNG"),
        "png see-through": saved(see_through(), "PNG", icc_profile=SRGB),
        "png grey of 16 bits": saved(deep(), "PNG"),
        "png of 16 bits": png(100, 70, deep_rgb, depth=16),
        "png one colour see-through": saved(scene(), "PNG", transparency=(255, 255, 255)),
        "png moving": moving("PNG", 3),
        "tiff of pages": saved(scene(), "TIFF", save_all=True, append_images=pages, dpi=(200, 100)),
        "tiff lzw": saved(scene(), "TIFF", compression="tiff_lzw"),
        "tiff jpeg": saved(scene(), "TIFF", compression="jpeg"),
        "tiff fax": saved(scene(mode="1"), "TIFF", compression="group4"),
        "tiff lab": saved(lab, "TIFF"),
        "tiff floating": saved(scene(mode="F"), "TIFF"),
        "tiff of 32 bits": saved(scene(mode="I"), "TIFF"),
        "tiff of 16 bits": saved(deep(), "TIFF"),
        "gif": saved(scene().quantize(32), "GIF"),
        "gif see-through": saved(scene().quantize(32), "GIF", transparency=0),
        "gif moving": moving("GIF", 4),
        "webp": saved(scene(), "WEBP"),
        "webp see-through": saved(see_through(), "WEBP", lossless=True),
        "webp moving": moving("WEBP", 3),
        "jpeg 2000": saved(scene(), "JPEG2000"),
        "jpeg 2000 grey": saved(scene(mode="L"), "JPEG2000"),
        "jpeg 2000 see-through": saved(see_through(), "JPEG2000"),
        "jpeg 2000 of 16 bits": saved(deep(), "JPEG2000"),
        "jpeg 2000 codestream": saved(scene(), "JPEG2000", no_jp2=True),
        "one pixel": saved(scene().resize((1, 1)), "PNG"),
        "a line": saved(scene(1000, 10).resize((1999, 1)), "PNG"),
    }


CORPUS = corpus()


def statement(term: str, text: str) -> Statement:
    return Statement(term=term, text=text, source=ValueSource(kind=SourceKind.SIDECAR, place="a.yaml"))


DESCRIPTION = Description(
    statements=(
        statement("title", "The mill\nat dusk"),
        statement("creator", "Á. Painter"),
        statement("language", "hu"),
    )
)


def ask(content: bytes, flavour: str = "2u") -> RenderRequest:
    return RenderRequest(
        name="a.png",
        content=content,
        media_type="image/png",
        puid=None,
        description=DESCRIPTION,
        identifier="urn:uuid:1a9c8f5e-0000-4000-8000-000000000000",
        flavour=flavour,
    )


def convert(content: bytes, flavour: str = "2u") -> RenderResult:
    return converted(RENDERER, ask(content, flavour))
