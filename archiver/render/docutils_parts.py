"""Docutils' parser and writer as a rendition needs them: no directive that asks the clock or the disk, no file read.

Imported only where a reStructuredText document is rendered. Changes nothing in docutils itself.
"""

from __future__ import annotations

from html import escape
from typing import Any

from docutils import nodes  # type: ignore[import-untyped]
from docutils.parsers.rst import Parser, states  # type: ignore[import-untyped]
from docutils.parsers.rst.directives.misc import Date, Include, Raw  # type: ignore[import-untyped]
from docutils.writers.html5_polyglot import HTMLTranslator, Writer  # type: ignore[import-untyped]

__all__ = ["CarefulParser", "CarefulWriter"]

_REFUSED = (Date, Include, Raw)
"""The day of the rendering is no part of a document; files are not read."""


class _Careful(states.RSTState):  # type: ignore[misc]  # docutils is untyped
    """What each of the parser's states does otherwise."""

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - docutils' own
        super().__init__(*arguments, **options)
        self.nested_sm_kwargs = {"state_classes": STATES, "initial_state": "Body"}

    def run_directive(
        self,
        directive: Any,  # noqa: ANN401 - as above
        match: Any,  # noqa: ANN401 - as above
        type_name: str,
        option_presets: dict[str, Any],
    ) -> Any:  # noqa: ANN401 - as above
        """Run a directive, but for those that would say something else another day or on another machine."""
        if isinstance(directive, type) and issubclass(directive, _REFUSED):
            return self.unknown_directive(type_name)
        return super().run_directive(directive, match, type_name, option_presets)


_MACHINES: list[Any] = []
"""State machines that docutils keeps for reuse; those with the states below stay apart from its own."""

# Docutils finds states by the names of their classes.
STATES = tuple(
    type(state.__name__, (_Careful, state), {"nested_sm_cache": _MACHINES, "__doc__": state.__doc__})
    for state in states.state_classes
)


class CarefulParser(Parser):  # type: ignore[misc]  # docutils is untyped
    """The parser of reStructuredText with the states above."""

    def __init__(self) -> None:
        super().__init__()
        self.state_classes = STATES


class _Translator(HTMLTranslator):  # type: ignore[misc]  # docutils is untyped
    """Writes HTML without looking at any image."""

    def visit_image(self, node: nodes.image) -> None:
        """Write a reference and the alternative text; docutils would guess types by files of the machine."""
        alternative = escape(str(node.get("alt", node["uri"])))
        self.body.append(f'<img src="{escape(str(node["uri"]))}" alt="{alternative}">')

    def depart_image(self, node: nodes.image) -> None:
        """An image has no end."""

    def visit_problematic(self, _node: nodes.problematic) -> None:
        """Show what was not understood as it is written; the message it would point to is not shown."""
        self.body.append("<span>")

    def depart_problematic(self, _node: nodes.problematic) -> None:
        """End what was not understood."""
        self.body.append("</span>")


class CarefulWriter(Writer):  # type: ignore[misc]  # docutils is untyped
    """Writes the body alone, and puts what docutils did not understand where it stood."""

    def __init__(self) -> None:
        super().__init__()
        self.translator_class = _Translator
        self.problems: list[str] = []
        """What docutils found wrong with the document, in its words, with the line."""

        self.comments = 0

    def translate(self) -> None:
        """Write the document's HTML."""
        self.comments = sum(1 for _ in self.document.findall(nodes.comment))
        self.problems = _without_messages(self.document)
        super().translate()

    def apply_template(self) -> str:
        """Return nothing: docutils would read a file for what stands around the body."""
        return ""


def _without_messages(document: nodes.document) -> list[str]:
    """Put what docutils' messages quote in their place; return what they say of errors."""
    problems: list[tuple[int, str]] = []
    for message in list(document.findall(nodes.system_message)):
        if message["level"] > 1 and message.children:
            said = " ".join(message.children[0].astext().split())
            problems.append((message.get("line", 0), said))
        quoted = [child for child in message.children[1:] if isinstance(child, nodes.literal_block)]
        message.parent.replace(message, quoted)
    for section in list(document.findall(nodes.section)):
        if "system-messages" in section["classes"]:
            section.parent.replace(section, [one for one in section.children if not isinstance(one, nodes.title)])
    return [f"line {line}: {said}" for line, said in sorted(set(problems))]
