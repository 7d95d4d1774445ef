"""PDFs made to hang or to fill the memory: each costs a finding on itself, in a locked-in worker, and nothing else."""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from archiver.execution.pool import TaskDied, TaskDone
from archiver.model import RenderRequest, RenderResult
from archiver.render.pdf.inspection import LARGEST_OBJECTS, LARGEST_PAGES, MOST_FIELDS
from archiver.render.sandbox import render
from tests.render.pdf_samples import changed, page
from tests.render.test_pdf import ask

if TYPE_CHECKING:
    from collections.abc import Callable

    from archiver.execution.pool import Outcome, WorkerPool

SECONDS = 120


def written(pdf: pikepdf.Pdf) -> bytes:
    out = BytesIO()
    pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def many_pages() -> bytes:
    with pikepdf.new() as pdf:
        for _ in range(LARGEST_PAGES + 1):
            pdf.add_blank_page()
        return written(pdf)


def deep_page_tree() -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        root = pdf.Root.Pages
        for _ in range(2000):
            root = pdf.make_indirect(Dictionary(Type=Name.Pages, Kids=[root], Count=1))
        pdf.Root.Pages = root
        return written(pdf)


def many_objects() -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.Root.X = Array([pdf.make_indirect(Array()) for _ in range(LARGEST_OBJECTS + 1)])  # no dictionaries
        return written(pdf)


def many_dictionaries() -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.Root.X = Array([Dictionary()] * (LARGEST_OBJECTS + 1))
        return written(pdf)


def packed_thrice() -> bytes:
    packed = b"\n" * 200_000_000
    for _ in range(3):
        packed = zlib.compress(packed, 9)

    def add(pdf: pikepdf.Pdf) -> None:
        content = pdf.make_stream(b"")
        content.write(packed, filter=Array([Name.FlateDecode] * 3))
        pdf.pages[0].Contents = content

    return changed(add)


def form_of_forms() -> bytes:
    def add(pdf: pikepdf.Pdf) -> None:
        inner = pdf.make_stream(b"0 0 1 1 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 600, 800])
        for _ in range(24):
            held = Dictionary(XObject=Dictionary(X=inner))
            inner = pdf.make_stream(b"/X Do /X Do", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 600, 800])
            inner.Resources = held
        _drawn(pdf, inner)

    return changed(add)


def form_of_itself() -> bytes:
    def add(pdf: pikepdf.Pdf) -> None:
        inner = pdf.make_stream(b"/X Do", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 600, 800])
        inner.Resources = Dictionary(XObject=Dictionary(X=inner))
        _drawn(pdf, inner)

    return changed(add)


def _drawn(pdf: pikepdf.Pdf, form: pikepdf.Object) -> None:
    name = pdf.pages[0].add_resource(form, Name.XObject)
    pdf.pages[0].contents_add(f"q {name} Do Q".encode())


def huge_picture() -> bytes:
    packed = zlib.compress(bytes(12_000 * 12_000 * 3), 9)

    def add(pdf: pikepdf.Pdf) -> None:
        image = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Image, Width=12_000, Height=12_000)
        image.ColorSpace, image.BitsPerComponent = Name.DeviceRGB, 8
        image.write(packed, filter=Name.FlateDecode)
        _drawn(pdf, image)

    return changed(add)


def many_fields() -> bytes:
    def add(pdf: pikepdf.Pdf) -> None:
        fields = [
            pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=str(number), V="x"))
            for number in range(MOST_FIELDS + 1)
        ]
        for field in fields:
            field.Rect = Array([0, 0, 9, 9])
        pdf.pages[0].obj.Annots = Array(fields)
        pdf.Root.AcroForm = Dictionary(Fields=Array(fields), NeedAppearances=True, DA="/Helv 0 Tf")

    return changed(add)


def fields_in_a_ring() -> bytes:
    def add(pdf: pikepdf.Pdf) -> None:
        field = pdf.make_indirect(Dictionary(T="a", FT=Name.Tx))
        field.Kids = Array([field])
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]))

    return changed(add)


def bookmarks_in_a_ring() -> bytes:
    def add(pdf: pikepdf.Pdf) -> None:
        one, two = pdf.make_indirect(Dictionary(Title="a")), pdf.make_indirect(Dictionary(Title="b"))
        one.Next, two.Next = two, one
        pdf.Root.Outlines = pdf.make_indirect(Dictionary(First=one, Last=two, Count=2))

    return changed(add)


def nested_arrays() -> bytes:
    return b"%PDF-1.7\n1 0 obj\n" + b"[" * 1_000_000 + b"\nendobj\ntrailer<</Root 1 0 R>>\n%%EOF"


BOMBS: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "many pages": (many_pages, {"pdf-too-large"}),
    "deep page tree": (deep_page_tree, {"pdf-unreadable"}),
    "many objects": (many_objects, {"pdf-too-large"}),
    "many dictionaries": (many_dictionaries, {"pdf-too-large"}),
    "packed thrice": (packed_thrice, set()),
    "form of itself": (form_of_itself, {"pdfa-not-reached"}),
    "huge picture": (huge_picture, set()),
    "many fields": (many_fields, {"pdf-too-large"}),
    "fields in a ring": (fields_in_a_ring, {"pdf-form-flattened"}),
    "bookmarks in a ring": (bookmarks_in_a_ring, set()),
    "nested arrays": (nested_arrays, {"pdf-unreadable"}),
}


def sent(children: WorkerPool, request: RenderRequest) -> Outcome[RenderResult]:
    return children.submit(render, request, SECONDS).result()


@pytest.mark.parametrize(("make", "codes"), BOMBS.values(), ids=BOMBS.keys())
def test_each_bomb_ends_in_a_result(children: WorkerPool, make: Callable[[], bytes], codes: set[str]) -> None:
    outcome = sent(children, ask(make()))
    assert isinstance(outcome, TaskDone), outcome
    assert {finding.code for finding in outcome.value.findings} == codes


def test_one_that_kills_the_worker_costs_itself_alone(children: WorkerPool) -> None:
    outcome = sent(children, ask(form_of_forms()))
    assert isinstance(outcome, TaskDied) or (isinstance(outcome, TaskDone) and outcome.value.pdf is None), outcome
    after = sent(children, ask(page()))
    assert isinstance(after, TaskDone)
    assert after.value.status == "converted"
