"""Packs a bag's folder into an archive, by programs other than ours."""

from __future__ import annotations

import sys
import tarfile
import zipfile
from pathlib import Path

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

EXTENSIONS = [".tar", ".tar.gz", ".tar.zst", ".zip"]


def pack(bag: Path, extension: str) -> Path:
    """Return an archive beside the bag, with its name."""
    archive = bag.parent / (bag.name + extension)
    if extension == ".zip":
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
            for path in [bag, *bag.rglob("*")]:
                file.write(path, path.relative_to(bag.parent))
        return archive
    with tarfile.open(archive, "w:gz" if extension in {".tar.gz", ".tgz"} else "w") as file:
        file.add(bag, bag.name)
    if extension in {".tar.zst", ".tzst"}:
        archive.write_bytes(zstd_compressed(archive.read_bytes()))
    return archive


def zstd_compressed(data: bytes, level: int = 3, window_log: int = 0) -> bytes:
    """Return one frame with a checksum; ``window_log`` 0 for what the level and the size ask for."""
    options: dict[int, int] = {
        zstd.CompressionParameter.compression_level: level,
        zstd.CompressionParameter.checksum_flag: 1,
    }
    if window_log:
        options[zstd.CompressionParameter.window_log] = window_log
    compressor = zstd.ZstdCompressor(options=options)
    # In two calls: the size is not known beforehand, as when tar writes into a pipe.
    return compressor.compress(data) + compressor.flush()
