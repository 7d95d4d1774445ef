"""How long a deposit over SFTP takes, against ``rclone copy`` to the same OpenSSH, with the same checks.

One tar of 1 GiB, and a folder of 200 files of 64 KiB. Two pairs each: sending alone (``copy --ignore-checksum``
against the deposit as far as it was handed over), and every byte read back too (``copy --ignore-checksum`` and then
``check --download`` against the whole deposit). What rclone does by itself, digests that the server computes by md5sum
over another channel, is told of the tar too; it needs an account with a shell. Target: at least 0.8 of rclone's speed,
at most 150 MiB. Needs sshd, and rclone on PATH or in .judges/rclone.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from archiver.deposits.journal import DepositJournal
from archiver.deposits.running import run_deposit
from archiver.model.deposits import DepositState, Packaging, Parcel, ParcelFile
from benchmarks.measuring.bags import scratch
from tests.contracts.targets.bench import fast_run
from tests.contracts.targets.sftp import SftpBench
from tests.judges.openssh import SshServer, running_openssh
from tests.judges.verdict import JUDGES

RUNS = 3
LARGE = 1 << 30
SMALL, SMALL_SIZE = 200, 64 << 10
RCLONE = shutil.which("rclone", path=f"{JUDGES / 'rclone' / 'bin'}{os.pathsep}{os.environ['PATH']}")


def main() -> None:
    """Measure and print."""
    if len(sys.argv) > 1:
        deposit_once(json.loads(sys.argv[1]))
        return
    if RCLONE is None:
        raise SystemExit("rclone is neither on PATH nor in .judges/rclone")
    with scratch() as folder, TemporaryDirectory(prefix="sshd-") as home, running_openssh(Path(home)) as server:
        (folder / "arrived").mkdir()
        for name, packaging in (("1 GiB in one tar", Packaging.TAR), ("200 files of 64 KiB", Packaging.FOLDER)):
            make_package(folder / packaging, packaging)
            measure(name, packaging, folder, server)


def make_package(folder: Path, packaging: Packaging) -> None:
    """Write what is sent, and its digests beside it, outside the times that are taken."""
    folder.mkdir()
    if packaging is Packaging.TAR:
        with (folder / "bench.tar").open("wb") as tar:
            for _ in range(LARGE >> 20):
                tar.write(os.urandom(1 << 20))
    else:
        for number in range(SMALL):
            file = folder / "bench" / "data" / f"{number // 100}" / f"{number}.bin"
            file.parent.mkdir(exist_ok=True, parents=True)
            file.write_bytes(os.urandom(SMALL_SIZE))
    digests = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            with file.open("rb") as opened:
                digests[str(file.relative_to(folder))] = hashlib.file_digest(opened, "sha256").hexdigest()
    folder.with_suffix(".json").write_text(json.dumps(digests), encoding="utf-8")


def parcel_of(folder: Path, packaging: Packaging) -> Parcel:
    """Return what :func:`make_package` wrote, as it is sent."""
    digests = json.loads(folder.with_suffix(".json").read_text(encoding="utf-8"))
    files = [
        ParcelFile(path=path, source=folder / path, size=(folder / path).stat().st_size, digests={"sha256": digest})
        for path, digest in sorted(digests.items())
    ]
    return Parcel(
        identifier="urn:example:bench",
        name="bench",
        package_digest="0" * 64,
        packaging=packaging,
        files=files,
        bag=folder / "bench",
    )


def measure(name: str, packaging: Packaging, folder: Path, server: SshServer) -> None:
    """Run each in turn, and print medians and ratios."""
    rclone = Rclone(server, folder)
    source = folder / packaging
    arrived = folder / "arrived"

    def checked() -> None:
        rclone("copy", "--ignore-checksum", source, f"server:{arrived}")
        rclone("check", "--download", "--one-way", source, f"server:{arrived}")

    ways: dict[str, Callable[[], dict[str, float]]] = {
        "rclone copy --ignore-checksum": lambda: timed(
            lambda: rclone("copy", "--ignore-checksum", source, f"server:{arrived}")
        ),
        "rclone copy and check --download": lambda: timed(checked),
        "deposit": lambda: deposit_child(packaging, source, arrived, server),
    }
    if packaging is Packaging.TAR:
        ways["rclone copy (md5sum over SSH)"] = lambda: timed(lambda: rclone("copy", source, f"server:{arrived}"))
    taken: dict[str, list[dict[str, float]]] = {way: [] for way in ways}
    for _ in range(RUNS):
        for way, run in ways.items():
            taken[way].append(run())
            shutil.rmtree(arrived)
            arrived.mkdir()
    print(f"{name}:", flush=True)
    for way, runs in taken.items():
        print(f"  {way:35}" + "  ".join(f"{key} {median(run[key] for run in runs):.2f}" for key in runs[0]))
    print_ratio("sending", taken["rclone copy --ignore-checksum"], taken["deposit"], "sent")
    print_ratio("read back too", taken["rclone copy and check --download"], taken["deposit"], "seconds")


def print_ratio(what: str, rclone: list[dict[str, float]], own: list[dict[str, float]], key: str) -> None:
    """Print how fast the deposit is, rclone being 1."""
    ratio = median(run["seconds"] for run in rclone) / median(run[key] for run in own)
    print(f"  {what}: {ratio:.2f} of rclone's speed")


def timed(run: Callable[[], None]) -> dict[str, float]:
    """Return what a run took of the clock and of the processor."""
    began, used = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    run()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
    return {"seconds": time.monotonic() - began, "processor": processor}


class Rclone:
    """Runs rclone with the server as ``server:``."""

    def __init__(self, server: SshServer, folder: Path) -> None:
        self._configuration = folder / "rclone.conf"
        lines = [
            *("[server]", "type = sftp", "host = 127.0.0.1", f"port = {server.port}", f"user = {server.user}"),
            *(f"key_file = {server.home / 'user_key'}", f"known_hosts_file = {server.home / 'known_hosts'}"),
            *("shell_type = unix", "md5sum_command = md5sum", "sha1sum_command = sha1sum"),
        ]
        self._configuration.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def __call__(self, *words: str | Path) -> None:
        """Run it with words."""
        command = [str(RCLONE), "--config", self._configuration, "--no-traverse", *words]
        subprocess.run(command, check=True, capture_output=True)


def deposit_child(packaging: Packaging, source: Path, arrived: Path, server: SshServer) -> dict[str, float]:
    """Deposit in a process of its own, whose memory is its own too."""
    said = {"packaging": packaging.value, "source": str(source), "arrived": str(arrived)}
    said |= {"port": server.port, "home": str(server.home), "user": server.user}  # type: ignore[dict-item]
    told: dict[str, float] = {}

    def run() -> None:
        child = subprocess.run(
            [sys.executable, "-P", __file__, json.dumps(said)], check=True, capture_output=True, text=True
        )
        told.update(json.loads(child.stdout))

    return timed(run) | told


def deposit_once(said: dict[str, Any]) -> None:
    """Deposit what was made, and print what it took."""
    packaging, source = Packaging(said["packaging"]), Path(said["source"])
    server = SshServer(port=said["port"], home=Path(said["home"]), user=said["user"], process=None)  # type: ignore[arg-type]
    target = SftpBench(server=server, folder=Path(said["arrived"]), packaging=packaging).make()
    parcel = parcel_of(source, packaging)
    with TemporaryDirectory() as records, DepositJournal.open(Path(records)) as journal:
        began = time.time()
        deposit = run_deposit(target, parcel, journal, origin=str(source), run=fast_run("one"))
        target.close()
    if deposit.state is not DepositState.VERIFIED:
        raise SystemExit(str(deposit.reason))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"sent": deposit.times[DepositState.COMPLETED].timestamp() - began, "MiB": peak}))


if __name__ == "__main__":
    main()
