"""What was done to packages in their stores as PREMIS 3: checks, repairs and deposits, and by which program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from archiver.errors import UsageError
from archiver.model import Agent, Event
from archiver.standards.names import printable
from archiver.standards.premis.stored import deposit_event, fixity_event, repair_event, stored_premis_chunks
from archiver.steps.reporting.gathering import ReportOrder, opened_stores
from archiver.steps.reporting.logged import REPAIRED, repair_words, text_of
from archiver.steps.stores.cataloguing import CataloguedStores
from archiver.storage.store_log.log import StoreLog
from archiver.storage.stores.place import StorePlace

if TYPE_CHECKING:
    from archiver.storage.catalogue.deposits import RecordedDeposit

UNKNOWN_PROGRAM = "Archiver"
"""Where a log does not say which version it was."""

_LONGEST_NAME = 200


def premis_of_stores(order: ReportOrder, packages: Sequence[str] = ()) -> Iterator[bytes]:
    """Yield a PREMIS 3 record of what was done to packages in their stores.

    Args:
        order: which stores.
        packages: identifiers of those that are told of; none: all.

    Raises:
        UsageError: there is no such store or package, or no package at all.
        ArchiverError: a catalogue or a log cannot be used.
    """
    wanted = tuple(dict.fromkeys(packages)) or None
    with opened_stores(order) as (opened, _):
        if wanted is not None:
            _need(opened, wanted)
        elif next(_packages(opened, None), None) is None:
            raise UsageError("the stores hold no package, so there is nothing to tell")
        telling = _Telling(opened, wanted)
        yield from stored_premis_chunks(_packages(opened, wanted), telling.events(), telling.agents())


def _need(opened: Sequence[CataloguedStores], wanted: Sequence[str]) -> None:
    known = set(_packages(opened, wanted))
    missing = [printable(one) for one in wanted if one not in known]
    if missing:
        raise UsageError(
            f"no store that was named holds {', '.join(missing[:3])}; archiver store list shows what they do"
        )


def _packages(opened: Sequence[CataloguedStores], wanted: Sequence[str] | None) -> Iterator[str]:
    told: set[str] = set()
    for one in opened:
        for identifier in one.catalogue.reporting(one.places).packages(wanted):
            if identifier not in told:
                yield identifier
            if len(opened) > 1:
                told.add(identifier)


class _Telling:
    """The events of packages, and the programs that they name."""

    def __init__(self, opened: Sequence[CataloguedStores], wanted: Sequence[str] | None) -> None:
        self._opened = opened
        self._wanted = wanted
        self._programs: set[str] = set()

    def events(self) -> Iterator[tuple[str, Event]]:
        """Yield (package, event), checks first."""
        for one in self._opened:
            programs = {number: _programs_of_runs(place) for number, place in one.places.items()}
            for check in one.catalogue.reporting(one.places).checks(self._wanted):
                agent = self._agent(programs[check.store].get(check.run, ""))
                location = one.places[check.store].location
                yield check.result.identifier, fixity_event(check.result, check.run, location, agent)
        for one in self._opened:
            for place in one.places.values():
                yield from self._repairs(one, place)
            for deposit in one.catalogue.reporting(one.places).deposits(self._wanted):
                yield deposit.identifier, self._deposited(deposit)

    def agents(self) -> Iterator[Agent]:
        """Yield the programs that were named until now."""
        for program in sorted(self._programs):
            name, _, version = program.rpartition(" ")
            yield Agent(identifier=program, name=name or version, kind="software", version=version if name else None)

    def _repairs(self, one: CataloguedStores, place: StorePlace) -> Iterator[tuple[str, Event]]:
        for entry in StoreLog(place.records).entries(kinds={REPAIRED}):
            identifier = text_of(entry.body, "identifier")
            asked = self._wanted is None or identifier in self._wanted
            if asked and any(one.catalogue.reporting(one.places).packages([identifier])):
                agent = self._agent(text_of(entry.body, "program"))
                words = f"{repair_words(entry.body)}; in the store {place.location}"
                yield identifier, repair_event(entry.digest, entry.time, words, agent)

    def _deposited(self, one: RecordedDeposit) -> Event:
        words = [f"deposited with {one.target} ({one.kind}), {one.location}: {one.state}"]
        words += [f"proven by {one.evidence}"] if one.evidence else []
        words += [f"held at {one.held_at}"] if one.held_at else []
        words += [f"receipt {one.receipt}"] if one.receipt else []
        key = f"{one.deposit} {one.state} {one.when.isoformat()}"
        return deposit_event(key, one.when, "; ".join(words), one.state, self._agent(one.program))

    def _agent(self, program: str) -> str:
        named = printable(program)[:_LONGEST_NAME].strip() or UNKNOWN_PROGRAM
        self._programs.add(named)
        return named


def _programs_of_runs(place: StorePlace) -> dict[str, str]:
    """Return, by the name of an audit, the program that the log says made it."""
    entries = StoreLog(place.records).entries(kinds={"audit"})
    return {text_of(entry.body, "run"): text_of(entry.body, "program") for entry in entries}
