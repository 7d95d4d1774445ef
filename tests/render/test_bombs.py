"""Documents that cost more than they look: they render in time that grows with their length, or are named and left.

The full sizes take minutes and are run by ``bin/bench render_bombs``; here are their shapes, and that they grow evenly.
"""

from __future__ import annotations

import base64
import time
import zlib
from typing import TYPE_CHECKING

import pytest

from archiver.execution.pool import TaskDone
from archiver.model import Description, RenderRequest, RenderResult
from archiver.render.html import RENDERER as HTML
from archiver.render.pdfa import write_pdf
from archiver.render.plain_text import RENDERER as PLAIN_TEXT
from archiver.render.sandbox import render

if TYPE_CHECKING:
    from collections.abc import Callable

    from archiver.execution.pool import WorkerPool


def request(markup: str, name: str = "a.html") -> RenderRequest:
    media_type = "text/html" if name.endswith("html") else "text/plain"
    return RenderRequest(
        name=name,
        content=markup.encode(),
        media_type=media_type,
        puid=None,
        description=Description(),
        identifier="urn:uuid:x",
    )


def rendered(children: WorkerPool, markup: str) -> RenderResult:
    outcome = children.submit(render, request(markup), 120).result()
    assert isinstance(outcome, TaskDone), outcome
    assert outcome.value.status == "rendered", outcome.value.findings
    return outcome.value


def doubled(levels: int, pattern: str) -> str:
    return "".join(pattern.format(level, level - 1) for level in range(1, levels))


BOMBS = {
    "nested var()": "<style>:root{--0:x;"
    + doubled(60, "--{0}:var(--{1})var(--{1});")
    + "}p{font-family:var(--59)}</style><p>words</p>",
    "nested var() in an attribute": '<p style="--0:x;'
    + doubled(60, "--{0}:var(--{1})var(--{1});")
    + 'font-family:var(--59)">words</p>',
    "nested use": '<p>words<svg xmlns="http://www.w3.org/2000/svg"><g id="0"><rect width="1" height="1"/></g>'
    + doubled(40, '<g id="{0}"><use href="#{1}"/><use href="#{1}"/></g>')
    + '<use href="#39"/></svg>',
    "nested use in a data: image": '<p>words<img alt="" src="data:image/svg+xml;base64,'
    + base64.b64encode(
        b'<svg xmlns="http://www.w3.org/2000/svg"><g id="0"><rect width="1" height="1"/></g>'
        + doubled(40, '<g id="{0}"><use href="#{1}"/><use href="#{1}"/></g>').encode()
        + b'<use href="#39"/></svg>'
    ).decode()
    + '">',
    "colspan": "<table><tr><td colspan=100000>words</td></tr><tr>" + "<td>x" * 50 + "</tr></table>",
    "rowspan": "<table><tr><td rowspan=65534>words</td><td>x</td></tr></table>",
    "200 divs": "<div>" * 200 + "words" + "</div>" * 200,
    "entities": "<!DOCTYPE a [<!ENTITY a 'lol'><!ENTITY b '&a;&a;&a;'>]><p>words &b;</p>",
    "columns and floats": "<p>words" + "<span style='float:left;columns:9999'>x" * 100,
}


@pytest.mark.parametrize("markup", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_in_markup_renders_as_its_text(children: WorkerPool, markup: str) -> None:
    started = time.monotonic()
    rendered(children, markup)
    assert time.monotonic() - started < 60


def test_nesting_without_end_is_a_finding(children: WorkerPool) -> None:
    outcome = children.submit(render, request("<div>" * 2000 + "words" + "</div>" * 2000), 120).result()
    assert isinstance(outcome, TaskDone)
    assert outcome.value.status == "failed"
    assert "nested too deeply" in outcome.value.findings[0].message


def png(width: int, height: int) -> str:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"
    pixels = zlib.compress((b"\0" * (3 * width + 1)) * height)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return f'<img alt="a picture" src="data:image/png;base64,{base64.b64encode(data).decode()}">'


def test_many_pictures_as_large_as_is_allowed_are_no_bomb_together(children: WorkerPool) -> None:
    result = children.submit(render, request("<p>words</p>" + png(4000, 4000) * 3), 120).result()
    assert isinstance(result, TaskDone)
    assert result.value.status in {"rendered", "failed"}
    assert result.value.status == "rendered" or result.value.findings


def seconds(prepare: Callable[[RenderRequest], object], one: RenderRequest) -> float:
    """Return the least processor time of two goes at laying out one document."""
    taken = []
    for _ in range(2):
        document = prepare(one)
        begun = time.process_time()
        write_pdf(document, one)  # type: ignore[arg-type]
        taken.append(time.process_time() - begun)
    return min(taken)


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param(lambda n: "".join(f"<p>paragraph {i}, of many</p>" for i in range(10 * n)), id="paragraphs"),
        pytest.param(
            lambda n: "<table>" + "".join(f"<tr><td>{i}" + "<td>cell" * 9 + "</tr>" for i in range(n)) + "</table>",
            id="table",
        ),
    ],
)
def test_time_grows_evenly_with_the_markup(parts: Callable[[int], str]) -> None:
    seconds(HTML.prepare, request(parts(2)))
    small, large = (seconds(HTML.prepare, request(parts(n))) for n in (8, 40))
    assert large / small < 8, f"{small:.2f} s, five times as much {large:.2f} s"


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param(lambda n: "a line of text with some words in it\n" * 50 * n, id="lines"),
        pytest.param(lambda n: "a line without any end " * 50 * n, id="one line"),
    ],
)
def test_time_grows_evenly_with_the_text(parts: Callable[[int], str]) -> None:
    seconds(PLAIN_TEXT.prepare, request(parts(2), "a.txt"))
    small, large = (seconds(PLAIN_TEXT.prepare, request(parts(n), "a.txt")) for n in (8, 40))
    assert large / small < 8, f"{small:.2f} s, five times as much {large:.2f} s"
