"""The fetch step: completes holey bags before they are verified (RFC 8493 section 2.2.3).

Asks nobody whose host was not named by whoever runs it, and tells first which hosts that would be.
"""

from __future__ import annotations

import os
import shlex
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from archiver.errors import UsageError
from archiver.model import Finding
from archiver.standards.expected_digest import ExpectedDigest
from archiver.standards.fetch_urls import FetchUrlError, parse_authority, parse_fetch_url
from archiver.standards.names import printable
from archiver.steps.progress import StepProgress
from archiver.steps.verify import bags_below
from archiver.storage.archives.opening import is_archive
from archiver.storage.fetching.completing import complete_bag
from archiver.storage.fetching.holey import HoleyBag, look_for_holes
from archiver.storage.fetching.rules import FetchRules, Timing, tls_context

_HOSTS_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchSettings:
    """What whoever runs it allows."""

    hosts: Sequence[str]
    """``HOST`` or ``HOST:PORT``."""

    private_hosts: Sequence[str]
    """Hosts that may be in this machine's own network."""

    schemes: Sequence[str]
    max_bytes: int
    authorities: Path | None
    """A PEM file of certificate authorities to trust beside the system's."""

    timing: Timing
    expected: ExpectedDigest | None = None
    """What a tag manifest of each bag must hash to."""


def fetch_missing(
    paths: Sequence[Path], settings: FetchSettings, progress: StepProgress
) -> Mapping[str, tuple[Finding, ...]]:
    """Fetch what the bags at or below ``paths`` lack.

    Args:
        paths: bags, or folders of bags.
        settings: what is allowed.
        progress: told of bytes as they come.

    Returns:
        Path of a bag as :attr:`archiver.model.BagVerdict.path` has it -> what is to be said of it.

    Raises:
        UsageError: one of ``paths`` is an archive, a host is no host, the file of authorities cannot be used, or
            no host was named although something is to be fetched.
    """
    rules = _rules(settings)
    for path in paths:
        if is_archive(path):
            raise UsageError(
                f"{printable(str(path))} is an archive, into which nothing can be fetched: unpack it, and run --fetch "
                "on the folder"
            )
    # Each bag once, however often it was named.
    places = {os.path.realpath(bag): bag for path in paths for bag in bags_below(path) if not is_archive(bag)}
    bags = [look_for_holes(bag, settings.expected) for bag in places.values()]
    holey = [bag for bag in bags if bag.wanted]
    if holey and not rules.hosts | rules.private_hosts:
        raise UsageError(_whom_to_name(holey, paths, settings))
    progress.begin(sum(bag.stated_bytes for bag in holey))
    return {str(bag.path): complete_bag(bag, rules, settings.timing, progress.advance) for bag in bags}


def _rules(settings: FetchSettings) -> FetchRules:
    try:
        tls = tls_context(settings.authorities)
    except OSError as error:
        name = printable(str(settings.authorities))
        raise UsageError(f"{name} of --fetch-ca cannot be used ({error.strerror or error}): name a PEM file") from error
    return FetchRules(
        tls=tls,
        hosts=_authorities(settings.hosts, "--fetch-host"),
        private_hosts=_authorities(settings.private_hosts, "--fetch-private-host"),
        schemes=frozenset(settings.schemes),
        max_bytes=settings.max_bytes,
    )


def _authorities(names: Sequence[str], option: str) -> frozenset[str]:
    try:
        return frozenset(map(parse_authority, names))
    except FetchUrlError as error:
        raise UsageError(f"{option}: {error}; write it as HOST or HOST:PORT, as fetch.txt does") from error


def _whom_to_name(bags: Iterable[HoleyBag], paths: Sequence[Path], settings: FetchSettings) -> str:
    """Word which hosts would be asked, and the command that allows it."""
    counts: Counter[str] = Counter()
    for bag in bags:
        for wanted in bag.wanted:
            try:
                counts[parse_fetch_url(wanted.url).authority] += 1
            except FetchUrlError:
                continue  # told when it is its turn
    hosts = sorted(counts)
    if not hosts:
        return "--fetch: no address in fetch.txt can be used; run the command without --fetch to see the other findings"
    shown = ", ".join(
        f"{host} ({counts[host]} {'file' if counts[host] == 1 else 'files'})" for host in hosts[:_HOSTS_SHOWN]
    )
    more = f" and {len(hosts) - _HOSTS_SHOWN} more" if len(hosts) > _HOSTS_SHOWN else ""
    options = [f"--fetch-host={host}" for host in hosts[:_HOSTS_SHOWN]]
    options += [f"--fetch-scheme={scheme}" for scheme in settings.schemes if tuple(settings.schemes) != ("https",)]
    options += [f"--fetch-ca={settings.authorities}"] if settings.authorities else []
    command = shlex.join(["archiver", "verify", "--fetch", *options, *map(str, paths)])
    return (
        f"--fetch asks no host that was not named, and the missing files lie on {shown}{more}. If you trust them:\n"
        f"  {printable(command)}"
    )
