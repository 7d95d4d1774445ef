"""What a package's PREMIS tells of renditions: each attempt, and what each of its checks saw.

Of few documents each has events of its own. Of very many, events that say the same stand once and name all their
documents, and the checks are told by their outcomes alone: their words differ from document to document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from archiver.model import Check, RenderResult
from archiver.standards.premis import CONVERTED
from archiver.steps.building.records.provenance import EXECUTING, VALIDATOR, Outcome, Provenance
from archiver.steps.program import PROGRAM

APART = 100
"""Documents of a package up to which each has events of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedDocument:
    """What rendering one document gave: input of its events."""

    original: str
    """Packaged path of the document."""

    rendition: str | None
    """Packaged path of its rendition, when there is one."""

    result: RenderResult


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """One event, not yet recorded."""

    code: str
    detail: str
    outcome: Outcome
    note: str
    agents: tuple[tuple[str, str], ...]
    objects: tuple[tuple[str, Literal["source", "outcome"]], ...] = ()


def record_renditions(provenance: Provenance, documents: Sequence[RenderedDocument]) -> None:
    """Record what came of every document that was to be rendered, in their order.

    Args:
        provenance: of the package.
        documents: all of the package.
    """
    if len(documents) <= APART:
        for document in documents:
            for said in _events_of(provenance, document, brief=False):
                _record(provenance, said)
        return
    together: dict[_Said, list[tuple[str, Literal["source", "outcome"]]]] = {}
    for document in documents:
        for said in _events_of(provenance, document, brief=True):
            if said.outcome == "success":
                together.setdefault(replace(said, objects=()), []).extend(said.objects)
            else:
                _record(provenance, said)
    for said, objects in together.items():
        _record(provenance, replace(said, objects=tuple(objects)))


def _record(provenance: Provenance, said: _Said) -> None:
    provenance.record(said.code, said.detail, said.outcome, note=said.note, agents=said.agents, objects=said.objects)


def _events_of(provenance: Provenance, document: RenderedDocument, *, brief: bool) -> Iterator[_Said]:
    """Yield one attempt at a rendition and what each of its checks saw; or that none was needed."""
    result = document.result
    if not result.tool:
        return
    if result.status == "kept":
        what = f"Original checked: it is PDF/A-{result.flavour} as it is"
        yield _checks(provenance, result, what, document.original, brief=brief)
        return
    made = document.rendition is not None
    objects: list[tuple[str, Literal["source", "outcome"]]] = [(document.original, "source")]
    if document.rendition is not None:
        objects.append((document.rendition, "outcome"))
    yield _Said(
        code="nor",
        detail=_rendition_words(result) if made else "Rendering as PDF/A was tried and not kept",
        outcome="success" if made else "fail",
        note="; ".join(result.notes) if made else "; ".join(finding.message for finding in result.findings),
        agents=((provenance.program(result.tool), EXECUTING), (provenance.program(PROGRAM), EXECUTING)),
        objects=tuple(objects),
    )
    if result.checks:
        what = "Rendition checked" if made else "Rendition checked, which is not kept"
        yield _checks(provenance, result, what, document.rendition, brief=brief)


def _rendition_words(result: RenderResult) -> str:
    done = CONVERTED if result.status == "converted" else "Rendered as PDF/A-"
    if result.flavour:
        return f"{done}{result.flavour}"
    return f"{done.removesuffix('/A-')}, which is not called PDF/A"


def _checks(provenance: Provenance, result: RenderResult, what: str, path: str | None, *, brief: bool) -> _Said:
    notes = result.notes if result.status == "kept" else ()
    outcome = _outcome_of(result.checks)
    short = brief and outcome == "success"
    return _Said(
        code="val",
        detail=f"{what}: " + ", ".join(check.name for check in result.checks),
        outcome=outcome,
        note="; ".join([*(_check_words(check, short=short) for check in result.checks), *notes]),
        agents=tuple((agent, VALIDATOR) for agent in dict.fromkeys(map(provenance.program, _tools(result.checks)))),
        objects=((path, "source"),) if path else (),
    )


def _outcome_of(checks: Iterable[Check]) -> Outcome:
    """Say what the checks that ran came to; a check that did not run counts for nothing."""
    seen = {check.passed for check in checks}
    if False in seen:
        return "fail"
    return "success" if True in seen else "not run"


def _tools(checks: Iterable[Check]) -> list[str]:
    return [check.tool for check in checks if check.tool and check.passed is not None]


def _check_words(check: Check, *, short: bool) -> str:
    outcome = {True: "passed", False: "failed", None: "gave no verdict"}[check.passed]
    return f"{check.name} {outcome}: {check.detail}" if check.detail and not short else f"{check.name} {outcome}"
