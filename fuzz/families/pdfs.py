"""PDFs: what is kept, converted or left as it is, and why; the route from the bytes to a result."""

from __future__ import annotations

from io import BytesIO
from random import Random
from typing import TYPE_CHECKING

import pikepdf
from pikepdf import Array, Dictionary, Name

from archiver.model import Description, RenderRequest
from archiver.render.pdf.converter import RENDERER
from fuzz.holds import findings_hold, holds
from fuzz.target import Target

if TYPE_CHECKING:
    from collections.abc import Callable


def check_pdf(data: bytes) -> None:
    """Convert; whatever the bytes are, there is a PDF that passed every check, or a finding that says why not."""
    request = RenderRequest(
        name="a.pdf",
        content=data,
        media_type="application/pdf",
        puid=None,
        description=Description(),
        identifier="urn:uuid:x",
    )
    result = RENDERER.convert(request)
    findings_hold(result.findings)
    if result.pdf is None:
        holds(result.status == "failed" and result.findings, "a finding where there is no PDF")
        holds(result.flavour is None and not result.validated, "nothing is claimed without a PDF")
    else:
        holds(result.status in {"kept", "converted"}, f"no status {result.status}")
        holds(result.validated and result.flavour, "what is kept was validated")
        holds(all(check.passed for check in result.checks), "what is kept passed every check")
        holds(result.status != "kept" or result.pdf == data, "what is kept is what was received")


def _seed(change: Callable[[pikepdf.Pdf], object], *, packed: bool = False) -> bytes:
    out = BytesIO()
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(200, 200))
        content = b"q 1 0 0 rg 20 20 50 50 re f Q\nq 60 0 0 60 100 100 cm /I Do Q\n"
        image = pdf.make_stream(bytes(range(48)), Type=Name.XObject, Subtype=Name.Image, Width=4, Height=4)
        image.ColorSpace, image.BitsPerComponent = Name.DeviceRGB, 8
        pdf.pages[0].Contents = pdf.make_stream(content)
        pdf.pages[0].Resources = Dictionary(XObject=Dictionary(I=image))
        change(pdf)
        pdf.save(out, compress_streams=False, static_id=True, object_stream_mode=mode)
    return out.getvalue()


def _form(pdf: pikepdf.Pdf) -> None:
    look = pdf.make_stream(b"0 0 9 9 re S", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
    field = Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T="a", V="b", F=4, AP=Dictionary(N=look))
    field.Rect = Array([0, 0, 9, 9])
    held = pdf.make_indirect(field)
    pdf.pages[0].obj.Annots = Array([held])
    pdf.Root.AcroForm = Dictionary(Fields=[held], NeedAppearances=True)


def _behaviour(pdf: pikepdf.Pdf) -> None:
    script = Dictionary(S=Name.JavaScript, JS="1", Next=Dictionary(S=Name.URI, URI="http://a/"))
    pdf.Root.OpenAction = script
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=["a", script]))
    pdf.attachments["a.txt"] = b"a"
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("b", 0))


def _valid() -> bytes:
    request = RenderRequest(
        name="a.pdf",
        content=_seed(lambda _: None),
        media_type="application/pdf",
        puid=None,
        description=Description(),
        identifier="urn:uuid:x",
    )
    return RENDERER.convert(request).pdf or b""


def _mended(data: bytes, chance: Random) -> bytes:
    """Let qpdf write half of the inputs anew, so that what was changed inside is reached through a sound table."""
    if chance.random() < 0.5:
        return data
    out = BytesIO()
    try:
        with pikepdf.open(BytesIO(data)) as pdf:
            pdf.save(out, compress_streams=False)
    except (pikepdf.PdfError, ValueError, RuntimeError):
        return data
    return out.getvalue()


_TOKENS = (
    *(b"/Type", b"/Page", b"/Pages", b"/Kids", b"/Count", b"/Parent", b"/Contents", b"/Resources", b"/XObject"),
    *(b"/Annots", b"/AcroForm", b"/Fields", b"/XFA", b"/FT", b"/Sig", b"/ByteRange", b"/JS", b"/EF", b"/OCProperties"),
    *(b"/Metadata", b"/OutputIntents", b"/DestOutputProfile", b"/Filter", b"/FlateDecode", b"/DecodeParms", b"/Length"),
    *(b"/MediaBox", b"/Rotate", b"/Font", b"/FontDescriptor", b"/Info", b"/ID", b"/Encrypt", b"/Prev", b"/Size"),
    *(b"1 0 R", b"3 0 R", b"99999 0 R", b"0", b"-1", b"1e99", b"2147483648", b"null", b"true", b"()", b"<4>"),
    *(b"[", b"<<", b"obj", b"endobj", b"stream\n", b"endstream", b"xref", b"trailer", b"startxref", b"%%EOF"),
)

TARGETS = (
    Target(
        name="pdf",
        seeds=(
            _seed(lambda _: None),
            _seed(_form),
            _seed(_behaviour),
            _seed(_behaviour, packed=True),
            _valid(),
        ),
        tokens=_TOKENS,
        check=check_pdf,
        finish=_mended,
        share=0.004,  # 200 of 50,000
        route=True,
    ),
)
