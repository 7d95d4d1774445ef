"""YAML as sidecars use it, read into a :mod:`tree <archiver.describe.tree>`.

A value is the string its author wrote: ``no``, ``1e5`` and ``2022-01-21`` stay text. Aliases, tags of other types,
repeated keys and deep nesting are refused; no object is ever constructed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml
from yaml.nodes import MappingNode, ScalarNode, SequenceNode

from archiver.describe.tree import DEEPEST, MOST_NODES, Fault, Mapping, Node, Scalar, Sequence, TreeError

if TYPE_CHECKING:
    from yaml.error import Mark

_CORE_TAG = "tag:yaml.org,2002:"
_CORE_TYPES = frozenset({"bool", "float", "int", "map", "merge", "null", "seq", "str", "timestamp", "value"})
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})  # YAML 1.1, null type

_PLAINER = {
    "mapping values are not allowed here": "a colon stands where none may: put a value that holds ': ' in quotes",
    "found character '\\t' that cannot start any token": "a tab stands where blanks must: indent with spaces",
    "found undefined alias": "an alias (*name) is not accepted",
}


class _Loader(yaml.SafeLoader):
    """Composes nodes and stops at what no sidecar needs. Nodes are read as they are; nothing is constructed."""

    depth = 0
    nodes = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Compose one node, unless it is an alias or lies too deep."""
        if self.check_event(yaml.events.AliasEvent):
            # Aliases of aliases grow without bound when expanded, and a description has no use for them.
            raise TreeError(_fault("an alias (*name) is not accepted", self._mark()))
        if self.depth >= DEEPEST:
            raise TreeError(_fault(f"nests deeper than {DEEPEST} levels", self._mark()))
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise TreeError(_fault(f"holds more than {MOST_NODES} values", self._mark()))
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def _mark(self) -> Mark | yaml._yaml.Mark | None:
        event: yaml.events.Event = self.peek_event()  # type: ignore[no-untyped-call]
        return event.start_mark


def read_yaml(text: str) -> Node:
    """Read one YAML document.

    Args:
        text: the whole file, decoded.

    Returns:
        The tree; an empty document is a scalar without text.

    Raises:
        TreeError: not YAML, more than one document, or something a sidecar may not use; names each repeated key.
    """
    try:
        loader = _Loader(text)
        root = loader.get_single_node()
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise TreeError(Fault(message="holds a character that is no text (a control character)", line=line)) from error
    except yaml.MarkedYAMLError as error:
        problem = error.problem or error.context or "not YAML"
        raise TreeError(_fault(f"is not YAML: {_PLAINER.get(problem, problem)}", error.problem_mark)) from error
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError) as error:
        if isinstance(error, TreeError):
            raise
        raise TreeError(Fault(message="is not YAML", line=None)) from error
    if root is None:
        return Scalar(text=None, line=1)
    faults: list[Fault] = []
    tree = _node(root, faults)
    if faults:
        raise TreeError(*faults)
    return tree


def _node(node: yaml.Node, faults: list[Fault]) -> Node:
    line = node.start_mark.line + 1
    if not node.tag.startswith(_CORE_TAG) or node.tag.removeprefix(_CORE_TAG) not in _CORE_TYPES:
        faults.append(_fault(f"the tag {node.tag[:80]!r} is not accepted", node.start_mark))
    if isinstance(node, SequenceNode):
        return Sequence(items=tuple(_node(item, faults) for item in node.value), line=line)
    if isinstance(node, MappingNode):
        return _mapping(node, faults)
    text: str = node.value
    plain = isinstance(node, ScalarNode) and not node.style
    return Scalar(text=None if plain and text in _NULLS else text, line=line)


def _mapping(node: MappingNode, faults: list[Fault]) -> Mapping:
    first_lines: dict[str, int] = {}
    entries: list[tuple[str, Node]] = []
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, ScalarNode):
            faults.append(_fault("a key is a list or a mapping", key_node.start_mark))
            continue
        key = key_node.value
        if key in first_lines:
            message = f"the key {key[:80]!r} stands twice: in line {first_lines[key]} and in line {line}"
            faults.append(Fault(message=message, line=line, repeated_key=True))
        first_lines.setdefault(key, line)
        entries.append((key, _node(value_node, faults)))
    return Mapping(entries=tuple(entries), line=node.start_mark.line + 1)


def _fault(message: str, mark: Mark | yaml._yaml.Mark | None) -> Fault:
    if mark is None:
        return Fault(message=message, line=None)
    return Fault(message=message, line=mark.line + 1, column=mark.column + 1)
