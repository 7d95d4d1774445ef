"""A real object store of the tests' own: SeaweedFS, which speaks S3, on loopback ports that the kernel gives."""

from __future__ import annotations

import itertools
import json
import socket
import subprocess
import threading
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fsspec

from archiver.config import Remote
from tests.judges.verdict import JUDGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ACCESS_KEY = "tests"
SECRET_KEY = "what only the tests know"  # noqa: S105 - of a server that lives as long as the tests
BUCKET = "stores"
_READY = "Start Seaweed S3 API Server"
_START_LIMIT = 60.0
_PORTS = ("master", "volume", "filer", "s3")


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectStore:
    """One running server."""

    endpoint_url: str
    home: Path
    """Holds ``credentials``, of the form of ``~/.aws/credentials``."""

    process: subprocess.Popen[str]
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    @property
    def remotes(self) -> tuple[Remote, ...]:
        """What the configuration says of it."""
        return (Remote(prefix=f"s3://{BUCKET}", endpoint_url=self.endpoint_url, credentials=self.home / "credentials"),)

    @property
    def configuration(self) -> str:
        """The same, for an ``archiver.toml``."""
        said = f'endpoint_url = "{self.endpoint_url}"\ncredentials = "{self.home / "credentials"}"\n'
        return f'[remotes."s3://{BUCKET}"]\n{said}'

    @property
    def filesystem(self) -> Any:  # noqa: ANN401 - fsspec has no types
        """s3fs, to change what is in it."""
        return fsspec.filesystem(
            "s3",
            key=ACCESS_KEY,
            secret=SECRET_KEY,
            endpoint_url=self.endpoint_url,
            use_listings_cache=False,
            skip_instance_cache=True,
        )

    def new_location(self) -> str:
        """Return the URL of a folder that nothing lies in yet."""
        return f"s3://{BUCKET}/{next(self._numbers)}/store"

    def put(self, files: Mapping[str, bytes], location: str | None = None) -> str:
        """Put files below a location, a new one by default, and return it."""
        location = location or self.new_location()
        filesystem = self.filesystem
        for path, data in files.items():
            filesystem.pipe_file(f"{location}/{path}", data)
        return location

    def upload(self, folder: Path, location: str | None = None) -> str:
        """Put a folder's files below a location, a new one by default, and return it."""
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        return self.put({str(path.relative_to(folder)): path.read_bytes() for path in paths}, location)


@contextmanager
def running_seaweedfs(home: Path, volumes: int = 10) -> Iterator[ObjectStore]:
    """Run the server for the length of the block.

    Args:
        home: an empty folder with a short path: a socket's has 107 bytes at most.
        volumes: how many it may fill, of 100 MB each.
    """
    ports = free_ports(2 * len(_PORTS))
    server = _start(home, ports, volumes)
    late = threading.Timer(_START_LIMIT, server.kill)
    late.start()
    try:
        said = _until_ready(server)
        late.cancel()
        assert server.poll() is None, said
        threading.Thread(target=_drain, args=(server,), daemon=True).start()
        (home / "credentials").write_text(
            f"[default]\naws_access_key_id = {ACCESS_KEY}\naws_secret_access_key = {SECRET_KEY}\n", encoding="utf-8"
        )
        store = ObjectStore(endpoint_url=f"http://127.0.0.1:{ports[-2]}", home=home, process=server)
        store.filesystem.mkdir(BUCKET)
        yield store
    finally:
        late.cancel()
        server.kill()  # asked to end, it waits for its neighbours; nothing of it is kept
        server.wait()
        for port in ports:
            for socket_file in Path("/tmp").glob(f"seaweedfs-*-grpc-{port}.sock"):  # noqa: S108 - the server's own place
                socket_file.unlink(missing_ok=True)


@contextmanager
def shared_seaweedfs(home: Path) -> Iterator[dict[str, Any]]:
    """Run it for a whole test run: see :mod:`tests.judges.shared_server`."""
    with running_seaweedfs(home) as store:
        yield {"port": int(store.endpoint_url.rpartition(":")[2]), "bucket": BUCKET}


def free_ports(count: int) -> list[int]:
    """Return ports of the loopback that nobody listens on."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]


def _start(home: Path, ports: list[int], volumes: int) -> subprocess.Popen[str]:
    identity = {
        "name": "tests",
        "credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}],
        "actions": ["Admin", "Read", "List", "Tagging", "Write"],
    }
    (home / "identities.json").write_text(json.dumps({"identities": [identity]}), encoding="utf-8")
    (home / "data").mkdir()
    words = [f"-dir={home / 'data'}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-master.telemetry=false", "-filer", "-s3"]
    words += [f"-{name}.port={ports[2 * number]}" for number, name in enumerate(_PORTS)]
    words += [f"-{name}.port.grpc={ports[2 * number + 1]}" for number, name in enumerate(_PORTS)]
    words += [f"-{name}.localSocket={home / name}.sock" for name in ("filer", "s3")]
    words += ["-s3.port.iceberg=0", "-s3.port.lance=0", f"-s3.config={home / 'identities.json'}"]
    words += [f"-volume.max={volumes}", "-master.volumeSizeLimitMB=100"]
    return subprocess.Popen(
        [JUDGES / "s3" / "bin" / "weed", "server", *words],
        cwd=home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
    )


def _until_ready(server: subprocess.Popen[str]) -> str:
    assert server.stderr is not None
    said = []
    for line in server.stderr:
        said.append(line)
        if _READY in line:
            break
    return "".join(said)


def _drain(server: subprocess.Popen[str]) -> None:
    assert server.stderr is not None
    for _ in server.stderr:
        pass
