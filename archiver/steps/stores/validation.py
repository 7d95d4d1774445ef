"""The validate step of ``archiver store``: a whole storage root, some of its objects, or an object by itself.

Reads only. Verdicts come one after another; what is wrong with the root around its objects comes last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from archiver.model import Finding, Severity
from archiver.standards.names import printable
from archiver.standards.ocfl.reading.rule_report import shown
from archiver.steps.results import finding_json
from archiver.storage.digesting.crew import Crew
from archiver.storage.stores.reading import StoreReader
from archiver.storage.stores.tree import Tree, open_tree
from archiver.storage.stores.validation.many import validate_objects
from archiver.storage.stores.validation.objects import Level
from archiver.storage.stores.validation.roots import RootValidation, is_object
from archiver.storage.stores.validation.verdict import ObjectVerdict, has_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class RootVerdict:
    """What a whole storage root came to, its objects included."""

    location: str
    valid: bool | None
    """None when nothing wrong was found and not everything was looked at."""

    objects: int
    findings: tuple[Finding, ...]
    """Of the root itself; each object has its own verdict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidateSettings:
    """What is validated, and how."""

    tree: Tree
    """Of the store."""

    wanted: Sequence[str] = ()
    """Identifiers, or folders that are an object each; none: everything."""

    level: Level = "full"
    workers: int = 1
    """Processes that read."""

    progress: Callable[[int], None] | None = None
    """Told of the bytes of content that were read."""


def validate_store(settings: ValidateSettings) -> Iterator[ObjectVerdict | RootVerdict]:
    """Validate a store, or some objects.

    Yields:
        A verdict for each object as soon as it is known; for a whole store its own as the last.
    """
    # Reading an object store takes threads, and a process that has several may not be forked.
    workers = settings.workers if settings.tree.local is not None else 1
    with Crew(workers) as crew:
        if settings.wanted:
            for word in settings.wanted:
                yield _validate_one(word, settings, crew)
        else:
            yield from _validate_all(settings, crew)


def total_bytes(tree: Tree) -> int:
    """Return the bytes of all files of a store: the whole for its ``progress``, inventories being small."""
    total, waiting = 0, [""]
    while waiting:
        path = waiting.pop()
        try:
            entries = tree.entries(path)
        except OSError:
            continue
        total += sum(entry.size or 0 for entry in entries)
        waiting += [f"{path}/{entry.name}" if path else entry.name for entry in entries if entry.kind == "folder"]
    return total


def verdict_json(verdict: ObjectVerdict | RootVerdict) -> dict[str, object]:
    """Return a verdict in the shape of one JSON line."""
    findings = [finding_json(finding) for finding in verdict.findings]
    if isinstance(verdict, RootVerdict):
        return {
            "store": printable(verdict.location),
            "valid": verdict.valid,
            "objects": verdict.objects,
            "findings": findings,
        }
    return {
        "identifier": verdict.identifier,
        "path": printable(verdict.path),
        "valid": verdict.valid,
        "version": verdict.version,
        "ocfl_version": verdict.ocfl_version,
        "files": verdict.files,
        "bytes": verdict.bytes,
        "findings": findings,
    }


def _validate_all(settings: ValidateSettings, crew: Crew) -> Iterator[ObjectVerdict | RootVerdict]:
    root = RootValidation(StoreReader(settings.tree))
    objects, seen = 0, set()
    for verdict in validate_objects(settings.tree, root.object_paths(), settings.level, crew, settings.progress):
        root.take(verdict)
        objects += 1
        seen.add(verdict.valid)
        yield verdict
    findings = root.findings()
    if has_errors(findings):
        only_unread = all(one.code == "ocfl-root-unreadable" for one in findings if one.severity is Severity.ERROR)
        seen.add(None if only_unread else False)
    complete = None if None in seen or settings.level != "full" else True
    valid = False if False in seen else complete
    yield RootVerdict(location=settings.tree.location, valid=valid, objects=objects, findings=findings)


def _validate_one(word: str, settings: ValidateSettings, crew: Crew) -> ObjectVerdict:
    alone = _object_folder(word)
    if alone is not None:
        return _verdict(alone, "", settings, None)
    try:
        path = StoreReader(settings.tree).find(word)
    except OSError as error:
        return _unknown(word, _not_looked(word, error), valid=None)
    if path is None:
        return _unknown(word, _absent(word, settings.tree.location), valid=False)
    return _verdict(settings.tree, path, settings, crew)


def _verdict(tree: Tree, path: str, settings: ValidateSettings, crew: Crew | None) -> ObjectVerdict:
    (verdict,) = validate_objects(tree, [path], settings.level, crew, settings.progress)
    return verdict


def _object_folder(word: str) -> Tree | None:
    """Return a tree with an object at its root, where a word is the path of one; identifiers are none as a rule."""
    tree = open_tree(word) if "://" not in word else None
    try:
        return tree if tree is not None and is_object(tree.entries("")) else None
    except OSError:
        return None


def _unknown(word: str, finding: Finding, *, valid: bool | None) -> ObjectVerdict:
    return ObjectVerdict(
        path="", identifier=word, version=None, ocfl_version=None, valid=valid, files=0, bytes=0, findings=(finding,)
    )


def _absent(word: str, location: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="ocfl-object-missing",
        file=None,
        message=f"The store {shown(location)} has no object {shown(word)}, and there is no folder of that name.",
        fix="Look for it with archiver store list. If it was there, find out who or what removed it.",
    )


def _not_looked(word: str, error: OSError) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="ocfl-root-unreadable",
        file=None,
        message=f"Whether the store has an object {shown(word)} is not known: {error.strerror or error}.",
        fix="Give yourself permission to read it, or check the disk or the connection, and try again.",
    )
