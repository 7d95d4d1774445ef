"""Writes pictures as a PDF/A, one a page, each page as large as the picture at its own resolution.

Tagged: each picture is a figure whose alternative text is the title. Never asks the clock; never touches the samples.
"""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from archiver.render.images.colour import srgb_profile
from archiver.render.images.page_size import matrix
from archiver.standards.pdfa import parse_flavour
from archiver.standards.xmp import XmpFacts, xmp_packet

if TYPE_CHECKING:
    from archiver.model import RenderRequest
    from archiver.render.images.samples import Samples
    from archiver.render.labels import Labels

_PART_4 = 4
TOOL = f"pikepdf {pikepdf.__version__}"


class PictureDocument:
    """A PDF that grows by a page a picture, until it is finished."""

    def __init__(self, told: Labels) -> None:
        """Begin a document.

        Args:
            told: its title, language and the like.
        """
        self._pdf = Pdf.new()
        self._told = told
        self._profiles: dict[bytes, Object] = {}
        self._figures: list[Object] = []
        self._tree = self._pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        self._document = self._pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=self._tree))

    def add(self, samples: Samples, size: tuple[float, float], orientation: int) -> None:
        """Add a page.

        Args:
            samples: of its picture.
            size: of the page, in points.
            orientation: 1 to 8, as in EXIF: how the samples have to be turned.
        """
        number = len(self._figures)
        width, height = size
        placed = " ".join(_number(one) for one in matrix(orientation, width, height))
        drawing = f"/Figure <</MCID 0>> BDC q {placed} cm /Picture Do Q EMC".encode("ascii")
        page = self._pdf.make_indirect(
            Dictionary(
                Type=Name.Page,
                MediaBox=Array([0, 0, _decimal(width), _decimal(height)]),
                Resources=Dictionary(XObject=Dictionary(Picture=self._image(samples))),
                Contents=Stream(self._pdf, drawing),
                StructParents=number,
                Tabs=Name.S,
            )
        )
        self._pdf.pages.append(pikepdf.Page(page))
        self._figures.append(self._figure(self._pdf.pages[-1].obj, size))

    def finish(self, request: RenderRequest, flavour: str) -> bytes:
        """Write the document.

        Args:
            request: gives the record and the identifier.
            flavour: part and level, such as ``2u``.

        Returns:
            The file; the same bytes for the same pages.
        """
        self._finish_tree()
        root = self._pdf.Root
        facts = XmpFacts(
            title=self._told.title,
            identifier=request.identifier,
            producer=TOOL,
            flavour=parse_flavour(flavour),
        )
        root.Metadata = Stream(self._pdf, xmp_packet(request.description, facts), Type=Name.Metadata, Subtype=Name.XML)
        root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        if self._told.language:
            root.Lang = String(self._told.language)
        root.OutputIntents = Array([self._intent()])
        newest = facts.flavour.part == _PART_4
        if not newest:  # ISO 19005-4 6.1.3: no information dictionary
            self._label()
        out = BytesIO()
        self._pdf.save(
            out,
            fix_metadata_version=False,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            deterministic_id=True,
            force_version="2.0" if newest else "1.7",
        )
        return out.getvalue()

    def _label(self) -> None:
        info = self._pdf.docinfo
        info.Title = String(self._told.title)
        info.Producer = String(TOOL)
        if self._told.authors:
            info.Author = String(", ".join(self._told.authors))
        if self._told.description:
            info.Subject = String(self._told.description)

    def _image(self, samples: Samples) -> Object:
        image = Stream(
            self._pdf,
            samples.data,
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=samples.width,
            Height=samples.height,
            BitsPerComponent=samples.bits,
            ColorSpace=self._colours(samples),
            Filter=Name(f"/{samples.coding}"),
        )
        if samples.coding == "FlateDecode":
            image.DecodeParms = Dictionary(
                Predictor=15, Colors=samples.components, BitsPerComponent=samples.bits, Columns=samples.width
            )
        if samples.opacity is not None:
            image.SMask = self._image(samples.opacity)
        return image

    def _colours(self, samples: Samples) -> Object:
        components = 3 if samples.palette else samples.components
        device = Name.DeviceGray if components == 1 else Name.DeviceRGB
        base: Object = device
        if samples.profile is not None:
            if samples.profile not in self._profiles:
                profile = self._icc(samples.profile, components)
                profile.Alternate = device
                self._profiles[samples.profile] = profile
            base = Array([Name.ICCBased, self._profiles[samples.profile]])
        if samples.palette is None:
            return base
        highest = len(samples.palette) // 3 - 1
        return Array([Name.Indexed, base, highest, String(samples.palette[: 3 * highest + 3])])

    def _icc(self, profile: bytes, components: int) -> Object:
        return Stream(self._pdf, zlib.compress(profile, 9), N=components, Filter=Name.FlateDecode)

    def _intent(self) -> Object:
        return self._pdf.make_indirect(
            Dictionary(
                Type=Name.OutputIntent,
                S=Name.GTS_PDFA1,
                OutputConditionIdentifier=String("sRGB"),
                Info=String("sRGB IEC61966-2.1"),
                DestOutputProfile=self._icc(srgb_profile(), 3),
            )
        )

    def _figure(self, page: Object, size: tuple[float, float]) -> Object:
        box = Array([0, 0, *(_decimal(one) for one in size)])
        return self._pdf.make_indirect(
            Dictionary(
                Type=Name.StructElem,
                S=Name.Figure,
                P=self._document,
                Pg=page,
                K=0,
                A=Dictionary(O=Name.Layout, BBox=box, Placement=Name.Block),
            )
        )

    def _finish_tree(self) -> None:
        """ISO 32000-1 14.7.2, 14.7.4.4 and 14.9.3: structure, its parent tree, alternative texts."""
        count = len(self._figures)
        for number, figure in enumerate(self._figures, 1):
            place = f", page {number} of {count}" if count > 1 else ""
            figure.Alt = String(f"{self._told.title}{place}")
        self._document.K = Array(self._figures)
        self._tree.K = self._document
        numbers = [one for number, figure in enumerate(self._figures) for one in (number, Array([figure]))]
        self._tree.ParentTree = self._pdf.make_indirect(Dictionary(Nums=Array(numbers)))
        self._tree.ParentTreeNextKey = count
        self._pdf.Root.StructTreeRoot = self._tree
        self._pdf.Root.MarkInfo = Dictionary(Marked=True)


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _decimal(value: float) -> float:
    return round(value, 4)
