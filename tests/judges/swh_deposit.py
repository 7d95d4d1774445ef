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
from uuid import uuid4

import psycopg

from tests.judges.ending import end
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


def new_user(server: dict[str, Any]) -> str:
    """Make a user of the collection ``archive`` that no other test knows, and return the name.

    The password is that of ``depositor``; what a user is shown are its own deposits.
    """
    name = f"user-{uuid4()}"
    columns = "password, is_superuser, first_name, last_name, email, is_staff, is_active, date_joined"
    with _connected(server) as connection:
        connection.execute(
            f"WITH made AS (INSERT INTO auth_user (username, {columns})"  # noqa: S608 - they stand above
            f" SELECT %s, {columns} FROM auth_user WHERE username = 'depositor' RETURNING id)"
            " INSERT INTO deposit_client (user_ptr_id, collections, provider_url, domain)"
            " SELECT made.id, collections, provider_url, domain FROM made, deposit_client"
            " JOIN auth_user ON auth_user.id = user_ptr_id WHERE username = 'depositor'",
            (name,),
        )
    return name


def held(server: dict[str, Any], user: str) -> list[dict[str, Any]]:
    """Return what the server holds of a user: every deposit, with ``files`` in its media folder."""
    with _connected(server) as connection:
        deposits = connection.execute(
            "SELECT deposit.id, external_id, status FROM deposit JOIN auth_user ON auth_user.id = client_id"
            " WHERE username = %s ORDER BY deposit.id",
            (user,),
        ).fetchall()
        requests = connection.execute(
            "SELECT deposit_id, archive, raw_metadata FROM deposit_request WHERE deposit_id = ANY(%s) ORDER BY id",
            ([number for number, *_ in deposits],),
        ).fetchall()
    media = Path(server["media"])
    return [
        {
            "id": number,
            "external_id": external,
            "status": status,
            "files": [media / file for owner, file, _ in requests if owner == number and file],
            "records": [text for owner, _, text in requests if owner == number and text],
        }
        for number, external, status in deposits
    ]


def fill(server: dict[str, Any], user: str, count: int) -> None:
    """Give a user so many deposits that are none of the tests'."""
    with _connected(server) as connection:
        connection.execute(
            "INSERT INTO deposit (reception_date, external_id, client_id, collection_id, status, type,"
            " software_version, release_notes) SELECT now(), 'older-' || number, auth_user.id,"
            " (SELECT id FROM deposit_collection WHERE name = 'archive'), 'done', 'code', '', ''"
            " FROM auth_user, generate_series(1, %s) AS number WHERE username = %s",
            (count, user),
        )


def set_status(server: dict[str, Any], number: int, status: str) -> None:
    """Do what a worker of the server would do: say how far it is with a deposit."""
    with _connected(server) as connection:
        connection.execute("UPDATE deposit SET status = %s WHERE id = %s", (status, number))


def _connected(server: dict[str, Any]) -> psycopg.Connection[Any]:
    return psycopg.connect(host=server["database"], user=USER, dbname="postgres")


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
        end(server)


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
