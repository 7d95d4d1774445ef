"""A real InvenioRDM of the tests' own: on gunicorn, with PostgreSQL and Redis, and with a stand-in for its search.

The stand-in is no search engine: it gives all records of a user, whatever is asked for. So tests of what is found by a
key show that the finder compares for itself, and nothing of the words of the question.
"""

from __future__ import annotations

import hashlib
import json
import socket
import subprocess
import threading
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from tests.judges.ending import end
from tests.judges.postgresql import USER, running_postgresql
from tests.judges.seaweedfs import free_ports
from tests.judges.verdict import JUDGES, SHARED, JudgeBrokenError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

USERS = 400
"""Each test has one of its own: what others deposited does not come between."""

_PROGRAMS = JUDGES / "inveniordm" / "bin"
_STAND_IN = SHARED / "oracles" / "servers" / "opensearch_stand_in.py"
_START_LIMIT = 240

LARGEST, QUOTA = 16_000_000, 20_000_000
"""Bytes of one file, and of one record."""


@contextmanager
def running_inveniordm(home: Path) -> Iterator[dict[str, Any]]:
    """Run the server for the length of the block.

    Args:
        home: an empty folder of a short path.

    Yields:
        ``url``; ``users``: a list of ``id``, ``email`` and ``token``; ``database``: folder of the socket of PostgreSQL,
        whose user is ``archiver`` and whose database ``postgres``.
    """
    with ExitStack() as stack:
        database = stack.enter_context(running_postgresql())
        (search,) = free_ports(1)
        stack.enter_context(_program(home, ["/usr/bin/env", "python3", str(_STAND_IN), str(search)]))
        redis = home / "redis.sock"
        words = ["--port", "0", "--unixsocket", str(redis), "--save", "", "--appendonly", "no", "--dir", str(home)]
        stack.enter_context(_program(home, ["redis-server", *words]))
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        environment = _configure(home, database, redis, search, url)
        _await_port(search)
        accounts = home / "accounts.json"
        asked = {"location": str(home / "files"), "users": USERS, "accounts": str(accounts)}
        environment["TESTS_ASKED"] = json.dumps(asked)
        command = [str(_PROGRAMS / "gunicorn"), "--workers=1", "--threads=8", f"--timeout={_START_LIMIT}"]
        command += ["--bind", f"fd://{listening.fileno()}", "--pythonpath", str(Path(__file__).parent)]
        command += ["inveniordm_runner:application"]
        stack.enter_context(_program(home, command, environment, listening.fileno(), "InvenioRDM is ready"))
        users = json.loads(accounts.read_text(encoding="utf-8"))
        with psycopg.connect(host=str(database), user=USER, dbname="postgres") as connection:
            connection.execute("CREATE SEQUENCE tests_accounts")
        yield {"url": url, "users": users, "database": str(database)}


def new_user(server: dict[str, Any]) -> dict[str, str]:
    """Return an account that nobody was given before, until all are used up and the first comes again."""
    users: list[dict[str, str]] = server["users"]
    with psycopg.connect(host=server["database"], user=USER, dbname="postgres") as connection:
        row = connection.execute("SELECT nextval('tests_accounts')").fetchone()
    assert row is not None
    return users[int(row[0]) % len(users)]


def held(server: dict[str, Any], user: dict[str, str], key: str) -> list[dict[str, Any]]:
    """Return what the database holds of an account's records and drafts with this identifier, by no interface's way.

    Returns:
        ``id``, ``published`` and ``files``: name -> file on the server's disk.
    """
    found: dict[str, Any] = {}
    with psycopg.connect(host=server["database"], user=USER, dbname="postgres") as connection:
        for kind in ("draft", "record"):
            rows = connection.execute(
                f"SELECT r.json->>'id', f.key, i.uri FROM rdm_{kind}s_metadata r"  # noqa: S608 - one of two words
                " JOIN rdm_parents_metadata p ON p.id = r.parent_id"
                f" LEFT JOIN rdm_{kind}s_files f ON f.record_id = r.id"
                " LEFT JOIN files_object o ON o.version_id = f.object_version_id"
                " LEFT JOIN files_files i ON i.id = o.file_id"
                " WHERE r.json->'metadata'->'identifiers' @> %s::jsonb"
                " AND p.json->'access'->'owned_by'->>'user' = %s",
                (json.dumps([{"identifier": key}]), user["id"]),
            ).fetchall()
            for number, name, uri in rows:
                one = found.setdefault(number, {"id": number, "files": {}})
                one["published"] = kind == "record"
                if name and uri:
                    one["files"][name] = Path(uri.removeprefix("file://"))
    return list(found.values())


def spoil(server: dict[str, Any], file: Path) -> None:
    """Change one byte of a file that the server holds, and let it know the digest of what it holds then."""
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.chmod(0o600)
    file.write_bytes(content)
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    with psycopg.connect(host=server["database"], user=USER, dbname="postgres") as connection:
        connection.execute("UPDATE files_files SET checksum = %s WHERE uri LIKE %s", (f"md5:{digest}", f"%{file}"))


def _configure(home: Path, database: Path, redis: Path, search: int, url: str) -> dict[str, str]:
    instance = home / "instance"
    instance.mkdir()
    (home / "files").mkdir()
    cache = f"unix://{redis}?db="
    settings: dict[str, object] = {
        "SQLALCHEMY_DATABASE_URI": f"postgresql+psycopg2://{USER}@/postgres?host={database}",
        "SECRET_KEY": "of a server that lives as long as the tests",
        "SEARCH_HOSTS": [{"host": "127.0.0.1", "port": search}],
        "CACHE_REDIS_URL": f"{cache}0",
        "ACCOUNTS_SESSION_REDIS_URL": f"{cache}1",
        "IIIF_CACHE_REDIS_URL": f"{cache}2",
        "COMMUNITIES_IDENTITIES_CACHE_REDIS_URL": f"{cache}4",
        "RATELIMIT_STORAGE_URI": "memory://",
        "RATELIMIT_ENABLED": False,
        "CELERY_TASK_ALWAYS_EAGER": True,
        "CELERY_TASK_EAGER_PROPAGATES": False,
        "BROKER_URL": "memory://",
        "CELERY_BROKER_URL": "memory://",
        "CELERY_CACHE_BACKEND": "memory",
        "CELERY_RESULT_BACKEND": "cache",
        "QUEUES_BROKER_URL": "memory://",
        "INDEXER_MQ_CONN": "memory://",
        "SITE_UI_URL": url,
        "SITE_API_URL": f"{url}/api",
        "APP_ALLOWED_HOSTS": None,
        "TRUSTED_HOSTS": None,
        "DATACITE_ENABLED": True,
        "DATACITE_TEST_MODE": True,
        "DATACITE_PREFIX": "10.5072",
        "DATACITE_USERNAME": "-",
        "DATACITE_PASSWORD": "-",
        "RDM_FILES_DEFAULT_QUOTA_SIZE": QUOTA,
        "RDM_FILES_DEFAULT_MAX_FILE_SIZE": LARGEST,
        "SESSION_COOKIE_SECURE": False,
        "APP_DEFAULT_SECURE_HEADERS": {
            "force_https": False,
            "session_cookie_secure": False,
            "content_security_policy": {},
        },
        "ACCOUNTS_USE_CELERY": False,
    }
    lines = "".join(f"{name} = {value!r}\n" for name, value in settings.items())
    (instance / "invenio.cfg").write_text(lines, encoding="utf-8")
    return {
        "INVENIO_INSTANCE_PATH": str(instance),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONWARNINGS": "ignore",
        # Nobody is told of DOIs: what it sends elsewhere ends on a port that nobody listens on.
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "NO_PROXY": "127.0.0.1",
    }


@contextmanager
def _program(
    home: Path,
    command: Sequence[str],
    environment: dict[str, str] | None = None,
    descriptor: int | None = None,
    ready: str | None = None,
) -> Iterator[None]:
    shared = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(home), "TMPDIR": str(home), "LC_ALL": "C.UTF-8"}
    process = subprocess.Popen(
        command,
        env=shared | (environment or {}),
        cwd=home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        pass_fds=[descriptor] if descriptor is not None else [],
    )
    try:
        if ready is not None:
            _wait(process, ready)
        else:
            assert process.stderr is not None
            threading.Thread(target=process.stderr.read, daemon=True).start()
        yield
    finally:
        end(process)


def _wait(server: subprocess.Popen[bytes], ready: str) -> None:
    said = b""
    stream = server.stderr
    assert stream is not None
    for line in stream:
        said += line
        if ready.encode() in line:
            threading.Thread(target=stream.read, daemon=True).start()
            return
    raise JudgeBrokenError(f"InvenioRDM did not start: {said.decode(errors='replace')[-4000:]}")


def _await_port(port: int) -> None:
    """Wait until somebody listens; the stand-in does not say when it does."""
    end = time.monotonic() + _START_LIMIT
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if time.monotonic() > end:
            raise JudgeBrokenError("the stand-in for OpenSearch did not start")
        threading.Event().wait(0.05)
