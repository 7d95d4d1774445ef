"""Indexes a store again and again, each time in a process that kills itself with one more transaction written.

Run as a program by test_index_killed.py: it forks, which a process with threads should not.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime

from sqlalchemy import Engine, event

from archiver.steps.stores.indexing import IndexOrder, index_store
from archiver.storage.stores.place import StorePlace, store_place
from tests.steps.stores.test_indexing import rows

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def killed_at(place: StorePlace, transactions: int) -> bool:
    """Index in a process that is killed before its n-th transaction is written; tell whether it came so far."""
    child = os.fork()
    if child == 0:
        left = transactions

        def count(_connection: object) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(Engine, "commit", count)
        index_store(IndexOrder(place=place, now=NOW, workers=1))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == -signal.SIGKILL


def main() -> None:
    """Print, for each transaction, which state stands when the process was killed there: old or new."""
    place = store_place(sys.argv[1])
    old = rows(place)
    del old["left"]
    transactions = 0
    killed = True
    while killed:
        transactions += 1
        killed = killed_at(place, transactions)
        now = rows(place)
        del now["left"]
        current = {identifier for identifier, *_ in now["objects"]}
        sys.stdout.write(f"{transactions} {'old' if now == old else 'new'} {len(current)}\n")


if __name__ == "__main__":
    main()
