"""Awkward PDFs, made here: each is what programs write or archives receive, and none of them is PDF/A."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pikepdf
import weasyprint
from pikepdf import Array, Dictionary, Name
from PIL import Image
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata
from pyhanko_certvalidator.registry import SimpleCertificateStore

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = (
    "<html lang=en><title>A letter</title><h1>Almaty, 5 January</h1><p>Words that must stay, ﬁne and naïve; слова. "
    "<a href='https://example.org/'>A link</a><p style='page-break-before: always'>A second page."
)


def page(variant: str | None = None) -> bytes:
    """Return two pages as a browser or a word processor writes them: fonts embedded, no claim to be PDF/A."""
    return bytes(weasyprint.HTML(string=PAGE).write_pdf(pdf_variant=variant))


def changed(change: Callable[[pikepdf.Pdf], object], content: bytes | None = None, **saving: Any) -> bytes:  # noqa: ANN401 - pikepdf's own words
    """Return the pages with something done to them."""
    out = BytesIO()
    with pikepdf.open(BytesIO(content or page())) as pdf:
        change(pdf)
        pdf.save(out, static_id=True, **saving)
    return out.getvalue()


def _draw(pdf: pikepdf.Pdf, content: bytes, **resources: Dictionary) -> None:
    """Draw on the first page with resources of its own, whatever else is there."""
    form = pdf.make_stream(content, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 600, 800]))
    form.stream_dict["/Resources"] = Dictionary({f"/{name}": value for name, value in resources.items()})
    first = pdf.pages[0]
    name = first.add_resource(form, Name.XObject)
    first.contents_add(b"q %s Do Q" % str(name).encode())


def _picture(pdf: pikepdf.Pdf, data: bytes, width: int, height: int, **entries: object) -> None:
    image = pdf.make_stream(data, Type=Name.XObject, Subtype=Name.Image, Width=width, Height=height, **entries)
    _draw(pdf, b"100 0 0 100 50 50 cm /I Do", XObject=Dictionary({"/I": image}))


def _photo() -> Image.Image:
    return Image.linear_gradient("L").resize((64, 64)).convert("RGB")


def font_not_embedded() -> bytes:
    """Return text in Helvetica, which every viewer is left to find."""
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    return changed(lambda pdf: _draw(pdf, b"BT /F 12 Tf 50 50 Td (abc) Tj ET", Font=Dictionary({"/F": font})))


def cmyk(content: bytes | None = None) -> bytes:
    """Return pages with a drawing in CMYK, without a profile."""
    return changed(lambda pdf: _draw(pdf, b"0 1 0 0 k 50 50 50 50 re f"), content)


def spot_colour() -> bytes:
    """Return a drawing in gold ink."""
    tint = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0], C1=[1, 1, 0], N=1)
    gold = Array([Name.Separation, Name("/Gold"), Name.DeviceRGB, tint])
    return changed(lambda pdf: _draw(pdf, b"/S cs 1 scn 50 50 50 50 re f", ColorSpace=Dictionary({"/S": gold})))


def encrypted_for_readers() -> bytes:
    """Return pages that open with a password."""
    return changed(lambda _: None, encryption=pikepdf.Encryption(user="u", owner="o"))


def encrypted_for_editors() -> bytes:
    """Return pages that open without a password, but are protected."""
    return changed(lambda _: None, encryption=pikepdf.Encryption(user="", owner="o"))


def layers() -> bytes:
    """Return a drawing on a layer of its own."""

    def add(pdf: pikepdf.Pdf) -> None:
        layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="Notes"))
        pdf.Root.OCProperties = Dictionary(OCGs=[layer], D=Dictionary(ON=[layer], Order=[layer], Name="All"))
        _draw(pdf, b"/OC /L BDC 50 50 50 50 re f EMC", Properties=Dictionary({"/L": layer}))

    return changed(add)


def signed() -> bytes:
    """Return pages signed with a certificate made up on the spot."""
    key, certificate = _certificate()
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    signer = signers.SimpleSigner(signing_cert=certificate, signing_key=key, cert_registry=store)
    out = BytesIO()
    # A hybrid file is nothing the signer takes, so the cross-reference table is written plainly.
    plain = changed(lambda _: None, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    writer = IncrementalPdfFileWriter(BytesIO(plain))
    signers.PdfSigner(PdfSignatureMetadata(field_name="S"), signer=signer).sign_pdf(writer, output=out)
    return out.getvalue()


def _certificate() -> tuple[Any, Any]:
    from datetime import UTC, datetime, timedelta  # noqa: PLC0415 - for this sample alone

    from asn1crypto import keys, x509  # type: ignore[import-untyped]  # noqa: PLC0415
    from cryptography import x509 as maker  # noqa: PLC0415
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    key = ec.generate_private_key(ec.SECP256R1())
    name = maker.Name([maker.NameAttribute(maker.NameOID.COMMON_NAME, "Anna")])
    start = datetime(2020, 1, 1, tzinfo=UTC)
    made = (
        maker.CertificateBuilder(name, name, key.public_key(), 1, start, start + timedelta(days=9999))
        .add_extension(maker.KeyUsage(True, True, False, False, False, False, False, False, False), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return keys.PrivateKeyInfo.load(private), x509.Certificate.load(made.public_bytes(serialization.Encoding.DER))


def broken_table() -> bytes:
    """Return pages whose cross-reference table points nowhere."""
    plain = changed(lambda _: None, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return plain[: plain.rindex(b"startxref")] + b"startxref\n7\n%%EOF\n"


def cut_off() -> bytes:
    """Return the first half of a file."""
    plain = changed(lambda _: None, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return plain[: len(plain) // 2]


def jpeg() -> bytes:
    """Return a photograph as JPEG."""
    out = BytesIO()
    _photo().save(out, "JPEG")
    entries = {"ColorSpace": Name.DeviceRGB, "BitsPerComponent": 8, "Filter": Name.DCTDecode, "Interpolate": True}
    return changed(lambda pdf: _picture(pdf, out.getvalue(), 64, 64, **entries))


def jpeg_2000() -> bytes:
    """Return a photograph as JPEG 2000."""
    out = BytesIO()
    _photo().save(out, "JPEG2000")
    entries = {"ColorSpace": Name.DeviceRGB, "Filter": Name.JPXDecode}
    return changed(lambda pdf: _picture(pdf, out.getvalue(), 64, 64, **entries))


def fax() -> bytes:
    """Return a scan of one bit a pixel, compressed as a fax is."""
    decode = Dictionary(K=-1, Columns=64, Rows=64)
    entries = {"ColorSpace": Name.DeviceGray, "BitsPerComponent": 1, "Filter": Name.CCITTFaxDecode}
    return changed(lambda pdf: _picture(pdf, _group_4(), 64, 64, DecodeParms=decode, **entries))


def _group_4() -> bytes:
    out = BytesIO()
    _photo().convert("1").save(out, "TIFF", compression="group4")
    with Image.open(BytesIO(out.getvalue())) as tiff:
        start, length = tiff.tag_v2[273][0], tiff.tag_v2[279][0]  # type: ignore[attr-defined]  # TIFF alone has tags
    return out.getvalue()[start : start + length]


def jbig2() -> bytes:
    """Return a scan as JBIG2: one generic region, whose MMR coding is that of a fax (ITU-T T.88 7.4.6)."""
    size = (64).to_bytes(4, "big") * 2
    data = _group_4()
    head = b"\0\0\0\0" + b"\x30" + b"\0" + b"\x01" + (19).to_bytes(4, "big")  # page information
    information = size + bytes(8) + b"\0" + b"\0\0"
    region = size + bytes(8) + b"\0" + b"\x01" + data  # 7.4.1: size, place, operator; 7.4.6.2: MMR
    body = b"\0\0\0\x01" + b"\x26" + b"\0" + b"\x01" + len(region).to_bytes(4, "big") + region
    entries = {"ColorSpace": Name.DeviceGray, "BitsPerComponent": 1, "Filter": Name.JBIG2Decode}
    return changed(lambda pdf: _picture(pdf, head + information + body, 64, 64, **entries))


def attachment() -> bytes:
    """Return pages with a text file attached."""

    def attach(pdf: pikepdf.Pdf) -> None:
        pdf.attachments["notes.txt"] = pikepdf.AttachedFileSpec(
            pdf,
            b"notes",
            filename="notes.txt",
            description="",
            mime_type="text/plain",
            creation_date="D:20200101000000Z",
            mod_date="D:20200101000000Z",
        )

    return changed(attach)


def javascript() -> bytes:
    """Return pages that do something when they are opened, turned and printed."""

    def add(pdf: pikepdf.Pdf) -> None:
        script = Dictionary(S=Name.JavaScript, JS="app.alert(1)")
        pdf.Root.OpenAction = script
        pdf.Root.AA = Dictionary(WP=script)
        pdf.pages[0].obj.AA = Dictionary(O=script)
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], F=4, A=script)
        pdf.pages[1].obj.Annots = Array([link])
        pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=["a", script]))

    return changed(add)


def form(pdf: pikepdf.Pdf | None = None) -> bytes:
    """Return a form with one field that is filled in, drawn in a font of its own page."""

    def add(pdf: pikepdf.Pdf) -> None:
        content = b"q 1 1 98 18 re S 0.5 g 10 5 60 9 re f Q"
        look = pdf.make_stream(content, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 100, 20])
        field = Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T="name", V="Anna", F=4)
        field.Rect, field.AP = Array([100, 100, 200, 120]), Dictionary(N=look)
        held = pdf.make_indirect(field)
        annotations = pdf.pages[0].obj.get("/Annots", Array())
        pdf.pages[0].obj.Annots = Array([*annotations, held])
        pdf.Root.AcroForm = Dictionary(Fields=[held])

    if pdf is not None:
        add(pdf)
    return changed(add)


def xfa() -> bytes:
    """Return a form whose content a program makes."""

    def add(pdf: pikepdf.Pdf) -> None:
        form(pdf)
        pdf.Root.AcroForm.XFA = pdf.make_stream(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>")

    return changed(add)


def transparency() -> bytes:
    """Return a drawing that shines through."""
    half = Dictionary(Type=Name.ExtGState, ca=0.5)
    return changed(lambda pdf: _draw(pdf, b"/G gs 50 50 90 90 re f", ExtGState=Dictionary({"/G": half})))


def gradient() -> bytes:
    """Return a drawing in a colour that changes."""
    change = Dictionary(FunctionType=2, Domain=[0, 1], C0=[1, 0, 0], C1=[0, 0, 1], N=1)
    shading = Dictionary(ShadingType=2, ColorSpace=Name.DeviceRGB, Coords=[0, 0, 100, 100], Function=change)
    return changed(lambda pdf: _draw(pdf, b"50 50 90 90 re W n /S sh", Shading=Dictionary({"/S": shading})))


def hidden_note() -> bytes:
    """Return pages with an annotation that is not shown."""

    def add(pdf: pikepdf.Pdf) -> None:
        note = Dictionary(Type=Name.Annot, Subtype=Name.Square, Rect=[0, 0, 9, 9], F=2)
        pdf.pages[1].obj.Annots = Array([note])

    return changed(add)


def huge_page() -> bytes:
    """Return a page of five metres."""
    return changed(lambda pdf: setattr(pdf.pages[0], "mediabox", Array([0, 0, 15000, 15000])))


def rotated_and_cropped() -> bytes:
    """Return a page turned on its side, of which only a part is seen."""

    def turn(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.Rotate = 90
        pdf.pages[0].obj.CropBox = Array([50, 50, 400, 600])

    return changed(turn)


def linearized() -> bytes:
    """Return pages written for the web."""
    return changed(lambda _: None, linearize=True)


def updated(content: bytes | None = None) -> bytes:
    """Return pages that were changed by adding to the end of the file, as editors do that save quickly."""
    plain = content or changed(lambda _: None, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    with pikepdf.open(BytesIO(plain)) as pdf:
        number, trailer = int(pdf.trailer.Size), pdf.trailer
        root, identifier = trailer.Root.objgen[0], bytes(trailer.ID[0]).hex()
    previous = int(plain[plain.rindex(b"startxref") + 9 :].split()[0])
    added = f"{number} 0 obj\n<</Title (Twice)>>\nendobj\n".encode()
    entry = f"{number} 1\n{len(plain):010} 00000 n \n"
    words = f"/Size {number + 1}/Root {root} 0 R/Info {number} 0 R/ID[<{identifier}><{identifier}>]/Prev {previous}"
    start = len(plain) + len(added)
    return plain + added + f"xref\n{entry}trailer\n<<{words}>>\nstartxref\n{start}\n%%EOF\n".encode()


def launch() -> bytes:
    """Return pages that start a program."""
    action = Dictionary(S=Name.Launch, F="calc.exe")
    return changed(lambda pdf: setattr(pdf.Root, "OpenAction", action))


AWKWARD: dict[str, tuple[Callable[[], bytes], str]] = {
    "plain": (page, "converted"),
    "font not embedded": (font_not_embedded, "pdfa-not-reached"),
    "CMYK": (cmyk, "pdfa-not-reached"),
    "spot colour": (spot_colour, "pdfa-not-reached"),
    "password to read": (encrypted_for_readers, "pdf-encrypted"),
    "password to edit": (encrypted_for_editors, "pdf-encrypted"),
    "layers": (layers, "pdfa-not-reached"),
    "signed": (signed, "pdf-signed"),
    "broken table": (broken_table, "converted"),
    "cut off": (cut_off, "pdf-unreadable"),
    "JPEG": (jpeg, "converted"),
    "JPEG 2000": (jpeg_2000, "pdfa-not-reached"),
    "fax": (fax, "converted"),
    "JBIG2": (jbig2, "converted"),
    "attachment": (attachment, "converted"),
    "JavaScript": (javascript, "converted"),
    "form": (form, "converted"),
    "XFA": (xfa, "pdf-xfa"),
    "transparency": (transparency, "converted"),
    "gradient": (gradient, "pdfa-not-reached"),
    "hidden note": (hidden_note, "converted"),
    "huge page": (huge_page, "pdfa-not-reached"),
    "rotated and cropped": (rotated_and_cropped, "converted"),
    "for the web": (linearized, "converted"),
    "updated": (updated, "converted"),
    "starts a program": (launch, "converted"),
}
"""Name -> (maker, what comes of it: ``converted`` or the code of the finding that says why not)."""
