"""The page of a message while it is made: markup, and the same characters as text, side by side."""

from __future__ import annotations

import unicodedata
from html import escape
from typing import TYPE_CHECKING

from archiver.render.texts.decoding import settle

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from archiver.model import Finding
    from archiver.render.contract import AttachedFile, PreparedDocument

_DEEPEST_HEADING = 6


class Page:
    """Grows piece by piece; keeps notes and findings, each kind of finding told once, with how often it came."""

    def __init__(self, name: str) -> None:
        """Begin an empty page.

        Args:
            name: the document's path, for messages.
        """
        self.name = name
        self.blank_pages = 0
        self.attached: list[AttachedFile] = []
        self._body: list[str] = []
        self._text: list[str] = []
        self._notes: dict[str, int] = {}
        self._findings: dict[str, Finding] = {}
        self._counts: dict[str, int] = {}

    @property
    def body(self) -> str:
        """Content of ``<body>``."""
        return "".join(self._body)

    @property
    def text(self) -> str:
        """Every character the body shows."""
        return "\n".join(self._text)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was done, each once."""
        more = (f"{code} in {count} parts; the first is told" for code, count in self._counts.items() if count > 1)
        return (*(note if count == 1 else f"{note} ({count} times)" for note, count in self._notes.items()), *more)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The first of each kind."""
        return tuple(self._findings.values())

    def note(self, *notes: str) -> None:
        """Take note of what was done."""
        for note in notes:
            self._notes[note] = self._notes.get(note, 0) + 1

    def find(self, *findings: Finding) -> None:
        """Take findings; of each code the first is kept, the others are counted."""
        for finding in findings:
            self._findings.setdefault(finding.code, finding)
            self._counts[finding.code] = self._counts.get(finding.code, 0) + 1

    def fit(self, text: str) -> str:
        """Return one line of text that PDF/A can carry; what is taken out is found."""
        settled = settle(text, self.name)
        self.note(*settled.notes)
        self.find(*settled.findings)
        return unicodedata.normalize("NFC", " ".join(settled.text.split()))

    def open(self, kind: str) -> None:
        """Begin a section.

        Args:
            kind: a class of the style sheet: ``page``, ``page break``, ``enclosed``.
        """
        self._body.append(f'<div class="{kind}">')

    def close(self) -> None:
        """End a section."""
        self._body.append("</div>")

    def heading(self, level: int, text: str) -> None:
        """Add a heading of ``level`` 1 to 6, which becomes a bookmark."""
        self._words(f"h{min(level, _DEEPEST_HEADING)}", text)

    def line(self, text: str) -> None:
        """Add a paragraph."""
        self._words("p", text)

    def label(self, text: str) -> None:
        """Add a small line that says what follows; no heading, and no bookmark."""
        self._body.append(f'<p class="told">{escape(text)}</p>')
        self._text.append(text)

    def fields(self, rows: Sequence[tuple[str, str]]) -> None:
        """Add names and values, one a line."""
        cells = "".join(f'<tr><th scope="row">{escape(key)}</th><td>{escape(value)}</td></tr>' for key, value in rows)
        if cells:
            self._body.append(f'<table class="fields"><tbody>{cells}</tbody></table>')
            self._text.extend(f"{key} {value}" for key, value in rows)

    def table(self, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Add a table with a header."""
        lines = [header, *rows]
        head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in header)
        body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in line)}</tr>" for line in lines[1:])
        self._body.append(f'<table class="attached"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>')
        self._text.extend(" ".join(line) for line in lines)

    def picture(self, data_uri: str, name: str) -> None:
        """Add a picture."""
        self._body.append(f'<figure><img src="{escape(data_uri)}" alt="{escape(name)}"></figure>')

    def insert(self, document: PreparedDocument) -> None:
        """Add a whole prepared document."""
        self._body.append(document.body)
        self._text.append(document.text)
        self.blank_pages += document.blank_pages
        self.note(*document.notes)
        self.find(*document.findings)

    def _words(self, tag: str, text: str) -> None:
        self._body.append(f"<{tag}>{escape(text)}</{tag}>")
        self._text.append(text)
