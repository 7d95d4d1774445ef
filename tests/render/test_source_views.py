"""XML and JSON as source: every character is shown, only white space is ever added, nothing is resolved."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.model import Description, RenderRequest, RenderResult
from archiver.render import load_renderer
from archiver.render.contract import Converter, PreparedDocument
from archiver.render.sandbox import render
from archiver.render.sanitising.sanitising import sanitise
from archiver.render.texts.source_view import BLOCK_LINES, LONGEST_LINE, MOST_SET_OFF, source_view

TEI = """<?xml version="1.0"?>
<!DOCTYPE TEI [<!ENTITY hi "hello">]>
<!-- a letter -->
<TEI xmlns="http://www.tei-c.org/ns/1.0">
\t<p n='1' rend="a > b">Сәлем &hi; &lt;</p>
    <![CDATA[ raw < content ]]>
    <שם תכונה="ערך">שלום (עולם)</שם>
      <p xml:lang="he">שלום עולם</p>
</TEI>
"""


def request(content: bytes | str, name: str) -> RenderRequest:
    return RenderRequest(
        name=name,
        content=content if isinstance(content, bytes) else content.encode(),
        media_type="",
        puid=None,
        description=Description(),
        identifier="urn:uuid:x",
    )


def view(content: bytes | str, kind: str) -> PreparedDocument:
    renderer = load_renderer(kind)
    assert not isinstance(renderer, Converter)
    return renderer.prepare(request(content, f"a.{kind}"))


def shown(document: PreparedDocument) -> str:
    return "".join(sanitise(document.body, "a").text.split())


def codes(document: PreparedDocument | RenderResult) -> list[str]:
    return [finding.code for finding in document.findings]


def test_tags_and_attributes_are_set_off_and_nothing_is_resolved() -> None:
    document = view(TEI, "xml")
    assert codes(document) == []
    assert shown(document) == "".join(TEI.split())
    assert '<span class="markup">&lt;p</span><span class="name"> n</span>' in document.body
    assert '<span class="aside">&lt;!-- a letter --&gt;</span>' in document.body
    assert "&amp;hi;" in document.body
    assert "hello" not in document.body.replace('"hello"', "")


def test_a_source_in_two_directions_is_rendered() -> None:
    result = render(request(TEI, "a.xml"))
    assert (result.status, codes(result)) == ("rendered", [])


@pytest.mark.parametrize(
    ("content", "kind", "cause"),
    [
        pytest.param("<a>\n<b></a>", "xml", "mismatched tag: line 2, column 5", id="open element"),
        pytest.param("<a>&nbsp;</a>", "xml", "undefined entity", id="entity"),
        pytest.param('{"a": 1,}', "json", "line 1, column 9", id="comma"),
        pytest.param("[NaN]", "json", "NaN is no JSON value", id="NaN"),
        pytest.param("[" * 100_000, "json", "nested too deeply", id="deep"),
        pytest.param('{"a": 1}\n{"b": }', "json", "line 2, column 1", id="JSON lines"),
    ],
)
def test_what_is_not_well_formed_is_shown_as_plain_text_and_said(content: str, kind: str, cause: str) -> None:
    document = view(content, kind)
    assert codes(document) == ["source-not-well-formed"]
    assert cause in document.findings[0].message
    assert "<span" not in document.body
    assert shown(document) == "".join(content.split())


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param('<?xml version="1.0" encoding="UTF-16"?><a>é</a>'.encode("utf-16"), "xml", id="UTF-16"),
        pytest.param('<?xml version="1.0" encoding="windows-1251"?><a>я</a>'.encode("cp1251"), "xml", id="cp1251"),
        pytest.param('<!DOCTYPE html SYSTEM "file:///etc/passwd"><a>&nbsp;</a>', "xml", id="external DTD"),
        pytest.param('{"a": 1}\n\n[2]\n', "json", id="JSON Lines"),
        pytest.param('{"a": ' + "9" * 10_000 + "}", "json", id="long number"),
    ],
)
def test_well_formed(content: bytes | str, kind: str) -> None:
    assert codes(view(content, kind)) == []


def test_the_authors_own_lines_are_kept() -> None:
    assert '\n{  <span class="markup">"a"</span>:1,\n        "b"}' not in view('{  "a":1,\n\t"b" :2}', "json").body
    assert '\n{  <span class="markup">"a"</span>:1,\n        <span' in view('{  "a":1,\n\t"b" :2}', "json").body


def test_long_lines_are_broken_between_tokens() -> None:
    content = '{"a":{"b  b":[1.50,-2e3],"c":[],"d":{}},"e":["' + "x" * 200 + '"]}'
    document = view(content, "json")
    lines = sanitise(document.body, "a").text.strip().split("\n")
    assert lines[:4] == ["{", '  "a": {', '    "b  b": [1.50,-2e3],', '    "c": [],']
    assert "nothing but white space was changed" in document.notes[-1]


@given(
    st.recursive(
        st.none() | st.booleans() | st.text() | st.floats(), lambda one: st.lists(one) | st.dictionaries(st.text(), one)
    )
)
def test_json_keeps_every_character(value: object) -> None:
    content = json.dumps([value, "x" * 250], ensure_ascii=False, allow_nan=True)
    document = view(content.encode("utf-8", "surrogatepass"), "json")
    assert shown(document) == "".join(document.text.split())


@given(st.text(alphabet="<>/!-&;#x1aé\"'= ?[]שa\n\t\f", max_size=200))
def test_xml_keeps_every_character(content: str) -> None:
    document = view(content, "xml")
    assert shown(document) == "".join(document.text.split())


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param(
            "<!DOCTYPE a ["
            + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x"}">' for n in range(20))
            + "]><a>&e19;</a>",
            "xml",
            id="entities in entities",
        ),
        pytest.param("<a>" * 100_000 + "</a>" * 100_000, "xml", id="deep XML"),
        pytest.param("<a " + "".join(f'b{n}="" ' for n in range(30_000)) + "/>", "xml", id="attributes"),
        pytest.param("<!--" * 100_000, "xml", id="comments that never end"),
        pytest.param("<" * 500_000, "xml", id="angle brackets"),
        pytest.param('["' + "\\\\" * 500_000 + '"]', "json", id="escapes"),
        pytest.param("[" * 5000 + "]" * 5000, "json", id="deep JSON"),
        pytest.param('"' * 500_000, "json", id="quotation marks"),
        pytest.param("[" + "1," * 500_000 + "1]", "json", id="numbers"),
    ],
)
def test_bombs_are_prepared_quickly(content: str, kind: str) -> None:
    started = time.perf_counter()
    document = view(content, kind)
    assert time.perf_counter() - started < 60
    assert document.body.count("<span") <= MOST_SET_OFF
    assert len(document.body) < 8 * len(content) + 10_000
    assert max(map(len, sanitise(document.body.replace("</pre>", "\n</pre>"), "a").text.split("\n"))) <= LONGEST_LINE


def test_a_long_text_is_cut_into_blocks_whose_layout_takes_time_each() -> None:
    view = source_view("\n".join(["a"] * (3 * BLOCK_LINES)))
    assert view.count("<pre") == 3
    assert view.count("a\n") == 3 * BLOCK_LINES - 3
