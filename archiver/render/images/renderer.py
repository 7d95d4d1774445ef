"""The converter of raster images: reads, stores, writes, has the result judged.

Never calls a page PDF/A that the gate did not let through; never leaves a picture out without a finding.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from PIL.Image import Transpose

from archiver.model import Check, Finding, RenderResult, Severity
from archiver.render.failures import failed
from archiver.render.images.normalising import shown
from archiver.render.images.page_size import page_size
from archiver.render.images.reading import TURNED, PictureFile, UnreadablePictureError
from archiver.render.images.storing import must_be_decoded, stored
from archiver.render.labels import labels

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archiver.model import RenderRequest
    from archiver.render.gate.picture import ExpectedPicture

_COMPARED = 2_000_000
"""Pixels at most of a page's raster: larger pictures are compared by the means of squares of pixels."""

_UPRIGHT = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}


class Images:
    """The converter of JPEG, PNG, TIFF, GIF, WebP and JPEG 2000."""

    name = "image"

    def convert(self, request: RenderRequest) -> RenderResult:
        """See :class:`archiver.render.contract.Converter`."""
        try:
            return _converted(request)
        except UnreadablePictureError as error:
            return failed(error.finding)


def _converted(request: RenderRequest) -> RenderResult:
    from archiver.render.gate import (  # noqa: PLC0415 - loads the validators
        Verdict,
        conformance_check,
        findings_of,
        limits_check,
        picture_check,
    )
    from archiver.render.images.writing import TOOL  # noqa: PLC0415 - loads pikepdf

    started = time.perf_counter()
    file = PictureFile(request.content, request.name)
    pdf = _written(file, request)
    seconds = time.perf_counter() - started
    checks: tuple[Check, ...] = (
        conformance_check(pdf, request.flavour),
        picture_check(pdf, _expected(file)),
        limits_check(pdf),
    )
    verdict = Verdict(checks=checks, findings=findings_of(checks, request.name))
    return RenderResult(
        status="converted" if verdict.passed else "failed",
        flavour=request.flavour if verdict.passed else None,
        validated=verdict.validated if verdict.passed else False,
        pdf=pdf if verdict.passed else None,
        checks=checks,
        findings=(*_findings(file), *verdict.findings),
        notes=tuple(file.notes),
        tool=TOOL,
        render_seconds=seconds,
    )


def _written(file: PictureFile, request: RenderRequest) -> bytes:
    from archiver.render.images.writing import PictureDocument  # noqa: PLC0415 - loads pikepdf

    document = PictureDocument(labels(request))
    for picture in file.pictures(decoded=must_be_decoded(file)):
        size, note = page_size(picture.image.size, picture.resolution, picture.orientation)
        if note:
            file.note(note)
        samples = stored(picture.image, file)
        file.take(len(samples.data))
        document.add(samples, size, picture.orientation)
    return document.finish(request, request.flavour)


def _expected(file: PictureFile) -> Iterator[ExpectedPicture]:
    """Yield what each page must show, decoded anew from the document's bytes."""
    from archiver.render.gate.picture import ExpectedPicture  # noqa: PLC0415 - loads PDFium

    for picture in file.pictures():
        width, height = picture.image.size
        factor = _side(picture.image.size)
        seen = shown(picture.image, factor)
        right, below = width - seen.width * factor, height - seen.height * factor
        orientation = picture.orientation
        del picture  # it may be large, and is not needed while the page is drawn
        turn, turned = _UPRIGHT.get(orientation), orientation in TURNED
        yield ExpectedPicture(
            image=seen.transpose(turn) if turn is not None else seen,
            width=height if turned else width,
            height=width if turned else height,
            factor=factor,
            # What is not looked at is at the right and below in the file, and elsewhere once it is upright.
            left={2: right, 3: right, 6: below, 7: below}.get(orientation, 0),
            top={3: below, 4: below, 7: right, 8: right}.get(orientation, 0),
        )


def _side(size: tuple[int, int]) -> int:
    """Return the side of squares that leave at most ``_COMPARED`` of them."""
    side = max(1, math.isqrt(size[0] * size[1] // _COMPARED))
    while (size[0] // side) * (size[1] // side) > _COMPARED:
        side += 1
    return min(side, *size)


def _findings(file: PictureFile) -> Iterator[Finding]:
    if file.damages:
        yield Finding(
            severity=Severity.WARNING,
            code="image-damaged",
            file=file.name,
            message=f"{file.name}: the decoder complains of the picture, which may be damaged, and gave what it could: "
            f"{next(iter(file.damages))}.",
            fix="Look at the PDF/A copy; if parts of the picture are missing or disturbed, look for a better original.",
        )
    if file.animated and not file.cut:
        yield Finding(
            severity=Severity.INFO,
            code="image-animated",
            file=file.name,
            message=f"{file.name} moves; each of its {file.count} frames is a page of the PDF/A copy.",
            fix="Nothing has to be done: the original, which moves, is packaged as it is.",
        )
    if file.animated and file.cut:
        frames = "the first frame is" if file.count == 1 else f"the first {file.count} frames are"
        yield Finding(
            severity=Severity.WARNING,
            code="image-frames-left-out",
            file=file.name,
            message=f"{file.name} moves and has more frames than become pages: only {frames} in the PDF/A copy.",
            fix="Nothing has to be done: the original, which moves, is packaged as it is.",
        )


RENDERER = Images()
