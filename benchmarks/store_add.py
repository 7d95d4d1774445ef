"""How long ``archiver store add`` takes for many small packages, and for one large: against copying, and ocfl-py.

``cp -a`` and one ``sync`` at the end neither verify nor hash anything. ocfl-py, where the tests' environment of it is,
copies and hashes one package after another and makes nothing durable. The second run of ours finds everything current.
On the disk of the folder that is given, else of the usual place for temporary files: what is to be durable is not
measured in memory.
"""

from __future__ import annotations

import hashlib
import itertools
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.measuring.bags import command, in_turn, print_rows

JUDGES = Path(__file__).resolve().parent.parent / ".judges"

PACKAGES = 1_000
FILES = 8
SIZE = 4 << 10
LARGE = 1 << 30

_OCFL_PY = """
import os, sys
import ocfl
root, packages = sys.argv[1:]
os.mkdir(root + "-objects")
store = ocfl.StorageRoot(root=root, layout_name="0003-hash-and-id-n-tuple-storage-layout")
store.initialize()
for name in sorted(os.listdir(packages)):
    target = root + "-objects/" + name
    made = ocfl.Object(identifier="urn:bench:" + name)
    made.create(srcdir=packages + "/" + name, metadata=ocfl.VersionMetadata(message="added"), objdir=target)
    store.add(object_path=target)
"""


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="archiver-bench-", dir=sys.argv[1] if len(sys.argv) > 1 else None) as name:
        folder = Path(name)
        packages = _packages(folder / "packages", PACKAGES, FILES, SIZE)
        print(f"{PACKAGES:,} packages of {FILES} files of {SIZE:,} bytes")
        _compare(folder, packages)
        large = _packages(folder / "large", 1, 4, LARGE // 4)
        print(f"\none package of 4 files of {LARGE // 4:,} bytes")
        _compare(folder, large)


def _compare(folder: Path, packages: Path) -> None:
    numbers = itertools.count()
    kept = folder / f"kept-{packages.name}"
    command("archiver", "store", "add", packages, "--store", kept)()

    def anew(make: Callable[[Path], None]) -> Callable[[], None]:
        def run() -> None:
            target = folder / f"made-{packages.name}-{next(numbers)}"
            make(target)
            for made in folder.glob(f"{target.name}*"):
                shutil.rmtree(made)

        return run

    ways = {
        "cp -a, sync": anew(lambda target: _copy(packages, target)),
        "archiver store add": anew(lambda target: command("archiver", "store", "add", packages, "--store", target)()),
        "archiver store add, all current": command("archiver", "store", "add", packages, "--store", kept),
    }
    python = JUDGES / "ocfl" / "bin" / "python"
    peers: tuple[str, ...] = ()
    if python.exists():
        ways["ocfl-py"] = anew(lambda target: _ocfl_py(python, target, packages))
        peers = ("ocfl-py",)
    print_rows(in_turn(ways), "cp -a, sync", peers)


def _packages(folder: Path, count: int, files: int, size: int) -> Path:
    """Make bags that differ from each other in every file."""
    block = bytes(range(256)) * 4096
    for number in range(count):
        data = folder / f"{number:05}" / "data"
        data.mkdir(parents=True)
        manifest = ""
        for file in range(files):
            hasher = hashlib.sha512()
            with (data / f"{file}.bin").open("wb") as document:
                left = size
                while left:
                    piece = (f"{number}.{file}".encode() + block)[: min(left, len(block))]
                    left -= document.write(piece)
                    hasher.update(piece)
            manifest += f"{hasher.hexdigest()}  data/{file}.bin\n"
        (data.parent / "manifest-sha512.txt").write_text(manifest)
        (data.parent / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
        info = f"External-Identifier: urn:bench:{number:05}\nPayload-Oxum: {files * size}.{files}\n"
        (data.parent / "bag-info.txt").write_text(info)
    return folder


def _copy(packages: Path, target: Path) -> None:
    subprocess.run(["cp", "-a", packages, target], check=True)  # noqa: S607 - the system's own
    subprocess.run(["sync", "-f", target], check=True)  # noqa: S607 - as above


def _ocfl_py(python: Path, target: Path, packages: Path) -> None:
    subprocess.run([python, "-I", "-c", _OCFL_PY, target, packages], check=True, capture_output=True)


if __name__ == "__main__":
    main()
