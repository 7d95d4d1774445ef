"""OCFL: inventories by themselves, mutated as text and as JSON, and whole objects whose every file is a stranger's."""

from __future__ import annotations

import contextlib
import copy
import errno
import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from archiver.errors import FindingsError
from archiver.model import Severity
from archiver.standards.ocfl.inventory import Inventory
from archiver.standards.ocfl.inventory_writing import inventory_bytes
from archiver.standards.ocfl.reading.inventories import read_inventory
from archiver.storage.stores.reading import StoreReader, logical_files
from archiver.storage.stores.tree import TreeEntry
from archiver.storage.stores.validation.many import validate_object
from fuzz.holds import findings_hold, holds
from fuzz.target import Target

_SUITE = Path(__file__).parents[2].parent / "shared" / "conformance" / "ocfl-fixtures.tar.xz"
_LARGEST_SEED = 6000
_BETWEEN, _AFTER_NAME = b"\x1d", b"\x1c"

_CONTENT = {"v1/content/a.txt": b"one", "v1/content/b/c": b"", "v2/content/a.txt": b"two"}


def _digest(path: str) -> str:
    return hashlib.sha512(_CONTENT[path]).hexdigest()


def _own_inventory(head: int) -> bytes:
    user = {"name": "Ann", "address": "mailto:ann@example.org"}
    one, empty, two = (_digest(path) for path in _CONTENT)
    states = [{one: ["a.txt"], empty: ["b/c"]}, {two: ["a.txt"], empty: ["b/c", "d"]}][:head]
    manifest = {_digest(path): [path] for path in _CONTENT if int(path[1]) <= head}
    value = {
        "id": "urn:x:a",
        "type": "https://ocfl.io/1.1/spec/#inventory",
        "digestAlgorithm": "sha512",
        "head": f"v{head}",
        "contentDirectory": "content",
        "manifest": manifest,
        "versions": {
            f"v{number}": {"created": f"2026-01-0{number}T00:00:00Z", "state": state, "message": "m", "user": user}
            for number, state in enumerate(states, 1)
        },
        "fixity": {"md5": {hashlib.md5(b"one", usedforsecurity=False).hexdigest(): ["v1/content/a.txt"]}},
    }
    return json.dumps(value).encode()


def _inventories() -> tuple[bytes, ...]:
    """Return our own, and the small ones of the community's fixtures where they are at hand."""
    found = {_own_inventory(1), _own_inventory(2)}
    if _SUITE.is_file():
        with tarfile.open(_SUITE) as archive:
            for member in archive:
                if member.name.endswith("/inventory.json") and member.size <= _LARGEST_SEED:
                    file = archive.extractfile(member)
                    found.add(file.read() if file else b"")
    return tuple(sorted(found))


_SEEDS = _inventories()
_VALUES: tuple[Any, ...] = (
    *(None, True, 0, -1, 1.5, "", [], {}, [[]], [""], ["/"], [".."], ["a/../b"], ["v1/content/x"], ["a"], ["a/b"]),
    *("v1", "v01", "v0", "v2", "v" + "9" * 30, "sha256", "md5", "../x", ".", "content", "2026-01-01T00:00:00Z"),
    *("\0", "\u202e", "\udc80", "\ud800", "e\u0301", "A" * 300, {"v1": {}}, {"a" * 128: ["v1/content/a"]}),
)


def _reshaped(data: bytes, chance: Random) -> bytes:
    """Change an inventory's values and keys rather than its text, mostly: text alone is seldom JSON afterwards."""
    if chance.random() < 0.4:
        return data
    value = json.loads(chance.choice(_SEEDS))
    for _ in range(chance.choice((1, 1, 2, 3))):
        _change(value, chance)
    return json.dumps(value).encode("utf-8", "surrogatepass")


def _change(value: Any, chance: Random) -> None:  # noqa: ANN401 - any JSON
    while True:
        inside = [one for one in (value.values() if isinstance(value, dict) else value) if isinstance(one, dict | list)]
        if not value or not inside or chance.random() < 0.3:
            break
        value = chance.choice(inside)
    if isinstance(value, list):
        value[chance.randrange(len(value) + 1) :] = [_value(chance) for _ in range(chance.choice((0, 1, 2)))]
        return
    keys = list(value) or ["x"]
    key = chance.choice(keys)
    what = chance.random()
    if what < 0.3:
        value.pop(key, None)
    elif what < 0.6:
        value[key] = _value(chance)
    else:  # under another name: another case, a neighbour's, anything
        names = (key.upper(), key[:-1], *keys, *(one for one in _VALUES if isinstance(one, str)))
        value[chance.choice(names)] = copy.deepcopy(value.get(key))


def _value(chance: Random) -> Any:  # noqa: ANN401 - any JSON
    return copy.deepcopy(chance.choice(_VALUES))


def check_inventory(data: bytes) -> None:
    """Read an inventory; what may be relied on names files below the object alone, each once."""
    reading = read_inventory(data)
    findings_hold(reading.findings)
    any_error = any(one.severity is Severity.ERROR for one in reading.findings)
    holds(reading.inventory is not None or any_error, "unusable without a reason")
    if reading.inventory is not None:
        _inventory_holds(reading.inventory)
        again = read_inventory(inventory_bytes(reading.inventory))
        holds(again.inventory is not None, "what was read can be written and read again")


def _inventory_holds(inventory: Inventory) -> None:
    contents = [path for paths in inventory.manifest.values() for path in paths]
    holds(len(contents) == len(set(contents)), "each content path once")
    holds(inventory.head == list(inventory.versions)[-1], "the head is the last version")
    for path in contents:
        _path_holds(path)
        holds(path.partition("/")[0] in inventory.versions, "content lies in a version's folder")
    for version in inventory.versions.values():
        logical = [path for paths in version.state.values() for path in paths]
        holds(len(logical) == len(set(logical)), "each logical path once")
        holds(all(digest.lower() in inventory.manifest for digest in version.state), "content for each logical path")
        folders = {path[:end] for path in logical for end in range(len(path)) if path[end] == "/"}
        holds(folders.isdisjoint(logical), "no file is a folder")
        for path in logical:
            _path_holds(path)


def _path_holds(path: str) -> None:
    holds(path.isascii() or path.encode(), "a name that can be written")
    holds({"", ".", ".."}.isdisjoint(path.split("/")) and "\0" not in path, f"the path {path!r} is safe")


class MemoryTree:
    """A tree whose files are in memory."""

    location = "memory"
    local = None

    def __init__(self, files: dict[str, bytes]) -> None:
        """Take the files, path to content."""
        self._files = files

    def entries(self, path: str) -> list[TreeEntry]:
        """Return what a folder holds."""
        start = f"{path}/" if path else ""
        found: dict[str, TreeEntry] = {}
        for name, content in self._files.items():
            if name.startswith(start):
                first, slash, _ = name[len(start) :].partition("/")
                size = None if slash else len(content)
                found.setdefault(first, TreeEntry(name=first, kind="folder" if slash else "file", size=size))
        if path and not found:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        return [found[name] for name in sorted(found)]

    def kind(self, path: str) -> Any:  # noqa: ANN401 - a literal
        """Tell what a path is."""
        if path in self._files:
            return "file"
        return "folder" if any(name.startswith(f"{path}/") for name in self._files) else None

    def size(self, path: str) -> int:
        """Return a file's bytes."""
        return len(self._content(path))

    def read(self, path: str, limit: int) -> bytes:
        """Return a small file whole."""
        if len(self._content(path)) > limit:
            raise ValueError("it is too large")
        return self._content(path)

    @contextlib.contextmanager
    def open(self, path: str, *, fresh: bool = False) -> Iterator[io.BytesIO]:  # noqa: ARG002 - the protocol's
        """Open a file."""
        yield io.BytesIO(self._content(path))

    def reachable(self) -> bool:
        """Tell whether there is anything."""
        return bool(self._files)

    def _content(self, path: str) -> bytes:
        if path not in self._files:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        return self._files[path]


def _own_object() -> dict[str, bytes]:
    files = {"0=ocfl_object_1.1": b"ocfl_object_1.1\n", **_CONTENT}
    for folder, head in (("", 2), ("v1/", 1), ("v2/", 2)):
        files |= _sealed(f"{folder}inventory.json", _own_inventory(head))
    return files


def _sealed(name: str, data: bytes) -> dict[str, bytes]:
    return {name: data, f"{name}.sha512": hashlib.sha512(data).hexdigest().encode() + b" inventory.json\n"}


def _joined(files: dict[str, bytes]) -> bytes:
    return _BETWEEN.join(path.encode("utf-8", "surrogateescape") + _AFTER_NAME + data for path, data in files.items())


def _split(data: bytes) -> dict[str, bytes]:
    files = {}
    for part in data.split(_BETWEEN):
        name, _, content = part.partition(_AFTER_NAME)
        path = name.decode("utf-8", "surrogateescape")
        if "\0" not in path and {"", ".", ".."}.isdisjoint(path.split("/")):
            files[path] = content
    # A name is a file or a folder, as on any disk.
    return {path: content for path, content in files.items() if not any(one.startswith(f"{path}/") for one in files)}


def _resealed(data: bytes, chance: Random) -> bytes:
    """Reshape an inventory and write right digests beside it, mostly: a wrong one says it all."""
    files = _split(data)
    if chance.random() < 0.5:
        files = {**_own_object(), **files}
    for name in [name for name in files if name.endswith("inventory.json")]:
        if chance.random() < 0.5:
            files[name] = _reshaped(files[name], chance) if chance.random() < 0.5 else files[name]
            files |= _sealed(name, files[name])
    return _joined(files)


def check_object(data: bytes) -> None:
    """Validate an object and read it; what is called valid holds, to the byte, what its inventory says."""
    files = _split(data)
    tree = MemoryTree(files)
    verdict = validate_object(tree, "")
    findings_hold(verdict.findings)
    any_error = any(one.severity is Severity.ERROR for one in verdict.findings)
    holds(any_error is (verdict.valid is not True), "an error for each object that is not valid")
    try:
        stored = StoreReader(tree).read_object("")
    except FindingsError as refused:
        findings_hold(refused.findings)
        holds(verdict.valid is not True, "what is valid can be read")
        return
    _inventory_holds(stored.inventory)
    if verdict.valid:
        for content, digest in logical_files(stored).values():
            actual = hashlib.new(stored.inventory.digest_algorithm, files[content]).hexdigest()
            holds(actual == digest, f"{content} has the digest that is stated")
        listed = {path for paths in stored.inventory.manifest.values() for path in paths}
        there = {path for path in files if path.split("/")[1:2] == [stored.inventory.content_directory]}
        holds(there - listed == set(), "no content that is not listed")


_TOKENS = (
    *(b'"id"', b'"type"', b'"head"', b'"manifest"', b'"versions"', b'"state"', b'"fixity"', b'"v1"', b'"v2"', b'"v3"'),
    *(b"{", b"}", b"[", b"]", b"[" * 3000, b'{"a":' * 2000, b"null", b"NaN", b'"\\ud800"', b'"\\u0000"', b"1e999"),
    *(
        b"v1/content/",
        b"v2/content/a.txt",
        b"inventory.json",
        b"0=ocfl_object_1.0",
        b"sha256",
        b"extensions/x",
        b"logs",
    ),
    *(_BETWEEN, _AFTER_NAME, hashlib.sha512(b"").hexdigest().encode(), b" inventory.json\n", b"ocfl_object_1.1\n"),
)

TARGETS = (
    Target(name="ocfl-inventory", seeds=_SEEDS, tokens=_TOKENS, check=check_inventory, finish=_reshaped),
    Target(
        name="ocfl-object",
        seeds=(_joined(_own_object()),),
        tokens=_TOKENS,
        check=check_object,
        finish=_resealed,
        share=0.5,
    ),
)
