"""Virus checks of a build: the engine asked before anything is built, then each document as it is copied into staging.

Where screening is configured nothing unscreened is packaged; where it is not, nothing says that it was done.
"""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from archiver.config import Configuration, Screening
from archiver.errors import ItemError, MissingProgramError
from archiver.model import Finding, Severity
from archiver.standards.names import printable
from archiver.steps.building.item_documents import ItemDocument
from archiver.steps.building.item_place import ItemPlace
from archiver.storage.bag_writer import BagWriter
from archiver.storage.durable import explain
from archiver.storage.screening.clamd import Clamd
from archiver.storage.screening.clamscan import Clamscan
from archiver.storage.screening.contract import Engine, Look, Screener, ScreeningUnavailableError, Verdict
from archiver.storage.screening.quarantine import quarantine
from archiver.storage.source_files import ReadDocument

_AHEAD = 4
"""Documents whose verdict may be outstanding while the next are copied: clamd looks at several side by side."""


@contextmanager
def opened_screener(configuration: Configuration) -> Iterator[Screener | None]:
    """Give the engine that the archive's configuration names, which has answered; None where it names none.

    Raises:
        MissingProgramError: it does not answer, or cannot look at anything.
    """
    if configuration.screening is None:
        yield None
        return
    screener = _screener(configuration.screening)
    try:
        _try_out(screener)
        yield screener
    finally:
        screener.close()


def engine_of(screening: Screening) -> Engine:
    """Ask the engine that is configured who it is.

    Raises:
        ScreeningUnavailableError: it does not answer.
    """
    screener = _screener(screening)
    try:
        return screener.engine()
    finally:
        screener.close()


def _screener(screening: Screening) -> Screener:
    if screening.clamd is not None:
        return Clamd(screening.clamd)
    return Clamscan(screening.clamscan or "clamscan")


def _try_out(screener: Screener) -> None:
    """Have a few bytes looked at: an engine without signatures answers for its version and for nothing else."""
    try:
        screener.engine()
        look = screener.look(Path(__file__))
        look.take(b"archiver")
        look.end()
        verdict = look.verdict()
    except ScreeningUnavailableError as error:
        raise _unavailable(str(error)) from error
    if verdict.failure is not None:
        raise _unavailable(verdict.failure)


def _unavailable(cause: str) -> MissingProgramError:
    return MissingProgramError(
        f"archiver.toml asks for virus checks ([screening]) and none can be made: {cause}. Nothing was built. Start "
        "ClamAV's daemon (systemctl start clamav-daemon), or correct the address, or take the table out to build "
        "without virus checks"
    )


@dataclass(slots=True, kw_only=True)
class ItemScreening:
    """The virus checks of one item's documents. A context, which lets go of what is outstanding."""

    place: ItemPlace
    screener: Screener | None
    engine: Engine | None = None
    """Who looked at every document and found nothing; known after :meth:`settle`."""

    _asked: Engine | None = None
    _outstanding: deque[tuple[ItemDocument, Look]] = field(default_factory=deque)
    _found: dict[str, str] = field(default_factory=dict)
    """Packaged path -> signature."""

    _findings: list[Finding] = field(default_factory=list)

    def __enter__(self) -> Self:
        """Ask the engine who it is, for the record."""
        if self.screener is not None:
            try:
                self._asked = self.screener.engine()
            except ScreeningUnavailableError as error:
                raise ItemError((_failed(self.place.name, str(error)),)) from error
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of looks whose verdict nobody waits for."""
        for _document, look in self._outstanding:
            look.give_up()
        self._outstanding.clear()

    def copy(self, bag: BagWriter, document: ItemDocument, more: Sequence[str] = ()) -> ReadDocument:
        """Copy a document into staging, and have it looked at in the same read where the engine can do that.

        Args:
            bag: in staging.
            document: of the item.
            more: algorithms to hash it with beside those of the manifests.

        Raises:
            SourceUnreadableError, SourceChangedError: from the source.
            OSError: from the disk written to.
        """
        source = self.place.source
        if self.screener is None:
            return bag.copy(source, document.source, document.packaged, more=more)
        look = self.screener.look(bag.root / "data" / document.packaged)
        try:
            seen = bag.copy(source, document.source, document.packaged, also=look.take, more=more)
        except BaseException:
            look.give_up()
            raise
        look.end()
        self._outstanding.append((document, look))
        while len(self._outstanding) > _AHEAD:
            self._take_verdict()
        return seen

    def settle(self, bag: BagWriter) -> None:
        """Wait for every verdict.

        Raises:
            ItemError: something was found, or a document was not screened to its end; names every such document.
        """
        while self._outstanding:
            self._take_verdict()
        if self._found:
            self._findings.extend(self._quarantined(bag))
        if self._findings:
            raise ItemError(tuple(self._findings))
        self.engine = self._asked

    def _take_verdict(self) -> None:
        document, look = self._outstanding.popleft()
        verdict: Verdict = look.verdict()
        name = printable(document.source)
        if verdict.failure is not None:
            self._findings.append(_failed(name, verdict.failure))
        elif verdict.signature is not None:
            self._found[document.packaged] = printable(verdict.signature)
            self._findings.append(_virus_found(name, verdict.signature, self.place.name))

    def _quarantined(self, bag: BagWriter) -> list[Finding]:
        """Keep a copy of what was found, where the archive has a folder for that."""
        screening = self.place.configuration.screening
        if screening is None or screening.quarantine is None:
            return []
        digests = {path: bag.payload[path].digests for path in self._found}
        report = {
            "item": self.place.name,
            "identifier": self.place.identifier,
            "found_at": self.place.now.isoformat(),
            "engine": f"{self._asked.name} {self._asked.version}" if self._asked else None,
            "signatures": self._asked.signatures if self._asked else None,
            "files": [
                {"path": printable(path), "signature": signature, **digests[path]}
                for path, signature in sorted(self._found.items())
            ],
        }
        same = hashlib.sha256(json.dumps([self.place.identifier, digests], sort_keys=True).encode()).hexdigest()
        try:
            folder = quarantine(
                screening.quarantine,
                f"{self.place.slug}-{same[:12]}",
                {path.split("/data/", 1)[-1]: bag.root / "data" / path for path in self._found},
                (json.dumps(report, indent=1, ensure_ascii=False) + "\n").encode(),
            )
        except OSError as error:
            return [_not_kept(self.place.name, explain(error, screening.quarantine))]
        return [_kept(self.place.name, len(self._found), folder)]


def _virus_found(name: str, signature: str, item: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="virus-found",
        file=name,
        message=f"{name}: the virus check found {printable(signature)} in it; {item} was not packaged.",
        fix="Do not open it. Ask whoever looks after your computers; if the document is wanted as it is and the "
        "signature is wrong, let ClamAV ignore that signature and build again. The source was not changed.",
    )


def _failed(name: str, cause: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="screening-failed",
        file=name,
        message=f"{name} could not be checked for viruses to its end: {cause}. What is not checked is not packaged.",
        fix="See that ClamAV runs and that its limits (StreamMaxLength, MaxFileSize, MaxScanSize) let the document "
        "through, and build again; or check it by other means and build it with a configuration without [screening].",
    )


def _not_kept(item: str, cause: str) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="virus-not-quarantined",
        file=item,
        message=f"{item}: no copy of what was found could be put into quarantine: {printable(cause)}.",
        fix="See to the folder that screening.quarantine in archiver.toml names, and build again; the source still has "
        "the document.",
    )


def _kept(item: str, count: int, folder: Path) -> Finding:
    copies = "a copy of it was" if count == 1 else f"copies of the {count} were"
    return Finding(
        severity=Severity.INFO,
        code="virus-quarantined",
        file=item,
        message=f"{item}: {copies} put into quarantine, in {printable(str(folder))}; found.json there says what it is.",
        fix="Nothing has to be done; remove the folder when nobody needs it any more.",
    )
