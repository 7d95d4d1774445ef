"""``archiver build``: a package for each item of a folder."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archiver.cli.build_report import BuildReport
from archiver.cli.clock import now
from archiver.cli.profiles import profile_option, read_profiles
from archiver.cli.progress import TerminalProgress
from archiver.config import (
    EMBEDDING_FLAVOURS,
    FLAVOURS,
    Configuration,
    check_algorithms,
    check_embedding,
    check_flavour,
    read_configuration,
)
from archiver.errors import ExitCode, UsageError
from archiver.model import Severity

if TYPE_CHECKING:
    from archiver.model import Finding
    from archiver.standards.bagit_profiles import BagProfile
    from archiver.steps.building.settings import BuildSettings


@click.command("build", short_help="Build a preservation package for each item of a folder.")
@click.argument("source", type=click.Path(path_type=Path), default=Path("seeds"))
@click.option("--metadata", type=click.Path(path_type=Path), help="Folder of descriptions.  [default: metadata]")
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("packages"), show_default=True, help="Destination."
)
@click.option(
    "--bundle",
    type=click.Choice(["item", "collection"]),
    default="item",
    show_default=True,
    help="A package an item, or one for the whole folder.",
)
@click.option(
    "--pdfa",
    metavar="FLAVOUR",
    shell_complete=lambda _context, _option, typed: [one for one in FLAVOURS if one.startswith(typed)],
    help=f"PDF/A flavour of the renditions: {', '.join(FLAVOURS)}.  [default: 2u]",
)
@click.option(
    "--embed-original",
    is_flag=True,
    help="Put each original, with its record, into its PDF/A copy; the flavour is then 3u unless another is given.",
)
@click.option("--no-pdfa", is_flag=True, help="Make no renditions.")
@click.option(
    "--algorithm", "algorithms", multiple=True, metavar="NAME", help="Digest; repeat for more.  [default: sha512]"
)
@click.option("--workers", type=click.IntRange(1, 64), metavar="N", help="Rendering processes.  [default: one a core]")
@click.option(
    "--e-ark",
    type=click.Choice(["sip", "aip", "none"]),
    help="Make each package an E-ARK information package too, with METS.  [default: none]",
)
@profile_option("each package must keep to, beside its own")
@click.option("--shard", metavar="I/N", help="Build only every Nth item, starting with the Ith.")
@click.option("--operator", metavar="NAME", help="The person responsible, for the record.  [default: contact_name]")
@click.option("--config", type=click.Path(path_type=Path), help="Configuration file.  [default: archiver.toml]")
@click.option("--dry-run", is_flag=True, help="Show the tree, the bytes and the disk needed; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a package on stdout.")
def command(**options: object) -> int:
    """Build a preservation package for each item of SOURCE (seeds/ when not given).

    An item is a file or a folder directly below SOURCE. Each package is a BagIt bag with the documents as they are,
    a Dublin Core record each, PDF/A copies that passed their checks, PREMIS and RO-Crate, and a page to read it by
    (data/ro-crate-preview.html). A rerun builds only what is new or changed.

    \b
    archiver build
    archiver build letters --metadata descriptions --out packages
    archiver build --dry-run
    """  # noqa: D301 - click reads the backspace: keep these lines as they are
    files = options["profile_files"]
    profiles, about_profiles = read_profiles(map(Path, files) if isinstance(files, tuple) else ())
    settings, about_records = _settings(options, profiles)
    as_json = bool(options["as_json"])
    from archiver.steps.building.running import build  # noqa: PLC0415 - imports the whole house; --help must not wait for it

    report = BuildReport(as_json=as_json, dry_run=settings.dry_run)
    report.about_source((*about_profiles, *about_records))
    if any(finding.severity is Severity.ERROR for finding in about_profiles):
        return int(ExitCode.FINDINGS)  # no package can be known to keep to it
    with TerminalProgress("Planning" if settings.dry_run else "Building", quiet=as_json) as progress:
        run = build(settings, progress)
        report.about_source(run.findings)
        for result in run.results:
            with progress.aside():
                report.item(result)
    report.summary()
    return int(report.exit_code())


def _settings(
    options: dict[str, object], profiles: tuple[BagProfile, ...]
) -> tuple[BuildSettings, tuple[Finding, ...]]:
    """Return what is to be built, and what is to be said of the profile that records are judged by."""
    from archiver.steps.building.settings import BuildSettings  # noqa: PLC0415 - imports the whole house; --help must not wait
    from archiver.steps.record_profiles import read_record_profile  # noqa: PLC0415 - as below

    config, metadata, shard = options["config"], options["metadata"], options["shard"]
    if metadata is None and Path("metadata").is_dir():
        metadata = Path("metadata")
    configuration = _overridden(read_configuration(Path(str(config)) if config else None), options, profiles)
    records = read_record_profile(configuration.record_profile)
    settings = BuildSettings(
        source=Path(str(options["source"])),
        metadata=Path(str(metadata)) if metadata is not None else None,
        destination=Path(str(options["out"])),
        configuration=configuration,
        now=now(),
        operator=_operator(options["operator"]),
        bundle="collection" if options["bundle"] == "collection" else "item",
        shard=_shard(str(shard)) if shard else None,
        dry_run=bool(options["dry_run"]),
        profiles=profiles,
        record_profile=records.profile,
    )
    return settings, records.findings


def _overridden(
    configuration: Configuration, options: dict[str, object], profiles: tuple[BagProfile, ...]
) -> Configuration:
    if options["no_pdfa"] and options["pdfa"]:
        raise UsageError("--pdfa and --no-pdfa contradict each other: give one of them")
    changes: dict[str, object] = {}
    if options["no_pdfa"]:
        changes["pdfa"] = None
    elif options["pdfa"]:
        changes["pdfa"] = check_flavour(str(options["pdfa"]))
    if options["embed_original"]:
        changes["embed_original"] = True
        if not changes.get("pdfa") and configuration.pdfa not in (None, *EMBEDDING_FLAVOURS):
            changes.setdefault("pdfa", "3u")
    if algorithms := options["algorithms"]:
        changes["algorithms"] = check_algorithms(tuple(map(str, algorithms)) if isinstance(algorithms, tuple) else ())
    elif profiles:
        from archiver.steps.bags.profile import profile_algorithms  # noqa: PLC0415 - --help must not wait for it

        changes["algorithms"] = profile_algorithms(profiles, configuration.algorithms)
    if options["e_ark"]:
        changes["e_ark"] = None if options["e_ark"] == "none" else options["e_ark"]
    if options["workers"]:
        changes["workers"] = options["workers"]
    changed = dataclasses.replace(configuration, **changes)  # type: ignore[arg-type]  # each checked above
    return check_embedding(changed)


def _operator(name: object) -> str | None:
    if name is None:
        return None
    text = str(name).strip()
    if not text or not text.isprintable():
        raise UsageError("--operator must be one line of plain text: the name of a person")
    return text


def _shard(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"([1-9]\d{0,5})/([1-9]\d{0,5})", text)
    if not match or int(match[1]) > int(match[2]):
        raise UsageError(f"--shard {text!r} must be I/N with I from 1 to N, such as 2/4")
    return int(match[1]), int(match[2])
