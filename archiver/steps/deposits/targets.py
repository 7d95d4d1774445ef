"""Targets by the names that archiver.toml gives them: found, checked, and made. Makes no request."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from archiver.config import FILE_NAME, TargetSettings
from archiver.config.tables import Table, refuse_unknown
from archiver.config.targets import TARGET_KEYS
from archiver.deposits.kinds import target_kind
from archiver.errors import ArchiverError, ConfigurationError, UsageError
from archiver.standards.durations import parse_rate
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.config import Configuration
    from archiver.deposits.contract import Target
    from archiver.deposits.surroundings import Surroundings, TargetKind

STORE = "store"
"""The target that is there without being named: the archive's own store."""

_MEMBERS = ("KIND", "TITLE", "KEYS", "SECRETS", "make")


def known_targets(configuration: Configuration) -> tuple[TargetSettings, ...]:
    """Return every target that can be asked for: those of archiver.toml in its order, and the archive's own store."""
    named = configuration.targets
    if any(one.name == STORE for one in named):
        return named
    own = Table(name=f"targets.{STORE}", values={}, file=str(Path(FILE_NAME).absolute()))
    return (*named, TargetSettings(name=STORE, kind=STORE, own=own))


def named_target(name: str, configuration: Configuration) -> TargetSettings:
    """Return the target that is asked for by ``--to``.

    Raises:
        UsageError: there is none of that name.
    """
    known = known_targets(configuration)
    for settings in known:
        if settings.name == name:
            return settings
    raise UsageError(
        f"there is no target {name!r}: archiver.toml has no [targets.{name}]; known: "
        f"{', '.join(one.name for one in known)}"
    )


def checked_kind(settings: TargetSettings) -> TargetKind:
    """Return what a target is, and see to it that its table holds nothing that this kind does not understand.

    Raises:
        ConfigurationError: there is no such kind, its plug-in cannot be used, a key or secret is none of its, or the
            bandwidth is no rate.
    """
    where = f"{settings.own.file}: {settings.own.name}.kind"
    kind = target_kind(settings.kind, where)
    missing = [member for member in _MEMBERS if not hasattr(kind, member)]
    if missing:
        raise ConfigurationError(f"{where} = {settings.kind!r}: the plug-in has no {', '.join(missing)}")
    known = (*TARGET_KEYS, *kind.KEYS, *(f"{name}_from" for name in kind.SECRETS))
    given = {**settings.own.values, **{f"{name}_from": "" for name in settings.secrets}}
    refuse_unknown(given, known, f"key in [{settings.own.name}], a target of kind {settings.kind!r}", settings.own.file)
    bandwidth_of(settings)
    return kind


def bandwidth_of(settings: TargetSettings) -> int | None:
    """Return the bytes a second that may be sent to a target; None: no limit.

    Raises:
        ConfigurationError: what its table says is no rate.
    """
    if settings.bandwidth is None:
        return None
    rate = parse_rate(settings.bandwidth)
    if rate is None:
        raise ConfigurationError(
            f'{settings.own.file}: {settings.own.name}.bandwidth is no rate: {settings.bandwidth!r}; write "10 MB/s"'
        )
    return rate


def make_target(settings: TargetSettings, surroundings: Surroundings) -> Target:
    """Make a target ready to be asked.

    Raises:
        ConfigurationError: its table cannot be used.
    """
    kind = checked_kind(settings)
    try:
        return kind.make(settings, surroundings)
    except ArchiverError:
        raise
    except Exception as error:
        # a plug-in may stumble over a key that it should have judged
        words = f"{type(error).__name__}: {printable(str(error))}"
        raise ConfigurationError(f"{settings.own.file}: [{settings.own.name}] cannot be used: {words}") from error
