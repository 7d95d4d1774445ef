"""DSpace's Simple Archive Format: folders of items, or a zip of them, for ``dspace import`` and the batch import page.

An item has ``dublin_core.xml``, ``metadata_dcterms.xml`` where DSpace's ``dc`` schema lacks a term, ``contents`` with
the bundle of each file, and the files themselves, side by side. Nothing is sent to a DSpace from here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.crosswalks import dspace
from archiver.deposits.exports import findings as kinds
from archiver.deposits.exports.descriptions import described_document, described_package
from archiver.deposits.exports.flat_names import flat_names, one_line
from archiver.deposits.exports.layout import ORIGINALS, ExportedFile, Parts, Unit, export_name, parts_of, rendition_path
from archiver.deposits.exports.options import choice, home_of, line, lines
from archiver.deposits.exports.target import ExportOptions, ExportTarget
from archiver.model import Description
from archiver.model.deposits import Packaging

if TYPE_CHECKING:
    from archiver.config.tables import Table
    from archiver.config.targets import TargetSettings
    from archiver.deposits.contract import Target
    from archiver.deposits.surroundings import Surroundings
    from archiver.model import Finding
    from archiver.model.deposits import Parcel, ParcelFile

KIND = "dspace-saf"
TITLE = "DSpace Simple Archive Format (a folder or zip to import)"
KEYS = ("path", "items", "form", "collections", "license_file", "original_bundle", "rendition_bundle", "bag_bundle")
SECRETS = ()

_RESERVED = ("contents", "dublin_core.xml", "handle", "collections", "relationships", "metadata_dcterms.xml")
_LARGEST_LICENCE = 1 << 20
_EMPTY = Description()
_HANDLES = ("hdl:", "http://hdl.handle.net/", "https://hdl.handle.net/")


def make(settings: TargetSettings, surroundings: Surroundings) -> Target:
    """Make the target; paths that are not absolute are written from the folder of ``archiver.toml``.

    Raises:
        ConfigurationError: a key is missing or unusable.
    """
    own = settings.own
    layout = SafLayout(
        by_document=choice(own, "items", ("package", "document")) == "document",
        collections=lines(own, "collections"),
        licence=_licence(own) if "license_file" in own else None,
        originals=line(own, "original_bundle", "ORIGINAL"),
        renditions=line(own, "rendition_bundle", "PDFA"),
        rest=line(own, "bag_bundle", "BAG"),
    )
    options = ExportOptions(
        kind=KIND,
        table=own.name,
        home=home_of(own),
        zipped=choice(own, "form", ("folder", "zip")) == "zip",
        whole=not layout.by_document,
    )
    return ExportTarget(options, layout, surroundings.folders)


@dataclass(frozen=True, slots=True, kw_only=True)
class SafLayout:
    """Items of DSpace, one a package or one a document."""

    by_document: bool
    collections: tuple[str, ...]
    """Handles of the collections that an item goes to, the owning one first."""

    licence: bytes | None
    originals: str
    renditions: str
    rest: str
    """Bundles."""

    def unit_names(self, parcel: Parcel) -> tuple[str, ...]:
        """Return the names of the items."""
        name = export_name(parcel)
        if not self.by_document:
            return (name,)
        return tuple(f"{name}-{number:04d}" for number in range(1, len(parts_of(parcel).originals) + 1))

    def units(self, parcel: Parcel) -> Iterator[Unit]:
        """Return the items."""
        parts, names = parts_of(parcel), self.unit_names(parcel)
        if not self.by_document:
            yield self._item(names[0], described_package(parcel), self._bundles(parts))
            return
        for name, (path, file) in zip(names, parts.originals.items(), strict=True):
            bundles = {self.originals: {path: file}}
            copy = rendition_path(path)
            if copy in parts.renditions:
                bundles.setdefault(self.renditions, {})[f"pdfa/{copy}"] = parts.renditions[copy]
            description = described_document(parcel, f"{ORIGINALS}{path}", path.rpartition("/")[2])
            yield self._item(name, description, bundles)

    def demands(self, parcel: Parcel) -> tuple[Finding, ...]:
        """Return what DSpace asks for that descriptions lack, and what is left out."""
        if parcel.packaging is not Packaging.FOLDER:
            return ()
        parts = parts_of(parcel)
        if not parts.originals:
            return (kinds.no_documents(parcel.name),) if self.by_document else ()
        described = [(parcel.name, parcel.description)]
        if self.by_document:
            described = [(path, parcel.descriptions.get(f"{ORIGINALS}{path}")) for path in parts.originals]
        found = [
            kinds.lacks(path, "DSpace", demand.message)
            for path, description in described
            for demand in dspace.demands(description or _EMPTY)
        ]
        copies = sum(rendition_path(path) in parts.renditions for path in parts.originals)
        if self.by_document and (count := len(parcel.files) - len(parts.originals) - copies):
            found.append(kinds.left_out(parcel.name, count))
        return tuple(found)

    def _bundles(self, parts: Parts) -> dict[str, dict[str, ParcelFile]]:
        bundles: dict[str, dict[str, ParcelFile]] = {}
        bundles.setdefault(self.originals, {}).update(parts.originals)
        bundles.setdefault(self.renditions, {}).update({f"pdfa/{path}": one for path, one in parts.renditions.items()})
        bundles.setdefault(self.rest, {}).update({f"bag/{path}": one for path, one in parts.rest.items()})
        return bundles

    def _item(self, name: str, description: Description, bundles: Mapping[str, Mapping[str, ParcelFile]]) -> Unit:
        record = dspace.convert(description)
        extra = [ExportedFile(path="dublin_core.xml", content=record.data)]
        extra += [ExportedFile(path=path, content=content) for path, content in record.further]
        if self.collections:
            extra.append(ExportedFile(path="collections", content=_text(self.collections)))
        if handle := _handle(description):
            extra.append(ExportedFile(path="handle", content=_text([handle])))
        names = flat_names([path for files in bundles.values() for path in files], (*_RESERVED, "license.txt"))
        listed = [
            _line(names[path], bundle, path, primary=number == 0 and len(files) == 1 and bundle == self.originals)
            for bundle, files in bundles.items()
            for number, path in enumerate(files)
        ]
        if self.licence is not None:
            extra.append(ExportedFile(path="license.txt", content=self.licence))
            listed.append("license.txt\tbundle:LICENSE")
        extra.append(ExportedFile(path="contents", content=_text(listed)))
        sent = [ExportedFile(path=names[path], sent=file) for files in bundles.values() for path, file in files.items()]
        return Unit(name=name, files=(*extra, *sent))


def _line(name: str, bundle: str, path: str, *, primary: bool) -> str:
    # DSpace 7, ItemImportServiceImpl.processContentsFile: fields behind the name, each begun by a tab
    fields = [name, f"bundle:{bundle}"]
    if name != path:
        fields.append(f"description:{one_line(path)}")
    return "\t".join([*fields, "primary:true"] if primary else fields)


def _text(lines_of_it: list[str] | tuple[str, ...]) -> bytes:
    return "".join(f"{one}\n" for one in lines_of_it).encode()


def _handle(description: Description) -> str | None:
    """Return the handle that an item has already, as DSpace writes it: ``123456789/4``."""
    for statement in description.all("identifier"):
        for prefix in _HANDLES:
            handle = one_line(statement.text.removeprefix(prefix))
            if statement.text.startswith(prefix) and "/" in handle and " " not in handle:
                return handle
    return None


def _licence(own: Table) -> bytes:
    base = Path(os.path.abspath(own.file)).parent  # noqa: PTH100 - a link stays a link
    place = base / Path(own.text("license_file")).expanduser()
    try:
        with place.open("rb") as file:
            text = file.read(_LARGEST_LICENCE + 1)
    except OSError as error:
        raise own.fault("license_file", f"cannot be read: {place}: {error.strerror or error}") from error
    if len(text) > _LARGEST_LICENCE:
        raise own.fault("license_file", f"is no licence: {place} has more than {_LARGEST_LICENCE:,} bytes")
    return text
