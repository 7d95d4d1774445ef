"""What a catalogue keeps of one stored package: its files with sizes and formats, its versions, its descriptions.

Everything comes from the object itself: its inventory, and the records of the bag that its head version is. A record
that cannot be read leaves out what it would have said. Content is neither verified nor changed.
"""

from __future__ import annotations

import contextlib
import posixpath
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from archiver.errors import ArchiverError
from archiver.standards.bag_info import parse_bag_info
from archiver.standards.dublin_core import parse_dcterms_xml
from archiver.standards.premis.formats import read_stated_formats
from archiver.standards.xml import XmlSyntaxError
from archiver.steps import naming
from archiver.storage.catalogue.values import IndexedFile, IndexedFormat, IndexedObject, IndexedVersion
from archiver.storage.stores.reading import StoredObject, joined, logical_files

if TYPE_CHECKING:
    from archiver.storage.stores.tree import Tree

_RECORD_LIMIT = 4 << 20
"""Bytes of one description."""

_RECORDS_LIMIT = 2_000
"""Descriptions of one package that are read, and names of documents that can be searched for."""

_PREMIS_LIMIT = 256 << 20
_CHUNK = 1 << 18
_DEEPEST = 100

_BAG_LABELS = frozenset(
    {
        *("external-identifier", "external-description", "source-organization", "bag-group-identifier"),
        *("internal-sender-identifier", "internal-sender-description"),
    }
)
_NOT_SEARCHED = frozenset({"format", "isPartOf", "hasPart"})
"""Terms that state media types, the package's own identifier, and names that are searched anyway."""

_DATA = "data/"
_REPRESENTATIONS = "data/representations/"


def indexed_object(tree: Tree, stored: StoredObject) -> IndexedObject:
    """Read what a catalogue keeps of an object.

    Args:
        tree: of the store.
        stored: the object, its inventory read.

    Raises:
        OSError: a folder of it cannot be listed, or is not there.
    """
    head = logical_files(stored)
    sizes = _sizes(tree, stored)
    forms = _formats(tree, stored, head)
    title, lines = _described(tree, stored, head)
    versions = stored.inventory.versions
    return IndexedObject(
        identifier=stored.identifier,
        path=stored.path,
        head=stored.inventory.head,
        versions=tuple(_versions(stored)),
        inventory_digest=stored.inventory_digest,
        digest_algorithm=stored.inventory.digest_algorithm,
        created=next(iter(versions.values())).created,
        updated=versions[stored.inventory.head].created,
        bytes=sum(sizes.values()),
        content_files=sum(len(paths) for paths in stored.inventory.manifest.values()),
        files=tuple(_files(stored, head, sizes, forms)),
        title=title,
        description="\n".join(lines),
    )


def _versions(stored: StoredObject) -> Iterator[IndexedVersion]:
    for number, version in enumerate(stored.inventory.versions.values(), start=1):
        yield IndexedVersion(
            number=number,
            created=version.created,
            message=version.message or "",
            user=version.user.name if version.user else "",
        )


def _sizes(tree: Tree, stored: StoredObject) -> dict[str, int]:
    """Return content path -> bytes of what lies in the content folders."""
    sizes: dict[str, int] = {}
    folder = stored.inventory.content_directory
    starts = {path.partition("/")[0] for paths in stored.inventory.manifest.values() for path in paths}
    waiting = [f"{start}/{folder}" for start in sorted(starts)]
    while waiting:
        path = waiting.pop()
        if path.count("/") > _DEEPEST:
            continue
        with contextlib.suppress(FileNotFoundError):
            for entry in tree.entries(joined(stored.path, path)):
                if entry.kind == "folder":
                    waiting.append(f"{path}/{entry.name}")
                elif entry.size is not None:
                    sizes[f"{path}/{entry.name}"] = entry.size
    return sizes


def _files(
    stored: StoredObject,
    head: Mapping[str, tuple[str, str]],
    sizes: Mapping[str, int],
    forms: Mapping[str, IndexedFormat],
) -> Iterator[IndexedFile]:
    is_document = _document_test(head)
    used = set()
    for path, (content, digest) in head.items():
        used.add(content)
        yield IndexedFile(
            path=path,
            content_path=content,
            digest=digest,
            size=sizes.get(content),
            document=is_document(path),
            form=forms.get(path.removeprefix(_DATA)) if forms and path.startswith(_DATA) else None,
        )
    # Content that only earlier versions have, and bytes that were stored twice.
    folder = stored.inventory.content_directory
    for digest, contents in stored.inventory.manifest.items():
        for content in contents:
            if content not in used:
                logical = content.partition(f"/{folder}/")[2] or content
                yield IndexedFile(
                    path=logical,
                    content_path=content,
                    digest=digest,
                    size=sizes.get(content),
                    current=False,
                    document=is_document(logical),
                )


def _document_test(head: Mapping[str, object]) -> Callable[[str], bool]:
    if any(path.startswith(_REPRESENTATIONS) for path in head):  # as `archiver build` lays packages out
        return lambda path: path.startswith(_REPRESENTATIONS) and not path.endswith("/METS.xml")
    if "bagit.txt" in head:
        return lambda path: path.startswith(_DATA)
    return lambda _: True


def _formats(tree: Tree, stored: StoredObject, head: Mapping[str, tuple[str, str]]) -> dict[str, IndexedFormat]:
    """Return path from ``data/`` -> format, as far as the package's PREMIS states it."""
    found: dict[str, IndexedFormat] = {}
    kept: dict[IndexedFormat, IndexedFormat] = {}
    file = head.get(_DATA + naming.PREMIS)
    if file is None:
        return found
    with contextlib.suppress(OSError, XmlSyntaxError):
        for stated in read_stated_formats(_chunks(tree, joined(stored.path, file[0]))):
            form = IndexedFormat(puid=stated.puid, media_type=stated.media_type, name=stated.name)
            form = kept.setdefault(form, form)
            found |= {name: form for name in stated.names if _DATA + name in head}
    return found


def _chunks(tree: Tree, path: str) -> Iterator[bytes]:
    left = _PREMIS_LIMIT
    with tree.open(path) as file:
        while left > 0 and (chunk := file.read(min(_CHUNK, left))):
            left -= len(chunk)
            yield chunk


def _described(tree: Tree, stored: StoredObject, head: Mapping[str, tuple[str, str]]) -> tuple[str, list[str]]:
    """Return the package's title and the lines to search in, each once."""
    titles: list[str] = []
    lines: dict[str, None] = {}
    records = [path for path in head if path.startswith(_DATA + naming.DESCRIPTIONS) and path.endswith(".dc.xml")]
    records.sort(key=lambda path: (path != _DATA + naming.ITEM_DESCRIPTION, path))
    for path in records[:_RECORDS_LIMIT]:
        with contextlib.suppress(OSError, ValueError, ArchiverError):
            for value in parse_dcterms_xml(tree.read(joined(stored.path, head[path][0]), _RECORD_LIMIT)):
                if value.term == "title":
                    titles.append(value.text)
                if value.term not in _NOT_SEARCHED:
                    lines[" ".join(value.text.split())] = None
    bag = _bag_info(tree, stored, head)
    lines |= dict.fromkeys(value for values in bag.values() for value in values)
    is_document = _document_test(head)
    names = (posixpath.basename(path) for path in head if is_document(path) and not _is_rendition(path))
    lines |= dict.fromkeys(name for name, _ in zip(names, range(_RECORDS_LIMIT), strict=False))
    lines.pop("", None)
    title = titles[0] if titles else next(iter(bag.get("external-description", ())), "")
    return title, list(lines)


def _bag_info(tree: Tree, stored: StoredObject, head: Mapping[str, tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    file = head.get("bag-info.txt")
    if file is not None:
        with contextlib.suppress(OSError, ValueError):
            text = tree.read(joined(stored.path, file[0]), _RECORD_LIMIT).decode("utf-8", "replace")
            for label, value in parse_bag_info(text).fields:
                if label.lower() in _BAG_LABELS:
                    found.setdefault(label.lower(), []).append(" ".join(value.split()))
    return found


def _is_rendition(path: str) -> bool:
    return path.startswith(f"{_DATA}{naming.RENDITIONS}/")
