"""A real Fedora 6 of the tests' own: its web application on Jetty, on a port that the kernel gives.

It keeps what it is sent in an OCFL storage root, where tests look at it, and change it, behind its back.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import httpx

from tests.judges.ending import end
from tests.judges.verdict import JUDGES, JudgeBrokenError

if TYPE_CHECKING:
    from collections.abc import Iterator

USERS = {"archivist": ("what only the tests know", "fedoraAdmin"), "reader": ("somebody else's", "fedoraUser")}
"""User -> password and role. Who is no ``fedoraAdmin`` may read, and write nowhere."""

_CONTEXT = """<?xml version="1.0"?>
<!DOCTYPE Configure PUBLIC "-//Jetty//Configure//EN" "http://www.eclipse.org/jetty/configure_9_3.dtd">
<Configure class="org.eclipse.jetty.webapp.WebAppContext">
  <Set name="contextPath">/</Set>
  <Set name="war">{war}</Set>
  <Get name="securityHandler">
    <Set name="loginService">
      <New class="org.eclipse.jetty.security.HashLoginService">
        <Set name="name">fcrepo</Set>
        <Set name="config">{users}</Set>
      </New>
    </Set>
  </Get>
</Configure>
"""

# Its libraries reach into Java's own; as of Java 16 that must be allowed.
_OPENED = ("java.lang", "java.util", "java.util.concurrent")
_LISTENS = re.compile(rb"Started ServerConnector@.*\{127\.0\.0\.1:([0-9]+)\}")


@contextmanager
def running_fedora(home: Path) -> Iterator[dict[str, Any]]:
    """Run the server for the length of the block.

    Args:
        home: an empty folder.

    Yields:
        ``port`` on 127.0.0.1, ``url`` of its root container, and ``root``: its OCFL storage root.
    """
    with _started(_command(home), home) as port:
        yield {
            "port": port,
            "url": f"http://127.0.0.1:{port}/rest",
            "root": str(home / "fedora" / "data" / "ocfl-root"),
        }


def new_container(server: dict[str, Any], name: str) -> None:
    """Make a container below the root."""
    user = next(iter(USERS))
    httpx.put(f"{server['url']}/{name}", auth=(user, USERS[user][0]), timeout=60).raise_for_status()


def stored_object(server: dict[str, Any], path: str) -> Path | None:
    """Return the OCFL object that holds a resource, an archival group with all that is in it; None: there is none.

    Args:
        server: as :func:`running_fedora` gives it.
        path: of the resource below the root container.
    """
    # OCFL extension 0004, as ocfl_layout.json says: three folders of three digits of the identifier's digest.
    digest = hashlib.sha256(f"info:fedora/{path}".encode()).hexdigest()
    folder = Path(server["root"], digest[:3], digest[3:6], digest[6:9], digest)
    return folder if (folder / "inventory.json").is_file() else None


def stored_files(server: dict[str, Any], path: str) -> dict[str, Path]:
    """Return the files of an archival group's newest version, by their names in it, without Fedora's own."""
    folder = stored_object(server, path)
    if folder is None:
        return {}
    inventory = json.loads((folder / "inventory.json").read_text(encoding="utf-8"))
    state = inventory["versions"][inventory["head"]]["state"]
    return {
        name: folder / inventory["manifest"][digest][0]
        for digest, names in state.items()
        for name in names
        if not name.startswith((".fcrepo/", "fcr-")) and not name.endswith("~fcr-desc.nt")
    }


def _command(home: Path) -> list[str]:
    library = JUDGES / "fedora" / "lib"
    (war,) = library.glob("fcrepo-webapp-*.war")
    (jetty,) = library.glob("jetty-runner-*.jar")
    users = home / "users.properties"
    users.write_text("".join(f"{user}: {word},{role}\n" for user, (word, role) in USERS.items()), encoding="utf-8")
    users.chmod(0o600)
    context = home / "context.xml"
    context.write_text(_CONTEXT.format(war=escape(str(war)), users=escape(str(users))), encoding="utf-8")
    (home / "tmp").mkdir()
    return [
        *("java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
        *(word for package in _OPENED for word in ("--add-opens", f"java.base/{package}=ALL-UNNAMED")),
        *(f"-Dfcrepo.home={home / 'fedora'}", f"-Djava.io.tmpdir={home / 'tmp'}", f"-Duser.home={home}"),
        # Its message broker would listen on ports of its own, for everybody.
        *("-Dfcrepo.jms.enabled=false", "-Dfcrepo.log=WARN"),
        # What tells its port.
        *(
            "-Dorg.eclipse.jetty.util.log.class=org.eclipse.jetty.util.log.StdErrLog",
            "-Dorg.eclipse.jetty.annotations.LEVEL=OFF",
        ),
        *("-jar", str(jetty), "--host", "127.0.0.1", "--port", "0", str(context)),
    ]


@contextmanager
def _started(command: list[str], home: Path) -> Iterator[int]:
    server = subprocess.Popen(
        command,
        env={"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(home), "LC_ALL": "C.UTF-8"},
        cwd=home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        yield _port(server)
    finally:
        end(server)


def _port(server: subprocess.Popen[bytes]) -> int:
    """Read what the server says until it listens; a thread reads the rest, so that it can go on saying."""
    said = b""
    stream = server.stdout
    assert stream is not None
    for line in stream:
        said += line
        if found := _LISTENS.search(line):
            threading.Thread(target=stream.read, daemon=True).start()
            return int(found[1])
    raise JudgeBrokenError(f"Fedora did not start: {said.decode(errors='replace')[-4000:]}")
