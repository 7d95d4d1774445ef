"""What every renderer of the family keeps, whatever it renders."""

from __future__ import annotations

import dataclasses

import pytest

from archiver.model import Description, RenderRequest
from archiver.render import Converter, converted, load_renderer, prepared, renderer_names
from archiver.render.contract import UnreadableTextError

CONTENTS = {
    "empty": b"",
    "words": "Words, слова, 言葉, كلمات\n\nsecond".encode(),
    "markup": b'<p>a<script>x</script><img src="http://h/x.png">&#1;</p>\n# b\n\n| a |\n|---|\n| b |\n',
    "latin-1": "fa\xe7ade na\xefve d\xe9j\xe0 vu".encode("latin-1") * 20,
    "long line": b"x" * 100_000,
    "deep": b"<div>" * 3000 + b"> " * 3000 + b"* " * 500,
    "unclosed": b'<a href="<img src=" <!-- <![CDATA[ <table><tr><td>`` **',
    "binary": bytes(range(256)) * 10,
    "surrogates": b"a\xed\xa0\x80b" + b" text" * 40,
}


SOURCE_VIEWS = {"plain-text", "xml", "json", "delimited", "rst"}
"""They show addresses as they are written, or as links that nothing follows."""


@pytest.fixture(params=renderer_names())
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def ask(content: bytes) -> RenderRequest:
    return RenderRequest(
        name="a", content=content, media_type="", puid=None, description=Description(), identifier="urn:uuid:x"
    )


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS.keys())
def test_prepares_purely_or_refuses_in_words(name: str, content: bytes) -> None:
    renderer = load_renderer(name)
    if isinstance(renderer, Converter):
        return
    try:
        document = prepared(renderer, ask(content))
    except UnreadableTextError as refused:
        assert refused.finding.file == "a"  # noqa: PT017 - refusing is one of two good ends
        return
    assert document == prepared(renderer, ask(content))
    document.body.encode("utf-8")
    assert "<script" not in document.body
    assert "http://h" not in document.body.replace("&lt;", "") or name in SOURCE_VIEWS
    assert not set(document.text) & set("\0\x01\ufeff\ufffe")
    assert all(finding.file == "a" for finding in document.findings)


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS.keys())
def test_converts_purely_or_says_why_not(name: str, content: bytes) -> None:
    converter = load_renderer(name)
    if not isinstance(converter, Converter):
        return
    try:
        result = converted(converter, ask(content))
    except UnreadableTextError as refused:
        assert refused.finding.file == "a"  # noqa: PT017 - refusing is one of two good ends
        return
    assert dataclasses.replace(result, render_seconds=0) == dataclasses.replace(
        converted(converter, ask(content)), render_seconds=0
    )
    assert result.status in {"rendered", "converted", "kept", "unsupported", "failed"}
    assert result.status not in {"unsupported", "failed"} or (result.findings and result.pdf is None)
    assert result.flavour is None or result.pdf is not None
    assert result.validated is not True or any(check.name.startswith("pdfa") for check in result.checks if check.passed)
    assert all(finding.file == "a" for finding in result.findings)


def test_is_called_what_the_registry_calls_it(name: str) -> None:
    assert load_renderer(name).name == name
