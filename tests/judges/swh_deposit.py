"""A real SWORD v2 server of the tests' own: swh-deposit on gunicorn, with PostgreSQL, on a port that the kernel gives.

It checks ``Content-MD5``, keeps what it is sent as files and gives them back; what comes after that, loading into the
archive, is its workers' task, and there are none.
"""

from __future__ import annotations

import json
import socket
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from tests.judges.postgresql import USER, running_postgresql
from tests.judges.verdict import JUDGES, JudgeBrokenError, run

if TYPE_CHECKING:
    from collections.abc import Iterator

USERS = {"archive": {"depositor": "what only the tests know", "other": "somebody else's"}, "foreign": {"nobody": "-"}}
"""Collection -> user -> password."""

LARGEST = 16 << 20
"""Bytes of one upload."""

_SETTINGS = """
from swh.deposit.settings.production import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
"""
"""Its own way of storing passwords takes half a second a request, on purpose."""

_PROGRAMS = JUDGES / "swh-deposit" / "bin"
_READY = "Listening at"


@contextmanager
def running_swh_deposit(home: Path) -> Iterator[dict[str, Any]]:
    """Run the server for the length of the block.

    Args:
        home: an empty folder.

    Yields:
        ``url`` of the service document, ``media``: the folder of what was sent, ``database``: folder of the socket of
        PostgreSQL, whose user is ``archiver`` and whose database ``postgres``.
    """
    media = home / "media"
    media.mkdir()
    with running_postgresql() as database:
        environment = _configure(home, media, database)
        made = run(
            [_PROGRAMS / "python", Path(__file__).with_name("swh_deposit_runner.py")],
            home=home,
            environment=environment,
            text=json.dumps(USERS),
        )
        if made.returncode:
            raise JudgeBrokenError(made.stderr[-4000:])
        with _serving(home, environment) as port:
            yield {"url": f"http://127.0.0.1:{port}/1/servicedocument/", "media": str(media), "database": str(database)}


def held(server: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what the server holds: every deposit, with ``files`` in its media folder."""
    with psycopg.connect(host=server["database"], user=USER, dbname="postgres") as connection:
        deposits = connection.execute("SELECT id, external_id, status FROM deposit ORDER BY id").fetchall()
        files = connection.execute(
            "SELECT deposit_id, archive FROM deposit_request WHERE type = 'archive' ORDER BY id"
        ).fetchall()
        records = connection.execute(
            "SELECT deposit_id, raw_metadata FROM deposit_request WHERE type = 'metadata' ORDER BY id"
        ).fetchall()
    media = Path(server["media"])
    return [
        {
            "id": number,
            "external_id": external,
            "status": status,
            "files": [media / name for owner, name in files if owner == number],
            "records": [text for owner, text in records if owner == number],
        }
        for number, external, status in deposits
    ]


def set_status(server: dict[str, Any], number: int, status: str) -> None:
    """Do what a worker of the server would do: say how far it is with a deposit."""
    with psycopg.connect(host=server["database"], user=USER, dbname="postgres") as connection:
        connection.execute("UPDATE deposit SET status = %s WHERE id = %s", (status, number))


def _configure(home: Path, media: Path, database: Path) -> dict[str, str]:
    # JSON is YAML. Without checks nothing is given to the workers that are not there.
    settings = {
        "scheduler": {"cls": "memory"},
        "storage": {"cls": "memory"},
        "storage_metadata": {"cls": "memory"},
        "swh_authority_url": "http://127.0.0.1/",
        "authentication_provider": "basic",
        "max_upload_size": LARGEST,
        "checks": False,
        "extraction_dir": str(home / "extracted"),
        "private": {
            "secret_key": "of a server that lives as long as the tests",
            "media_root": f"{media}/",
            "db": {"name": "postgres", "user": USER, "host": str(database)},
        },
    }
    file = home / "swh-deposit.yml"
    file.write_text(json.dumps(settings), encoding="utf-8")
    (home / "quick_settings.py").write_text(_SETTINGS, encoding="utf-8")
    return {
        "SWH_CONFIG_FILENAME": str(file),
        "DJANGO_SETTINGS_MODULE": "quick_settings",
        "PYTHONPATH": str(home),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


@contextmanager
def _serving(home: Path, environment: dict[str, str]) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        command: list[str | Path] = [_PROGRAMS / "gunicorn", "--workers=1", "--threads=8"]
        server = subprocess.Popen(
            [*command, "--bind", f"fd://{listening.fileno()}", "django.core.wsgi:get_wsgi_application()"],
            env={"PATH": "/usr/bin:/bin", "HOME": str(home), "TMPDIR": str(home), "LC_ALL": "C.UTF-8", **environment},
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            pass_fds=[listening.fileno()],
        )
        port: int = listening.getsockname()[1]
    try:
        _wait(server)
        yield port
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait(server: subprocess.Popen[bytes]) -> None:
    """Read what the server says until it is ready; a thread reads the rest, so that it can go on saying."""
    said = b""
    stream = server.stderr
    assert stream is not None
    for line in stream:
        said += line
        if _READY.encode() in line:
            threading.Thread(target=stream.read, daemon=True).start()
            return
    raise JudgeBrokenError(f"gunicorn did not start: {said.decode(errors='replace')}")
