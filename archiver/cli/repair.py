"""``archiver repair``: damaged packages made whole again, from copies and from parity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from archiver.cli.catalogue_options import catalogue_of, catalogue_option
from archiver.cli.clock import exact_now, now
from archiver.cli.printing import counted, print_findings, print_json
from archiver.cli.progress import TerminalProgress
from archiver.cli.store_options import place_of, store_options
from archiver.errors import ExitCode, UsageError
from archiver.execution.cores import usable_cores
from archiver.standards.names import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from archiver.steps.repair.repairing import RepairOptions
    from archiver.steps.repair.results import Repair

_WORDS = {
    "sound": ("sound", "green"),
    "repaired": ("repaired", "green"),
    "planned": ("repairable", "blue"),
    "failed": ("failed", "red"),
}
_SHOWN = 10


@click.command("repair", short_help="Make damaged packages whole again.")
@click.argument("packages", nargs=-1, metavar="[PACKAGE]...")
@click.option(
    "--from",
    "sources",
    multiple=True,
    metavar="SOURCE",
    help="Where good bytes may be: a store (a folder or URL), a bag, or any folder. May be given several times.",
)
@click.option("--parity", is_flag=True, help="Heal from the parity that archiver protect made, too.")
@click.option("--all-damaged", is_flag=True, help="Every package that an audit found damaged or missing.")
@store_options
@catalogue_option
@click.option("--dry-run", is_flag=True, help="Say what could be repaired; change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a package on stdout.")
def command(packages: tuple[str, ...], *, all_damaged: bool, as_json: bool, **asked: Any) -> int:  # noqa: ANN401 - one an option
    """Repair each PACKAGE: one of a store, named by its identifier, or the folder of a bag, by its path.

    Good bytes come from what --from names, in that order, and then from parity; each is verified by its digest. The
    package is put together beside the store, checked whole, and then takes the damaged one's place in one step. The
    damaged files are kept in the quarantine of the store's records. What cannot be repaired wholly is not touched.
    A bag is repaired in the same way, from copies; what was damaged is kept in .archiver-quarantine beside it.

    \b
    archiver repair urn:uuid:0b8f6d9e-3c5e-5a51-9d0c-6a5d5f2f1c11 --from /media/second/store
    archiver repair urn:uuid:0b8f6d9e-3c5e-5a51-9d0c-6a5d5f2f1c11 --parity --dry-run
    archiver repair packages/chronology --from /media/second/packages/chronology.tar
    archiver repair --all-damaged --from s3://bucket/store --parity
    """  # noqa: D301 - click reads the backspace: keep these lines as they are
    if bool(packages) == all_damaged:
        raise UsageError("name the packages to be repaired, or --all-damaged for all that an audit found damaged")
    repairs: list[Repair] = []
    with TerminalProgress("Repairing", quiet=as_json) as progress:
        options = _options(asked, progress.advance)
        from archiver.steps.repair.repairing import damaged_packages, repair_packages  # noqa: PLC0415 - loaded by now

        progress.begin(None)  # what is damaged, and where the good bytes are, is found out on the way
        for repair in repair_packages(options, packages or damaged_packages(options)):
            repairs.append(repair)
            with progress.aside():
                _print(repair, as_json=as_json)
    if not as_json and len(repairs) != 1:
        click.echo(_summary(repairs, dry_run=options.dry_run))
    return int(_status(repairs))


def _options(asked: Mapping[str, Any], progress: Callable[[int], None]) -> RepairOptions:
    from archiver.config import read_configuration  # noqa: PLC0415 - --help must not wait for it
    from archiver.steps.repair.repairing import RepairOptions  # noqa: PLC0415 - same
    from archiver.storage.parity.program import find_par2  # noqa: PLC0415 - same

    configuration = read_configuration(asked["config"])
    return RepairOptions(
        place=place_of(asked["store"], asked["records"], configuration),
        sources=asked["sources"],
        remotes=configuration.remotes,
        par2=find_par2(configuration.parity.program, threads=usable_cores()) if asked["parity"] else None,
        catalogue=catalogue_of(asked["catalogue"], configuration),
        dry_run=asked["dry_run"],
        now=now(),
        clock=exact_now,
        progress=progress,
    )


def _print(repair: Repair, *, as_json: bool) -> None:
    from archiver.steps.repair.results import repair_json  # noqa: PLC0415 - loaded by now

    if as_json:
        print_json(repair_json(repair))
        return
    word, colour = _WORDS[repair.status]
    click.echo(f"{click.style(f'{word:<10}', fg=colour, bold=True)} {printable(repair.package)}{_detail(repair)}")
    if repair.status != "failed":
        for one in repair.replaced[:_SHOWN]:
            source = f"  from {printable(one.source)}" if one.source else ""
            click.echo(f"  {printable(one.file)}{source}")
        if len(repair.replaced) > _SHOWN:
            click.echo(f"  and {len(repair.replaced) - _SHOWN:,} more")
        for file in repair.removed[:_SHOWN]:
            click.echo(f"  {printable(file)}  was no part of the package, and was taken out")
    if repair.quarantine:
        click.echo(f"  what was damaged is kept in {printable(repair.quarantine)}")
    print_findings(repair.findings)


def _detail(repair: Repair) -> str:
    if repair.status == "sound":
        return "  nothing is wrong with it"
    if repair.status == "failed":
        lacking = f"{counted(len(repair.lacking), 'file')} cannot be had; " if repair.lacking else ""
        return f"  {lacking}nothing was changed"
    return f"  {counted(len(repair.replaced) + len(repair.removed), 'file')}"


def _summary(repairs: list[Repair], *, dry_run: bool) -> str:
    if not repairs:
        return "No package is known to be damaged."
    counts = {word: sum(repair.status == word for repair in repairs) for word in _WORDS}
    done = counts["planned"] if dry_run else counts["repaired"]
    words = [f"{counted(done, 'package')} {'can be repaired' if dry_run else 'repaired'}"]
    if counts["sound"]:
        words.append(f"{counts['sound']:,} sound already")
    if counts["failed"]:
        words.append(f"{counts['failed']:,} not repaired")
    return ", ".join(words) + "."


def _status(repairs: list[Repair]) -> ExitCode:
    failed = sum(repair.status == "failed" for repair in repairs)
    if not failed:
        return ExitCode.OK
    return ExitCode.FINDINGS if failed == len(repairs) else ExitCode.PARTIAL
