"""``archiver bag``: a plain bag of any folder."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archiver.cli.bag.group import BagGroup, complete_source
from archiver.cli.clock import now
from archiver.cli.label_options import read_labels
from archiver.cli.printing import counted, print_findings, print_json, size
from archiver.cli.profiles import profile_option, read_profiles
from archiver.cli.progress import TerminalProgress
from archiver.config import Configuration, check_algorithms, read_configuration
from archiver.errors import ExitCode, UsageError
from archiver.standards.names import printable
from archiver.standards.sizes import parse_size
from archiver.storage.serialized.archive import SERIALIZATIONS

if TYPE_CHECKING:
    from archiver.standards.bagit_profiles import BagProfile
    from archiver.steps.bags.making import BagResult, BagSettings


@click.command(
    "bag",
    cls=BagGroup,
    no_args_is_help=False,
    short_help="Make a plain bag of any folder; update or extract one.",
)
@click.argument("source", type=click.Path(path_type=Path), shell_complete=complete_source)
@click.argument("destination", type=click.Path(path_type=Path), metavar="[DEST]", required=False)
@click.option("--in-place", is_flag=True, help="Make SOURCE itself the bag: its content moves into SOURCE/data.")
@click.option(
    "--algorithm", "algorithms", multiple=True, metavar="NAME", help="Digest; repeat for more.  [default: sha512]"
)
@click.option("--bag-info", "labels", multiple=True, metavar="KEY=VALUE", help="A label of bag-info.txt; repeatable.")
@click.option("--bag-info-file", type=click.Path(path_type=Path), metavar="FILE", help="Labels, written 'Key: value'.")
@click.option("--keep-empty-folders", is_flag=True, help="Keep each by a file .keep, which the source does not have.")
@click.option("--exclude-system-files", is_flag=True, help="Leave out .DS_Store, Thumbs.db and desktop.ini.")
@click.option("--portable", is_flag=True, help="Refuse names that Windows or macOS do not keep.  [default: warn]")
@click.option(
    "--serialization",
    type=click.Choice(SERIALIZATIONS),
    help="Write one file, not a folder.  [default: as DEST's extension says]",
)
@profile_option("the bag must keep to")
@click.option("--start-over", is_flag=True, help="Do not go on where a run for the same DEST was killed.")
@click.option("--cross-check", is_flag=True, help="Ask bagit-python too, at its full level.")
@click.option("--holey", metavar="URL", help="List the files in fetch.txt, to be had below URL; copy none.")
@click.option(
    "--split-size",
    metavar="SIZE",
    help="Make DEST a folder of bags with a payload of at most SIZE each, such as 10GB or 500MiB.",
)
@click.option("--config", type=click.Path(path_type=Path), help="Configuration file.  [default: archiver.toml]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a bag on stdout.")
def command(**options: object) -> int:
    """Make DEST, a BagIt 1.0 bag of everything in the folder SOURCE.

    SOURCE is not touched: its files are copied and hashed in one read, with their times of modification. Each copy is
    read back, and the bag verified, before it gets its name; until then there is nothing at DEST. Interrupted or
    killed, the same command makes it, going on from what was copied where DEST is one bag as a folder. Labels not given
    here come from archiver.toml. A folder named like a subcommand is given as ./extract.

    With --split-size, folders that fit are kept together, larger ones are taken apart, and each piece, in byte order,
    goes into the first bag with room for it. A file larger than SIZE gets a bag for itself.

    With --in-place, and no DEST, SOURCE becomes the bag by renames alone: no file is copied. Killed at any moment,
    there is the old folder or the whole bag; if SOURCE is away, the same command brings it back as the bag.

    \b
    archiver bag letters bags/letters
    archiver bag letters bags/letters --algorithm sha256 --algorithm sha512
    archiver bag letters bags/letters --bag-info 'External-Identifier=MS 42'
    archiver bag letters --in-place
    archiver bag letters bags/letters.zip --profile repository.json
    archiver bag letters bags/letters --holey https://files.example.org/letters/
    archiver bag update bags/letters --algorithm sha512
    archiver bag extract bags/letters copies/letters
    """  # noqa: D301 - click reads the backspace: keep these lines as they are
    settings = _settings(options)
    as_json = bool(options["as_json"])
    limit = _limit(options["split_size"])
    from archiver.steps.bags.group import make_group  # noqa: PLC0415 - as above
    from archiver.steps.bags.in_place import make_bag_in_place  # noqa: PLC0415 - as above
    from archiver.steps.bags.making import bag_json, make_bag  # noqa: PLC0415 - --help must not wait for it

    with TerminalProgress("Bagging", quiet=as_json) as progress:

        def say(sentence: str) -> None:
            with progress.aside():
                click.echo(sentence, err=True)

        if options["in_place"]:
            results: tuple[BagResult, ...] = (make_bag_in_place(settings, progress),)
        elif limit:
            results = make_group(settings, limit, progress)
        else:
            results = (make_bag(settings, progress, say),)
    for result in results:
        if as_json:
            print_json(bag_json(result))
        else:
            _print(result)
    return int(ExitCode.OK if all(result.status == "bagged" for result in results) else ExitCode.FINDINGS)


def _settings(options: dict[str, object]) -> BagSettings:
    from archiver.steps.bags.archive import archive_destination  # noqa: PLC0415 - as above
    from archiver.steps.bags.holey import holey_prefix  # noqa: PLC0415 - as above
    from archiver.steps.bags.making import BagSettings  # noqa: PLC0415 - as above

    profiles, findings = read_profiles(map(Path, _words(options["profile_files"])))
    config, destination = options["config"], Path(str(options["destination"] or options["source"]))
    serialization = next((form for form in SERIALIZATIONS if form == options["serialization"]), None)
    if options["in_place"]:
        _check_in_place(options)
    elif options["destination"] is None:
        raise click.UsageError("Missing argument 'DEST': where the bag is to be, or --in-place.")
    elif options["split_size"] is None:  # else DEST is a folder, and each bag in it is named by itself
        destination, serialization = archive_destination(destination, serialization)
    return BagSettings(
        source=Path(str(options["source"])),
        destination=destination,
        configuration=_configuration(Path(str(config)) if config else None, _words(options["algorithms"]), profiles),
        now=now(),
        labels=read_labels(options["bag_info_file"], _words(options["labels"])),
        keep_empty_folders=bool(options["keep_empty_folders"]),
        exclude_system_files=bool(options["exclude_system_files"]),
        portable=bool(options["portable"]),
        serialization=serialization,
        profiles=profiles,
        profile_findings=findings,
        cross_check=bool(options["cross_check"]),
        start_over=bool(options["start_over"]),
        holey=holey_prefix(str(options["holey"])) if options["holey"] is not None else None,
    )


def _limit(text: object) -> int | None:
    if text is None:
        return None
    limit = parse_size(str(text))
    if limit is None:
        raise UsageError(f"--split-size {printable(str(text)[:60])}: write it as 10GB, 500MiB or a number of bytes")
    return limit


def _check_in_place(options: dict[str, object]) -> None:
    for name, reason in {
        "destination": "the folder itself becomes the bag: leave out DEST",
        "serialization": "an archive is made beside the folder: name a DEST",
        "split_size": "one folder becomes one bag: name a DEST for a group of them",
        "holey": "the files stay where they are and are in the bag: name a DEST",
        "start_over": "nothing is copied, so that there is nothing to go on with",
        "exclude_system_files": "no file of the folder may be lost: remove them yourself, or name a DEST",
        "keep_empty_folders": "nothing is written into the folder: put a file into each, or name a DEST",
    }.items():
        if options[name]:
            raise UsageError(f"--in-place and {'DEST' if name == 'destination' else _option(name)}: {reason}")


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _words(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, tuple) else ()


def _configuration(config: Path | None, algorithms: tuple[str, ...], profiles: tuple[BagProfile, ...]) -> Configuration:
    configuration = read_configuration(config)
    if algorithms:
        return dataclasses.replace(configuration, algorithms=check_algorithms(algorithms))
    if not profiles:
        return configuration
    from archiver.steps.bags.profile import profile_algorithms  # noqa: PLC0415 - as above

    return dataclasses.replace(configuration, algorithms=profile_algorithms(profiles, configuration.algorithms))


def _print(result: BagResult) -> None:
    colour = "green" if result.status == "bagged" else "red"
    detail = f"{counted(result.files, 'file')}, {size(result.bytes)}, {' and '.join(result.algorithms)}"
    status = click.style(f"{result.status:<8}", fg=colour, bold=True)
    click.echo(f"{status} {printable(str(result.path))}  {detail}")
    if result.second_opinion:
        click.echo(f"Second opinion, {result.second_opinion}.")
    print_findings(result.findings)
