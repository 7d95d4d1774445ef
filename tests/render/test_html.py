from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.model import Description, RenderRequest
from archiver.render.contract import PreparedDocument
from archiver.render.html import RENDERER
from archiver.render.sanitising.sanitising import sanitise
from archiver.render.sanitising.xhtml import xhtml_as_html


def page(content: bytes, puid: str | None = None) -> PreparedDocument:
    return RENDERER.prepare(
        RenderRequest(
            name="a.html",
            content=content,
            media_type="text/html",
            puid=puid,
            description=Description(),
            identifier="urn:uuid:x",
        )
    )


def test_what_points_outside_is_taken_out_and_named() -> None:
    clean = sanitise(
        '<link rel=stylesheet href=s.css><script src="/a.js">x()</script><img src="http://h/a.png" alt="pic">'
        '<img src="file:///etc/passwd"><iframe src="//h/x"></iframe><svg><use href="http://u"/></svg>'
        '<object data=o.swf></object><form action="http://f">t</form><a href="b.html">l</a>',
        "a.html",
    )
    (finding,) = clean.findings
    assert finding.code == "html-external-resource"
    assert "points at 9 files or hosts, and" in finding.message
    assert "s.css, /a.js, http://h/a.png, file:///etc/passwd, //h/x and 4 more" in finding.message
    assert clean.body == '<img alt="pic"><img>t<a>l</a>'
    assert clean.text == "pictl"


@pytest.mark.parametrize(
    ("markup", "body"),
    [
        pytest.param('<p onclick="x()" style="display:none" class=c>a', "<p>a</p>", id="handlers and styles"),
        pytest.param('<a href="javascript:x()">a</a>', "<a>a</a>", id="javascript"),
        pytest.param('<a href="https://h/?a=1">a</a>', '<a href="https://h/?a=1">a</a>', id="link kept"),
        pytest.param('<a href="#n">a</a><p id="n">', '<a href="#n">a</a><p id="n"></p>', id="anchor kept"),
        pytest.param('<a href="file:///etc">a</a>', "<a>a</a>", id="file link"),
        pytest.param('<img src="data:image/svg+xml,<svg/>" alt=x>', '<img alt="x">', id="svg image"),
        pytest.param("<td colspan=9>x", "x", id="stray cell"),
        pytest.param("<math><mi>x</mi></math><style>p{}</style>y", "y", id="no text"),
        pytest.param("<!-- c --><?pi?>x<![CDATA[y]]>", "x", id="comments"),
        pytest.param("<p>שלום", '<p dir="rtl">שלום</p>', id="direction"),
        pytest.param("<p>\u0338e\u0301", "<p>\u0338é</p>", id="NFC between tags alone"),
        pytest.param(
            '<ol start="3" reversed><li value=7>x</ol>', '<ol start="3" reversed=""><li value="7">x</li></ol>'
        ),
    ],
)
def test_sanitised(markup: str, body: str) -> None:
    assert sanitise(markup, "a.html").body == body


def test_spans_are_bounded() -> None:
    assert 'colspan="100"' in sanitise("<table><tr><td colspan=100000>x</table>", "a.html").body


def test_references_to_controls_are_removed_and_counted() -> None:
    clean = sanitise("a&#1;&#xfffe;b", "a.html")
    assert clean.text == "ab"
    assert [finding.code for finding in clean.findings] == ["characters-removed"]


def test_title_language_and_charset_are_read() -> None:
    document = page(
        '<html lang="kk"><meta charset="windows-1251"><title>Хат &amp; жауап</title><p>Сәлем'.encode(
            "cp1251", "replace"
        )
    )
    assert (document.title, document.language) == ("Хат & жауап", "kk")
    assert "windows-1251" in document.notes[0]


def test_xhtml_with_self_closed_elements_keeps_its_text() -> None:
    head = b'<?xml version="1.0"?><html><head><title/><script src="x.js"/></head>'
    source = head + b'<body><a id="t"/><p>text</p></body></html>'
    assert page(source, "fmt/102").text.strip() == "text"


def test_a_tag_of_many_spaces_that_never_ends_costs_no_time() -> None:
    markup = "<a" + " " * 5000 + "<a" + " b='/' c=\"x\"" * 3000
    assert xhtml_as_html(markup) == markup
    assert xhtml_as_html("<a b='/' c=\"x\" /><br/><p/>") == "<a b='/' c=\"x\" ></a><br/><p></p>"


@given(st.text(alphabet="<>/!-&;#x1aé\"'= \0ps\n", max_size=200))
def test_no_markup_raises_and_nothing_acts(markup: str) -> None:
    clean = sanitise(markup, "a.html")
    assert sanitise(clean.body, "a.html").text == clean.text
