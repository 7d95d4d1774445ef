"""What ``archiver doctor`` says of targets: whether each can be used as its table says, and which secrets are found.

Makes no request, and never tells a secret.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from archiver.errors import ArchiverError
from archiver.standards.names import printable
from archiver.steps.deposits.secrets import Secrets
from archiver.steps.deposits.surroundings import surroundings_of
from archiver.steps.deposits.targets import checked_kind, make_target
from archiver.steps.doctor.values import Diagnosis

if TYPE_CHECKING:
    from archiver.config import Configuration, SecretPlace, TargetSettings
    from archiver.model import Finding

_TABLE = "Correct its table in archiver.toml; docs/targets/ has a page for each kind."
_SECRET = "Put the secret there, or let its table name another place."  # noqa: S105 - words about one
_ASKED_LATER = "asked for when a deposit begins"


def diagnose_targets(
    configuration: Configuration, now: Callable[[], datetime], environment: Mapping[str, str]
) -> Iterator[Diagnosis]:
    """Look at every target that archiver.toml names.

    Args:
        configuration: of this archive.
        now: the clock.
        environment: of the process.
    """
    for settings in configuration.targets:
        told: list[Finding] = []
        secrets = Secrets(ask=lambda _: _ASKED_LATER, told=told.append)
        found, missing = _secrets(settings, secrets)
        try:
            surroundings = surroundings_of(settings, configuration, secrets, now, environment)
            target = make_target(settings, surroundings)
            detail = f"{checked_kind(settings).TITLE}, {printable(target.location)}"
            target.close()
        except ArchiverError as error:
            yield _of(settings, "note", str(error), _SECRET if missing else _TABLE)
            continue
        if missing:
            yield _of(settings, "note", f"{detail}; {missing}", _SECRET)
            continue
        yield _of(settings, "ok", "; ".join([detail, *found]))
        for finding in told:
            yield _of(settings, "note", finding.message, finding.fix)


def _secrets(settings: TargetSettings, secrets: Secrets) -> tuple[list[str], str]:
    """Return what is to be said of the secrets that are there, and what to do about those that are not."""
    found, missing = [], []
    for name, place in settings.secrets.items():
        try:
            secrets.of(settings)(name)
        except ArchiverError as error:
            missing.append(str(error))
        else:
            found.append(f"{name.replace('_', ' ')} {_where(place)}")
    return found, "; ".join(missing)


def _where(place: SecretPlace) -> str:
    if place.kind == "stdin":
        return _ASKED_LATER
    if place.kind == "file":
        return f"found in {printable(str(place.file))}"
    return f"found in the keyring ({printable(place.service)}/{printable(place.user)})"


def _of(settings: TargetSettings, status: str, detail: str, fix: str = "") -> Diagnosis:
    return Diagnosis(
        subject=f"target {settings.name}", status="ok" if status == "ok" else "note", detail=printable(detail), fix=fix
    )
