"""One version block of an inventory: its state, and who made it when and why (OCFL 1.1 section 3.5.3.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from archiver.standards.ocfl.findings import inventories as kinds
from archiver.standards.ocfl.inventory import User, Version
from archiver.standards.ocfl.paths import PathSet, path_fault
from archiver.standards.ocfl.reading.rule_report import RuleReport, shown

_DATE_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}):([0-9]{2})(?:\.[0-9]+)?(?:[Zz]|[+-]([0-9]{2}):([0-9]{2}))"
)
"""RFC 3339 section 5.6, date-time."""

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")
_KEYS = {"created", "state", "message", "user"}
_LONGEST_TIME = 64


def read_version(name: str, value: object, manifest: Mapping[str, Any] | None, report: RuleReport) -> Version:
    """Read and check one version block.

    Args:
        name: such as ``v2``.
        value: the block.
        manifest: digest as written -> content paths; None where there is none.
        report: takes what is wrong.
    """
    if not isinstance(value, dict):
        report.spoil(kinds.wrong_value, "E047", f"Version {name} is no JSON object")
        return Version(created="", state={})
    for key in sorted(value.keys() - _KEYS):
        report.note(kinds.unknown_key, "E102", f"The key {shown(key)} of version {name} is none of a version's")
    return Version(
        created=_read_created(name, value, report),
        state=dict(_read_state(name, value, manifest, report)),
        message=_read_message(name, value, report),
        user=_read_user(name, value, report),
    )


def is_date_time(text: str) -> bool:
    """Tell whether a text is a date and time as RFC 3339 section 5.6 has them, of a day that there is."""
    match = _DATE_TIME.fullmatch(text) if len(text) <= _LONGEST_TIME else None
    if match is None or int(match[3]) > 60:  # 60: a leap second
        return False
    if match[4] is not None and (int(match[4]) > 23 or int(match[5]) > 59):
        return False
    try:
        datetime.fromisoformat(f"{match[1]}T{match[2]}:00+00:00")
    except ValueError:
        return False
    return True


def _read_created(name: str, value: dict[str, Any], report: RuleReport) -> str:
    if "created" not in value:
        report.note(kinds.incomplete, "E048", f"Version {name} does not say when it was created")
        return ""
    created = value["created"]
    if not isinstance(created, str) or not is_date_time(created):
        report.note(
            kinds.wrong_value,
            "E049",
            f"Version {name} was created at {shown(created)}, which is no time such as 2026-01-31T12:00:00Z",
        )
    return created if isinstance(created, str) and len(created) <= _LONGEST_TIME else ""


def _read_state(
    name: str, value: dict[str, Any], manifest: Mapping[str, Any] | None, report: RuleReport
) -> Iterator[tuple[str, tuple[str, ...]]]:
    if "state" not in value:
        report.spoil(kinds.incomplete, "E048", f"Version {name} has no state")
        return
    state = value["state"]
    if not isinstance(state, dict):
        report.spoil(kinds.wrong_value, "E050", f"The state of version {name} is no JSON object")
        return
    paths = PathSet()
    folded = None
    for digest, listed in state.items():
        if manifest is not None and digest not in manifest:
            folded = folded if folded is not None else {known.lower() for known in manifest}
            _note_absent(name, digest, report, in_other_case=digest.lower() in folded)
        if not isinstance(listed, list) or not listed or not all(isinstance(path, str) for path in listed):
            report.spoil(
                kinds.wrong_value, "E051", f"The digest {shown(digest)} of version {name} has no array of logical paths"
            )
            continue
        for path in listed:
            _check_path(name, path, paths, report)
        yield digest, tuple(listed)
    for path in paths.conflicts():
        report.spoil(
            kinds.path_conflict, "E095", f"The logical path {shown(path)} of version {name} is a file and a folder"
        )


def _note_absent(name: str, digest: str, report: RuleReport, *, in_other_case: bool) -> None:
    if in_other_case:  # which bytes are meant is clear all the same
        message = f"The digest {shown(digest)} of version {name} stands in the manifest in another case"
        report.note(kinds.digest_wrong, "E050", message)
    else:
        message = f"The digest {shown(digest)} of version {name} is not in the manifest"
        report.spoil(kinds.digest_wrong, "E050", message)


def _check_path(name: str, path: str, paths: PathSet, report: RuleReport) -> None:
    fault = path_fault(path)
    if fault is not None:
        rule = "E052" if fault == "segment" else "E053"
        report.spoil(kinds.path_unsafe, rule, f"The logical path {shown(path)} of version {name} names no file")
    elif not paths.add(path):
        report.spoil(kinds.path_conflict, "E095", f"The logical path {shown(path)} stands twice in version {name}")


def _read_message(name: str, value: dict[str, Any], report: RuleReport) -> str | None:
    message = value.get("message")
    if "message" not in value:
        report.note(kinds.version_undescribed, "W007", f"Version {name} has no message")
    elif not isinstance(message, str):
        report.note(kinds.wrong_value, "E094", f"The message of version {name} is no text")
        return None
    return message


def _read_user(name: str, value: dict[str, Any], report: RuleReport) -> User | None:
    if "user" not in value:
        report.note(kinds.version_undescribed, "W007", f"Version {name} does not say who made it")
        return None
    user = value["user"]
    if not isinstance(user, dict):
        report.note(kinds.wrong_value, "E054", f"The user of version {name} is no JSON object")
        return None
    for key in sorted(user.keys() - {"name", "address"}):
        report.note(kinds.unknown_key, "E102", f"The key {shown(key)} of version {name}'s user is none of a user's")
    person, address = user.get("name"), user.get("address")
    if not isinstance(person, str) or not person:
        report.note(kinds.wrong_value, "E054", f"The user of version {name} has no name")
        return None
    if "address" not in user:
        report.note(kinds.version_undescribed, "W008", f"The user of version {name} has no address")
    elif not isinstance(address, str):
        report.note(kinds.wrong_value, "E054", f"The address of version {name}'s user is no text")
        address = None
    elif not _URI.fullmatch(address):
        report.note(
            kinds.version_undescribed, "W009", f"The address {shown(address)} of version {name}'s user is no URI"
        )
    return User(name=person, address=address)
