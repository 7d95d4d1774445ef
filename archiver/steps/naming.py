"""How an item gets its identifier, its folder name and its paths inside the package (design section 4)."""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from archiver.model import KeptValue, SourceItem, Statement
from archiver.standards.names import collision_key, derived_name, slug
from archiver.storage.existing_packages import existing_package

ORIGINALS = "representations/original/data"
RENDITIONS = "representations/pdfa/data"
DESCRIPTIONS = "metadata/descriptive"
ITEM_DESCRIPTION = f"{DESCRIPTIONS}/package.dc.xml"
VALUES = f"{DESCRIPTIONS}/values.json"
PREMIS = "metadata/preservation/premis.xml"
METS = "METS.xml"
RO_CRATE = "ro-crate-metadata.json"
PREVIEW = "ro-crate-preview.html"


def item_identifier(item: SourceItem, statements: Iterable[Statement], namespace: uuid.UUID) -> str:
    """Return the item's ``urn:uuid:``: the one a person declared, else version 5 of the archive's namespace.

    Args:
        item: its path is what the version-5 name is made from; a collection is named by its folder and a slash.
        statements: what people wrote about the item (not what was inferred).
        namespace: from ``archiver.toml``.
    """
    for statement in statements:
        if statement.term == "identifier":
            try:
                return uuid.UUID(statement.text.strip().removeprefix("urn:uuid:")).urn
            except ValueError:
                continue
    name = item.path or f"{item.name}/"
    # A name that is not UTF-8 is refused later, with its own finding; it must not stop the batch here.
    return uuid.uuid5(namespace, name.encode("utf-8", "backslashreplace").decode()).urn


def slugs(items: Sequence[SourceItem]) -> dict[str, str]:
    """Give each item (by path) a folder name that no other item of the batch has.

    The stem alone where it is nobody else's; with the extension where two items share the stem.
    """
    stems = {item.path: slug(_stem(item)) for item in items}
    counts = Counter(collision_key(stem) for stem in stems.values())
    shared = {path for path, stem in stems.items() if counts[collision_key(stem)] > 1}
    wide = {item.path: slug(_name(item)) if item.path in shared else stems[item.path] for item in items}
    counts = Counter(collision_key(name) for name in wide.values())
    return {path: name if counts[collision_key(name)] == 1 else f"{name}-{_short(path)}" for path, name in wide.items()}


def package_folder(destination: Path, name: str, identifier: str, version: int) -> tuple[Path, str]:
    """Return the folder a new package goes to and the slug its versions share.

    A name that something else bears already is left to it: part of the identifier is added. A name that a package of
    this identifier bears came into being during this build; the rename that publishes will refuse it.
    """
    ending = f"-v{version}" if version > 1 else ""
    folder = destination / f"{name}{ending}"
    if not os.path.lexists(folder) or _is_package_of(folder, identifier):
        return folder, name
    own = f"{name}-{identifier.removeprefix('urn:uuid:')[:8]}"
    return destination / f"{own}{ending}", own


def _is_package_of(folder: Path, identifier: str) -> bool:
    holder = existing_package(folder)
    return holder is not None and holder.identifier == identifier


def path_in_item(item: SourceItem, path: str) -> str:
    """Return a document's path below its item: the name itself for a single file."""
    return path.removeprefix(f"{item.path}/") if item.compound and item.path else path


def description_path(item: SourceItem, path: str) -> str:
    """Return where the Dublin Core record of a document goes."""
    return record_path(path_in_item(item, path))


def record_path(inner: str) -> str:
    """Return where a Dublin Core record goes: by a document's path in the item, or empty for a compound item itself."""
    if not inner:
        return ITEM_DESCRIPTION
    # A document called "package" must not take the name of the whole item's record.
    return derived_path(DESCRIPTIONS, inner, "-document.dc.xml" if inner == "package" else ".dc.xml")


def derived_path(folder: str, path: str, suffix: str) -> str:
    """Return where what is derived from ``path`` goes: ``folder/path + suffix``, cut where a name would be too long."""
    parts = PurePosixPath(folder, path)
    return str(parts.with_name(derived_name(parts.name, suffix)))


def input_digest(
    digests: Mapping[str, str],
    statements: Mapping[str, Sequence[Statement]],
    options: Mapping[str, object],
    others: Mapping[str, Sequence[KeptValue]] | None = None,
) -> str:
    """Digest everything that people and files contribute to a package, so that a rerun can tell what is unchanged.

    Args:
        digests: document path -> digest of its bytes.
        statements: document or item path -> what people wrote about it.
        options: the settings that change what is built.
        others: path -> what they wrote and no DCMI term understands.

    Returns:
        ``sha256:`` and lower-case hexadecimal.
    """
    said = {
        path: [(statement.term, statement.text, statement.language) for statement in group]
        for path, group in statements.items()
    }
    kept = {path: [(value.name, value.text) for value in group] for path, group in (others or {}).items() if group}
    # What nobody uses leaves no trace, so that packages built before it was known stay current.
    parts = [dict(digests), said, dict(options), *([kept] if kept else [])]
    text = json.dumps(parts, sort_keys=True, ensure_ascii=True)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _stem(item: SourceItem) -> str:
    return _name(item) if item.compound else PurePosixPath(_name(item)).stem or _name(item)


def _name(item: SourceItem) -> str:
    """Return the name as it is on disk, which ``item.name`` may show escaped."""
    return item.path or item.name


def _short(path: str) -> str:
    return hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()[:8]
