"""``ro-crate-preview.html``: a package as one page for people, complete in itself.

No script, no address that is fetched, one inline style sheet, and a policy that forbids the rest: the page reads the
same in fifty years, off a disk, without a network. WCAG 2.2 AA. Never reads a file or a clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.model import Severity
from archiver.standards.pages.frame import Page, Section, page_html
from archiver.standards.pages.markup import (
    Html,
    definitions,
    file_link,
    isolated,
    join,
    language_attributes,
    moment,
    name,
    outcome,
    statement_values,
    table,
    tag,
    text,
)
from archiver.standards.pages.preview_documents import SHOWN, documents, statements
from archiver.standards.pages.words import count_words, day_words, size_words
from archiver.standards.premis_events import event_label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archiver.model import Event, Finding, PackageRecord, Statement

_CHECKS = frozenset({"val", "fix", "vir", "for", "mes"})
_SEVERITIES = {
    Severity.ERROR: ("bad", "\u2717", "Error"),
    Severity.WARNING: ("warn", "!", "Warning"),
    Severity.INFO: ("none", "i", "Note"),
}
_SECTIONS = (
    ("description", "Description"),
    ("documents", "Documents"),
    ("checks", "Checks"),
    ("history", "History"),
    ("agents", "People and programs"),
    ("verify", "Verify it yourself"),
    ("records", "Records and identifiers"),
)


def preview_html(record: PackageRecord) -> bytes:
    """Return the page of a package.

    Args:
        record: the package. The page shows at most 500 documents, events and findings, and says how many more exist.

    Returns:
        UTF-8 HTML: the same bytes for the same record.
    """
    agents = {agent.identifier: agent.name for agent in record.agents}
    bodies = (
        _description(record),
        documents(record),
        _checks(record),
        _history(record, agents),
        _agents(record),
        _verify(record),
        _records(record),
    )
    sections = tuple(
        Section(key=key, title=title, body=body) for (key, title), body in zip(_SECTIONS, bodies, strict=True)
    )
    return page_html(
        Page(
            title=f"{_title(record)} \u2013 preservation package",
            skip="Skip to the description",
            masthead=_masthead(record),
            sections=sections,
            colophon=_colophon(record),
        )
    )


def _title(record: PackageRecord) -> str:
    return record.description.first("title") or record.name


def _masthead(record: PackageRecord) -> Html:
    titles = record.description.all("title")
    first = titles[0].language if titles else None
    heading = tag("h1", isolated(_title(record)), **language_attributes(first))
    others = [
        tag("p", isolated(title.text), klass="also", **language_attributes(title.language)) for title in titles[1:]
    ]
    originals = [file for file in record.files if file.role == "original"]
    copies = sum(bool(file.role == "rendition" and file.flavour) for file in record.files)
    words = (
        f"{count_words(len(originals), 'document')}, {size_words(sum(file.size for file in originals))}, "
        f"{count_words(copies, 'PDF/A copy', 'PDF/A copies')}. Packaged on {day_words(record.created)}"
    )
    maker = join([Html(" by "), isolated(record.organization)], "") if record.organization else Html("")
    lead = tag("p", text(words), maker, Html("."), klass="lead")
    parts = [tag("p", Html("Preservation package"), klass="kind"), heading, *others, lead]
    if record.version > 1:
        before = record.version - 1
        changed = (record.change or "").removeprefix(f"Version {record.version} follows version {before}").lstrip("; ")
        words = f"Version {record.version} of this package, in place of version {before}"
        parts.append(tag("p", isolated(f"{words}; {changed}." if changed else f"{words}."), klass="lead"))
    return join(parts)


def _description(record: PackageRecord) -> Html:
    if not record.description.statements:
        return tag("p", Html("Nobody has described this package yet."))
    return statements(record.description)


def _checks(record: PackageRecord) -> Html:
    groups: dict[tuple[str, str, str, str], list[Event]] = {}
    for event in record.events:
        if event.code in _CHECKS:
            note = event.outcome_note if event.outcome not in {"pass", "success"} else ""
            groups.setdefault((event.code, event.detail, event.outcome, note), []).append(event)
    rows = [
        (text(event_label(code).capitalize()), _noted(detail, note), outcome(result), _scope(events))
        for (code, detail, result, note), events in list(groups.items())[:SHOWN]
    ]
    caption = "What was checked, and what came of it"
    checks = table(caption, ("Check", "What was done", "Outcome", "On"), rows) if rows else _nothing("No check ran.")
    return join([checks, tag("h3", Html("What was noticed")), _findings(record.findings)])


def _noted(detail: str, note: str) -> Html:
    return join([isolated(detail), tag("span", isolated(note), klass="note")], "") if note else isolated(detail)


def _scope(events: Sequence[Event]) -> Html:
    paths = list(dict.fromkeys(path for event in events for path, _ in event.objects))
    if not paths:
        return Html("the whole package")
    if len(paths) <= 2:  # one file, or one and what was made of it
        return join((name(_short(path)) for path in paths), ", ")
    return text(count_words(len(paths), "file"))


def _short(path: str) -> str:
    return path.removeprefix("representations/").replace("/data/", "/", 1)


def _findings(findings: Sequence[Finding]) -> Html:
    if not findings:
        return _nothing("Nothing that a reader should know of.")
    listing = tag("ul", join(_finding(finding) for finding in findings[:SHOWN]), klass="findings")
    more = len(findings) - SHOWN
    return join([listing, _nothing(f"{count_words(more, 'more note')} not shown here.")]) if more > 0 else listing


def _finding(finding: Finding) -> Html:
    style, sign, word = _SEVERITIES[finding.severity]
    label = tag("span", tag("span", Html(sign), aria_hidden="true"), Html(f" {word}"), klass=f"outcome {style}")
    return tag("li", tag("p", label), tag("p", isolated(finding.message)), tag("p", isolated(finding.fix)))


def _nothing(words: str) -> Html:
    return tag("p", text(words))


def _history(record: PackageRecord, agents: Mapping[str, str]) -> Html:
    events = sorted(record.events, key=lambda event: event.when)  # stable: as recorded within one second
    if not events:
        return _nothing("No event is recorded.")
    rows = [
        (
            moment(event.when),
            join([text(event_label(event.code).capitalize()), tag("span", isolated(event.detail), klass="note")], ""),
            _scope([event]),
            _noted_outcome(event),
            join((isolated(agents.get(agent, agent)) for agent, _ in event.agents), ", "),
        )
        for event in events[:SHOWN]
    ]
    listing = table("What happened, in order of time", ("When", "Event", "On", "Outcome", "By"), rows)
    more = len(events) - SHOWN
    if more <= 0:
        return listing
    words = f"{count_words(more, 'later event')} not shown here: all are in the PREMIS record."
    return join([listing, tag("p", text(words))])


def _noted_outcome(event: Event) -> Html:
    note = tag("span", isolated(event.outcome_note), klass="note") if event.outcome_note else Html("")
    return join([outcome(event.outcome), note], "")


def _agents(record: PackageRecord) -> Html:
    if not record.agents:
        return _nothing("Nobody is named.")
    kinds = {"software": "Program", "person": "Person", "organization": "Organisation"}
    rows = [
        (
            isolated(agent.name),
            text(kinds[agent.kind]),
            text(agent.version or "\u2013"),
            isolated(agent.note or "\u2013"),
        )
        for agent in record.agents[:SHOWN]
    ]
    return table("Who and what worked on this package", ("Name", "Kind", "Version", "Note"), rows)


def _verify(record: PackageRecord) -> Html:
    used = sorted({algorithm for file in record.files for algorithm in file.digests}) or ["sha512"]
    manifest = f"manifest-{used[-1]}.txt"
    return join(
        [
            tag(
                "p",
                Html("This page lies in the folder "),
                tag("code", Html("data")),
                Html(
                    " of a BagIt bag (RFC 8493): beside that folder stand lists of every file with its checksum,"
                    " such as "
                ),
                tag("code", text(manifest)),
                Html(
                    ". Point any BagIt tool at the folder that holds them, and it reads every byte again and tells"
                    " whether anything was changed, lost or added. For example:"
                ),
            ),
            tag("code", Html("archiver verify FOLDER"), klass="command"),
            tag("code", Html("bagit.py --validate FOLDER"), klass="command"),
        ]
    )


def _other_identifiers(record: PackageRecord) -> list[Statement]:
    return [one for one in record.description.all("identifier") if one.text != record.identifier]


def _records(record: PackageRecord) -> Html:
    crate, premis = "ro-crate-metadata.json", "metadata/preservation/premis.xml"
    descriptions = [file.path for file in record.files if file.role == "description" and not file.derived_from]
    values = [file.path for file in record.files if file.role == "values"]
    pairs = [
        ("Package identifier", tag("code", isolated(record.identifier))),
        *(("Other identifier", statement_values([other])) for other in _other_identifiers(record)),
        ("Version", text(str(record.version))),
        ("Linked data", file_link(crate, text(crate))),
        ("Events (PREMIS 3)", file_link(premis, text(premis))),
        *(("Dublin Core", file_link(path, name(path))) for path in descriptions),
        *(("Sources of each value", file_link(path, name(path))) for path in values),
    ]
    return definitions("statements", pairs)


def _colophon(record: PackageRecord) -> Html:
    made = join([Html("Packaged "), moment(record.created), Html(".")], "")
    still = "This page holds no script and loads nothing; it reads the same without a network."
    return join([tag("p", made), tag("p", Html(still))])
