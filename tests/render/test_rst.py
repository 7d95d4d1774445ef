"""reStructuredText: what it means is shown, what it would do is not done, and no word is lost to wrong markup."""

from __future__ import annotations

import random
import sys
import time

import pytest
from docutils.parsers.rst import roles  # type: ignore[import-untyped]

from archiver.model import Description, RenderRequest
from archiver.render.contract import PreparedDocument
from archiver.render.rst import LARGEST, RENDERER
from archiver.render.sandbox import render

DOCUMENT = """
Report
======
:Author: Алия

Text with *emphasis*, ``code`` and a `link <https://example.org/>`_. [#f]_

.. note:: Mind the gap.

+----+----+
| a  | b  |
+====+====+
| 1  | 2  |
+----+----+

.. code-block:: python

   print("x")

.. math:: a^2

.. [#f] The footnote.
"""


KNOWN = {"rst-as-plain-text", "rst-markup-not-understood", "html-external-resource"}


def request(content: str) -> RenderRequest:
    return RenderRequest(
        name="a.rst",
        content=content.encode("utf-8", "replace"),
        media_type="",
        puid=None,
        description=Description(),
        identifier="urn:uuid:x",
    )


def read(content: str) -> PreparedDocument:
    return RENDERER.prepare(request(content))


def codes(document: PreparedDocument) -> list[str]:
    return [finding.code for finding in document.findings]


def test_structure_becomes_structure() -> None:
    document = read(DOCUMENT)
    assert codes(document) == []
    assert document.title == "Report"
    for piece in (
        "<h1>Report</h1>",
        "<em>emphasis</em>",
        '<a href="https://example.org/">link</a>',
        "<p>Mind the gap.</p>",
    ):
        assert piece in document.body
    for word in ("Алия", "Note", "print(", "a^2", "The footnote."):
        assert word in document.text


def test_it_is_rendered() -> None:
    result = render(request(DOCUMENT))
    assert (result.status, result.findings) == ("rendered", ())


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        pytest.param(".. include:: /etc/passwd", "/etc/passwd", id="include"),
        pytest.param(".. include:: /etc/passwd\n   :literal:", "/etc/passwd", id="include literal"),
        pytest.param(".. raw:: html\n   :file: /etc/passwd", "/etc/passwd", id="raw file"),
        pytest.param(".. raw:: html\n\n   <b onclick='x()'>words</b>", "<b onclick='x()'>words</b>", id="raw"),
        pytest.param(".. csv-table:: t\n   :file: /etc/passwd", "/etc/passwd", id="table from a file"),
        pytest.param(".. csv-table:: t\n   :url: file:///etc/passwd", "file:///etc/passwd", id="table from a host"),
        pytest.param(".. |d| date:: %Y\n\n|d|", ".. |d| date:: %Y", id="date"),
        pytest.param(".. toctree::\n   :maxdepth: 2\n\n   intro", ":maxdepth: 2\n\n   intro", id="Sphinx"),
        pytest.param("see :ref:`the words`", ":ref:`the words`", id="unknown role"),
        pytest.param("====  =\nbad  table\n====  =", "bad  table", id="wrong table"),
        pytest.param("*open emphasis\n\n|nothing|", "*open emphasis", id="open emphasis"),
    ],
)
def test_what_is_not_done_or_not_understood_is_shown_as_written(markup: str, shown: str) -> None:
    document = read(f"{markup}\n\nend\n")
    assert shown in document.text
    assert document.text.rstrip().endswith("end")
    assert codes(document) == ["rst-markup-not-understood"]
    assert "root:" not in document.text
    assert "onclick" not in document.body.replace("&lt;b onclick=", "")


def test_images_are_never_read() -> None:
    opened: list[str] = []
    watching = [True]
    sys.addaudithook(lambda event, args: opened.append(str(args[0])) if watching[0] and event == "open" else None)
    read("warm")
    opened.clear()
    document = read(
        ".. image:: /etc/passwd.svg\n   :loading: embed\n   :scale: 50\n\n"
        ".. figure:: /etc/passwd\n   :figwidth: image\n   :loading: embed\n\n   caption\n"
    )
    watching[0] = False
    assert [path for path in opened if "passwd" in path or "mime" in path] == []
    assert "caption" in document.text
    assert "src=" not in document.body


def test_comments_are_counted() -> None:
    document = read("words\n\n.. a comment: hidden\n\n.. note: a slip\n")
    assert document.text.strip() == "words"
    assert document.notes[-1] == "comments of the source that are not shown: 2"


def test_a_role_of_one_document_is_unknown_in_the_next() -> None:
    before = dict(roles._roles)
    assert codes(read(".. role:: leaked(strong)\n\n:leaked:`x`\n")) == []
    assert roles._roles == before
    assert codes(read(":leaked:`x`\n")) == ["rst-markup-not-understood"]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("x" * (LARGEST + 1), id="long"),
        pytest.param("".join(f"{' ' * n}- a\n\n" for n in range(2000)), id="deep lists"),
        pytest.param("> " * 4000, id="quotes"),
        pytest.param(
            "".join(f".. |a{n}| replace:: {f'|a{n + 1}|' * 10}\n" for n in range(20)) + "\n|a0|\n", id="laughs"
        ),
        pytest.param("*" * 9000, id="asterisks"),
        pytest.param(("`" * 99 + "\n") * 200, id="backquotes"),
        pytest.param("+" + "-+" * 2000 + "\n" + ("|" + " |" * 2000 + "\n") * 9 + "+" + "-+" * 2000, id="wide table"),
        pytest.param("a\n" + "=" * 5000 + "\n" + "b\n-\n" * 3000, id="sections"),
        pytest.param("word " * 100_000, id="long line"),
    ],
)
def test_bombs_end_quickly(content: str) -> None:
    started = time.perf_counter()
    document = read(content)
    assert time.perf_counter() - started < 120
    assert len(document.text) < 20 * len(content) + 100_000


def test_mutated_documents_are_read_or_shown_as_plain_text() -> None:
    chance = random.Random(7)  # noqa: S311 - the same documents in every run
    tokens = ["..", "::", "`", "|", "*", "_", "\n", "   ", "+--+", "====", ":a:", "- ", "[#]_", "\\", "é", ".. role::"]
    for _ in range(60):
        characters = list(DOCUMENT)
        for _ in range(chance.randint(1, 30)):
            characters[chance.randrange(len(characters))] = chance.choice(tokens)
        document = read("".join(characters))
        assert KNOWN.issuperset(codes(document))
