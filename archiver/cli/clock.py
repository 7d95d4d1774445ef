"""The one clock and the one look at the environment (``SOURCE_DATE_EPOCH``)."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from archiver.errors import ConfigurationError


def now() -> datetime:
    """Return the time of this run: ``SOURCE_DATE_EPOCH`` where it is set, else the clock; UTC, whole seconds.

    Raises:
        ConfigurationError: ``SOURCE_DATE_EPOCH`` is no number of seconds since 1970.
    """
    return exact_now().replace(microsecond=0)


def exact_now() -> datetime:
    """Return the same, not rounded to seconds: for what tells runs apart that follow each other at once.

    Raises:
        ConfigurationError: as :func:`now`.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return datetime.now(UTC)
    try:
        return datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise ConfigurationError(
            f"SOURCE_DATE_EPOCH is {epoch!r}: it must be whole seconds since 1 January 1970"
        ) from error
