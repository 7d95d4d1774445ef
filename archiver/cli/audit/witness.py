"""``archiver audit witness``: the head of a store's log, to be kept elsewhere, and proofs that lead to it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archiver.cli.printing import print_findings, print_json
from archiver.cli.store_options import place_of, store_options
from archiver.config import read_configuration
from archiver.errors import ExitCode, UsageError
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.storage.stores.place import StorePlace


@click.command("witness", short_help="Write the head of the log, to be kept elsewhere; check one; prove a result.")
@store_options
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write a new file.  [default: print it]")
@click.option("--check", metavar="FILE|TEXT", help="Say whether this head, kept earlier, is in the log.")
@click.option("--package", metavar="IDENTIFIER", help="Write the proof that an audit found what it found of a package.")
@click.option("--audit", "run", metavar="NAME", help="With --package: of this audit.  [default: the last one]")
@click.option("--json", "as_json", is_flag=True, help="The head as a JSON object; a proof is one always.")
def command(out: Path | None, check: str | None, package: str | None, as_json: bool, **options: Any) -> int:  # noqa: ANN401
    """Write the head of a store's log: one digest that stands for everything the log says until now.

    Keep it where whoever can write to the store cannot: on paper, in a letter, with a friend, in a newspaper. With
    --check, any head kept earlier is looked for in the log as it is now.

    With --package, write the proof that an audit came to its result for one package: somebody else can check it against
    the head with a short script, without the store and without this program (docs/evidence.md).

    \b
    archiver audit witness --out head-2026.txt
    archiver audit witness --check head-2026.txt
    archiver audit witness --package urn:uuid:0b5c... --out proof.json
    """  # noqa: D301 - click reads the backspace: keep these lines as they are
    run = options["run"]
    if (check and (package or out)) or (run and not package):
        raise UsageError("--check stands alone, and --audit goes with --package: leave the others out")
    place = place_of(options["store"], options["records"], read_configuration(options["config"]))
    if check:
        return _check(place, check, as_json=as_json)
    if package:
        return _prove(place, package, run, out)
    return _head(place, out, as_json=as_json)


def _check(place: StorePlace, check: str, *, as_json: bool) -> int:
    from archiver.cli.audit.verify_log import verdict_json  # noqa: PLC0415 - only here
    from archiver.steps.audit.evidence import known_records, read_heads  # noqa: PLC0415 - --help must not wait
    from archiver.steps.audit.verify_log import verify_log  # noqa: PLC0415 - same

    (head,) = read_heads((check,))
    verdict = verify_log(known_records(place), (head,), runs=False)
    name = printable(place.location)
    if as_json:
        print_json(verdict_json(place.location, verdict))
    else:
        print_findings(verdict.findings)
        last = verdict.head.seq if verdict.head else 0
        told = "is in the log, and nothing before it was changed" if verdict.holds else "does not vouch for this log"
        click.echo(f"{name}  entry {head.seq} {told}  (the log now ends at entry {last})")
    return int(ExitCode.OK if verdict.holds else ExitCode.FINDINGS)


def _head(place: StorePlace, out: Path | None, *, as_json: bool) -> int:
    from archiver.standards.audit_log.heads import head_json, head_text  # noqa: PLC0415 - only here
    from archiver.steps.audit.evidence import log_head  # noqa: PLC0415 - as above

    head = log_head(place)
    told = head_json(head, place.location)
    text = json.dumps(told, ensure_ascii=False) + "\n" if as_json else head_text(head, place.location)
    _write(text, out, f"the head of the log, entry {head.seq}")
    return int(ExitCode.OK)


def _prove(place: StorePlace, package: str, run: str | None, out: Path | None) -> int:
    from archiver.steps.audit.proving import prove  # noqa: PLC0415 - as above

    proof = prove(place, package, run)
    said = f"the proof of entry {proof.entry.seq}: {printable(package)} was found {proof.result.outcome.value}"
    _write(proof.text, out, said)
    return int(ExitCode.OK)


def _write(text: str, out: Path | None, what: str) -> None:
    if out is None:
        click.echo(text, nl=False)
        return
    from archiver.storage.new_files import write_new_file  # noqa: PLC0415 - as above

    write_new_file(out, lambda staged: staged.write_bytes(text.encode()))
    click.echo(f"{printable(str(out))}  {what}", err=True)
