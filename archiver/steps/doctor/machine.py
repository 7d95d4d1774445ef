"""What this machine has and lacks for building and verifying. Looks and starts one worker; changes nothing."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from archiver.config import Screening
from archiver.execution.pool import TaskDone, WorkerPool
from archiver.render import office_names
from archiver.render.failures import INSTALL_LIBREOFFICE
from archiver.render.programs.libreoffice import find_libreoffice
from archiver.render.sandbox import SandboxReport, SandboxSettings, prepare_child, sandbox_report
from archiver.render.typesetting.engine_libraries import LIBRARIES, missing_libraries
from archiver.render.typesetting.fonts import installed_fonts
from archiver.steps.building.screening import engine_of
from archiver.steps.doctor.values import Diagnosis
from archiver.storage.durable import free_bytes
from archiver.storage.screening.contract import ScreeningUnavailableError

_ROOM = 1 << 30
"""Free bytes below which a build is likely to run out of disk."""

_DISTRIBUTIONS = ("weasyprint", "pikepdf", "pypdfium2", "pygfried", "lxml", "bagit")
_JUDGES = (
    ("verapdf", "judges every PDF/A copy of a build too; 2a, 3a, 4 and 4f are made only where it is"),
    ("pdftopdfa", "makes PDF/A of PDFs that cannot be mended here (fonts put in, colours defined)"),
    ("qpdf", "checks the syntax of PDFs"),
    ("pdftotext", "reads the text of PDFs (poppler-utils)"),
    ("java", "runs veraPDF and commons-ip"),
)


def diagnose(destination: Path, screening: Screening | None = None) -> Iterator[Diagnosis]:
    """Look at everything a build needs, then at what is good to have.

    Args:
        destination: where packages would be written; it need not exist.
        screening: the virus checks that the archive's configuration asks for.
    """
    yield _python()
    yield from _distributions()
    yield from _libraries()
    yield from _fonts()
    yield _sandbox()
    yield _disk(destination)
    yield _names()
    yield _libreoffice()
    yield _screening(screening)
    yield from _judges()


def _python() -> Diagnosis:
    return Diagnosis(subject="Python", status="ok", detail=f"{platform.python_version()} on {platform.system()}")


def _distributions() -> Iterator[Diagnosis]:
    for name in _DISTRIBUTIONS:
        try:
            yield Diagnosis(subject=name, status="ok", detail=version(name))
        except PackageNotFoundError:
            fix = "Install Archiver again: pip install preservation-archiver"
            yield Diagnosis(subject=name, status="missing", detail="not installed", fix=fix)


def _libraries() -> Iterator[Diagnosis]:
    missing = missing_libraries()
    if missing:
        yield Diagnosis(
            subject="Pango",
            status="missing",
            detail=f"not found: {', '.join(missing)}; no rendition can be made",
            fix="apt-get install libpango-1.0-0 libpangoft2-1.0-0 (or your system's Pango)",
        )
    else:
        yield Diagnosis(subject="Pango", status="ok", detail=", ".join(LIBRARIES))
    if missing_libraries(("libharfbuzz-subset.so.0",)):
        detail = "not found; fonts are subset by fontTools instead, more slowly and to other bytes"
        yield Diagnosis(
            subject="HarfBuzz subset", status="note", detail=detail, fix="apt-get install libharfbuzz-subset0"
        )
    else:
        yield Diagnosis(subject="HarfBuzz subset", status="ok", detail="libharfbuzz-subset.so.0")


def _fonts() -> Iterator[Diagnosis]:
    report = installed_fonts()
    if report.found:
        yield Diagnosis(subject="fonts", status="ok", detail=", ".join(report.found))
    for package in report.missing:
        yield Diagnosis(
            subject="fonts",
            status="missing" if package.needed else "note",
            detail=f"{package.package} is not there: {package.gives}",
            fix=f"apt-get install {package.package}",
        )


def _sandbox() -> Diagnosis:
    with tempfile.TemporaryDirectory(prefix="archiver-doctor-") as scratch:
        settings = SandboxSettings(scratch=str(Path(scratch).resolve()))
        pool: WorkerPool = WorkerPool(workers=1, initialiser=prepare_child, argument=settings, results=(SandboxReport,))
        with pool:
            outcome = pool.submit(sandbox_report, None, timeout=60.0).result()
    if not isinstance(outcome, TaskDone) or outcome.value is None:
        fix = "See the lines above; without a worker no rendition is made."
        return Diagnosis(subject="rendering worker", status="missing", detail=f"did not start: {outcome}", fix=fix)
    report = outcome.value
    layers = {
        "file access (Landlock)": report.landlock,
        "no network": report.network_namespace,
        "no new privileges": report.no_new_privileges,
        "memory and time limits": report.limits,
    }
    open_doors = [name for name, holds in layers.items() if not holds]
    if not open_doors:
        return Diagnosis(subject="rendering worker", status="ok", detail=f"locked in: {', '.join(layers)}")
    return Diagnosis(
        subject="rendering worker",
        status="note",
        detail=f"this kernel does not enforce: {', '.join(open_doors)}; Python's own guard still holds",
        fix="Use a newer kernel (5.13 or later) if documents come from strangers.",
    )


def _disk(destination: Path) -> Diagnosis:
    place = next((one for one in (destination, *destination.resolve().parents) if one.is_dir()), Path("/"))
    free = free_bytes(place)
    words = f"{free / 1e9:.1f} GB free for {destination}"
    if not os.access(place, os.W_OK):
        fix = "Name another destination with --out, or change its permissions."
        return Diagnosis(subject="disk", status="missing", detail=f"{place} cannot be written to", fix=fix)
    if free < _ROOM:
        return Diagnosis(subject="disk", status="note", detail=words, fix="Free some room before a large build.")
    return Diagnosis(subject="disk", status="ok", detail=words)


def _names() -> Diagnosis:
    encoding = sys.getfilesystemencoding()
    if encoding.lower().replace("-", "") == "utf8":
        return Diagnosis(subject="locale", status="ok", detail="file names are UTF-8")
    return Diagnosis(
        subject="locale",
        status="missing",
        detail=f"file names are taken for {encoding}, so names in other scripts cannot be read",
        fix="Set LC_ALL=C.UTF-8 before the command.",
    )


def _libreoffice() -> Diagnosis:
    formats = ", ".join(one.upper() for one in office_names())
    found = find_libreoffice()
    if found is not None:
        return Diagnosis(subject="LibreOffice", status="ok", detail=f"{found.program}: lays out {formats}")
    others = ", ".join(one.upper() for one in office_names() if one != "docx")
    detail = (
        f"not on this machine (a snap or a flatpak cannot be locked in): {others} have no PDF/A copies until it is, "
        "and DOCX is rendered without its page layout"
    )
    return Diagnosis(subject="LibreOffice", status="note", detail=detail, fix=INSTALL_LIBREOFFICE)


def _screening(screening: Screening | None) -> Diagnosis:
    if screening is None:
        return Diagnosis(
            subject="virus checks",
            status="note",
            detail="none: archiver.toml has no [screening], and packages say nothing of viruses",
            fix="If documents come from strangers: apt-get install clamav-daemon, and in archiver.toml [screening] "
            'clamd = "/run/clamav/clamd.ctl".',
        )
    try:
        engine = engine_of(screening)
    except ScreeningUnavailableError as error:
        fix = "Start ClamAV's daemon (systemctl start clamav-daemon), or correct [screening] in archiver.toml."
        return Diagnosis(subject="virus checks", status="missing", detail=f"{error}; nothing is built", fix=fix)
    signatures = f", signatures {engine.signatures}" if engine.signatures else ""
    return Diagnosis(subject="virus checks", status="ok", detail=f"{engine.name} {engine.version}{signatures}")


def _judges() -> Iterator[Diagnosis]:
    for program, use in _JUDGES:
        found = shutil.which(program)
        if found:
            yield Diagnosis(subject=program, status="ok", detail=use)
        else:
            detail = f"not on this machine; {use}. A build works without it"
            yield Diagnosis(subject=program, status="note", detail=detail)
