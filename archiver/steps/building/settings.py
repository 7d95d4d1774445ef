"""What a build is asked to do, and whether it can begin at all."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from archiver.config import VERAPDF_FLAVOURS, Configuration
from archiver.errors import MissingProgramError, UsageError
from archiver.model import Finding, Severity
from archiver.render.programs.pdftopdfa import find_environment
from archiver.render.typesetting.engine_libraries import missing_libraries
from archiver.render.typesetting.fonts import installed_fonts
from archiver.standards.bagit_profiles import BagProfile
from archiver.standards.dctap import RecordProfile
from archiver.standards.names import is_utf8, printable
from archiver.storage.scan import Bundle


class BuildProgress(Protocol):
    """Hears how far a build is. Called from one thread."""

    def begin(self, total: int) -> None:
        """``total`` bytes of documents lie ahead."""

    def advance(self, count: int) -> None:
        """``count`` more bytes are done; the sum never exceeds the total."""

    def item(self, name: str) -> None:
        """Work on this item begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSettings:
    """Everything a build needs to know; the clock comes in as ``now``."""

    source: Path
    metadata: Path | None
    destination: Path
    configuration: Configuration
    now: datetime
    """Aware, UTC, whole seconds: the time of every event of this run."""

    operator: str | None = None
    """The person responsible, for PREMIS."""

    bundle: Bundle = "item"
    shard: tuple[int, int] | None = None
    """(I, N): build the items whose place in the list, from 0, is I - 1 modulo N."""

    dry_run: bool = False
    profiles: tuple[BagProfile, ...] = ()
    """BagIt profiles that each package must keep to, beside its own."""

    record_profile: RecordProfile | None = None
    """What records are judged by; None: nothing is asked of them."""


def check_places(settings: BuildSettings) -> None:
    """Refuse places that cannot be, before anything is read.

    Raises:
        UsageError: the destination lies inside what is never written to, or is no folder; no metadata folder there.
    """
    out = settings.destination.resolve()
    for name, folder in (("source", settings.source), ("metadata folder", settings.metadata)):
        if folder is not None and (out == folder.resolve() or folder.resolve() in out.parents):
            raise UsageError(
                f"the destination {settings.destination} lies inside the {name} {folder}, which is never written to: "
                "name another place with --out"
            )
    _check_quarantine(settings)
    if settings.metadata is not None and not settings.metadata.is_dir():
        raise UsageError(f"there is no metadata folder {settings.metadata}: name another with --metadata")
    if not is_utf8(str(settings.destination)):
        raise UsageError(
            f"the name of the destination {printable(str(settings.destination))} is not UTF-8, which the tools that "
            "check packages need: name another place with --out"
        )
    if settings.destination.exists() and not settings.destination.is_dir():
        raise UsageError(f"the destination {settings.destination} is a file: name a folder with --out")


def _check_quarantine(settings: BuildSettings) -> None:
    screening = settings.configuration.screening
    if screening is None or screening.quarantine is None:
        return
    quarantine = screening.quarantine.resolve()
    for name, folder in (
        ("source", settings.source),
        ("metadata folder", settings.metadata),
        ("destination", settings.destination),
    ):
        if folder is not None and (quarantine == folder.resolve() or folder.resolve() in quarantine.parents):
            raise UsageError(
                f"the quarantine {screening.quarantine} lies inside the {name} {folder}: name a place of its own as "
                "screening.quarantine in archiver.toml"
            )


def check_page_style(configuration: Configuration) -> None:
    """Refuse a style sheet of the archive's own that could fetch something or hide text.

    Raises:
        UsageError: names the first lines that cannot be used.
    """
    if not configuration.page_style or configuration.pdfa is None:
        return
    from archiver.render.typesetting.page_style import page_style_problems  # noqa: PLC0415 - loads a CSS parser, where one is needed

    problems = page_style_problems(configuration.page_style)
    if problems:
        more = f"; and {len(problems) - 3} more" if len(problems) > 3 else ""
        raise UsageError(f"the style sheet that archiver.toml names cannot be used: {'; '.join(problems[:3])}{more}")


def verapdf_program(configuration: Configuration) -> str | None:
    """Return the path of the veraPDF that judges renditions, or None where it is not asked or not there.

    Raises:
        UsageError: ``archiver.toml`` names one by its path, and no program is there.
    """
    return _program(configuration, configuration.verapdf, "build.verapdf")


def pdftopdfa_program(configuration: Configuration) -> str | None:
    """Return the path of the pdftopdfa that PDFs are given to, or None where it is not asked or not there.

    Raises:
        UsageError: ``archiver.toml`` names one by its path, and there is no such program, or not one that can be used.
    """
    found = _program(configuration, configuration.pdftopdfa, "build.pdftopdfa")
    if found and find_environment(found) is None:
        if "/" not in (configuration.pdftopdfa or ""):
            return None
        raise UsageError(
            f"archiver.toml names the program {found} as build.pdftopdfa, and it is not the pdftopdfa script of a "
            "Python environment"
        )
    return found


def _program(configuration: Configuration, named: str | None, key: str) -> str | None:
    if not named or configuration.pdfa is None:
        return None
    found = shutil.which(named)
    if found is None and "/" in named:
        raise UsageError(f"archiver.toml names the program {named} as {key}, and there is no such program")
    return found


def need_renderer(configuration: Configuration) -> None:
    """Refuse to begin a build whose every rendition would fail.

    Raises:
        MissingProgramError: Pango, or the fonts that pages are set in, are not on this machine; or veraPDF is not, and
            the flavour asked for can be proven by nothing else.
    """
    if configuration.pdfa is None:
        return
    if configuration.pdfa in VERAPDF_FLAVOURS and verapdf_program(configuration) is None:
        raise MissingProgramError(
            f"only veraPDF can prove PDF/A-{configuration.pdfa}, and it is not here: install it (https://verapdf.org) "
            "so that `verapdf` is on PATH, or name it in archiver.toml ([build] verapdf), or ask for 2u"
        )
    missing = missing_for_pages()
    if missing:
        raise MissingProgramError(f"PDF/A copies cannot be made here: {missing}, or build without copies by --no-pdfa")


def missing_for_pages() -> str | None:
    """Return what pages cannot be laid out without, and the command that installs it; None: all is there."""
    libraries = missing_libraries()
    fonts = [package.package for package in installed_fonts().missing if package.needed]
    if not libraries and not fonts:
        return None
    packages = " ".join([*(["libpango-1.0-0", "libpangoft2-1.0-0"] if libraries else []), *fonts])
    return f"{' and '.join([*libraries, *fonts])} not found. Install them (apt-get install {packages})"


def about_configuration(configuration: Configuration) -> tuple[Finding, ...]:
    """Say what is remarkable about the archive's configuration."""
    if not configuration.is_unnamed:
        return ()
    return (
        Finding(
            severity=Severity.INFO,
            code="archive-unnamed",
            file="archiver.toml",
            message="No archiver.toml gives this archive a namespace, so identifiers come from one that all unnamed "
            "archives share.",
            fix="Run `archiver init` once in the folder of the archive, before the first real build.",
        ),
    )
