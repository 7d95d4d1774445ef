from __future__ import annotations

import base64
import hashlib
import os
import pickle
import shutil
import socket
import subprocess
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from archiver.execution.pool import Outcome, TaskDone, TaskRaised, TaskTimedOut, WorkerPool
from archiver.model import Description, RenderRequest, RenderResult, SourceKind, Statement, ValueSource
from archiver.render.sandbox import SandboxReport, SandboxSettings, prepare_child, render, sandbox_report

if TYPE_CHECKING:
    from collections.abc import Callable

SCRIPTS = {
    "Latin": "Türkçe ığüşöç, fi ffl office, x̂ ê̄ a̋ naïve — “q”",
    "Cyrillic": "Қазақстан Республикасы, ёжик",
    "Greek": "Ελληνικά ἀρχή Ω",
    "Arabic": "العربية لا إله السلام عليكم",
    "Hebrew": "עברית שָׁלוֹם עולם",
    "Chinese": "中文简体 漢字 𠀋",
    "Japanese and Korean": "日本語 かな カナ 한국어",
    "Devanagari": "हिन्दी क्षत्रिय कि र्क संस्कृतम् ह",
    "Bengali": "আমি বাংলায় গান গাই ক্ষ",
    "Tamil": "தமிழ் கொ கௌ மொழி",
    "Khmer": "ភាសាខ្មែរ ស្រុក ក្រុមហ៊ុន",
    "Thai": "ภาษาไทย น้ำ กำ",
    "Georgian": "ქართული ენა",
    "Armenian": "Հայերեն ﬔ",
    "emoji": "😀 👨‍👩‍👧‍👦 🇰🇿 👍🏽 ❤️ 🏳️‍🌈",
    "hyphens": "a‐b a-b a‑b",
}


def request(content: bytes, name: str = "a.txt", media_type: str = "text/plain") -> RenderRequest:
    source = ValueSource(kind=SourceKind.SIDECAR, place="a.yaml")
    description = Description(
        statements=(
            Statement(term="title", text="A letter", source=source),
            Statement(term="created", text="2022-01-05", source=source),
            Statement(term="language", text="en", source=source),
        )
    )
    return RenderRequest(
        name=name,
        content=content,
        media_type=media_type,
        puid=None,
        description=description,
        identifier="urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8",
    )


def value(outcome: Outcome[RenderResult]) -> RenderResult:
    assert isinstance(outcome, TaskDone), outcome
    return outcome.value


def rendered(children: WorkerPool, one: RenderRequest) -> RenderResult:
    result = value(children.submit(render, one, 60).result())
    assert result.status == "rendered", [*result.checks, *result.findings]
    assert result.validated
    assert result.flavour == "2u"
    return result


def codes(result: RenderResult) -> set[str]:
    return {finding.code for finding in result.findings}


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_every_script_comes_out_whole(children: WorkerPool, text: str) -> None:
    result = rendered(children, request(text.encode()))
    assert [check.name for check in result.checks if check.passed] == ["glyphs", "pdfa", "text", "pages", "limits"]


def test_all_scripts_in_one_table(children: WorkerPool) -> None:
    rows = "".join(f"<tr><td>{name}<td>{text}" for name, text in SCRIPTS.items())
    rendered(children, request(f"<ol start=4><li>x<li>y</ol><table>{rows}</table>".encode(), "a.html", "text/html"))


def test_poppler_reads_the_same_text(children: WorkerPool, tmp_path: Path) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("needs pdftotext")
    result = rendered(children, request("देवनागरी कि क्षत्रिय\nplain ﬁne x̂".encode()))
    assert result.pdf is not None
    (tmp_path / "a.pdf").write_bytes(result.pdf)
    out = subprocess.run(["pdftotext", tmp_path / "a.pdf", "-"], check=True, capture_output=True).stdout.decode()
    assert "देवनागरी कि क्षत्रिय" in out


def test_a_character_no_font_has_fails_the_gate_by_name(children: WorkerPool) -> None:
    result = value(children.submit(render, request("a \U0003fffd x".encode()), 60).result())
    assert result.status == "failed"
    assert result.pdf is None
    assert result.flavour is None
    assert "rendition-missing-glyph" in codes(result)


def test_binary_called_txt_gives_no_pdf(children: WorkerPool) -> None:
    result = value(children.submit(render, request(bytes(range(256)) * 20), 60).result())
    assert (result.status, result.pdf, codes(result)) == ("failed", None, {"not-text"})


def test_form_feeds_make_the_blank_pages_they_ask_for(children: WorkerPool) -> None:
    rendered(children, request(b"one\n\f\fthree\n"))


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param("<div>" * 200 + "x" + "</div>" * 200, id="200 nested divs"),
        pytest.param("<table><tr><td colspan=100000 rowspan=65000>x</table>", id="colspan"),
        pytest.param(
            "<style>:root{--a:x;--b:var(--a)var(--a);--c:var(--b)var(--b)}p{color:var(--c)}</style><p>x",
            id="nested var",
        ),
        pytest.param('<p>x<svg><g id="a"><use href="#a"/><use href="#a"/></g></svg>', id="svg use"),
    ],
)
def test_bombs_in_markup_are_defused(children: WorkerPool, markup: str) -> None:
    rendered(children, request(markup.encode(), "a.html", "text/html"))


def _png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"
    pixels = zlib.compress((b"\0" + b"\x80\x20\x20" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def test_a_small_image_stays_and_a_huge_one_goes(children: WorkerPool) -> None:
    small = base64.b64encode(_png(8, 8)).decode()
    huge = base64.b64encode(_png(12_000, 12_000)).decode()
    one = f'<p>a<img src="data:image/png;base64,{small}"><img alt="b" src="data:image/png;base64,{huge}">'
    result = rendered(children, request(one.encode(), "a.html", "text/html"))
    assert codes(result) == {"html-image-dropped"}
    assert b"/Subtype /Image" in (result.pdf or b"")


def test_a_million_lines_time_out_and_the_batch_goes_on(children: WorkerPool) -> None:
    late = children.submit(render, request(b"line\n" * 1_000_000), 3)
    after = children.submit(render, request(b"short"), 60)
    assert late.result() == TaskTimedOut(seconds=3)
    assert value(after.result()).status == "rendered"


def test_every_layer_holds_here(children: WorkerPool) -> None:
    outcome = children.submit(sandbox_report, None, 60).result()
    assert isinstance(outcome, TaskDone)
    report = outcome.value
    assert isinstance(report, SandboxReport)
    assert report.audit
    assert report.limits
    assert report.no_new_privileges
    if not report.landlock:
        pytest.skip("this kernel has no Landlock")


def _refused(children: WorkerPool, function: Callable[[Any], object], argument: object) -> None:
    outcome = children.submit(function, argument, 60).result()
    assert isinstance(outcome, TaskRaised), outcome
    assert outcome.kind in {"PermissionError", "OSError"}, outcome


@pytest.mark.parametrize("path", ["/etc/passwd", "/proc/self/environ", __file__, "/root/.bashrc"])
def test_the_child_reads_no_file_of_the_machine(children: WorkerPool, path: str) -> None:
    _refused(children, Path.read_bytes, Path(path))


def test_the_child_writes_nowhere(children: WorkerPool, tmp_path: Path) -> None:
    _refused(children, Path.touch, tmp_path / "x")
    _refused(children, Path.mkdir, tmp_path / "y")
    _refused(children, Path.touch, Path("/etc/hostname"))
    assert list(tmp_path.iterdir()) == []


def test_the_child_connects_nowhere(children: WorkerPool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        _refused(children, socket.create_connection, server.getsockname())


def test_the_child_starts_no_program(children: WorkerPool) -> None:
    _refused(children, os.system, "true")
    _refused(children, subprocess.check_output, ["/bin/true"])


ESCAPE = """
import ctypes, os, sys
from archiver.render.confinement.kernel import forbid_privileges, leave_network, restrict_files
libc = ctypes.CDLL(None, use_errno=True)
landlock = libc.syscall(444, None, ctypes.c_size_t(0), ctypes.c_uint32(1)) > 0
os.makedirs(sys.argv[1], exist_ok=True)
print(landlock)
print(forbid_privileges(), leave_network(), restrict_files(("/usr/lib",), (sys.argv[1],)))
new = (sys.argv[1] + "/new").encode()
print(libc.open(b"/etc/passwd", 0) < 0, libc.open(new, os.O_CREAT | os.O_WRONLY, 0o600) >= 0)
import socket
try:
    socket.create_connection(("127.0.0.1", int(sys.argv[2])), 2)
    print("connected")
except OSError:
    print("refused")
"""


def test_the_kernel_refuses_native_code_too(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        command = [sys.executable, "-c", ESCAPE, str(tmp_path / "scratch"), port]
        out = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[2]).stdout
    lines = out.splitlines()
    if lines[0] != "True":
        pytest.skip("this kernel has no Landlock")
    if lines[1] == "True False True":
        pytest.skip("this kernel gives no network namespace")
    assert lines[1:] == ["True True True", "True True", "refused"]


FRESH = """
import hashlib, pickle, sys
from archiver.render.sandbox import SandboxSettings, prepare_child, render
request = pickle.load(sys.stdin.buffer)
prepare_child(SandboxSettings(scratch=sys.argv[1]))
print(hashlib.sha256(render(request).pdf).hexdigest())
"""


def test_same_request_same_bytes_in_any_process(children: WorkerPool, tmp_path: Path) -> None:
    one = request("\n".join(SCRIPTS.values()).encode())
    pdf = rendered(children, one).pdf
    assert pdf is not None
    digests = {hashlib.sha256(pdf).hexdigest()}
    for seed, zone in (("1", "Asia/Almaty"), ("2", "America/New_York")):
        scratch = tmp_path / seed
        scratch.mkdir()
        env = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(Path(__file__).parents[2])}
        command = [sys.executable, "-c", FRESH, str(scratch)]
        run = subprocess.run(command, check=True, capture_output=True, input=pickle.dumps(one), env=env, cwd=scratch)
        digests.add(run.stdout.decode().strip())
    assert len(digests) == 1


def test_too_little_memory_is_a_result(tmp_path: Path) -> None:
    settings = SandboxSettings(scratch=str(tmp_path), memory=1 << 29)
    with WorkerPool(workers=1, initialiser=prepare_child, argument=settings, results=(RenderResult,)) as pool:
        outcome = pool.submit(render, request(b"word " * 40_000_000), 60).result()
    assert not isinstance(outcome, TaskDone) or outcome.value.status == "failed"
