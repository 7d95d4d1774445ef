"""Sidecars: one YAML, JSON or XML file that describes one document, folder or the whole collection.

It reads what a sidecar states and refuses what it cannot trust as a whole; it never judges a date or a language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archiver.describe.keys import key_fix
from archiver.describe.tree import (
    LARGEST_SIDECAR,
    Fault,
    Mapping,
    Node,
    Scalar,
    Sequence,
    TreeError,
    decode_sidecar,
)
from archiver.model import Finding, KeptValue, Severity, SourceKind, Statement, ValueSource
from archiver.standards.dc_terms import TermKey, parse_key
from archiver.standards.names import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

_VALUE_KEYS = frozenset({"value", "language", "lang"})
_TAG = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sidecar:
    """What one sidecar states, and what is wrong with it."""

    statements: tuple[Statement, ...] = ()
    kept: tuple[KeptValue, ...] = ()
    """Values below keys that name no DCMI term."""

    findings: tuple[Finding, ...] = ()


class _ValueError(ValueError):
    """A value has a shape that says nothing."""

    def __init__(self, line: int | None) -> None:
        self.line = line
        super().__init__()


def parse_sidecar(data: bytes, file: str, kind: SourceKind) -> Sidecar:
    """Read one sidecar.

    Args:
        data: the whole file; more than 1 MiB is refused.
        file: its path in the metadata folder; ``.json`` is read as JSON, ``.xml`` as XML, anything else as YAML.
        kind: what it describes: a document, a folder or the collection.

    Returns:
        Its statements in the order written; empty, with findings, when it cannot be read.
    """
    shown = printable(file)
    if len(data) > LARGEST_SIDECAR:
        return Sidecar(findings=(_unreadable(shown, Fault(message="is larger than 1 MiB", line=None)),))
    if file.lower().endswith(".xml"):
        from archiver.describe.xml_sidecars import parse_xml_sidecar  # noqa: PLC0415 -- lxml, and only for XML

        return parse_xml_sidecar(data, shown, kind)
    try:
        tree = _read(decode_sidecar(data), file)
    except TreeError as error:
        return Sidecar(findings=tuple(_refusal(shown, fault) for fault in error.faults))
    if isinstance(tree, Scalar) and not (tree.text or "").strip():
        return Sidecar()
    if not isinstance(tree, Mapping):
        fault = Fault(message="does not hold terms with values (title: ...)", line=tree.line)
        return Sidecar(findings=(_unreadable(shown, fault),))
    return _sidecar(tree, shown, kind)


def _read(text: str, file: str) -> Node:
    if file.lower().endswith(".json"):
        from archiver.describe.json_tree import read_json  # noqa: PLC0415 -- only the reader that is needed

        return read_json(text)
    from archiver.describe.yaml_tree import read_yaml  # noqa: PLC0415 -- as above

    return read_yaml(text)


def _sidecar(tree: Mapping, file: str, kind: SourceKind) -> Sidecar:
    statements: list[Statement] = []
    kept: list[KeptValue] = []
    findings: list[Finding] = []
    for key, node in tree.entries:
        term_key = parse_key(key)
        if term_key is None:
            findings.append(_unknown_key(key, file, node.line))
            kept += _kept(printable(key.strip()), node, file, kind)
            continue
        try:
            values = [(text, language, line) for text, language, line in _values(node, term_key) if text.strip()]
        except _ValueError as error:
            findings.append(_bad_value(key, file, error.line))
            continue
        for text, language, line in values:
            place = f"{file}, line {line}" if line else file
            source = ValueSource(kind=kind, place=place)
            statements.append(Statement(term=term_key.term, text=text.strip(), language=language, source=source))
    return Sidecar(statements=tuple(statements), kept=tuple(kept), findings=tuple(findings))


def _kept(name: str, node: Node, file: str, kind: SourceKind) -> Iterator[KeptValue]:
    """Yield every text below a key of its author's own; the keys below it join its name: ``box.shelf``."""
    if isinstance(node, Sequence):
        for item in node.items:
            yield from _kept(name, item, file, kind)
    elif isinstance(node, Mapping):
        for key, part in node.entries:
            yield from _kept(f"{name}.{printable(key.strip())}", part, file, kind)
    elif node.text and node.text.strip():
        place = f"{file}{_where(node.line)}"
        yield KeptValue(name=name, text=node.text.strip(), source=ValueSource(kind=kind, place=place))


def _values(node: Node, key: TermKey) -> Iterator[tuple[str, str | None, int | None]]:
    """Yield text, language and line of each value below one key."""
    if isinstance(node, Scalar):
        yield node.text or "", key.language, node.line
    elif isinstance(node, Sequence):
        for item in node.items:
            if isinstance(item, Sequence):
                raise _ValueError(item.line)
            yield from _values(item, key)
    elif {name.lower() for name, _ in node.entries} <= _VALUE_KEYS:
        yield from _valued(node, key)
    else:
        yield from _by_language(node)


def _valued(node: Mapping, key: TermKey) -> Iterator[tuple[str, str | None, int | None]]:
    parts = {name.lower(): part for name, part in node.entries}
    value, language = parts.get("value"), parts.get("language", parts.get("lang"))
    if not isinstance(value, Scalar | None) or not isinstance(language, Scalar | None):
        raise _ValueError(node.line)
    if value is not None:
        tag = language.text.strip() if language is not None and language.text else key.language
        yield value.text or "", tag, value.line


def _by_language(node: Mapping) -> Iterator[tuple[str, str | None, int | None]]:
    for tag, part in node.entries:
        items = part.items if isinstance(part, Sequence) else (part,)
        if not _TAG.fullmatch(tag.strip()):
            raise _ValueError(part.line)
        for item in items:
            if not isinstance(item, Scalar):
                raise _ValueError(item.line)
            yield item.text or "", tag.strip(), item.line


def _where(line: int | None, column: int | None = None) -> str:
    if line is None:
        return ""
    return f", line {line}" + (f", column {column}" if column else "")


def _refusal(file: str, fault: Fault) -> Finding:
    if not fault.repeated_key:
        return _unreadable(file, fault)
    return Finding(
        severity=Severity.ERROR,
        code="sidecar-duplicate-key",
        file=file,
        message=f"{file}{_where(fault.line)}: {printable(fault.message)}. Nothing of this sidecar is used.",
        fix="Keep one of the two; several values of one term are written as a list.",
    )


def _unreadable(file: str, fault: Fault) -> Finding:
    where = _where(fault.line, fault.column)
    return Finding(
        severity=Severity.ERROR,
        code="sidecar-unreadable",
        file=file,
        message=f"{file}{where}: the sidecar {_sentence(fault.message)}. Nothing of it is used.",
        fix="Write it as UTF-8 text with one 'term: value' a line (YAML) or as one JSON object, below 1 MiB.",
    )


def _sentence(message: str) -> str:
    verbs = ("is ", "holds ", "nests ", "does ")
    return printable(message if message.startswith(verbs) else f"cannot be read: {message}")


def _unknown_key(key: str, file: str, line: int | None) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="description-unknown-key",
        file=file,
        message=f"{file}{_where(line)}: {printable(key[:80])!r} names no DCMI term; its value is kept "
        "beside the record and is in none of its terms.",
        fix=key_fix(key),
    )


def _bad_value(key: str, file: str, line: int | None) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="description-bad-value",
        file=file,
        message=f"{file}{_where(line)}: the value of {printable(key[:80])!r} is neither text, nor a list of texts, nor "
        "texts by language; it is not used.",
        fix="Write 'term: text', a list of texts, 'term: {en: text}', or 'term: {value: text, language: en}'.",
    )
