"""A whole batch of damaged and hostile documents, every system call on files and sockets watched: nothing gets out."""

from __future__ import annotations

import re
from collections import defaultdict
from random import Random
from typing import TYPE_CHECKING

from fuzz.mutation import malformed
from fuzz.target import Target
from tests.corpus.documents import documents

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.stories.commands import Archiver

SEED = 20261122
EACH = 4
"""Damaged documents of every format."""

WATCHED = "open,openat,openat2,socket,connect,sendto,sendmsg,execve,execveat"
_CALL = re.compile(r"(\w+)\((.*)\) += (-?\d+)")
_UNFINISHED = "<unfinished ...>"
_RESUMED = re.compile(r"<\.\.\. \w+ resumed>(.*)")


def hostile(secret: Path) -> dict[str, bytes]:
    """Return documents of every way that name the secret file, or a machine, in each manner their format has."""
    uri, host = secret.as_uri(), "http://192.0.2.1"  # TEST-NET-1: nobody's
    pictures = "".join(f'<img src="{one}">' for one in (uri, f"{host}/a.png", str(secret), f"//192.0.2.1{secret}"))
    page = f"""<html><head><link rel="stylesheet" href="{uri}"><style>@import "{uri}"; p {{ background: url({host}/b) }}
        </style><base href="{host}"></head><body><p>Words.</p>{pictures}<iframe src="{uri}"></iframe>
        <object data="{uri}"></object><svg><image href="{uri}"/></svg></body></html>"""
    entity = f'<!DOCTYPE a [<!ENTITY b SYSTEM "{uri}"><!ENTITY % c SYSTEM "{host}/d"> %c;]><a>&b;</a>'
    mail = f"From: a@example.org\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/html\n\n{page}"
    return {
        "hostile.html": page.encode(),
        "hostile.md": f"# Words\n\n![a]({uri}) ![b]({host}/c.png)\n\n{pictures}\n".encode(),
        "hostile.rst": f"Words\n=====\n\n.. include:: {secret}\n\n.. image:: {uri}\n\n.. raw:: html\n"
        f"   :file: {secret}\n\n.. csv-table::\n   :url: {host}/t.csv\n".encode(),
        "hostile.xml": entity.encode(),
        "hostile.svg": f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{uri}"/></svg>'.encode(),
        "hostile.eml": mail.encode(),
        "hostile.csv": f'a,b\n"=HYPERLINK(""{uri}"")","=WEBSERVICE(""{host}"")"\n'.encode(),
        "hostile.json": f'{{"$ref": "{uri}"}}'.encode(),
    }


def damaged(home: Path) -> dict[str, bytes]:
    """Return documents of every format, spoilt at random, always in the same way."""
    kinds: defaultdict[str, list[bytes]] = defaultdict(list)
    for name, content in sorted(documents(home, office=False).items()):
        kinds[name.rpartition(".")[2]].append(content)
    chance = Random(SEED)  # noqa: S311 - damage, not secrets
    return {
        f"damaged-{number}.{kind}": malformed(_target(kind, contents), chance)
        for kind, contents in sorted(kinds.items())
        for number in range(EACH)
    }


def _target(kind: str, contents: list[bytes]) -> Target:
    return Target(name=kind, seeds=tuple(contents), tokens=(), check=lambda _: None)


def test_nothing_gets_out_of_a_batch(strace: str, archiver: Archiver, tmp_path: Path) -> None:
    secret = tmp_path / "canary.png"
    secret.write_bytes(b"\x89PNG\r\n\x1a\nUNHEARDOF")
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    sources = hostile(secret) | damaged(tmp_path / "made")
    for name, content in sources.items():
        (seeds / name).write_bytes(content)
    log = tmp_path / "log"
    prefix: list[str | Path] = [strace, "-f", "-s", "4096", "-o", log, "-e", f"trace={WATCHED}"]
    ran = archiver("build", seeds, "--out", tmp_path / "out", "--json", cwd=tmp_path, prefix=prefix)

    assert ran.status in {0, 3}, ran.stderr
    assert {one["item"] for one in ran.objects} == sources.keys()
    calls = list(_calls(log))
    assert len({pid for pid, *_ in calls}) > 2, "no worker was watched"
    assert [call for call in calls if "canary" in call[2] and call[1].startswith("open") and call[3] >= 0] == []
    assert [call for call in calls if re.search(r"AF_INET6?\b", call[2]) and call[3] >= 0] == []
    assert not any(b"UNHEARDOF" in file.read_bytes() for file in (tmp_path / "out").rglob("*") if file.is_file())
    assert {path.name for path in tmp_path.iterdir()} <= {"seeds", "out", "made", "log", secret.name}


def _calls(log: Path) -> Iterator[tuple[int, str, str, int]]:
    """Yield process, name, arguments and result of every call that returned."""
    begun: dict[str, str] = {}
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        pid, _, rest = line.partition(" ")
        if rest.endswith(_UNFINISHED):
            begun[pid] = rest.removesuffix(_UNFINISHED).strip()
            continue
        if resumed := _RESUMED.match(rest.strip()):
            rest = begun.pop(pid, "") + resumed[1]
        if match := _CALL.match(rest.strip()):
            yield int(pid), match[1], match[2], int(match[3])
