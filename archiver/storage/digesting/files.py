"""One file's digests by each algorithm, in one read: the same in this process and in one that was forked for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from archiver.storage.hashing import Hashing, new_hasher

Read = Callable[[str], Iterator[bytes | memoryview]]
"""Gives the bytes of one file of the bag, in pieces that are valid until the next is asked for; raises OSError."""


def digest_file(
    read: Read, path: str, algorithms: Sequence[str], progress: Callable[[int], None] | None = None
) -> list[bytes]:
    """Read one file and return its digests, in the order of ``algorithms``.

    Args:
        read: gives its bytes.
        path: as ``read`` takes it.
        algorithms: hashlib's names.
        progress: told of the bytes of each piece.

    Raises:
        OSError: it cannot be read to its end.
    """
    pieces = read(path)
    first = next(pieces, b"")
    # A memoryview may be used for the next piece, which must not be asked for before this one is hashed.
    second = next(pieces, None) if isinstance(first, bytes) else b""
    if progress:
        progress(len(first))
    if second is None:
        return [new_hasher(name)(first, usedforsecurity=False).digest() for name in algorithms]
    with Hashing(algorithms) as stream:
        stream.update(first)
        while second is not None:
            stream.update(second)
            if progress:
                progress(len(second))
            second = next(pieces, None)
        digests = stream.digests()
    return [digests[name] for name in algorithms]
