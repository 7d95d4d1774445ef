"""Completes one bag: fetches what it lacks, compares it with every manifest, and gives it its name.

A file that is not what the manifests say never gets its name. Whatever stops a run, the next one goes on with what is
in the staging folder; the bag's own tag files are never written to.
"""

from __future__ import annotations

import errno
import os
import threading
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from archiver.model import Finding
from archiver.standards.fetch_urls import FetchUrl, FetchUrlError, parse_fetch_url
from archiver.standards.names import printable
from archiver.storage.bag_checks.report import Report
from archiver.storage.durable import AlreadyPublishedError, explain, free_bytes
from archiver.storage.fetching import crew, findings
from archiver.storage.fetching.budget import Budget
from archiver.storage.fetching.client import Client
from archiver.storage.fetching.connections import Network
from archiver.storage.fetching.failures import Cause, FetchFailure
from archiver.storage.fetching.holey import HoleyBag, WantedFile
from archiver.storage.fetching.partial import STAGING_NAME, BusyError, PartFile, Staging
from archiver.storage.fetching.placing import BagRoot
from archiver.storage.fetching.rules import FetchRules, Timing
from archiver.storage.fetching.transfer import Transfer

_SILENCES = 3
"""Files in a row for which a host gave no answer at all: after them it is not asked again."""

_USELESS = frozenset({Cause.REMOTE_WRONG, Cause.REMOTE_TOO_LONG})
"""Failures after which what came is of no use to another run."""

_IN_THE_WAY = frozenset({errno.ELOOP, errno.ENOTDIR, errno.ENAMETOOLONG, errno.EISDIR, errno.EACCES, errno.EPERM})

_Job = tuple[WantedFile, FetchUrl]


def complete_bag(
    bag: HoleyBag, rules: FetchRules, timing: Timing, advance: Callable[[int], None]
) -> tuple[Finding, ...]:
    """Fetch what one bag lacks.

    Args:
        bag: as it was found.
        rules: what may be asked of whom.
        timing: clock, chance and waiting.
        advance: told of bytes as they come, from many threads, one at a time.

    Returns:
        A finding for each file that was not fetched, and one that counts those that were.
    """
    if not bag.wanted:
        _tidy(Path(os.path.realpath(bag.path)))
        return ()
    obstacle = _obstacle(bag, rules)
    if obstacle is not None:
        return (obstacle,)
    path = Path(os.path.realpath(bag.path))
    try:
        with Staging(path) as staging, BagRoot(str(path)) as root:
            return _Completion(bag, rules, timing, advance).run(staging, root)
    except BusyError:
        fix = "Wait until the other run has ended."
        return (findings.nothing_fetched(bag.path, "another run is fetching for it", fix),)
    except OSError as error:
        words = f"the folder that it lies in cannot be written ({error.strerror or error})"
        fix = "Give yourself write permission on it, or copy the bag to a place of your own."
        return (findings.nothing_fetched(bag.path, words, fix),)


def _obstacle(bag: HoleyBag, rules: FetchRules) -> Finding | None:
    """Return why nothing may be fetched for a bag, or None."""
    if bag.distrust is not None:
        fix = "Ask the sender for a bag that is right; files can also be put into their places by hand."
        return findings.nothing_fetched(bag.path, bag.distrust, fix)
    if not _may_write(bag.path):
        fix = "Give yourself write permission on it, or copy the bag to a place of your own."
        return findings.nothing_fetched(bag.path, "it is read-only for you", fix)
    if bag.stated_bytes > rules.max_bytes:
        words = f"its fetch.txt asks for {bag.stated_bytes} bytes and {rules.max_bytes} are allowed"
        fix = f"If you expect as much, add --fetch-max-bytes {bag.stated_bytes}."
        return findings.nothing_fetched(bag.path, words, fix)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Exchange:
    """What every file of a bag is fetched through."""

    client: Client
    network: Network
    staging: Staging


class _Completion:
    """One run over one bag."""

    def __init__(self, bag: HoleyBag, rules: FetchRules, timing: Timing, advance: Callable[[int], None]) -> None:
        self._bag = bag
        self._rules = rules
        self._timing = timing
        self._advance = advance
        self._lock = threading.Lock()
        self._budget = Budget(rules.max_bytes)
        self._failures: dict[str, FetchFailure] = {}
        self._silences: dict[str, int] = defaultdict(int)
        self._done: dict[str, int] = {}
        self._refused: str | None = None

    def run(self, staging: Staging, root: BagRoot) -> tuple[Finding, ...]:
        lacking = self._bag.stated_bytes - staging.bytes() - free_bytes(self._bag.path)
        if lacking > 0:
            words = f"the disk that holds {printable(str(self._bag.path))} is full: {lacking} bytes are lacking"
            return (findings.disk_refused(words, len(self._bag.wanted)),)
        jobs = self._permitted()
        network = Network(self._rules, self._timing)
        queue = crew.Queue(jobs, self._rules.connections_per_host)

        def work(job: _Job) -> None:
            try:
                self._fetch(job, exchange, root)
            except FetchFailure as failure:
                self._note(job, failure)
            except OSError as error:
                with self._lock:
                    self._refused = self._refused or _words(error, self._bag.path)
                queue.close()

        with closing(Client(self._rules, network)) as client:
            exchange = _Exchange(client=client, network=network, staging=staging)
            crew.run(queue, work, self._rules.connections, network.stop)
        if not self._failures and not self._refused:
            staging.clear()
        return self._told()

    def _permitted(self) -> dict[str, list[_Job]]:
        """Return what may be asked for, by host; the rest has failed already."""
        jobs: dict[str, list[_Job]] = defaultdict(list)
        for wanted in self._bag.wanted:
            try:
                url = permitted_url(wanted.url, self._rules)
            except FetchFailure as failure:
                self._failures[wanted.path] = failure
            else:
                jobs[url.authority].append((wanted, url))
        return jobs

    def _fetch(self, job: _Job, exchange: _Exchange, root: BagRoot) -> None:
        wanted, url = job
        if self._silences[url.authority] >= _SILENCES:
            words = f"{url.authority} gave no answer to {_SILENCES} files before it, and was not asked again"
            raise FetchFailure(Cause.REMOTE_FAILED, words, silent=True)
        with exchange.staging.part(wanted.path, wanted.url, [name for _, name, _ in wanted.digests]) as part:
            transfer = Transfer(
                client=exchange.client,
                url=url,
                size=wanted.size,
                part=part,
                budget=self._budget,
                rules=self._rules,
                timing=self._timing,
                stopped=exchange.network.stopped,
                advance=self._tell,
            )
            try:
                _bring(transfer, wanted)
                part.settle()
                _place(part, root, wanted.path)
            except FetchFailure as failure:
                if failure.cause in _USELESS or not part.size:
                    part.discard()
                raise
        with self._lock:
            self._done[wanted.path] = part.size
            self._silences[url.authority] = 0

    def _note(self, job: _Job, failure: FetchFailure) -> None:
        wanted, url = job
        with self._lock:
            self._failures[wanted.path] = failure
            self._silences[url.authority] = self._silences[url.authority] + 1 if failure.silent else 0

    def _tell(self, octets: int) -> None:
        with self._lock:
            self._advance(octets)

    def _told(self) -> tuple[Finding, ...]:
        report = Report()
        report.extend(findings.file_not_fetched(path, failure) for path, failure in sorted(self._failures.items()))
        if self._refused:
            left = len(self._bag.wanted) - len(self._failures) - len(self._done)
            report.add(findings.disk_refused(self._refused, left))
        if self._done:
            report.add(findings.fetched(len(self._done), sum(self._done.values())))
        return report.findings()


def permitted_url(text: str, rules: FetchRules) -> FetchUrl:
    """Return an address of ``fetch.txt`` that may be asked.

    Raises:
        FetchFailure: it may not.
    """
    try:
        url = parse_fetch_url(text)
    except FetchUrlError as error:
        raise FetchFailure(Cause.URL, f"its address cannot be used: {error}") from error
    if url.scheme not in rules.schemes:
        raise FetchFailure(Cause.SCHEME, f"its address {url.shown} is {url.scheme}, which was not allowed")
    if url.authority not in rules.hosts | rules.private_hosts:
        raise FetchFailure(Cause.HOST_NOT_NAMED, f"its host {url.authority} was not named")
    return url


def _bring(transfer: Transfer, wanted: WantedFile) -> None:
    """Fetch one file until it is what every manifest says.

    Raises:
        FetchFailure: it is something else.
    """
    transfer.run()
    wrong = _disagreeing(transfer.part, wanted)
    if wrong and transfer.part.stitched:
        # Two pieces of two states of the file, perhaps: once more, in one piece.
        transfer.restart()
        transfer.run()
        wrong = _disagreeing(transfer.part, wanted)
    if wrong:
        size = transfer.part.size
        stated = f", where fetch.txt states {wanted.size}" if wanted.size not in {None, size} else ""
        words = f"what {transfer.url.shown} has is not the file that {' and '.join(wrong)} list ({size} bytes{stated})"
        raise FetchFailure(Cause.REMOTE_WRONG, words)


def _place(part: PartFile, root: BagRoot, path: str) -> None:
    try:
        root.place(part.folder, part.part_name, path)
    except AlreadyPublishedError as error:
        raise FetchFailure(Cause.PLACE, "something was put in its place meanwhile, which was not replaced") from error
    except OSError as error:
        if error.errno not in _IN_THE_WAY:
            raise
        raise FetchFailure(Cause.PLACE, f"it cannot be put in its place ({error.strerror})") from error
    part.discard()


def _disagreeing(part: PartFile, wanted: WantedFile) -> list[str]:
    digests = part.digests()
    return [manifest for manifest, name, digest in wanted.digests if digests[name] != digest]


def _words(error: OSError, bag: Path) -> str:
    where = f" ({printable(os.fsdecode(error.filename))})" if isinstance(error.filename, (str, bytes)) else ""
    return printable(explain(error, bag)) + where


def _tidy(bag: Path) -> None:
    """Remove what a run left that was killed after it had put everything in its place."""
    if (bag.parent / STAGING_NAME / bag.name).is_dir():
        with suppress(OSError, BusyError), Staging(bag) as staging:
            staging.clear()


def _may_write(bag: Path) -> bool:
    folders = [folder for folder in (bag, bag / "data") if folder.is_dir()]
    return all(os.access(folder, os.W_OK | os.X_OK) for folder in folders)
