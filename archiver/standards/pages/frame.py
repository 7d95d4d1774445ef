"""The frame that every page has: head with a strict policy, skip link, masthead, contents, sections, colophon."""

from __future__ import annotations

from dataclasses import dataclass

from archiver.standards.pages.markup import Html, join, tag, text
from archiver.standards.pages.style import STYLE

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section of a page."""

    key: str
    """Its anchor."""

    title: str
    body: Html


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What is put into the frame."""

    title: str
    """Of the window."""

    skip: str
    """What the link says that leads past the masthead."""

    masthead: Html
    sections: tuple[Section, ...]
    colophon: Html
    style: str = ""
    """More rules, after those of every page."""


def page_html(page: Page) -> bytes:
    """Return the whole page: UTF-8 HTML, the same bytes for the same parts."""
    body = join(
        [
            tag("a", text(page.skip), klass="skip", href="#main"),
            tag("header", page.masthead, klass="page"),
            tag("nav", _contents(page), klass="page", aria_label="On this page"),
            tag("main", sections_html(page.sections), klass="page", id="main", tabindex="-1"),
            tag("footer", tag("div", page.colophon, klass="page")),
        ]
    )
    return f"<!DOCTYPE html>\n{tag('html', _head(page), tag('body', body), lang='en')}\n".encode()


def sections_html(sections: tuple[Section, ...]) -> Html:
    """Return the sections of a page, each named by its heading."""
    return join(
        tag(
            "section",
            tag("h2", text(section.title), id=f"{section.key}-title"),
            section.body,
            id=section.key,
            aria_labelledby=f"{section.key}-title",
        )
        for section in sections
    )


def _head(page: Page) -> Html:
    return Html(
        '<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{text(page.title)}</title>\n<style>{STYLE}{page.style}</style>\n</head>\n"
    )


def _contents(page: Page) -> Html:
    links = (tag("a", text(section.title), href=f"#{section.key}") for section in page.sections)
    return tag("ul", join(tag("li", link) for link in links))
