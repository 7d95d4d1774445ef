"""XHTML for a parser of HTML: what is written in the way of XML and would mean something else there. Pure."""

from __future__ import annotations

import re

_SELF_CLOSED = re.compile(r"""<([A-Za-z][\w.-]{0,40})((?:\s(?:[^<>"'/]++|"[^"<]*+"|'[^'<]*+'|/(?!>))*+)?)/>""")
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)


def xhtml_as_html(markup: str) -> str:
    """Return markup whose empty elements have an end tag: to an HTML parser ``<title/>`` opens one that never ends."""
    return _SELF_CLOSED.sub(_opened_and_closed, markup)


def _opened_and_closed(match: re.Match[str]) -> str:
    tag = match[1]
    return match[0] if tag.lower() in _VOID else f"<{tag}{match[2]}></{tag}>"
