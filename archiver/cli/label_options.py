"""The labels of ``bag-info.txt`` as options give them: ``--bag-info`` and ``--bag-info-file``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from archiver.errors import UsageError
from archiver.standards.names import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archiver.steps.bags.labels import Labels

_LIMIT = 1 << 20
"""Bytes that a file of labels may have."""


def read_labels(file: object, words: Iterable[str]) -> Labels:
    """Return the labels of a file, where one is given, and then those given as ``KEY=VALUE``.

    Raises:
        UsageError: the file cannot be read, or a label or value cannot be one.
    """
    from archiver.steps.bags.labels import label_from_option, labels_from_file  # noqa: PLC0415 - --help must not wait

    labels: Labels = ()
    if file is not None:
        name = printable(str(file))
        try:
            with Path(str(file)).open("rb") as opened:
                data = opened.read(_LIMIT + 1)
        except OSError as error:
            raise UsageError(f"cannot read {name} of --bag-info-file: {error.strerror or error}") from error
        if len(data) > _LIMIT:
            raise UsageError(f"{name} of --bag-info-file is longer than {_LIMIT:,} bytes: no list of labels is")
        labels = labels_from_file(data, name)
    return (*labels, *map(label_from_option, words))
