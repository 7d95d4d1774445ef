"""What runs in a rendering child: it locks itself in once, then turns requests into results.

:func:`load` may run in a process that children are forked from, :func:`lock_in` runs in each of them. After it the
process can read Python's libraries, the fonts and its own scratch folder; it can write to that folder alone, opens no
connection and starts no program. What the kernel refuses to enforce is reported, and Python refuses it itself in any
case. Imported by the parent only for its names: what is heavy is imported in the child.
"""

from __future__ import annotations

import dataclasses
import importlib.util
import os
import resource
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.model import Finding, RenderRequest, RenderResult
from archiver.render import PDF, Converter, converted, load_renderer, prepared, renderer_name
from archiver.render.confinement.kernel import die_with_parent, forbid_privileges, leave_network, restrict_files
from archiver.render.confinement.watch import forbid
from archiver.render.contract import UnreadableTextError
from archiver.render.failures import failed, original_not_embedded, rendering_failed
from archiver.render.office.formats import office_format
from archiver.render.typesetting.fonts import FONT_FOLDERS, SYSTEM_CACHE, fontconfig_configuration
from archiver.render.warm_up import warm_up
from archiver.standards.pdfa import parse_flavour

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archiver.render.contract import PreparedDocument, Renderer

GIBIBYTE = 1 << 30

_SYSTEM = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/etc/ld.so.cache",
    "/dev/null",
    "/dev/urandom",
)
_LIBRARIES = (
    *("weasyprint", "pikepdf", "pypdfium2", "pypdfium2_raw", "fontTools", "PIL", "pyphen", "charset_normalizer"),
    *("docutils", "pygments", "lxml", "python_calamine", "mammoth", "cobble"),
)
"""Packages that read files of their own while they work, or are imported when the first document needs them."""

_DEEPEST = 6000
"""Python's recursion limit: the engine recurses a few times for each nested element, and 1,000 stop at 137 of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxSettings:
    """How a rendering child is locked in."""

    scratch: str
    """An existing private folder, absolute. Children write their font configuration there; its maker removes it."""

    memory: int = 2 * GIBIBYTE
    """Bytes of address space."""

    readable: tuple[str, ...] = ()
    """Files that children may read beside libraries and fonts; absolute."""

    cpu_seconds: int = 3600
    """For the whole life of one child."""

    file_bytes: int = 64 << 20
    """Largest file a child may write, into its scratch folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxReport:
    """Which layers hold."""

    landlock: bool
    """The kernel allows reading of libraries and fonts alone, and writing to the scratch folder alone."""

    network_namespace: bool
    """The child has a network of its own, without any interface that is up."""

    no_new_privileges: bool
    limits: bool
    """Memory, processor time, file size and core dumps are limited."""

    audit: bool
    """Python itself refuses files, sockets and programs."""


_report: SandboxReport | None = None


def load(settings: SandboxSettings) -> None:
    """Load everything a rendering needs, so that nothing has to be looked for once the doors are closed.

    Called once, in a process that renders nothing else. Leaves one thread and no open file behind.

    Args:
        settings: names the scratch folder.
    """
    _own_environment(Path(settings.scratch))
    sys.setrecursionlimit(_DEEPEST)
    warm_up()


def lock_in(settings: SandboxSettings) -> None:
    """Lock this process in for good, after :func:`load`, here or in the process this one was forked from.

    Args:
        settings: the limits and the scratch folder.
    """
    global _report  # noqa: PLW0603 - the state of a process is process-wide
    die_with_parent()
    readable = (*_readable(settings.scratch), *map(os.path.realpath, settings.readable))
    limits = _limit(settings)
    privileges = forbid_privileges()
    network = leave_network()
    landlock = privileges and restrict_files(readable, (settings.scratch,))
    forbid(readable, (settings.scratch,))
    _report = SandboxReport(
        landlock=landlock, network_namespace=network, no_new_privileges=privileges, limits=limits, audit=True
    )


def prepare_child(settings: SandboxSettings) -> None:
    """Load everything and lock this process in: both in one, for a process of its own.

    Args:
        settings: the limits and the scratch folder.
    """
    load(settings)
    lock_in(settings)


def sandbox_report(_: object = None) -> SandboxReport | None:
    """Return which layers hold in this process, None before :func:`lock_in`; ignores a task's argument."""
    return _report


def render(request: RenderRequest) -> RenderResult:
    """Render one document and judge the PDF.

    Args:
        request: the document and its record.

    Returns:
        ``rendered``, ``converted`` or ``kept`` with a PDF that passed every check of the gate, else ``failed``
        without one. Never raises for content.
    """
    name = renderer_name(request.puid, request.media_type, request.name)
    if name is None:
        return rendering_failed(request.name, f"no renderer for {request.media_type}")
    try:
        member = load_renderer(name)
        if request.made is not None and name != PDF:
            return _from_program(request, name)
        if isinstance(member, Converter):
            return _with_original(converted(member, request), request)
        return _rendered(request, member)
    except UnreadableTextError as error:
        return failed(error.finding)
    except MemoryError:
        cause = "it needs more memory than a rendering may use"
    except RecursionError:
        cause = "its elements are nested too deeply"
    except Exception as error:  # noqa: BLE001 - whatever a library raises for bad input costs this document alone
        cause = f"{type(error).__name__}: {error}"[:300]
    return rendering_failed(request.name, cause)


def _from_program(request: RenderRequest, name: str) -> RenderResult:
    from archiver.render.office.conversion import from_program  # noqa: PLC0415 - loads the validators, in the child

    result = _with_original(from_program(request, office_format(name, request.content)), request)
    member = load_renderer(name)
    if result.status == "converted" or isinstance(member, Converter):
        return result
    # The program's copy is no proof of anything: what can be laid out here may still be.
    own = _rendered(request, member)
    if own.status != "rendered":
        return result
    failures = [f"{check.name}: {check.detail}" for check in result.checks if check.passed is False]
    cause = "; ".join(failures) or next((finding.message for finding in result.findings), "")
    return dataclasses.replace(own, notes=(f"{result.tool}'s copy was not kept: {cause}", *own.notes))


def _rendered(request: RenderRequest, renderer: Renderer) -> RenderResult:
    from archiver.render.gate import judge  # noqa: PLC0415 - loads the validators, in the child alone
    from archiver.render.pdfa import TOOL, write_pdf  # noqa: PLC0415 - loads the layout engine, in the child alone

    document = prepared(renderer, request)
    written = write_pdf(document, request)
    if request.embed_original is not None or document.attached:
        from archiver.render.embedding import with_attached, with_original  # noqa: PLC0415 - as above

        pdf = with_attached(with_original(written.pdf, request), document.attached)
        written = dataclasses.replace(written, pdf=pdf)
    verdict = judge(written, document, request.name)
    findings: tuple[Finding, ...] = document.findings + verdict.findings
    return RenderResult(
        status="rendered" if verdict.passed else "failed",
        flavour=written.flavour if verdict.passed else None,
        validated=verdict.validated if verdict.passed else False,
        pdf=written.pdf if verdict.passed else None,
        checks=verdict.checks,
        findings=findings,
        notes=_notes(document),
        tool=TOOL,
        render_seconds=written.seconds,
    )


def _with_original(result: RenderResult, request: RenderRequest) -> RenderResult:
    """Embed the original in a PDF that a converter made, where its flavour allows that, and judge it again."""
    if request.embed_original is None or result.pdf is None or result.flavour is None:
        return result
    if result.status == "kept" or not parse_flavour(result.flavour).embeds_any_file:
        return dataclasses.replace(result, findings=(*result.findings, original_not_embedded(request.name, result)))
    from archiver.render.embedding import with_original  # noqa: PLC0415 - loads pikepdf, in the child alone
    from archiver.render.gate import conformance_check, findings_of  # noqa: PLC0415 - as above

    pdf = with_original(result.pdf, request)
    again = conformance_check(pdf, result.flavour)
    checks = tuple(again if check.name == again.name else check for check in result.checks)
    if again.passed is not False:
        return dataclasses.replace(result, pdf=pdf, checks=checks)
    findings = (*result.findings, *findings_of([again], request.name))
    return dataclasses.replace(
        result, status="failed", flavour=None, validated=False, pdf=None, checks=checks, findings=findings
    )


def _notes(document: PreparedDocument) -> tuple[str, ...]:
    return tuple(dict.fromkeys(document.notes))


def _own_environment(scratch: Path) -> None:
    """Point fontconfig and every temporary file at the scratch folder; before any library reads the environment."""
    configuration = scratch / f"fonts-{os.getpid()}.conf"
    configuration.write_text(fontconfig_configuration(str(scratch / "fontconfig")), encoding="utf-8")
    os.environ.update(
        FONTCONFIG_FILE=str(configuration), TMPDIR=str(scratch), HOME=str(scratch), XDG_CACHE_HOME=str(scratch)
    )


def _readable(scratch: str) -> tuple[str, ...]:
    """List what a rendering may read: libraries, Python, this package, fonts."""
    python = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    # Libraries may lie elsewhere than in this interpreter's own folders, and read their data files while they work.
    loaded = set(_libraries())
    package = str(Path(__file__).resolve().parents[1])
    library = str(Path(sys.base_prefix) / "lib")
    places = {*_SYSTEM, *python, *loaded, package, library, *FONT_FOLDERS, SYSTEM_CACHE, scratch}
    return tuple(sorted({os.path.realpath(place) for place in places if place and Path(place).exists()}))


def _libraries() -> Iterator[str]:
    """Yield the folders of the packages that rendering uses, loaded or not."""
    for name in _LIBRARIES:
        spec = importlib.util.find_spec(name)
        yield from (spec.submodule_search_locations or ()) if spec is not None else ()


def _limit(settings: SandboxSettings) -> bool:
    limits = (
        (resource.RLIMIT_AS, settings.memory),
        (resource.RLIMIT_CPU, settings.cpu_seconds),
        (resource.RLIMIT_FSIZE, settings.file_bytes),
        (resource.RLIMIT_CORE, 0),
    )
    try:
        for kind, value in limits:
            _, hard = resource.getrlimit(kind)
            allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(kind, (allowed, allowed))
    except (OSError, ValueError):
        return False
    return True
