"""Packs a bag, as a folder or as paths with contents, into an archive, by programs other than ours."""

from __future__ import annotations

import io
import sys
import tarfile
import warnings
import zipfile
from pathlib import Path

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Files = dict[str, bytes]
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


def tar(archive: Path, files: Files, *extra: tuple[tarfile.TarInfo, bytes], form: int = tarfile.PAX_FORMAT) -> Path:
    with tarfile.open(archive, "w:gz" if archive.suffix == ".gz" else "w", format=form) as file:
        for path, data in files.items():
            member = tarfile.TarInfo(f"bag/{path}")
            member.size = len(data)
            file.addfile(member, io.BytesIO(data))
        for member, data in extra:
            member.size = len(data)
            file.addfile(member, io.BytesIO(data))
    return archive


def zipped(archive: Path, files: Files, *extra: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with warnings.catch_warnings(), zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        warnings.simplefilter("ignore")  # of names that are there twice
        for path, data in files.items():
            file.writestr(f"bag/{path}", data)
        for name, data in extra:
            file.writestr(name, data)
    return archive
