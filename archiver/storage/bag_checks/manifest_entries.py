"""What one payload manifest lists, held so that a million entries fit: digests packed one behind the other.

Files that are there are known by their position in the :class:`~archiver.storage.bag_checks.file_table.FileTable`, so
that their paths are not held again; only paths that are not there are kept as text. Reads no file.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, KeysView, MutableMapping
from itertools import islice

from archiver.storage.bag_checks.file_table import FileTable

_DENSE = 16
"""A manifest that lists one file in so many has an array over all of them; until then that would be wasted."""


class ManifestEntries(MutableMapping[str, bytes]):
    """Path -> digest."""

    __slots__ = ("_absent", "_digests", "_files", "_length", "_payload", "_slots", "_taken")

    def __init__(self, files: FileTable, length: int) -> None:
        """Begin with nothing listed.

        Args:
            files: of the bag.
            length: bytes of every digest.
        """
        self._files = files
        self._payload = files.payload
        self._length = length
        self._slots: _Sparse | array[int] = _Sparse()
        """By position: where in ``_digests`` the file's digest stands, from 1; 0 when it is not listed."""
        self._digests = bytearray()
        self._taken = 0
        self._absent: dict[str, bytes] = {}

    def plain_taker(self) -> Callable[[str], bool]:
        """Return what takes a line of the form that nearly every line has: a digest, two spaces, a payload file.

        Given a line without its line ending, it tells whether it took it; False means that the line is of another form,
        or on a file that is not there or listed already, and must be read by the whole grammar.
        """
        # A function and not a method: what every line needs is looked up once.
        position_of, put, payload = self._files.position, self._put, self._payload
        length, split, begin = self._length, 2 * self._length, 2 * self._length + 2

        def take(line: str) -> bool:
            path = line[begin:]
            position = position_of(path)
            if position is None or position not in payload or self._slots[position]:
                return False
            # The path of a file that is there has no empty segment and no dots; left are the encoded and the odd.
            if "%" in path or "\\" in path or line[split:begin] != "  ":
                return False
            try:
                digest = bytes.fromhex(line[:split])
            except ValueError:
                return False
            if len(digest) != length:  # bytes.fromhex passes over white space
                return False
            put(position, digest)
            return True

        return take

    def run_taker(self) -> Callable[[list[str]], bool]:
        """Return what takes many lines at once that list the payload in its order, as most manifests do.

        Given the lines from the first one on, without their line endings, it tells whether it took them; once it did
        not, it takes no more, and they must be read one by one.
        """
        waiting: Iterator[str] | None = self._files.payload_paths()
        length, split, begin = self._length, 2 * self._length, 2 * self._length + 2

        def take(lines: list[str]) -> bool:
            nonlocal waiting
            if waiting is None:
                return False
            paths = list(islice(waiting, len(lines)))
            # Paths of files that are there have no empty segment and no dots.
            plain = [line[begin:] for line in lines] == paths and _is_plain(paths)
            plain = plain and "".join([line[split:begin] for line in lines]) == "  " * len(lines)
            digests = _octets("".join([line[:split] for line in lines])) if plain else b""
            if len(digests) != length * len(lines):  # it passes over white space
                waiting = None
                return False
            self._put_run(digests, len(lines))
            return True

        return take

    @property
    def absent(self) -> KeysView[str]:
        """Paths that are listed and not there."""
        return self._absent.keys()

    def unlisted(self) -> Iterator[str]:
        """Give the payload files that are there and not listed, in order."""
        slots = self._slots
        if isinstance(slots, _Sparse) or 0 in slots[self._payload.start : self._payload.stop]:
            listed = map(slots.__getitem__, self._payload)
            yield from (path for path, slot in zip(self._files.payload_paths(), listed, strict=True) if not slot)

    def __getitem__(self, path: str) -> bytes:
        position = self._files.position(path)
        if position is None:
            return self._absent[path]
        slot = self._slots[position]
        if not slot:
            raise KeyError(path)
        return bytes(self._digests[(slot - 1) * self._length : slot * self._length])

    def __setitem__(self, path: str, digest: bytes) -> None:
        position = self._files.position(path)
        if position is None:
            self._absent[path] = digest
        else:
            self._put(position, digest)

    def __delitem__(self, path: str) -> None:
        position = self._files.position(path)
        if position is None:
            del self._absent[path]
        elif self._slots[position]:
            self._slots[position] = 0
        else:
            raise KeyError(path)

    def __contains__(self, path: object) -> bool:
        position = self._files.position(path) if isinstance(path, str) else None
        return bool(self._slots[position]) if position is not None else path in self._absent

    def __iter__(self) -> Iterator[str]:
        yield from (path for at, path in enumerate(self._files) if self._slots[at])
        yield from self._absent

    def __len__(self) -> int:
        slots = self._slots.values() if isinstance(self._slots, _Sparse) else self._slots
        return sum(map(bool, slots)) + len(self._absent)

    def _put(self, position: int, digest: bytes) -> None:
        self._digests += digest
        self._taken += 1
        self._slots[position] = self._taken
        if isinstance(self._slots, _Sparse) and self._taken * _DENSE > len(self._files):
            dense = array("I", bytes(array("I").itemsize * len(self._files)))
            for at, slot in self._slots.items():
                dense[at] = slot
            self._slots = dense

    def _put_run(self, digests: bytes, count: int) -> None:
        """Take the digests of the payload files that follow those taken so far, all of them in order."""
        if isinstance(self._slots, _Sparse):
            self._slots = array("I", bytes(array("I").itemsize * len(self._files)))
        start = self._payload.start + self._taken
        self._slots[start : start + count] = array("I", range(self._taken + 1, self._taken + count + 1))
        self._digests += digests
        self._taken += count


def _is_plain(paths: list[str]) -> bool:
    """Tell whether no path is written with an escape, or has a backslash that might mean a folder."""
    text = "/".join(paths)
    return "%" not in text and "\\" not in text


def _octets(digits: str) -> bytes:
    try:
        return bytes.fromhex(digits)
    except ValueError:
        return b""


class _Sparse(dict[int, int]):
    """Slots of a manifest that lists few of the files, as a tag manifest does, or a stranger's ten-thousandth one."""

    def __missing__(self, position: int) -> int:
        return 0
