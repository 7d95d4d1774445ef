"""reStructuredText, through docutils, with everything that reads a file, runs a program or asks the clock left out.

Never loses a word to a mistake in the markup: what docutils cannot make sense of is shown as it is written. Unknown
directives, those of Sphinx among them, are shown as source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.model import Finding, Severity
from archiver.render.contract import PreparedDocument
from archiver.render.plain_text import RENDERER as PLAIN_TEXT
from archiver.render.sanitising.local_images import shown_note, surroundings
from archiver.render.sanitising.sanitising import sanitise
from archiver.render.texts.decoding import decode
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.model import RenderRequest
    from archiver.render.docutils_parts import CarefulWriter

LARGEST = 2 << 20
"""Characters; a longer document is shown as plain text, since parsing takes a kilobyte of memory a character."""

_NAMED = 3
_SHOWN = 100
_SETTINGS = {
    "_disable_config": True,
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "halt_level": 6,
    "report_level": 1,
    "warning_stream": False,
    "input_encoding": "unicode",
    "embed_stylesheet": False,
    "stylesheet_path": "",
    "math_output": "latex",
    "syntax_highlight": "none",
    "smart_quotes": False,
    "toc_backlinks": False,
    "section_self_link": False,
    "datestamp": None,
    "generator": None,
    "source_link": None,
    "source_url": None,
}


class RestructuredText:
    """The renderer of reStructuredText."""

    name = "rst"

    def prepare(self, request: RenderRequest) -> PreparedDocument:
        """See :class:`archiver.render.contract.Renderer`."""
        decoded = decode(request.content, request.name, normalise=False)
        if len(decoded.text) > LARGEST:
            return _as_plain_text(request, f"it has more than {LARGEST:,} characters")
        try:
            markup, writer = _converted(decoded.text.replace("\f", "\n"))
        except RecursionError:
            return _as_plain_text(request, "its elements are nested too deeply")
        except Exception as error:  # noqa: BLE001 - the parser fails on odd markup in ways of its own
            return _as_plain_text(request, printable(f"{type(error).__name__}: {error}"[:200]))
        clean = sanitise(markup, request.name, surroundings(request))
        return PreparedDocument(
            body=clean.body,
            text=clean.text,
            title=writer.document.get("title"),
            notes=(*decoded.notes, *clean.notes, *shown_note(clean), *_hidden(writer.comments)),
            findings=(*decoded.findings, *clean.findings, *_about(writer.problems, request.name)),
        )


def _converted(text: str) -> tuple[str, CarefulWriter]:
    """Return the markup of a whole document, and the writer that made it: it knows what was wrong."""
    from docutils.core import publish_parts  # type: ignore[import-untyped]  # noqa: PLC0415 - a library for this format alone
    from docutils.parsers.rst import roles  # type: ignore[import-untyped]  # noqa: PLC0415 - as above

    from archiver.render.docutils_parts import CarefulParser, CarefulWriter  # noqa: PLC0415 - as above

    writer = CarefulWriter()
    # A document may define roles, and docutils keeps them for the next one.
    kept = dict(roles._roles)  # noqa: SLF001 - no public name
    try:
        parts = publish_parts(text, parser=CarefulParser(), writer=writer, settings_overrides=dict(_SETTINGS))
    finally:
        roles._roles.clear()  # noqa: SLF001 - as above
        roles._roles.update(kept)  # noqa: SLF001 - as above
    return parts["html_body"], writer


def _hidden(comments: int) -> tuple[str, ...]:
    return (f"comments of the source that are not shown: {comments}",) if comments else ()


def _as_plain_text(request: RenderRequest, cause: str) -> PreparedDocument:
    plain = PLAIN_TEXT.prepare(request)
    finding = Finding(
        severity=Severity.WARNING,
        code="rst-as-plain-text",
        file=request.name,
        message=f"{request.name} could not be read as reStructuredText ({cause}); its PDF shows it as plain text.",
        fix="Nothing is lost: the PDF shows every character. Mend the markup if it should be shown as meant.",
    )
    return PreparedDocument(
        body=plain.body,
        text=plain.text,
        blank_pages=plain.blank_pages,
        notes=(*plain.notes, f"shown as plain text: {cause}"),
        findings=(*plain.findings, finding),
    )


def _about(problems: list[str], name: str) -> tuple[Finding, ...]:
    if not problems:
        return ()
    shown = "; ".join(printable(one if len(one) <= _SHOWN else f"{one[:_SHOWN]}...") for one in problems[:_NAMED])
    more = f" and {len(problems) - _NAMED} more" if len(problems) > _NAMED else ""
    return (
        Finding(
            severity=Severity.WARNING,
            code="rst-markup-not-understood",
            file=name,
            message=f"{name}: markup that is not understood is shown as it is written: {shown}{more}.",
            fix="Nothing is lost. Directives of Sphinx, files to be included and dates are never worked out.",
        ),
    )


RENDERER = RestructuredText()
