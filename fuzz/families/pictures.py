"""Pictures in every format, from bytes to a judged PDF/A: each ends in a result, never in more."""

from __future__ import annotations

import struct
import zlib
from random import Random

from archiver.render.images.renderer import RENDERER
from fuzz.holds import findings_hold, holds
from fuzz.target import Target
from tests.render.images.pictures import CORPUS, ask

_PNG = 8
_TOKENS = (
    *(b"IHDR", b"IDAT", b"IEND", b"PLTE", b"tRNS", b"acTL", b"fcTL", b"fdAT", b"eXIf", b"iCCP", b"pHYs"),
    *(b"\xff\xd8", b"\xff\xc0\0\x11\x08", b"\xff\xc9", b"\xff\xda", b"\xff\xd9", b"\xff\xe1", b"\xff\xe2", b"Exif\0\0"),
    *(b"II*\0", b"MM\0*", b"\1\0\4\0\1\0\0\0", b"\0\1", b"\1\1", b"\2\1", b"\3\1", b"GIF89a", b"!\xf9\4", b"!\xff\x0b"),
    *(b"RIFF", b"WEBP", b"VP8 ", b"VP8L", b"VP8X", b"ANIM", b"ANMF", b"jP  ", b"jp2h", b"ihdr", b"colr", b"pclr"),
    *(
        b"\xff\x4f\xff\x51",
        b"\x7f\xff\xff\xff",
        b"\xff\xff\xff\xff",
        b"\0\0\0\0",
        b"\0\0\x2e\xe0",
        b"acsp",
        b"mntrRGB ",
    ),
)


def _check(data: bytes) -> None:
    result = RENDERER.convert(ask(data))
    findings_hold(result.findings)
    holds(result.status in {"converted", "failed"}, f"the status {result.status}")
    holds((result.pdf is None) == (result.status == "failed"), "a failure with a PDF, or the reverse")
    holds(result.findings or result.pdf is not None, "a failure without a word")
    holds(not any(" at 0x" in finding.message for finding in result.findings), "an address of memory is told")


def _mended(data: bytes, chance: Random) -> bytes:
    """Mend the checksums of a PNG's chunks, mostly, so that decoders look at what is in them."""
    if not data.startswith(b"\x89PNG\r\n\x1a\n") or chance.random() < 0.2:
        return data
    out, at = bytearray(data), _PNG
    while at + 12 <= len(out):
        (size,) = struct.unpack_from(">I", out, at)
        end = at + 8 + size
        if end + 4 > len(out):
            break
        struct.pack_into(">I", out, end, zlib.crc32(out[at + 4 : end]))
        at = end + 4
    return bytes(out)


def _target(kind: str) -> Target:
    seeds = tuple(content for name, content in CORPUS.items() if name.startswith(kind) and len(content) < 60_000)
    return Target(
        name=f"picture-{kind.replace(' ', '')}",
        seeds=seeds,
        tokens=_TOKENS,
        check=_check,
        finish=_mended,
        share=0.004,
        route=True,
    )


TARGETS = tuple(_target(kind) for kind in ("jpeg", "jpeg 2000", "png", "tiff", "gif", "webp"))
