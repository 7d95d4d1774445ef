"""What of an HTML document is kept in a rendition, stated as lists; everything else goes.

Only constants.
"""

from __future__ import annotations

TAGS = frozenset(
    [
        "a",
        "abbr",
        "address",
        "article",
        "aside",
        "b",
        "bdi",
        "bdo",
        "blockquote",
        "br",
        "caption",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "main",
        "mark",
        "nav",
        "ol",
        "p",
        "pre",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "section",
        "small",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "u",
        "ul",
        "var",
        "wbr",
    ]
)
"""What is kept. Other tags go; their text stays, but for ``CONTENT_TAGS``."""

ATTRIBUTES = {
    "*": frozenset({"lang", "dir", "id"}),
    "a": frozenset({"href"}),
    "abbr": frozenset({"title"}),
    "col": frozenset({"span"}),
    "colgroup": frozenset({"span"}),
    "img": frozenset({"src", "alt"}),
    "li": frozenset({"value"}),
    "ol": frozenset({"start", "reversed"}),
    "td": frozenset({"colspan", "rowspan"}),
    "th": frozenset({"colspan", "rowspan", "scope"}),
    "time": frozenset({"datetime"}),
}
"""Attributes kept, by tag."""

LINK_SCHEMES = frozenset({"http", "https", "mailto"})

# Their content is no text of the document.
CONTENT_TAGS = frozenset(
    [
        "script",
        "style",
        "title",
        "head",
        "template",
        "svg",
        "math",
        "object",
        "iframe",
        "noembed",
        "noframes",
        "audio",
        "video",
        "canvas",
    ]
)

# Tag -> attributes that make a reader fetch something.
FETCHING = {
    "img": {"src", "srcset"},
    "script": {"src"},
    "link": {"href"},
    "iframe": {"src"},
    "frame": {"src"},
    "embed": {"src"},
    "object": {"data"},
    "source": {"src", "srcset"},
    "audio": {"src"},
    "video": {"src", "poster"},
    "track": {"src"},
    "input": {"src"},
    "form": {"action"},
    "image": {"href", "xlink:href"},
    "use": {"href", "xlink:href"},
    "body": {"background"},
}
