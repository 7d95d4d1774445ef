"""``archiver verify``: check bags, and say everything that is wrong with them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from archiver.cli.fetch_options import fetch_if_asked, fetch_options, remote_failed, with_fetch_findings
from archiver.cli.printing import counted, print_findings, print_json, size
from archiver.cli.profiles import profile_option, read_profiles
from archiver.cli.progress import TerminalProgress
from archiver.errors import ExitCode, UsageError
from archiver.execution.cores import usable_cores
from archiver.model import BagVerdict, Finding, Severity, VerifyLevel
from archiver.standards.names import printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from archiver.standards.expected_digest import ExpectedDigest


def _expected(_context: click.Context, _option: click.Parameter, text: str | None) -> ExpectedDigest | None:
    if text is None:
        return None
    from archiver.standards.expected_digest import parse_expected_digest  # noqa: PLC0415 - --help must not wait for it

    try:
        return parse_expected_digest(text)
    except ValueError as error:
        raise UsageError(f"--expect-tagmanifest: {error}") from error


@click.command("verify", short_help="Check bags: every file, every digest, every rule.")
@click.argument("paths", type=click.Path(path_type=Path), nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--level",
    type=click.Choice(get_args(VerifyLevel)),
    default="full",
    show_default=True,
    help="full: every digest; complete: every file is there and no other; fast: structure and Payload-Oxum.",
)
@profile_option("each bag must keep to, or archiver for that of built packages")
@click.option("--cross-check", is_flag=True, help="Ask bagit-python too, at its full level.")
@click.option(
    "--expect-tagmanifest",
    metavar="[ALGORITHM:]HEX",
    callback=_expected,
    help="Digest of the tag manifest file, kept elsewhere: shows that nobody wrote the manifests anew.",
)
@fetch_options
@click.option(
    "--workers", type=click.IntRange(1, 64), metavar="N", help="Processes that read large bags.  [default: one a core]"
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a bag on stdout.")
def command(  # noqa: PLR0913, PLR0917 - click hands over one an option
    paths: tuple[Path, ...],
    level: VerifyLevel,
    profile_files: tuple[Path, ...],
    cross_check: bool,
    expect_tagmanifest: ExpectedDigest | None,
    workers: int | None,
    as_json: bool,
    **fetching: object,
) -> int:
    """Check each PATH: a bag, an archive with a bag in it, or a folder of bags.

    Archives (.tar, .tar.gz, .tar.zst, .zip) are read in place and never unpacked.
    Any BagIt version from 0.93 to 1.0, whoever made it. Nothing is written without --fetch, which completes a bag
    from the addresses in its fetch.txt. Without --fetch-host it says which hosts these are, and asks none.

    \b
    archiver verify packages
    archiver verify packages/chronology --level fast
    archiver verify /media/disk/bags --json
    archiver verify deposit.zip --profile repository.json
    archiver verify bag --expect-tagmanifest 9f86d081...
    archiver verify bags/holey --fetch --fetch-host files.example.org
    """  # noqa: D301 - click reads the backspace: keep these lines as they are
    profiles, findings = read_profiles(profile_files)
    print_findings(findings)  # once, and not with each bag
    fetched = fetch_if_asked(paths, fetching, expect_tagmanifest, quiet=as_json)
    from archiver.steps.verify import total_bytes, verify_paths  # noqa: PLC0415 - --help must not wait for it

    verdicts = []
    with TerminalProgress("Verifying", quiet=as_json) as progress:
        if progress.shown:  # for nobody else is every folder walked twice
            progress.begin(total_bytes(paths, level))
        found = verify_paths(
            paths,
            level,
            progress.advance,
            cross_check=cross_check,
            profiles=profiles,
            expected=expect_tagmanifest,
            workers=workers or usable_cores(),
        )
        for verdict in found:
            verdicts.append(with_fetch_findings(verdict, fetched))
            with progress.aside():
                _print(verdicts[-1], as_json=as_json, with_profile=bool(profiles))
    if not as_json and len(verdicts) > 1:
        _summary(verdicts)
    return int(_status([*findings, *(one for verdict in verdicts for one in verdict.findings)]))


def _print(verdict: BagVerdict, *, as_json: bool, with_profile: bool) -> None:
    from archiver.steps.verify import verdict_json  # noqa: PLC0415 - loaded by now

    if as_json:
        print_json(verdict_json(verdict, with_profile=with_profile))
        return
    word, colour = _word(verdict)
    detail = f"{counted(verdict.files, 'file')}, {size(verdict.bytes)}"
    if verdict.algorithms:
        detail += f", {' and '.join(verdict.algorithms)}, BagIt {verdict.bagit_version}"
    click.echo(f"{click.style(f'{word:<10}', fg=colour, bold=True)} {printable(verdict.path)}  {detail}")
    print_findings(verdict.findings)


def _word(verdict: BagVerdict) -> tuple[str, str]:
    if verdict.conforms is False and verdict.valid is not False:
        return "off profile", "red"  # a good bag, and not as the profile wants it
    if verdict.valid:
        return "valid", "green"
    if verdict.valid is None and verdict.complete and not _has_errors(verdict):
        return "complete", "green"  # no digest was re-computed, so validity was not established
    # Not looked at, or two programs disagree: nothing is known of it, and nothing is claimed.
    return ("unclear" if verdict.valid is None else "not valid"), "red"


def _status(findings: Collection[Finding]) -> ExitCode:
    if remote_failed(findings):
        return ExitCode.REMOTE
    return ExitCode.FINDINGS if any(finding.severity is Severity.ERROR for finding in findings) else ExitCode.OK


def _has_errors(verdict: BagVerdict) -> bool:
    return any(finding.severity is Severity.ERROR for finding in verdict.findings)


_WORDS = ("valid", "complete", "off profile", "unclear", "not valid")


def _summary(verdicts: Iterable[BagVerdict]) -> None:
    words = [_word(verdict)[0] for verdict in verdicts]
    kinds = ", ".join(f"{words.count(word)} {word}" for word in _WORDS if word in words)
    click.echo(f"\n{counted(len(words), 'bag')}: {kinds}.")
